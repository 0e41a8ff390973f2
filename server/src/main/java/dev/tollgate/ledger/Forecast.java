package dev.tollgate.ledger;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is likely to be spent on the days to come, from what was spent on days of the same weekday: the median of the last eight
 * of each, so that one wild day changes nothing, and the quartiles as bounds. Where fewer than three days of a weekday are known,
 * all known days speak for it. Days are those of UTC; amounts are nano-US-dollars.
 */
public final class Forecast {
    /** How far back it looks. */
    public static final int WEEKS = 8;

    private static final int FEW = 3;

    /** How busy the days to come are taken to be. */
    public enum Pace {
        /** A quarter of such days cost less. */
        QUIET(1),
        /** The median. */
        USUAL(2),
        /** A quarter of such days cost more. */
        BUSY(3);

        private final int quarters;

        Pace(int quarters) {
            this.quarters = quarters;
        }
    }

    private final LocalDate today;
    private final long spentToday;
    /** What such days cost, ascending. */
    private final Map<DayOfWeek, List<Long>> ofWeekday = new EnumMap<>(DayOfWeek.class);

    private final int daysKnown;

    /**
     * Looks at the days before today, from the first on which anything was spent.
     *
     * @param spent by day; a day that is missing cost nothing
     */
    public Forecast(Map<LocalDate, Long> spent, LocalDate today) {
        this.today = today;
        this.spentToday = amount(spent, today);
        LocalDate first = today.minusWeeks(WEEKS);
        while (first.isBefore(today) && amount(spent, first) == 0) {
            first = first.plusDays(1);
        }
        List<Long> all = new ArrayList<>();
        Map<DayOfWeek, List<Long>> weekdays = new EnumMap<>(DayOfWeek.class);
        for (LocalDate day = first; day.isBefore(today); day = day.plusDays(1)) {
            all.add(amount(spent, day));
            weekdays.computeIfAbsent(day.getDayOfWeek(), weekday -> new ArrayList<>())
                    .add(amount(spent, day));
        }
        this.daysKnown = all.size();
        if (all.size() < FEW) {
            all.add(spentToday); // not over yet, and better than nothing
        }
        for (DayOfWeek weekday : DayOfWeek.values()) {
            List<Long> known = weekdays.getOrDefault(weekday, List.of());
            ofWeekday.put(
                    weekday,
                    (known.size() < FEW ? all : known).stream().sorted().toList());
        }
    }

    private static long amount(Map<LocalDate, Long> spent, LocalDate day) {
        return Math.max(0, spent.getOrDefault(day, 0L));
    }

    /** On how many days before today it rests; with few of them it is a guess. */
    public int daysKnown() {
        return daysKnown;
    }

    /** What else will be spent, the rest of today included; never negative. */
    public long restNanoUsd(LocalDate last, Pace pace) {
        long rest = 0;
        for (LocalDate day = today; !day.isAfter(last); day = day.plusDays(1)) {
            rest += on(day, pace);
        }
        return rest;
    }

    /**
     * The day on which so much more will have been spent.
     *
     * @param last no later day is looked at
     */
    public Optional<LocalDate> reached(long leftNanoUsd, LocalDate last, Pace pace) {
        long rest = leftNanoUsd;
        for (LocalDate day = today; !day.isAfter(last); day = day.plusDays(1)) {
            rest -= on(day, pace);
            if (rest <= 0) {
                return Optional.of(day);
            }
        }
        return Optional.empty();
    }

    private long on(LocalDate day, Pace pace) {
        long whole = quantile(ofWeekday.getOrDefault(day.getDayOfWeek(), List.of()), pace.quarters);
        return day.equals(today) ? Math.max(0, whole - spentToday) : whole;
    }

    /** Between the two nearest, in proportion. */
    private static long quantile(List<Long> ascending, int quarters) {
        int at = (ascending.size() - 1) * quarters;
        long below = ascending.get(at / 4);
        long above = ascending.get(Math.min(at / 4 + 1, ascending.size() - 1));
        return below + (above - below) * (at % 4) / 4;
    }
}
