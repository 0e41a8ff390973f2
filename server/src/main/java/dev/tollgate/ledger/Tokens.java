package dev.tollgate.ledger;

/**
 * What a call used, disjoint except for reasoning.
 *
 * @param input tokens of the prompt that no cache held
 * @param cacheRead tokens of the prompt that came from a cache
 * @param cacheWrite5m tokens written to a cache for five minutes
 * @param cacheWrite1h tokens written to a cache for an hour
 * @param output tokens of the answer, reasoning included
 * @param reasoning the part of the answer's tokens that was reasoning
 * @param webSearches searches that the provider made and charges for
 */
public record Tokens(
        long input,
        long cacheRead,
        long cacheWrite5m,
        long cacheWrite1h,
        long output,
        long reasoning,
        long webSearches) {
    public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0, 0);

    public Tokens {
        // A sign bit in any of them shows in their bitwise or.
        if ((input | cacheRead | cacheWrite5m | cacheWrite1h | output | reasoning | webSearches) < 0) {
            throw new IllegalArgumentException("a count of tokens is negative");
        }
    }

    /** Those of both. */
    public Tokens plus(Tokens other) {
        return new Tokens(
                Math.addExact(input, other.input),
                Math.addExact(cacheRead, other.cacheRead),
                Math.addExact(cacheWrite5m, other.cacheWrite5m),
                Math.addExact(cacheWrite1h, other.cacheWrite1h),
                Math.addExact(output, other.output),
                Math.addExact(reasoning, other.reasoning),
                Math.addExact(webSearches, other.webSearches));
    }
}
