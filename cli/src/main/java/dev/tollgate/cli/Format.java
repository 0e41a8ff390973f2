package dev.tollgate.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Figures and words as a person reads them. {@code --json} prints the server's own instead. */
final class Format {
    /** Stands where there is nothing to say. */
    static final String NONE = "-";

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private Format() {}

    /** An amount spent: {@code $12.4081}; four decimals, so that columns line up and a cheap call still shows. */
    static String cost(String usd) {
        try {
            BigDecimal amount = new BigDecimal(usd);
            BigDecimal rounded = amount.setScale(4, RoundingMode.HALF_UP);
            return amount.signum() > 0 && rounded.signum() == 0
                    ? "<$0.0001"
                    : "$" + String.format(Locale.ROOT, "%,.4f", rounded);
        } catch (NumberFormatException absent) {
            return NONE;
        }
    }

    /** A price per million tokens: {@code $3.00}, {@code $0.075}; at least two decimals and none lost. */
    static String price(String usd) {
        try {
            BigDecimal exact = new BigDecimal(usd).stripTrailingZeros();
            return "$"
                    + exact.setScale(Math.max(2, exact.scale()), RoundingMode.UNNECESSARY)
                            .toPlainString();
        } catch (NumberFormatException absent) {
            return NONE;
        }
    }

    /** An amount of the ledger, exact and with its sign: {@code $0.25}, {@code -$0.000000007}. */
    static String amount(String usd) {
        return usd.startsWith("-") ? "-" + price(usd.substring(1)) : price(usd);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A length of time: {@code 402 ms}, {@code 1.89 s}, {@code 3 min 5 s}. */
    static String millis(String milliseconds) {
        try {
            double ms = Double.parseDouble(milliseconds);
            if (ms < 10 && ms != Math.rint(ms)) {
                return String.format(Locale.ROOT, "%.2f ms", ms);
            }
            if (ms < 1_000) {
                return String.format(Locale.ROOT, "%.0f ms", ms);
            }
            if (ms < 60_000) {
                return String.format(Locale.ROOT, "%.2f s", ms / 1_000);
            }
            long seconds = Math.round(ms / 1_000);
            return seconds / 60 + " min " + seconds % 60 + " s";
        } catch (NumberFormatException absent) {
            return NONE;
        }
    }

    /** An RFC 3339 time, in the reader's zone, to the minute. */
    static String minute(String rfc3339, ZoneId zone) {
        return time(rfc3339, zone, MINUTE);
    }

    /** An RFC 3339 time, in the reader's zone, to the second. */
    static String second(String rfc3339, ZoneId zone) {
        return time(rfc3339, zone, SECOND);
    }

    private static String time(String rfc3339, ZoneId zone, DateTimeFormatter format) {
        if (rfc3339.isEmpty()) {
            return NONE;
        }
        try {
            return OffsetDateTime.parse(rfc3339).atZoneSameInstant(zone).format(format);
        } catch (DateTimeException unreadable) {
            return plain(rfc3339);
        }
    }

    /** True where the RFC 3339 time has passed. */
    static boolean passed(String rfc3339, Instant now) {
        try {
            return !OffsetDateTime.parse(rfc3339).toInstant().isAfter(now);
        } catch (DateTimeException absent) {
            return false;
        }
    }

    /** What commas part, without blanks around it. */
    static List<String> words(String commaSeparated) {
        return Arrays.stream(commaSeparated.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /**
     * The text on one line and without control characters. Names, reasons and messages come from elsewhere (a provider's
     * error, for one): they must not move a terminal's cursor or pretend to be other lines.
     */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> plain.append(' ');
                // Direction marks reorder what stands beside them.
                case Character.FORMAT, Character.SURROGATE -> {}
                default -> plain.appendCodePoint(character);
            }
        });
        return plain.toString();
    }
}
