package dev.tollgate.budget;

import dev.tollgate.kernel.Money;
import java.time.ZoneId;
import java.util.List;

/**
 * A limit on what may be spent in a window by the calls of a scope.
 *
 * @param keyName the name of the scope's key, for people; empty where the scope has none
 * @param limitNanoUsd in nano-US-dollars, positive
 * @param zone whose days, weeks and months are meant
 * @param thresholds at which percentages of the limit a notice is given, ascending
 * @param unpriced whether models without a price may be used all the same; they then cost nothing here
 * @param createdAtMillis in epoch milliseconds; what was called before is not counted
 */
public record Budget(
        String id,
        Scope scope,
        String keyName,
        long limitNanoUsd,
        Window window,
        ZoneId zone,
        List<Integer> thresholds,
        boolean unpriced,
        long createdAtMillis) {
    public Budget {
        thresholds = List.copyOf(thresholds);
        if (limitNanoUsd <= 0 || !scope.isGiven()) {
            throw new IllegalArgumentException("a budget has a positive limit and a scope");
        }
    }

    /** For people: {@code key ci, feature chat: $1.00 a day}. */
    public String label() {
        return scope.label(keyName) + ": $" + Money.formatUsd(limitNanoUsd)
                + switch (window) {
                    case REQUEST, MINUTE, DAY, WEEK, MONTH -> " a " + window.wireName();
                    case HOUR -> " an hour";
                    case LIFETIME -> " in all";
                };
    }
}
