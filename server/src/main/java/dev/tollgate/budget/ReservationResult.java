package dev.tollgate.budget;

/** What came of asking for a reservation. */
public sealed interface ReservationResult {
    /** The call may be sent; it must be settled, once, whatever becomes of it. */
    record Reserved(Reservation reservation) implements ReservationResult {}

    /** The call must not be sent. */
    record Refused(Reason reason) implements ReservationResult {}

    /**
     * A budget has less than the bound. The call must not be sent under this bound; a lower one may fit.
     *
     * @param leftNanoUsd the highest bound that this budget could have held just now
     * @param spentNanoUsd in the present window, by calls that are settled; what is neither left nor spent is held for others
     * @param resetsAtMillis when its next window begins, in epoch milliseconds; {@link Long#MAX_VALUE} if never
     */
    record Exhausted(Budget budget, long leftNanoUsd, long spentNanoUsd, long resetsAtMillis)
            implements ReservationResult {
        /** Whether waiting for calls in flight could help: it is they that hold what is missing. */
        public boolean isHeldByOthers(long boundNanoUsd) {
            return budget.window() != Window.REQUEST && spentNanoUsd <= budget.limitNanoUsd() - boundNanoUsd;
        }
    }

    /** The call may go to a model without a price, and a budget that covers it does not allow that. */
    record Unpriced(Budget budget) implements ReservationResult {}

    /** Why nothing could be reserved. Each is the gate's own trouble and passes: 503, worth a retry. */
    enum Reason {
        /** Settlements cannot be written at the moment; what is spent now could not be recorded. */
        STORE_AWAY("The gate cannot record usage at the moment, so it sends nothing. Try again shortly."),
        /** As many calls are in flight or wait to be settled as the journal can hold. */
        TOO_MANY_IN_FLIGHT("Too many calls are in flight. Try again shortly."),
        /** The journal of calls in flight cannot grow: its disk is full or fails. */
        JOURNAL_FAULT("The gate's journal cannot grow, so it sends nothing. Its disk may be full.");

        private final String message;

        Reason(String message) {
            this.message = message;
        }

        /** A sentence for the caller. */
        public String message() {
            return message;
        }
    }
}
