package dev.tollgate.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: a whole number and {@code s}, {@code m}, {@code h} or {@code d}. */
final class Durations implements ITypeConverter<Duration> {
    static final String FORM = "90d, 12h or 30m";

    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,5})([smhd])");

    /** The longest that the admin API takes (openapi.yaml, {@code expires_in_seconds}). */
    private static final Duration MOST = Duration.ofDays(3650);

    static boolean isDuration(String text) {
        return DURATION.matcher(text).matches();
    }

    /** In the largest unit that says it in a whole number. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    @Override
    public Duration convert(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("not a duration like " + FORM);
        }
        long number = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofDays(Math.multiplyExact(7L, number));
        };
        if (duration.compareTo(MOST) > 0) {
            throw new TypeConversionException("longer than 3650d");
        }
        return duration;
    }
}
