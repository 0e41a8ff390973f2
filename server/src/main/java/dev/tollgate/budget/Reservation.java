package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Served;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Money held for one call, and its slot in the journal of calls in flight. */
public final class Reservation {
    private final CallStart start;
    private final JournalSlot slot;
    /** Of the budgets that limit each call by itself the lowest; null if none covers it. */
    private final @Nullable Budget ofOneCall;
    /** Written under this object's lock, as is the hold. */
    private volatile long boundNanoUsd;

    private volatile Hold hold;
    private volatile boolean settling;
    private volatile boolean sent;
    /** The places of attempts that nobody has answered; mostly null. */
    private @Nullable Set<Place> lost;

    Reservation(CallStart start, long boundNanoUsd, JournalSlot slot, Hold hold, @Nullable Budget ofOneCall) {
        this.start = start;
        this.boundNanoUsd = boundNanoUsd;
        this.slot = slot;
        this.hold = hold;
        this.ofOneCall = ofOneCall;
    }

    public CallStart start() {
        return start;
    }

    /**
     * The most that the call may come to, in nano-US-dollars: one attempt's bound, and what those before it may have cost
     * ({@link ReservationDesk#extend}).
     */
    public long boundNanoUsd() {
        return boundNanoUsd;
    }

    /** Whether a budget covers the call, so that its cost must stay within {@link #boundNanoUsd}. */
    public boolean isCovered() {
        return ofOneCall != null || !hold.parts().isEmpty();
    }

    /**
     * Notes the candidate in the journal, in some hundred nanoseconds; call it before each attempt is sent. A reservation
     * belongs to one thread at a time.
     */
    public void dispatched(Served candidate) {
        if (settling) {
            // The slot may be another call's by now.
            throw new IllegalStateException("a call that is settled is not sent any more");
        }
        sent = true;
        Set<Place> unanswered = lost;
        boolean elsewhere = unanswered != null && !unanswered.equals(Set.of(place(candidate)));
        slot.served(candidate, elsewhere, boundNanoUsd);
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

    /**
     * So much more is held for it, in the same slices.
     *
     * @return false if it is being settled already, which leaves that to others
     */
    synchronized boolean grow(long moreNanoUsd) {
        if (settling) {
            return false;
        }
        boundNanoUsd = Math.addExact(boundNanoUsd, moreNanoUsd);
        hold = new Hold(Math.addExact(hold.amountNanoUsd(), moreNanoUsd), hold.parts());
        return true;
    }

    /** The lowest of the budgets that limit each call by itself; null if none covers it. */
    @Nullable
    Budget ofOneCall() {
        return ofOneCall;
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
    synchronized boolean beginSettling() {
        boolean first = !settling;
        settling = true;
        return first;
    }

    @Override
    public String toString() {
        return "Reservation[" + start.requestId() + ", " + boundNanoUsd + " nano-USD]";
    }
}
