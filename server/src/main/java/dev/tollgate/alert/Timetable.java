package dev.tollgate.alert;

import dev.tollgate.kernel.Refusal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a destination wants to be told. Times of day are those of its time zone: where clocks are set forward, what
 * they leave out is all at that moment; where they are set back, the first of two counts.
 *
 * @param quiet null: at any time
 */
record Timetable(Digest digest, @Nullable Quiet quiet, ZoneId zone) {
    private static final Pattern EVERY = Pattern.compile("([1-9][0-9]{0,3})([mhd])");
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final String DAILY = "daily@";
    private static final Duration LEAST = Duration.ofMinutes(5);
    private static final Duration MOST = Duration.ofDays(7);

    /** Whether notices are gathered. */
    sealed interface Digest {
        /** Each is a message by itself. */
        record None() implements Digest {}

        /** Gathered over periods of that length, which are counted from 1970 on. */
        record Every(Duration period, String text) implements Digest {}

        /** Gathered until that time of day. */
        record Daily(LocalTime at) implements Digest {}
    }

    /**
     * Hours in which only what is urgent is sent.
     *
     * @param to earlier than {@code from} where they go over midnight; not included
     */
    record Quiet(LocalTime from, LocalTime to) {}

    /**
     * Reads it as people write it.
     *
     * @param digest {@code 30m}, {@code 1h} or {@code daily@08:00}; empty for none
     * @param quiet {@code 22:00-07:00}; empty for none
     * @throws Refusal if any of it is something else
     */
    static Timetable parse(String digest, String quiet, String zone) {
        return new Timetable(digest(digest), quiet(quiet), zone(zone));
    }

    /**
     * The same of what the store holds, where it was good once. If it is not any more (another Java knows other time zones), then
     * better told at once than never.
     */
    static Timetable stored(String digest, String quiet, String zone) {
        try {
            return parse(digest, quiet, zone);
        } catch (Refusal e) {
            return new Timetable(new Digest.None(), null, ZoneId.of("UTC"));
        }
    }

    private static Digest digest(String text) {
        if (text.isEmpty()) {
            return new Digest.None();
        }
        if (text.startsWith(DAILY)) {
            String time = text.substring(DAILY.length());
            if (TIME.matcher(time).matches()) {
                return new Digest.Daily(LocalTime.parse(time));
            }
        }
        Matcher every = EVERY.matcher(text);
        if (every.matches()) {
            long number = Long.parseLong(every.group(1));
            Duration period = switch (every.group(2)) {
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
            if (period.compareTo(LEAST) >= 0 && period.compareTo(MOST) <= 0) {
                return new Digest.Every(period, text);
            }
        }
        throw Refusal.invalid("digest is not a time between digests.", "Give 5m to 7d, such as 1h, or daily@08:00.");
    }

    private static @Nullable Quiet quiet(String text) {
        if (text.isEmpty()) {
            return null;
        }
        String[] times = text.split("-", 2);
        boolean good = times.length == 2
                && TIME.matcher(times[0]).matches()
                && TIME.matcher(times[1]).matches()
                && !times[0].equals(times[1]);
        if (!good) {
            throw Refusal.invalid("quiet is not a part of the day.", "Give two different times, such as 22:00-07:00.");
        }
        return new Quiet(LocalTime.parse(times[0]), LocalTime.parse(times[1]));
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                    "There is no such time zone.",
                    "Give a name of the IANA database such as Europe/Berlin, or an offset such as +02:00.");
        }
    }

    /** As {@link #parse} takes it; empty for none. */
    String digestText() {
        return switch (digest) {
            case Digest.None none -> "";
            case Digest.Every every -> every.text;
            case Digest.Daily daily -> DAILY + daily.at;
        };
    }

    /** As {@link #parse} takes it; empty for none. */
    String quietText() {
        return quiet == null ? "" : quiet.from + "-" + quiet.to;
    }

    boolean gathers() {
        return !(digest instanceof Digest.None);
    }

    /** When something that is not urgent and happens now is to be sent; epoch milliseconds. */
    long due(long nowMillis) {
        return afterQuiet(
                switch (digest) {
                    case Digest.None none -> nowMillis;
                    case Digest.Every every -> {
                        long period = every.period.toMillis();
                        yield Math.floorDiv(nowMillis, period) * period + period;
                    }
                    case Digest.Daily daily -> next(daily.at, nowMillis);
                });
    }

    private long next(LocalTime time, long nowMillis) {
        LocalDate day = dateOf(nowMillis).minusDays(1);
        long at = at(day, time);
        while (at <= nowMillis) {
            day = day.plusDays(1);
            at = at(day, time);
        }
        return at;
    }

    /** The instant itself, or the end of the quiet hours that it lies in; of the next ones where clocks leave out all that is between them. */
    long afterQuiet(long atMillis) {
        if (quiet == null) {
            return atMillis;
        }
        boolean overMidnight = quiet.to.isBefore(quiet.from);
        long due = atMillis;
        for (LocalDate day = dateOf(atMillis).minusDays(1); at(day, quiet.from) <= due; day = day.plusDays(1)) {
            due = Math.max(due, at(overMidnight ? day.plusDays(1) : day, quiet.to));
        }
        return due;
    }

    private LocalDate dateOf(long atMillis) {
        return Instant.ofEpochMilli(atMillis).atZone(zone).toLocalDate();
    }

    private long at(LocalDate day, LocalTime time) {
        LocalDateTime local = day.atTime(time);
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        Instant instant = change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
        return instant.toEpochMilli();
    }
}
