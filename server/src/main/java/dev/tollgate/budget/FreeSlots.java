package dev.tollgate.budget;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The slots that nobody uses, the one used last on top: its memory is the warmest, and a quiet gate dirties one page of
 * the file instead of all. A lock-free stack (Treiber, 1986); every push makes a new node, so no node comes back while
 * another thread still compares it (ABA).
 */
final class FreeSlots {
    private record Node(JournalSlot slot, @Nullable Node next) {}

    private final AtomicReference<@Nullable Node> top = new AtomicReference<>();

    void push(JournalSlot slot) {
        Node seen;
        do {
            seen = top.get();
        } while (!top.compareAndSet(seen, new Node(slot, seen)));
    }

    @Nullable
    JournalSlot pop() {
        Node seen;
        do {
            seen = top.get();
            if (seen == null) {
                return null;
            }
        } while (!top.compareAndSet(seen, seen.next));
        return seen.slot;
    }
}
