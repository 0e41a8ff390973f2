package dev.tollgate.budget;

import dev.tollgate.ledger.CallRecord;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A settlement on its way to the store. */
final class PendingSettlement {
    /** Where it is. */
    private enum Place {
        /** Here, until somebody submits it. */
        WAITING,
        /** With the store's writer. */
        SUBMITTED,
        OVER
    }

    private final String requestId;
    private final JournalSlot slot;
    private final Hold hold;
    private final long begunAtNanos;
    private final AtomicReference<Place> place = new AtomicReference<>(Place.WAITING);
    /** Taken by whoever calls it. */
    private final AtomicReference<Settlement.@Nullable Callback> callback;
    /** Let go when it is over: until the next sweep a finished settlement still stands in the queue. */
    private volatile @Nullable CallRecord call;
    /** The writer's alone. */
    private boolean tried;

    PendingSettlement(CallRecord call, Reservation reservation, Settlement.Callback callback, long begunAtNanos) {
        this.requestId = call.start().requestId();
        this.call = call;
        this.slot = reservation.slot();
        this.hold = reservation.hold();
        this.callback = new AtomicReference<>(callback);
        this.begunAtNanos = begunAtNanos;
    }

    String requestId() {
        return requestId;
    }

    CallRecord call() {
        CallRecord present = call;
        if (present == null) {
            throw new IllegalStateException("the settlement is over");
        }
        return present;
    }

    JournalSlot slot() {
        return slot;
    }

    Hold hold() {
        return hold;
    }

    long begunAtNanos() {
        return begunAtNanos;
    }

    /**
     * Whether the writer has run it before. Then it has to look whether it is there already: a commit whose answer was
     * lost may have been kept.
     */
    boolean triedBefore() {
        boolean before = tried;
        tried = true;
        return before;
    }

    boolean isWaiting() {
        return place.get() == Place.WAITING;
    }

    boolean isOver() {
        return place.get() == Place.OVER;
    }

    /** True for the one caller that may submit it. */
    boolean submitted() {
        return place.compareAndSet(Place.WAITING, Place.SUBMITTED);
    }

    void returned() {
        place.set(Place.WAITING);
    }

    void finish(SettlementResult result) {
        place.set(Place.OVER);
        call = null;
        tell(result);
    }

    /** Tells whoever waits, unless they were told before. */
    void tell(SettlementResult result) {
        Settlement.Callback waiting = callback.getAndSet(null);
        if (waiting != null) {
            waiting.done(result);
        }
    }
}
