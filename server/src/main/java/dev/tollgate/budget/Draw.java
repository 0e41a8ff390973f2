package dev.tollgate.budget;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that waits for the store, because a slice has not enough for it. Meanwhile it has taken nothing. */
final class Draw {
    private static final Logger LOG = LoggerFactory.getLogger(Draw.class);

    /** What came of asking the store. */
    sealed interface Outcome {
        /** The whole hold has been taken. */
        record Held() implements Outcome {}

        /**
         * Nothing was taken.
         *
         * @param part of the budget with the least
         * @param leftNanoUsd the highest amount that it could have held
         * @param spentNanoUsd by all nodes
         */
        record Lacking(Hold.Part part, long leftNanoUsd, long spentNanoUsd) implements Outcome {}

        /** The store takes no writes; nothing was taken. */
        record StoreAway() implements Outcome {}
    }

    private enum State {
        WAITING,
        /** What it needs has been set aside. */
        CLAIMED,
        TOLD
    }

    private final Hold hold;
    private final Consumer<Outcome> then;
    private final long sinceNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private int rounds;

    Draw(Hold hold, Consumer<Outcome> then, long sinceNanos) {
        this.hold = hold;
        this.then = then;
        this.sinceNanos = sinceNanos;
    }

    Hold hold() {
        return hold;
    }

    boolean isOver() {
        return state.get() == State.TOLD;
    }

    boolean isOlder(long nanos, long nowNanos) {
        return nowNanos - sinceNanos > nanos;
    }

    /** Another call was quicker: how often that has happened. */
    int nextRound() {
        return ++rounds;
    }

    /** False if it has been refused meanwhile, so that it needs nothing any more. */
    boolean claim() {
        return state.compareAndSet(State.WAITING, State.CLAIMED);
    }

    void unclaim() {
        state.set(State.WAITING);
    }

    /** The hold of a claimed one has been taken. */
    void held() {
        state.set(State.TOLD);
        tell(new Outcome.Held());
    }

    /** Tells it, unless it was told before. */
    void refuse(Outcome outcome) {
        if (state.compareAndSet(State.WAITING, State.TOLD)) {
            tell(outcome);
        }
    }

    private void tell(Outcome outcome) {
        try {
            then.accept(outcome);
        } catch (Throwable e) { // the others that wait must hear theirs
            LOG.error("Who waited for a budget's money failed to take {}", outcome, e);
        }
    }
}
