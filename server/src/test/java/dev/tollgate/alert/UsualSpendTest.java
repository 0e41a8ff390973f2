package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is usual: generated histories, each with its seed. */
class UsualSpendTest {
    private static final long HOUR = UsualSpend.HOUR_MILLIS;
    private static final long START = Instant.parse("2026-10-01T00:00:00Z").toEpochMilli();
    private static final int FOUR_WEEKS = 28 * 24;
    private static final long DOLLAR = 1_000_000_000L;

    private final long seed = Long.getLong("tollgate.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** A history of so many hours, and the judgement of the next. */
    private static OptionalLong most(int hours, LongUnaryOperator costOfHour) {
        Map<Long, Long> costs = new HashMap<>();
        SortedSet<Long> observed = new TreeSet<>();
        for (int i = 0; i < hours; i++) {
            long hour = START + i * HOUR;
            long cost = costOfHour.applyAsLong(hour);
            observed.add(hour);
            if (cost > 0) {
                costs.put(hour, cost);
            }
        }
        return UsualSpend.most(START + hours * HOUR, costs, observed);
    }

    /** Log-normal around a typical sum. */
    private long noisy(double typical, double spread) {
        return (long) (typical * Math.exp(spread * random.nextGaussian()));
    }

    private static boolean isDay(long hour) {
        long ofDay = Math.floorMod(hour / HOUR, 24);
        return ofDay >= 8 && ofDay < 18;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.5})
    void steadyNoiseHardlyEverAlertsAndATenfoldRiseNearlyAlways(double spread) {
        int alarms = 0;
        int found = 0;
        int trials = 400;
        for (int i = 0; i < trials; i++) {
            double typical = (2 + random.nextInt(500)) * (double) DOLLAR;
            int hours = FOUR_WEEKS - random.nextInt(7 * 24);
            // By day ten times of what it is by night: each is judged by its like.
            long next = START + hours * HOUR;
            long most = most(hours, hour -> noisy(isDay(hour) ? typical : typical / 10, spread))
                    .orElseThrow();
            double now = isDay(next) ? typical : typical / 10;
            alarms += noisy(now, spread) > most ? 1 : 0;
            found += 10 * now > most ? 1 : 0;
        }
        assertTrue(alarms <= trials / 40, alarms + " alarms of " + trials + ", seed " + seed);
        // Nights of a few cents stay below the floor.
        assertTrue(found >= trials * 90 / 100, found + " found of " + trials + ", seed " + seed);
    }

    @Test
    void aTenfoldRiseOfDollarsIsAlwaysFoundInModerateNoise() {
        for (int i = 0; i < 300; i++) {
            double typical = (1 + random.nextInt(200)) * (double) DOLLAR;
            long most = most(FOUR_WEEKS, hour -> noisy(typical, 0.2)).orElseThrow();
            assertTrue(10 * typical > most, "seed " + seed + ", " + typical + " against " + most);
        }
    }

    @Test
    void oneOutlierInTheHistoryHidesNoRiseOnWorkingDays() {
        long typical = 5 * DOLLAR;
        int wednesday = (4 * 7 - 1) * 24 + 12; // 1 October 2026 was a Thursday
        long most = most(wednesday, hour -> hour == START + 12 * HOUR ? 1_000 * typical : noisy((double) typical, 0.1))
                .orElseThrow();
        assertTrue(most < 10 * typical, "seed " + seed + ", " + most);
    }

    @Test
    void smallMoneyNeverAlerts() {
        long most = most(FOUR_WEEKS, hour -> noisy(1_000_000, 0.1)).orElseThrow(); // a tenth of a cent
        assertEquals(UsualSpend.FLOOR_NANO_USD, most);
    }

    @Test
    void whoWorksNowAndThenIsJudgedByTheHoursInWhichTheyDid() {
        int alarms = 0;
        for (int i = 0; i < 300; i++) {
            long most = most(FOUR_WEEKS, hour -> random.nextInt(12) == 0 ? noisy(20.0 * DOLLAR, 0.4) : 0)
                    .orElse(Long.MAX_VALUE);
            alarms += noisy(20.0 * DOLLAR, 0.4) > most ? 1 : 0;
            assertTrue(most == Long.MAX_VALUE || 10 * 20 * DOLLAR > most, "seed " + seed);
        }
        assertTrue(alarms <= 6, alarms + " alarms of 300, seed " + seed);
    }

    @Test
    void aShortHistoryTellsNothing() {
        assertEquals(OptionalLong.empty(), most(0, hour -> DOLLAR));
        assertEquals(OptionalLong.empty(), most(71, hour -> DOLLAR));
        assertTrue(most(72, hour -> DOLLAR).isPresent());
        assertEquals(OptionalLong.empty(), most(FOUR_WEEKS, hour -> 0));
        assertEquals(
                OptionalLong.empty(),
                most(FOUR_WEEKS, hour -> hour < START + 19 * HOUR ? DOLLAR : 0),
                "nineteen hours of work");
    }

    @Test
    void hoursBeforeItsFirstDoNotCountAsZeros() {
        // Of four weeks only the last four days: before, the scope did not exist.
        long most = most(FOUR_WEEKS, hour -> hour < START + (FOUR_WEEKS - 96) * HOUR ? 0 : 50 * DOLLAR)
                .orElseThrow();
        assertTrue(most >= 100 * DOLLAR, String.valueOf(most));
    }
}
