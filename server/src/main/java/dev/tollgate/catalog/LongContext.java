package dev.tollgate.catalog;

/**
 * Prices that hold for a whole call, output included, whose prompt is long.
 *
 * @param aboveTokens they apply when all prompt tokens together, cached ones included, are more than this
 */
public record LongContext(
        long aboveTokens,
        long inputNanoUsdPerMTok,
        long outputNanoUsdPerMTok,
        long cacheReadNanoUsdPerMTok,
        long cacheWrite5mNanoUsdPerMTok,
        long cacheWrite1hNanoUsdPerMTok) {
    public LongContext {
        if (aboveTokens < 0) {
            throw new IllegalArgumentException("a tier begins at a number of tokens");
        }
        Price.requireInRange(inputNanoUsdPerMTok);
        Price.requireInRange(outputNanoUsdPerMTok);
        Price.requireInRange(cacheReadNanoUsdPerMTok);
        Price.requireInRange(cacheWrite5mNanoUsdPerMTok);
        Price.requireInRange(cacheWrite1hNanoUsdPerMTok);
    }
}
