package dev.tollgate.budget;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What was found to cover the calls of late, for most calls are like one that has just been. It has room for so many subjects and no
 * more: one that is new takes the place of another, and nothing has to be cleared up. No lock is taken.
 */
final class Lately<T> {
    private static final int ROOM = 1024;

    private record Found<T>(Subject subject, List<T> covering) {}

    /** Made with the first subject: who adds a hundred thousand budgets makes as many of these. */
    private volatile @Nullable AtomicReferenceArray<@Nullable Found<T>> found;

    /** Null if nobody knows any more. */
    @Nullable
    List<T> covering(Subject subject) {
        AtomicReferenceArray<@Nullable Found<T>> known = found;
        Found<T> there = known == null ? null : known.getAcquire(place(subject));
        return there != null && there.subject.equals(subject) ? there.covering : null;
    }

    void remember(Subject subject, List<T> covering) {
        AtomicReferenceArray<@Nullable Found<T>> known = found;
        if (known == null) {
            known = new AtomicReferenceArray<>(ROOM); // of two threads that make one at once the later one's stays
            found = known;
        }
        known.setRelease(place(subject), new Found<>(subject, covering));
    }

    private static int place(Subject subject) {
        int hash = subject.hashCode();
        return (hash ^ (hash >>> 16)) & (ROOM - 1);
    }
}
