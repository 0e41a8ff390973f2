package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a destination is told, on given clocks. */
class TimetableTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            # digest, quiet, zone, now, due
            '', '', UTC, 2026-11-22T12:00:00Z, 2026-11-22T12:00:00Z
            1h, '', UTC, 2026-11-22T12:00:00Z, 2026-11-22T13:00:00Z
            1h, '', UTC, 2026-11-22T12:59:59.999Z, 2026-11-22T13:00:00Z
            30m, '', UTC, 2026-11-22T12:10:00Z, 2026-11-22T12:30:00Z
            daily@08:00, '', UTC, 2026-11-22T07:59:00Z, 2026-11-22T08:00:00Z
            daily@08:00, '', UTC, 2026-11-22T08:00:00Z, 2026-11-23T08:00:00Z
            daily@08:00, '', Asia/Tokyo, 2026-11-22T22:59:00Z, 2026-11-22T23:00:00Z
            # the clock goes forward on 29 March 2026 in Berlin, and back on 25 October
            daily@08:00, '', Europe/Berlin, 2026-03-28T08:00:00Z, 2026-03-29T06:00:00Z
            daily@08:00, '', Europe/Berlin, 2026-10-24T08:00:00Z, 2026-10-25T07:00:00Z
            daily@02:30, '', Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z
            daily@02:30, '', Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z
            daily@02:30, '', Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z
            '', 22:00-07:00, UTC, 2026-11-22T21:59:59.999Z, 2026-11-22T21:59:59.999Z
            '', 22:00-07:00, UTC, 2026-11-22T22:00:00Z, 2026-11-23T07:00:00Z
            '', 22:00-07:00, UTC, 2026-11-23T06:59:59.999Z, 2026-11-23T07:00:00Z
            '', 22:00-07:00, UTC, 2026-11-23T07:00:00Z, 2026-11-23T07:00:00Z
            '', 12:00-13:00, UTC, 2026-11-23T12:30:00Z, 2026-11-23T13:00:00Z
            '', 22:00-07:00, Europe/Berlin, 2026-03-28T23:00:00Z, 2026-03-29T05:00:00Z
            '', 22:00-07:00, Europe/Berlin, 2026-10-24T23:00:00Z, 2026-10-25T06:00:00Z
            '', 01:00-02:30, Europe/Berlin, 2026-03-29T00:15:00Z, 2026-03-29T01:00:00Z
            '', 03:42-02:56, America/New_York, 2027-03-13T18:35:00Z, 2027-03-14T07:00:00Z
            '', 02:50-02:10, America/New_York, 2027-03-13T18:00:00Z, 2027-03-15T06:10:00Z
            '', 22:00-02:30, Europe/Berlin, 2026-10-25T00:45:00Z, 2026-10-25T00:45:00Z
            1h, 22:00-07:00, UTC, 2026-11-22T21:30:00Z, 2026-11-23T07:00:00Z
            daily@23:00, 22:00-07:00, UTC, 2026-11-22T12:00:00Z, 2026-11-23T07:00:00Z
            """)
    void itIsDueByTheClockOfItsZone(String digest, String quiet, String zone, Instant now, Instant due) {
        Timetable timetable = Timetable.parse(digest, quiet, zone);
        assertEquals(due, Instant.ofEpochMilli(timetable.due(now.toEpochMilli())));
        assertEquals(digest, timetable.digestText());
        assertEquals(quiet, timetable.quietText());
    }

    @Test
    void aDueTimeIsNeverQuietNeverPastAndNeverADayLate() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] zones = {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "+05:45"};
        for (int i = 0; i < 20_000; i++) {
            String from = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
            String to = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
            if (!from.equals(to)) {
                Timetable timetable = Timetable.parse("", from + "-" + to, zones[random.nextInt(zones.length)]);
                long now = random.nextLong(1_750_000_000_000L, 1_850_000_000_000L);
                long due = timetable.due(now);
                String what = timetable + " at " + Instant.ofEpochMilli(now);
                assertEquals(due, timetable.afterQuiet(due), what);
                // What is not quiet may lie in the hour that a clock leaves out.
                long loudMinutes =
                        Math.floorMod(ChronoUnit.MINUTES.between(LocalTime.parse(to), LocalTime.parse(from)), 24 * 60);
                assertTrue(due >= now && due - now <= (loudMinutes > 60 ? 26 : 50) * 3_600_000L, what);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"4m", "8d", "0h", "-1h", "1", "h", "1w", "daily", "daily@8:00", "daily@24:00", "daily@08:00x"})
    void whatIsNoDigestIsRefused(String digest) {
        assertThrows(Refusal.class, () -> Timetable.parse(digest, "", "UTC"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22:00", "22-07", "22:00-22:00", "22:00-24:00", "22:60-07:00", "-", "22:00-07:00-08:00"})
    void whatAreNoQuietHoursIsRefused(String quiet) {
        assertThrows(Refusal.class, () -> Timetable.parse("", quiet, "UTC"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mars/Base", "Europe/Berlin\u0000"})
    void unknownZonesAreRefused(String zone) {
        assertThrows(Refusal.class, () -> Timetable.parse("", "", zone));
    }
}
