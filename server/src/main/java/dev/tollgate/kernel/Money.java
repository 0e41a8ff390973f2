package dev.tollgate.kernel;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Text for amounts. Inside, money is a {@code long} of nano-US-dollars (10⁻⁹ USD), which reaches 9.2 billion dollars. */
public final class Money {
    public static final long NANO_USD_PER_USD = 1_000_000_000L;
    private static final int NANO_DIGITS = 9;

    private Money() {}

    /**
     * The shortest exact decimal, with at least two digits after the point: {@code 1.00}, {@code 0.000003}.
     */
    public static String formatUsd(long nanoUsd) {
        BigDecimal exact = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
        return (exact.scale() < 2 ? exact.setScale(2, RoundingMode.UNNECESSARY) : exact).toPlainString();
    }

    /**
     * Reads a decimal number of US dollars, such as {@code 3}, {@code 0.10} or {@code 0.0375}.
     *
     * @throws Refusal if the text is no plain decimal number, finer than a nano-dollar, or out of range
     */
    public static long parseUsd(String text) {
        String cure = "Give a plain decimal number of US dollars, such as 0.25.";
        // Bounded before BigDecimal sees it: "1e999999999" would cost minutes.
        if (text.length() > 24 || !text.matches("-?[0-9]+(\\.[0-9]+)?")) {
            throw Refusal.invalid("Not an amount in US dollars.", cure);
        }
        try {
            return new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact();
        } catch (ArithmeticException e) {
            throw Refusal.invalid("An amount in US dollars has at most nine decimals and is below nine billion.", cure);
        }
    }
}
