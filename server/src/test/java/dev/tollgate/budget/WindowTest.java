package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WindowTest {
    @ParameterizedTest
    @CsvSource({
        "MINUTE, UTC, 2026-11-22T21:34:56.789Z, 2026-11-22T21:34:00Z, 2026-11-22T21:35:00Z",
        "HOUR, Asia/Kolkata, 2026-11-22T21:34:56Z, 2026-11-22T21:30:00Z, 2026-11-22T22:30:00Z",
        "DAY, America/New_York, 2026-11-22T03:00:00Z, 2026-11-21T05:00:00Z, 2026-11-22T05:00:00Z",
        "WEEK, Europe/Berlin, 2026-11-22T21:00:00Z, 2026-11-15T23:00:00Z, 2026-11-22T23:00:00Z",
        "MONTH, UTC, 2026-11-22T21:00:00Z, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
        // a leap day, and the month that has it
        "DAY, UTC, 2028-02-29T12:00:00Z, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
        "MONTH, UTC, 2028-02-29T23:59:59.999Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "MONTH, UTC, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        // 23 and 25 hours, where clocks are set forward and back
        "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "DAY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        // the hour that comes twice is two windows
        "HOUR, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "HOUR, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        // a midnight that does not exist
        "DAY, Africa/Cairo, 2026-04-24T09:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
    })
    void windowsAreThoseOfTheCalendar(Window window, String zone, Instant at, Instant start, Instant end) {
        long began = window.startMillis(at.toEpochMilli(), ZoneId.of(zone));
        assertEquals(start, Instant.ofEpochMilli(began));
        assertEquals(end, Instant.ofEpochMilli(window.endMillis(began, ZoneId.of(zone))));
    }

    @ParameterizedTest
    @EnumSource(names = {"MINUTE", "HOUR", "DAY", "WEEK", "MONTH"})
    void windowsFollowOneAnotherWithoutAGap(Window window) {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String[] zones = {"UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"};
        for (int i = 0; i < 500; i++) {
            ZoneId zone = ZoneId.of(zones[random.nextInt(zones.length)]);
            long at = 1_700_000_000_000L + random.nextLong(Duration.ofDays(3650).toMillis());
            long start = window.startMillis(at, zone);
            long end = window.endMillis(start, zone);
            String where = "seed " + seed + ": " + Instant.ofEpochMilli(at) + " in " + zone;
            assertTrue(start <= at && at < end, where);
            assertEquals(start, window.startMillis(start, zone), where);
            assertEquals(end, window.startMillis(end, zone), where);
            assertEquals(start, window.startMillis(end - 1, zone), where);
        }
    }

    @Test
    void aLifetimeAndARequestNeverBeginAnew() {
        for (Window window : new Window[] {Window.LIFETIME, Window.REQUEST}) {
            assertEquals(0, window.startMillis(1_795_000_000_000L, ZoneId.of("UTC")));
            assertEquals(Long.MAX_VALUE, window.endMillis(0, ZoneId.of("UTC")));
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        Refusal refusal = assertThrows(Refusal.class, () -> Window.of("fortnight"));
        assertTrue(refusal.cure().contains("day") && refusal.cure().contains("lifetime"), refusal.cure());
    }
}
