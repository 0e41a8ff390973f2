package dev.tollgate.dialects.conversation;

/**
 * The prompt up to and with the part or tool that bears it is to be cached. Anthropic: {@code cache_control}; OpenAI: {@code
 * prompt_cache_breakpoint} of input parts, else by itself; Gemini: by itself. Lost elsewhere, and harmless there.
 */
public record CacheHint(Path at, Ttl ttl) {
    public enum Ttl {
        UNSAID,
        FIVE_MINUTES,
        ONE_HOUR
    }
}
