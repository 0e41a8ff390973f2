package dev.tollgate.budget;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call that a budget has refused. It has cost nothing and has no row in the ledger.
 *
 * @param atMillis when it was refused, in epoch milliseconds
 * @param budget as it was then
 * @param boundNanoUsd what the call might have come to, in nano-US-dollars
 * @param leftNanoUsd the highest bound that the budget could have held
 * @param spentNanoUsd in its window, by calls that were settled
 * @param resetsAtMillis when its next window begins, in epoch milliseconds; {@link Long#MAX_VALUE} if never
 * @param feature the label on the call, where the budget has switched its feature off; else null
 * @param percent how much of the budget such calls may use; 0 where no feature is switched off
 */
public record RefusedCall(
        String requestId,
        long atMillis,
        Budget budget,
        Reason reason,
        long boundNanoUsd,
        long leftNanoUsd,
        long spentNanoUsd,
        long resetsAtMillis,
        @Nullable String feature,
        int percent) {
    /** What stood against it. */
    public enum Reason {
        /** The budget had less left than the call might have come to. */
        EXHAUSTED,
        /** Calls under way held what was missing. */
        HELD,
        /** No price is known for its models, and the budget allows none without. */
        UNPRICED,
        /** Its feature is marked as heavy, and so much of the budget is spent that such calls are switched off. */
        HEAVY;

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
                exhausted.resetsAtMillis(),
                null,
                0);
    }

    /** Refused because nobody knows what it would cost. */
    public static RefusedCall unpriced(String requestId, long atMillis, Budget budget) {
        return new RefusedCall(requestId, atMillis, budget, Reason.UNPRICED, 0, 0, 0, Long.MAX_VALUE, null, 0);
    }

    /** Refused because a budget has switched its feature off. */
    public static RefusedCall heavy(String requestId, long atMillis, ThresholdActions.SwitchedOff off) {
        long left = Math.max(0, off.budget().limitNanoUsd() - off.spentNanoUsd());
        return new RefusedCall(
                requestId,
                atMillis,
                off.budget(),
                Reason.HEAVY,
                0,
                left,
                off.spentNanoUsd(),
                off.resetsAtMillis(),
                off.feature(),
                off.percent());
    }
}
