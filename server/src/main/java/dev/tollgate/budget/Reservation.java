package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Served;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Money held for one call, and its slot in the journal of calls in flight. */
public final class Reservation {
    private final CallStart start;
    private final long boundNanoUsd;
    private final JournalSlot slot;
    private final Hold hold;
    private final AtomicBoolean settling = new AtomicBoolean();
    private volatile boolean sent;
    /** The places of attempts that nobody has answered; mostly null. */
    private @Nullable Set<Place> lost;

    Reservation(CallStart start, long boundNanoUsd, JournalSlot slot, Hold hold) {
        this.start = start;
        this.boundNanoUsd = boundNanoUsd;
        this.slot = slot;
        this.hold = hold;
    }

    public CallStart start() {
        return start;
    }

    /** The most that the call may come to, in nano-US-dollars. */
    public long boundNanoUsd() {
        return boundNanoUsd;
    }

    /** Whether a budget covers the call, so that its cost must stay within {@link #boundNanoUsd}. */
    public boolean isCovered() {
        return !hold.parts().isEmpty();
    }

    /**
     * Notes the candidate in the journal, in some hundred nanoseconds; call it before each attempt is sent. A reservation
     * belongs to one thread at a time.
     */
    public void dispatched(Served candidate) {
        if (settling.get()) {
            // The slot may be another call's by now.
            throw new IllegalStateException("a call that is settled is not sent any more");
        }
        sent = true;
        Set<Place> unanswered = lost;
        slot.served(candidate, unanswered != null && !unanswered.equals(Set.of(place(candidate))));
    }

    /** The candidate has got the call and not answered: it may bill it, wherever the call goes now. By the same thread. */
    public void lost(Served candidate) {
        Set<Place> unanswered = lost;
        if (unanswered == null) {
            unanswered = new HashSet<>();
            lost = unanswered;
        }
        unanswered.add(place(candidate));
    }

    private static Place place(Served candidate) {
        return new Place(candidate.provider(), candidate.model());
    }

    JournalSlot slot() {
        return slot;
    }

    Hold hold() {
        return hold;
    }

    /** True if nobody will settle it, and nothing was sent that somebody might bill: what it holds is then free. */
    boolean abandon() {
        return !sent && beginSettling();
    }

    /** True for the one caller that may settle it. */
    boolean beginSettling() {
        return settling.compareAndSet(false, true);
    }

    @Override
    public String toString() {
        return "Reservation[" + start.requestId() + ", " + boundNanoUsd + " nano-USD]";
    }
}
