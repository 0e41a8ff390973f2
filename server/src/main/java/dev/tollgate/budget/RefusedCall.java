package dev.tollgate.budget;

import java.util.Locale;

/**
 * A call that a budget has refused. It has cost nothing and has no row in the ledger.
 *
 * @param atMillis when it was refused, in epoch milliseconds
 * @param budget as it was then
 * @param boundNanoUsd what the call might have come to, in nano-US-dollars
 * @param leftNanoUsd the highest bound that the budget could have held
 * @param spentNanoUsd in its window, by calls that were settled
 * @param resetsAtMillis when its next window begins, in epoch milliseconds; {@link Long#MAX_VALUE} if never
 */
public record RefusedCall(
        String requestId,
        long atMillis,
        Budget budget,
        Reason reason,
        long boundNanoUsd,
        long leftNanoUsd,
        long spentNanoUsd,
        long resetsAtMillis) {
    /** What stood against it. */
    public enum Reason {
        /** The budget had less left than the call might have come to. */
        EXHAUSTED,
        /** Calls under way held what was missing. */
        HELD,
        /** No price is known for its models, and the budget allows none without. */
        UNPRICED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refused because less was left than the bound. */
    public static RefusedCall of(
            String requestId, long atMillis, ReservationResult.Exhausted exhausted, long boundNanoUsd) {
        return new RefusedCall(
                requestId,
                atMillis,
                exhausted.budget(),
                exhausted.isHeldByOthers(boundNanoUsd) ? Reason.HELD : Reason.EXHAUSTED,
                boundNanoUsd,
                exhausted.leftNanoUsd(),
                exhausted.spentNanoUsd(),
                exhausted.resetsAtMillis());
    }

    /** Refused because nobody knows what it would cost. */
    public static RefusedCall unpriced(String requestId, long atMillis, Budget budget) {
        return new RefusedCall(requestId, atMillis, budget, Reason.UNPRICED, 0, 0, 0, Long.MAX_VALUE);
    }
}
