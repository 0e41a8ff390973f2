package dev.tollgate.budget;

import dev.tollgate.kernel.Money;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A limit on what may be spent in a window by the calls of a scope.
 *
 * @param keyName the name of the scope's key, for people; empty where the scope has none
 * @param memberEmail the same of its member
 * @param limitNanoUsd in nano-US-dollars, positive
 * @param zone whose days, weeks and months are meant
 * @param thresholds at which percentages of the limit something is done, ascending
 * @param unpriced whether models without a price may be used all the same; they then cost nothing here
 * @param createdAtMillis in epoch milliseconds; what was called before is not counted
 */
public record Budget(
        String id,
        Scope scope,
        String keyName,
        String memberEmail,
        long limitNanoUsd,
        Window window,
        ZoneId zone,
        List<Threshold> thresholds,
        boolean unpriced,
        long createdAtMillis) {
    public Budget {
        thresholds = List.copyOf(thresholds);
        if (limitNanoUsd <= 0 || !scope.isGiven()) {
            throw new IllegalArgumentException("a budget has a positive limit and a scope");
        }
    }

    /** Of nobody in particular. */
    public Budget(
            String id,
            Scope scope,
            String keyName,
            long limitNanoUsd,
            Window window,
            ZoneId zone,
            List<Threshold> thresholds,
            boolean unpriced,
            long createdAtMillis) {
        this(id, scope, keyName, "", limitNanoUsd, window, zone, thresholds, unpriced, createdAtMillis);
    }

    /** Whether any threshold does more than give a notice. */
    boolean acts() {
        for (Threshold threshold : thresholds) {
            if (threshold.acts()) {
                return true;
            }
        }
        return false;
    }

    /** The thresholds' percentages. */
    public List<Integer> percentages() {
        return thresholds.stream().map(Threshold::percent).toList();
    }

    /** The wire names of what is done besides a notice, by percentage, ascending. */
    public Map<String, String> actions() {
        Map<String, String> actions = new LinkedHashMap<>();
        thresholds.stream()
                .filter(Threshold::acts)
                .forEach(threshold -> actions.put(
                        Integer.toString(threshold.percent()),
                        threshold.action().wireName()));
        return actions;
    }

    /** For people: {@code key ci, feature chat: $1.00 a day}. */
    public String label() {
        return scope.label(keyName, memberEmail) + ": $" + Money.formatUsd(limitNanoUsd)
                + switch (window) {
                    case REQUEST, MINUTE, DAY, WEEK, MONTH -> " a " + window.wireName();
                    case HOUR -> " an hour";
                    case LIFETIME -> " in all";
                };
    }
}
