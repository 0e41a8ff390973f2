package dev.tollgate.web.page;

import dev.tollgate.kernel.Money;
import java.math.RoundingMode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How pages say times, amounts of money, and names that others have chosen. */
public final class Words {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter EXACT =
            DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int LONGEST_NAME = 80;
    private static final long NANO_USD_PER_CENT = Money.NANO_USD_PER_USD / 100;

    private Words() {}

    /**
     * A name that somebody else has chosen, fit to stand in a sentence of ours: one line, at most 80 characters, without
     * what is invisible or turns the direction of the text around it (UTS 39, Unicode's bidirectional controls).
     */
    public static String name(String text) {
        StringBuilder plain = new StringBuilder();
        int count = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            boolean blank = Character.isWhitespace(point) || Character.isSpaceChar(point);
            if (blank ? plain.isEmpty() || plain.charAt(plain.length() - 1) == ' ' : unseen(point)) {
                continue;
            }
            if (++count > LONGEST_NAME) {
                return plain.toString().strip() + "…";
            }
            plain.appendCodePoint(blank ? ' ' : point);
        }
        return plain.isEmpty() ? "(no name)" : plain.toString().strip();
    }

    private static boolean unseen(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    /** The day, in UTC: {@code 23 November 2026}. */
    public static String day(Instant at) {
        return DAY.format(at);
    }

    /** The day and the minute, in UTC: {@code 23 November 2026, 04:13 UTC}. */
    public static String exact(Instant at) {
        return EXACT.format(at);
    }

    /** How long ago: {@code just now}, {@code 5 minutes ago}, {@code 3 hours ago}; after a day, the day itself. */
    public static String ago(Instant at, Instant now) {
        Duration past = Duration.between(at, now);
        if (past.toMinutes() < 1) {
            return "just now";
        }
        if (past.toHours() < 1) {
            return count(past.toMinutes(), "minute") + " ago";
        }
        return past.toDays() < 1 ? count(past.toHours(), "hour") + " ago" : "on " + day(at);
    }

    /** {@code 1 code}, {@code 2 codes}. */
    public static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * Dollars and cents: {@code $1,204.50}. Rounded down, so that a cap never looks used up before it is.
     *
     * @param nanoUsd nano-US-dollars, not negative
     */
    public static String usd(long nanoUsd) {
        if (nanoUsd > 0 && nanoUsd < NANO_USD_PER_CENT) {
            return "under $0.01";
        }
        BigDecimal cents = BigDecimal.valueOf(nanoUsd, 9).setScale(2, RoundingMode.DOWN);
        return "$" + String.format(Locale.ENGLISH, "%,.2f", cents);
    }
}
