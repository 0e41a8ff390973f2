package dev.tollgate.dialects;

/**
 * The billable counts of one answer, in one shape for every dialect: each input token stands in exactly one of the first four
 * counts.
 *
 * @param inputTokens input tokens at the full rate: neither read from nor written to a cache
 * @param cacheReadTokens input tokens served from the provider's prompt cache
 * @param cacheWrite5mTokens input tokens written to the cache at the short rate (Anthropic's 5 minutes; OpenAI's
 *     {@code cache_write_tokens}, which know one rate)
 * @param cacheWrite1hTokens input tokens written to Anthropic's 1-hour cache
 * @param outputTokens all output tokens, reasoning included
 * @param reasoningTokens the part of {@code outputTokens} spent on thinking, where the provider says it
 * @param webSearchRequests searches that the provider ran and bills
 * @param tier how the provider served the call, which decides the rates of its tokens
 */
public record Usage(
        long inputTokens,
        long cacheReadTokens,
        long cacheWrite5mTokens,
        long cacheWrite1hTokens,
        long outputTokens,
        long reasoningTokens,
        long webSearchRequests,
        ServiceTier tier) {

    public static final Usage ZERO = new Usage(0, 0, 0, 0, 0, 0, 0);

    public Usage {
        if ((inputTokens
                        | cacheReadTokens
                        | cacheWrite5mTokens
                        | cacheWrite1hTokens
                        | outputTokens
                        | reasoningTokens
                        | webSearchRequests)
                < 0) {
            throw new IllegalArgumentException("a count is negative");
        }
    }

    /** A call that was served as usual. */
    public Usage(
            long inputTokens,
            long cacheReadTokens,
            long cacheWrite5mTokens,
            long cacheWrite1hTokens,
            long outputTokens,
            long reasoningTokens,
            long webSearchRequests) {
        this(
                inputTokens,
                cacheReadTokens,
                cacheWrite5mTokens,
                cacheWrite1hTokens,
                outputTokens,
                reasoningTokens,
                webSearchRequests,
                ServiceTier.STANDARD);
    }

    Usage servedAs(ServiceTier servedTier) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWrite5mTokens,
                cacheWrite1hTokens,
                outputTokens,
                reasoningTokens,
                webSearchRequests,
                servedTier);
    }

    /** The same with an input that was estimated, where none was reported. */
    public Usage withInputTokens(long estimatedInputTokens) {
        return new Usage(estimatedInputTokens, 0, 0, 0, outputTokens, reasoningTokens, webSearchRequests, tier);
    }

    /** The same with an output that was estimated. */
    public Usage withOutputTokens(long estimatedOutputTokens) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWrite5mTokens,
                cacheWrite1hTokens,
                estimatedOutputTokens,
                reasoningTokens,
                webSearchRequests,
                tier);
    }

    /** The whole prompt: uncached, read and written. Long-context prices go by this. */
    public long totalInputTokens() {
        return inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
    }
}
