package dev.tollgate.budget;

import dev.tollgate.kernel.Refusal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Over what time a budget's limit holds. Days, weeks and months are those of the calendar in the budget's time zone. */
public enum Window {
    /** Every call by itself. */
    REQUEST,
    MINUTE,
    HOUR,
    DAY,
    /** From Monday (ISO 8601). */
    WEEK,
    MONTH,
    /** For ever: a prepaid balance. */
    LIFETIME;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /**
     * The window of that name.
     *
     * @throws Refusal if there is none
     */
    public static Window of(String wireName) {
        for (Window window : values()) {
            if (window.wireName.equals(wireName)) {
                return window;
            }
        }
        String known = Stream.of(values()).map(Window::wireName).collect(Collectors.joining(", "));
        throw Refusal.invalid("There is no such window.", "Give one of " + known + ".");
    }

    /** When the window that holds that instant began, in epoch milliseconds; 0 for those that never begin anew. */
    long startMillis(long atMillis, ZoneId zone) {
        return switch (this) {
            case REQUEST, LIFETIME -> 0;
            case MINUTE, HOUR ->
                zoned(atMillis, zone)
                        .truncatedTo(this == MINUTE ? ChronoUnit.MINUTES : ChronoUnit.HOURS)
                        .toInstant()
                        .toEpochMilli();
            case DAY, WEEK, MONTH -> begins(date(atMillis, zone), zone);
        };
    }

    /** When the next one begins; {@link Long#MAX_VALUE} if never. */
    long endMillis(long startMillis, ZoneId zone) {
        return switch (this) {
            case REQUEST, LIFETIME -> Long.MAX_VALUE;
            case MINUTE, HOUR -> {
                // A clock that is set back gives an hour twice: each is a window of its own.
                ChronoUnit unit = this == MINUTE ? ChronoUnit.MINUTES : ChronoUnit.HOURS;
                yield Instant.ofEpochMilli(startMillis).plus(1, unit).toEpochMilli();
            }
            case DAY -> begins(date(startMillis, zone).plusDays(1), zone);
            case WEEK -> begins(date(startMillis, zone).plusWeeks(1), zone);
            case MONTH -> begins(date(startMillis, zone).plusMonths(1), zone);
        };
    }

    private LocalDate date(long atMillis, ZoneId zone) {
        LocalDate day = zoned(atMillis, zone).toLocalDate();
        return switch (this) {
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case REQUEST, MINUTE, HOUR, DAY, LIFETIME -> day;
        };
    }

    private static ZonedDateTime zoned(long atMillis, ZoneId zone) {
        return Instant.ofEpochMilli(atMillis).atZone(zone);
    }

    /** Where the clock is set forward at midnight, a day begins later than that. */
    private static long begins(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
