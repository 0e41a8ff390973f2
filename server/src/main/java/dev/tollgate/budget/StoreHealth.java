package dev.tollgate.budget;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether settlements reach the store, and when to knock again if they do not. */
final class StoreHealth {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long graceNanos;

    /** One episode of failures: replaced as a whole, so that its readers need no lock. */
    private record Trouble(long sinceNanos, long pauseNanos, long knockAtNanos) {}

    private volatile @Nullable Trouble trouble;

    StoreHealth(long graceNanos) {
        this.graceNanos = graceNanos;
    }

    boolean isGood() {
        return trouble == null;
    }

    boolean isAway(long now) {
        Trouble present = trouble;
        return present != null && now - present.sinceNanos > graceNanos;
    }

    /** True if there had been trouble. */
    boolean succeeded() {
        return trouble != null && end();
    }

    private synchronized boolean end() {
        boolean back = trouble != null;
        trouble = null;
        return back;
    }

    synchronized void failed(long now) {
        if (trouble == null) {
            trouble = new Trouble(now, FIRST_PAUSE_NANOS, now + FIRST_PAUSE_NANOS);
        }
    }

    /** True once per pause; the pauses double, with jitter, so that many nodes do not knock together. */
    synchronized boolean mayKnock(long now) {
        Trouble present = trouble;
        if (present == null || now - present.knockAtNanos < 0) {
            return false;
        }
        long pause = Math.min(LONGEST_PAUSE_NANOS, present.pauseNanos * 2);
        long jittered = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
        trouble = new Trouble(present.sinceNanos, pause, now + jittered);
        return true;
    }
}
