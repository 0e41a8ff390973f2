package dev.tollgate.budget;

import org.jspecify.annotations.Nullable;

/**
 * How much of a budget is spent in its present window.
 *
 * @param spentNanoUsd by calls that are settled
 * @param resetsAtMillis when its next window begins, in epoch milliseconds; {@link Long#MAX_VALUE} if never
 */
public record Standing(Budget budget, long spentNanoUsd, long resetsAtMillis) {
    /** Whether this one will be used up before the other, if all goes on as it did: it is spent to a greater part, or has less left. */
    public boolean isTighterThan(@Nullable Standing other) {
        if (other == null) {
            return true;
        }
        int shares = Double.compare(share(), other.share());
        return shares > 0 || (shares == 0 && leftNanoUsd() < other.leftNanoUsd());
    }

    /** The part of the limit that is spent, from 0; more than 1 where calls have cost more than was held for them. */
    public double share() {
        return (double) spentNanoUsd / budget.limitNanoUsd();
    }

    /** What is not spent, in nano-US-dollars. */
    public long leftNanoUsd() {
        return Math.max(0, budget.limitNanoUsd() - spentNanoUsd);
    }
}
