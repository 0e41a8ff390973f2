package dev.tollgate.sim;

/**
 * What a call reports as used. Each dialect sums it up in its own way.
 *
 * @param input tokens that were neither read from nor written to the cache
 * @param output all tokens generated, reasoning included
 * @param reasoning of those, the ones spent on thinking
 */
record Tokens(long input, CacheUse cache, long output, long reasoning) {

    /** The prompt's whole length. */
    long totalInput() {
        return input + cache.total();
    }

    /** What no provider may report, for the gate to refuse. */
    Tokens negated() {
        return new Tokens(-input, CacheUse.NONE, -output, 0);
    }
}
