package dev.tollgate.dialects.codec;

import java.util.Set;

/**
 * The model that a request goes to, and what it takes.
 *
 * @param model the provider's name of it; Gemini's stands in the path, not in the body
 * @param defaultMaxTokens for Anthropic, which demands a limit, where the client gave none; also the ceiling of a thinking budget
 */
public record Destination(String model, long defaultMaxTokens, Set<Takes> takes) {
    /** What models of one protocol differ in. What is not taken is not sent: the writer takes the nearest, and reports it. */
    public enum Takes {
        /** temperature, top_p, top_k */
        SAMPLING,
        /** Anthropic's adaptive thinking, Gemini's dynamic one. */
        ADAPTIVE_THINKING,
        /** A thinking budget in tokens. */
        THINKING_BUDGET,
        /** An effort, Gemini's thinkingLevel. */
        EFFORT,
        /** Efforts beyond low, medium and high. */
        FINE_EFFORT,
        STRUCTURED_OUTPUT,
        STRICT_TOOLS,
        /** OpenAI's {@code custom} tools, which take free text; elsewhere they become functions. */
        CUSTOM_TOOLS,
        /** Media by URL. */
        MEDIA_URL,
        DOCUMENTS,
        AUDIO,
        /** Instructions within the conversation. */
        SYSTEM_TURNS,
        /** {@code max_completion_tokens}; compatible servers may know {@code max_tokens} only. */
        MAX_COMPLETION_TOKENS,
        /** {@code stream_options.include_usage}. */
        STREAM_USAGE,
        /** OpenAI's {@code prompt_cache_breakpoint}. */
        CACHE_BREAKPOINTS,
        /** {@code parametersJsonSchema} and {@code responseJsonSchema}. */
        JSON_SCHEMA
    }

    public Destination {
        takes = Set.copyOf(takes);
    }

    public boolean takes(Takes what) {
        return takes.contains(what);
    }
}
