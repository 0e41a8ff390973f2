package dev.tollgate.alert;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * What a scope spends in an hour like this one, by its own history. Hours are alike if they are the same hour of the day
 * (UTC), both at a weekend or both not. Everything here is by rank (median, median absolute deviation, quantile), so that
 * an outlier in the history neither hides the next one nor makes alarms of its own.
 */
final class UsualSpend {
    static final long HOUR_MILLIS = 3_600_000;
    /** Two dollars: below, no rise is worth waking anybody. */
    static final long FLOOR_NANO_USD = 2_000_000_000L;

    /** Three days: before, nobody can say what is usual. */
    private static final int LEAST_OBSERVED = 72;

    private static final int LEAST_ACTIVE = 20;
    private static final int LEAST_ALIKE = 4;
    /** Makes the median absolute deviation of normal noise its standard deviation. */
    private static final double NORMAL = 1.4826;

    private static final double DEVIATIONS = 6;
    private static final double RISE = 3;
    private static final double HIGH = 0.95;
    private static final double ABOVE_HIGH = 2;

    private UsualSpend() {}

    /**
     * The most that is usual for that hour in nano-US-dollars; empty where the history does not tell.
     *
     * @param hourMillis when it begins
     * @param costs by hour, where something was spent; earlier hours than that one
     * @param observed the hours that are known, those without spending included
     */
    static OptionalLong most(long hourMillis, Map<Long, Long> costs, SortedSet<Long> observed) {
        long first = costs.keySet().stream().mapToLong(hour -> hour).min().orElse(hourMillis);
        long[] all = costs(observed.tailSet(first), costs);
        long[] active = Arrays.stream(all).filter(cost -> cost > 0).toArray();
        if (all.length < LEAST_OBSERVED || active.length < LEAST_ACTIVE) {
            return OptionalLong.empty();
        }
        long[] alike = alike(hourMillis, observed.tailSet(first), costs);
        boolean regular = alike.length >= LEAST_ALIKE
                && 2 * Arrays.stream(alike).filter(cost -> cost > 0).count() > alike.length;
        double most = regular ? ofRegular(alike) : ABOVE_HIGH * quantile(active, HIGH);
        return OptionalLong.of((long) Math.max(FLOOR_NANO_USD, most));
    }

    /** The median of the hours alike, for people. */
    static long median(long hourMillis, Map<Long, Long> costs, SortedSet<Long> observed) {
        long first = costs.keySet().stream().mapToLong(hour -> hour).min().orElse(hourMillis);
        return (long) quantile(alike(hourMillis, observed.tailSet(first), costs), 0.5);
    }

    private static double ofRegular(long[] alike) {
        double median = quantile(alike, 0.5);
        long[] deviations =
                Arrays.stream(alike).map(cost -> (long) Math.abs(cost - median)).toArray();
        double deviation = NORMAL * quantile(deviations, 0.5);
        return Math.max(Math.max(median + DEVIATIONS * deviation, RISE * median), ABOVE_HIGH * quantile(alike, HIGH));
    }

    private static long[] alike(long hourMillis, SortedSet<Long> hours, Map<Long, Long> costs) {
        int wanted = kind(hourMillis);
        return hours.stream()
                .filter(hour -> kind(hour) == wanted)
                .mapToLong(hour -> costs.getOrDefault(hour, 0L))
                .toArray();
    }

    private static long[] costs(SortedSet<Long> hours, Map<Long, Long> costs) {
        return hours.stream().mapToLong(hour -> costs.getOrDefault(hour, 0L)).toArray();
    }

    private static int kind(long hourMillis) {
        ZonedDateTime hour = Instant.ofEpochMilli(hourMillis).atZone(ZoneOffset.UTC);
        boolean weekend = hour.getDayOfWeek() == DayOfWeek.SATURDAY || hour.getDayOfWeek() == DayOfWeek.SUNDAY;
        return hour.getHour() + (weekend ? 24 : 0);
    }

    /** By rank, rounded down: of twenty the 19th is the 95 % quantile, so that one outlier does not make it; 0 of none. */
    private static double quantile(long[] values, double share) {
        if (values.length == 0) {
            return 0;
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
