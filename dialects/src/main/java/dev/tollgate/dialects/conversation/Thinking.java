package dev.tollgate.dialects.conversation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much the model is to think, and what of it is shown. The three axes are independent: Anthropic has a mode beside an effort.
 *
 * @param effort Anthropic: {@code output_config.effort}; Chat: {@code reasoning_effort}; Responses: {@code reasoning.effort};
 *     Gemini: {@code thinkingConfig.thinkingLevel}
 * @param encrypted Responses: {@code include: ["reasoning.encrypted_content"]}; true in every other protocol, whose signatures come
 *     unasked
 */
public record Thinking(
        @Nullable Said<Mode> mode,
        @Nullable Said<Effort> effort,
        @Nullable Said<Display> display,
        boolean encrypted) {
    public static final Thinking UNSAID = new Thinking(null, null, null, true);

    /** Whether to think. */
    public sealed interface Mode {
        /** Anthropic: disabled; OpenAI: effort none; Gemini: thinkingBudget 0. */
        record Off() implements Mode {}

        /** The model decides. Anthropic: adaptive; Gemini: thinkingBudget -1; OpenAI: always so. */
        record Adaptive() implements Mode {}

        /** Anthropic: between_tools. */
        record BetweenTools() implements Mode {}

        /** Up to so many tokens. Anthropic: enabled with budget_tokens; Gemini: thinkingBudget; OpenAI: nearest effort, a loss. */
        record Budget(long tokens) implements Mode {}
    }

    /** Ascending. Not every model takes every one: a writer takes the nearest that its destination has, and reports it. */
    public enum Effort {
        NONE,
        MINIMAL,
        LOW,
        MEDIUM,
        HIGH,
        XHIGH,
        MAX;

        /** As every protocol spells it: in lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The effort of that word; null if it is none. */
        public static @Nullable Effort of(String wireName) {
            for (Effort effort : values()) {
                if (effort.wireName().equals(wireName)) {
                    return effort;
                }
            }
            return null;
        }
    }

    /** Anthropic: {@code thinking.display}; Responses: {@code reasoning.summary}; Gemini: {@code includeThoughts}; Chat: none. */
    public enum Display {
        OMITTED,
        /** As the provider sees fit. */
        AUTO,
        CONCISE,
        DETAILED
    }
}
