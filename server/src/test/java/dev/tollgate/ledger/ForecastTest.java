package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.ledger.Forecast.Pace;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForecastTest {
    /** A Wednesday. */
    private static final LocalDate TODAY = LocalDate.parse("2026-11-18");

    private static Map<LocalDate, Long> weeks(long onWorkdays, long onWeekends) {
        Map<LocalDate, Long> spent = new HashMap<>();
        for (LocalDate day = TODAY.minusWeeks(Forecast.WEEKS); day.isBefore(TODAY); day = day.plusDays(1)) {
            boolean weekend = day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
            spent.put(day, weekend ? onWeekends : onWorkdays);
        }
        return spent;
    }

    @Test
    void eachDayCostsWhatItsWeekdayDoes() {
        Forecast forecast = new Forecast(weeks(100, 10), TODAY);
        assertEquals(56, forecast.daysKnown());
        for (Pace pace : Pace.values()) {
            // Wednesday to Sunday: three workdays and a weekend.
            assertEquals(320, forecast.restNanoUsd(TODAY.plusDays(4), pace), pace.name());
        }
        assertEquals(0, forecast.restNanoUsd(TODAY.minusDays(1), Pace.USUAL));
    }

    @Test
    void whatWasSpentTodayIsNotExpectedAgain() {
        Map<LocalDate, Long> spent = weeks(100, 10);
        spent.put(TODAY, 30L);
        assertEquals(70, new Forecast(spent, TODAY).restNanoUsd(TODAY, Pace.USUAL));
        spent.put(TODAY, 500L);
        assertEquals(0, new Forecast(spent, TODAY).restNanoUsd(TODAY, Pace.BUSY));
    }

    @Test
    void oneWildDayChangesNothing() {
        Map<LocalDate, Long> spent = weeks(100, 10);
        spent.put(TODAY.minusWeeks(1), 1_000_000L);
        assertEquals(100, new Forecast(spent, TODAY).restNanoUsd(TODAY, Pace.BUSY));
    }

    @Test
    void theBoundsAreTheQuartiles() {
        Map<LocalDate, Long> spent = new HashMap<>();
        for (int week = 1; week <= 8; week++) {
            spent.put(TODAY.minusWeeks(week), week * 40L); // 40, 80, … 320
        }
        Forecast forecast = new Forecast(spent, TODAY);
        assertEquals(110, forecast.restNanoUsd(TODAY, Pace.QUIET));
        assertEquals(180, forecast.restNanoUsd(TODAY, Pace.USUAL));
        assertEquals(250, forecast.restNanoUsd(TODAY, Pace.BUSY));
    }

    @Test
    void withLittleKnownAllDaysSpeak() {
        Map<LocalDate, Long> spent = new HashMap<>();
        spent.put(TODAY.minusDays(4), 10L);
        spent.put(TODAY.minusDays(3), 30L);
        spent.put(TODAY.minusDays(1), 20L); // the day before was spent nothing on
        Forecast forecast = new Forecast(spent, TODAY);
        assertEquals(4, forecast.daysKnown());
        assertEquals(15, forecast.restNanoUsd(TODAY, Pace.USUAL));
        Forecast first = new Forecast(Map.of(TODAY, 9L), TODAY);
        assertEquals(0, first.daysKnown());
        assertEquals(9 + 9, first.restNanoUsd(TODAY.plusDays(2), Pace.USUAL));
        assertEquals(0, new Forecast(Map.of(), TODAY).restNanoUsd(TODAY.plusDays(9), Pace.BUSY));
    }

    @Test
    void aLimitIsReachedOnTheDayThatBringsItUp() {
        Forecast forecast = new Forecast(weeks(100, 10), TODAY);
        LocalDate last = TODAY.plusDays(30);
        assertEquals(Optional.of(TODAY), forecast.reached(0, last, Pace.USUAL));
        assertEquals(Optional.of(TODAY), forecast.reached(100, last, Pace.USUAL));
        assertEquals(Optional.of(TODAY.plusDays(1)), forecast.reached(101, last, Pace.USUAL));
        assertEquals(Optional.of(TODAY.plusDays(3)), forecast.reached(301, last, Pace.USUAL));
        assertEquals(Optional.empty(), forecast.reached(1_000_000, last, Pace.USUAL));
    }

    @Test
    void itIsNeverNegativeAndItsBoundsAreInOrder() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 500; run++) {
            Map<LocalDate, Long> spent = new HashMap<>();
            int days = random.nextInt(80);
            for (int i = 0; i < days; i++) {
                // A day may come out below zero where more was given back than billed.
                spent.put(TODAY.minusDays(random.nextInt(70)), random.nextLong(-1_000, 1L << 50));
            }
            Forecast forecast = new Forecast(spent, TODAY);
            LocalDate last = TODAY.plusDays(random.nextInt(40));
            long low = forecast.restNanoUsd(last, Pace.QUIET);
            long usual = forecast.restNanoUsd(last, Pace.USUAL);
            long high = forecast.restNanoUsd(last, Pace.BUSY);
            assertTrue(0 <= low && low <= usual && usual <= high, () -> "seed " + seed);
        }
    }
}
