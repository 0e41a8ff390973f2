package dev.tollgate.sim;

import dev.tollgate.sim.Measure.Prefix;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants of the prompt cache.
 *
 * @param prefixes where an earlier call may have stopped, oldest first
 * @param upTo where this call's cached part ends; null when it wants no caching
 * @param hourTokens how much of it, from its start, is to be kept for one hour
 */
record CacheRequest(Collection<Prefix> prefixes, @Nullable Prefix upTo, long hourTokens) {

    static final CacheRequest NONE = new CacheRequest(List.of(), null, 0);

    /** From this length on OpenAI and Gemini cache unasked. */
    private static final long AUTOMATIC_TOKENS = 1_024;

    /** Anthropic's: what its {@code cache_control} marks say; one at the request's top marks all of it. */
    static CacheRequest marked(Measure measure, boolean whole, boolean wholeForOneHour) {
        Prefix upTo = whole ? new Prefix(measure.hash(), measure.tokens()) : measure.cachedTo();
        if (upTo == null) {
            return NONE;
        }
        Prefix hour = wholeForOneHour ? upTo : measure.cachedHourTo();
        return new CacheRequest(measure.prefixes(), upTo, hour == null ? 0 : hour.tokens());
    }

    /** OpenAI's and Gemini's: the whole prompt, when it is long enough or the request names the cache. */
    static CacheRequest automatic(Measure measure, boolean asked) {
        return asked || measure.tokens() >= AUTOMATIC_TOKENS
                ? new CacheRequest(measure.prefixes(), new Prefix(measure.hash(), measure.tokens()), 0)
                : NONE;
    }
}
