package dev.tollgate.dialects.tokens;

/**
 * How many tokens an input has, as far as can be told from outside.
 *
 * @param tokens what to reckon with; errs to the high side
 * @param atLeast what it surely has: for refusing what cannot fit, and nothing that could
 */
public record TokenEstimate(long tokens, long atLeast) {
    static final TokenEstimate NOTHING = new TokenEstimate(0, 0);

    TokenEstimate plus(TokenEstimate more) {
        return new TokenEstimate(tokens + more.tokens, atLeast + more.atLeast);
    }
}
