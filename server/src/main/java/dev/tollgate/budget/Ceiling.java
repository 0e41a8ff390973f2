package dev.tollgate.budget;

import java.math.BigInteger;

/**
 * The most that a call may come to, at the dearest candidate it is allowed to reach.
 *
 * @param inputTokens at least as many as the prompt can have (a token is at least one byte of the body)
 * @param outputTokens at most as many as the answer can have, over all its choices
 * @param inputNanoUsdPerMTok the dearest price of any kind of input token: uncached, cache write, long context
 * @param outputNanoUsdPerMTok the dearest price of an output token
 * @param requestNanoUsd what is charged besides tokens, such as searches
 * @param isPriced false if no price is known, so that the bound is no bound; a price of zero is one
 */
public record Ceiling(
        long inputTokens,
        long outputTokens,
        long inputNanoUsdPerMTok,
        long outputNanoUsdPerMTok,
        long requestNanoUsd,
        boolean isPriced) {
    /** For calls that cost nothing, and for models without a known price. */
    public static final Ceiling NOTHING = new Ceiling(0, 0, 0, 0, 0);

    /** One million dollars. A bound above it (a hostile {@code max_tokens}) says nothing and must not overflow sums. */
    public static final long MOST_NANO_USD = 1_000_000_000_000_000L;

    private static final long TOKENS_PER_PRICE = 1_000_000;

    public Ceiling {
        if ((inputTokens | outputTokens | inputNanoUsdPerMTok | outputNanoUsdPerMTok | requestNanoUsd) < 0) {
            throw new IllegalArgumentException("a ceiling has a negative part");
        }
    }

    /** One whose price is known exactly where it is above zero. */
    public Ceiling(
            long inputTokens,
            long outputTokens,
            long inputNanoUsdPerMTok,
            long outputNanoUsdPerMTok,
            long requestNanoUsd) {
        this(
                inputTokens,
                outputTokens,
                inputNanoUsdPerMTok,
                outputNanoUsdPerMTok,
                requestNanoUsd,
                (inputNanoUsdPerMTok | outputNanoUsdPerMTok | requestNanoUsd) != 0);
    }

    /** The bound in nano-US-dollars, rounded up, at most {@link #MOST_NANO_USD}. */
    public long nanoUsd() {
        long input = part(inputTokens, inputNanoUsdPerMTok);
        long output = part(outputTokens, outputNanoUsdPerMTok);
        return Math.min(MOST_NANO_USD, input + output + Math.min(MOST_NANO_USD, requestNanoUsd));
    }

    /** The same call, of whose prompt it is known that it has no more tokens than that. */
    public Ceiling withInput(long tokens) {
        return new Ceiling(
                Math.min(inputTokens, tokens),
                outputTokens,
                inputNanoUsdPerMTok,
                outputNanoUsdPerMTok,
                requestNanoUsd,
                isPriced);
    }

    /** The same call, whose prompt may have that many tokens, however short its body. */
    public Ceiling withInputOf(long tokens) {
        return new Ceiling(
                Math.max(inputTokens, tokens),
                outputTokens,
                inputNanoUsdPerMTok,
                outputNanoUsdPerMTok,
                requestNanoUsd,
                isPriced);
    }

    /** The same call, with that bound on its answers. */
    public Ceiling withOutput(long tokens) {
        return new Ceiling(inputTokens, tokens, inputNanoUsdPerMTok, outputNanoUsdPerMTok, requestNanoUsd, isPriced);
    }

    /** How many output tokens that money pays, after the prompt. */
    public long outputTokensFor(long nanoUsd) {
        long rest = Math.min(MOST_NANO_USD, nanoUsd) - withOutput(0).nanoUsd();
        if (rest <= 0) {
            return 0;
        }
        return outputNanoUsdPerMTok == 0
                ? outputTokens
                : BigInteger.valueOf(rest)
                        .multiply(BigInteger.valueOf(TOKENS_PER_PRICE))
                        .divide(BigInteger.valueOf(outputNanoUsdPerMTok))
                        .min(BigInteger.valueOf(Long.MAX_VALUE))
                        .longValueExact();
    }

    private static long part(long tokens, long nanoUsdPerMTok) {
        long product = tokens * nanoUsdPerMTok;
        if (Math.multiplyHigh(tokens, nanoUsdPerMTok) != 0 || product < 0) {
            return large(tokens, nanoUsdPerMTok);
        }
        return Math.min(MOST_NANO_USD, Math.ceilDiv(product, TOKENS_PER_PRICE));
    }

    /** Where the product does not fit a long, the quotient may still lie below the most. */
    private static long large(long tokens, long nanoUsdPerMTok) {
        BigInteger[] parts = BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(nanoUsdPerMTok))
                .divideAndRemainder(BigInteger.valueOf(TOKENS_PER_PRICE));
        BigInteger roundedUp = parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
        return roundedUp.min(BigInteger.valueOf(MOST_NANO_USD)).longValueExact();
    }
}
