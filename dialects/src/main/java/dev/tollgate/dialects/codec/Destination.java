package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.dialects.conversation.Tool;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;

/**
 * The model that a request goes to, and what it takes.
 *
 * @param model the provider's name of it; Gemini's stands in the path, not in the body
 * @param defaultMaxTokens for Anthropic, which demands a limit, where the client gave none; also the ceiling of a thinking budget
 * @param efforts the efforts that it takes; empty where it takes none
 * @param leastThinkingBudget in tokens, of a model that takes budgets and always thinks; 0 where thinking can be switched off
 */
public record Destination(
        String model, long defaultMaxTokens, Set<Takes> takes, Set<Effort> efforts, long leastThinkingBudget) {
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
        /** Efforts beyond low, medium and high; {@link Destination#efforts} says which. */
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
        /** OpenAI's {@code prompt_cache_breakpoint}, Bedrock's {@code cachePoint}. */
        CACHE_BREAKPOINTS,
        /** {@code parametersJsonSchema} and {@code responseJsonSchema}. */
        JSON_SCHEMA,
        /** The provider's own search of the web. */
        WEB_SEARCH,
        /** The provider's own fetching of pages. */
        WEB_FETCH,
        /** The provider's own sandbox for code. */
        CODE_EXECUTION
    }

    public Destination {
        takes = Set.copyOf(takes);
        efforts = Set.copyOf(efforts);
    }

    /** A model with the efforts low, medium and high, or all, or none, as {@link Takes} says; it can do without thinking. */
    public Destination(String model, long defaultMaxTokens, Set<Takes> takes) {
        this(model, defaultMaxTokens, takes, efforts(takes), 0);
    }

    private static Set<Effort> efforts(Set<Takes> takes) {
        if (!takes.contains(Takes.EFFORT)) {
            return Set.of();
        }
        return takes.contains(Takes.FINE_EFFORT)
                ? EnumSet.allOf(Effort.class)
                : EnumSet.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH);
    }

    /**
     * The effort that comes nearest: the next lower one, else the next higher. No effort at all is taken for just that.
     *
     * @throws IllegalStateException where it takes no efforts
     */
    public Effort nearest(Effort wanted) {
        if (efforts.contains(wanted)) {
            return wanted;
        }
        return efforts.stream()
                .filter(effort -> effort.compareTo(wanted) < 0 && effort != Effort.NONE)
                .max(Comparator.naturalOrder())
                .or(() -> efforts.stream()
                        .filter(effort -> effort.compareTo(wanted) > 0)
                        .min(Comparator.naturalOrder()))
                .or(() -> efforts.stream().findFirst())
                .orElseThrow(() -> new IllegalStateException("the model takes no efforts"));
    }

    public boolean takes(Takes what) {
        return takes.contains(what);
    }

    /** Whether the provider runs a tool of that ability for this model. */
    public boolean takes(Tool.BuiltIn.Ability ability) {
        return switch (ability) {
            case WEB_SEARCH -> takes(Takes.WEB_SEARCH);
            case WEB_FETCH -> takes(Takes.WEB_FETCH);
            case CODE_EXECUTION -> takes(Takes.CODE_EXECUTION);
            case OTHER -> false;
        };
    }
}
