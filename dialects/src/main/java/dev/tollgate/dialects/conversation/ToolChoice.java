package dev.tollgate.dialects.conversation;

import java.util.List;

/** Whether and which tools are to be called. */
public sealed interface ToolChoice {
    /** Anthropic, OpenAI: auto; Gemini: AUTO. */
    record Auto() implements ToolChoice {}

    /** none; NONE. */
    record None() implements ToolChoice {}

    /** At least one. Anthropic: any; OpenAI: required; Gemini: ANY. */
    record Required() implements ToolChoice {}

    /** That one. Anthropic: tool; OpenAI: a function or custom tool by name; Gemini: ANY with one allowed name. */
    record Named(String name) implements ToolChoice {}

    /**
     * Some of them. OpenAI: allowed_tools; Gemini: ANY with allowed names; Anthropic: by leaving the others out, which spoils the
     * prompt cache.
     */
    record Allowed(List<String> names, boolean required) implements ToolChoice {
        public Allowed {
            names = List.copyOf(names);
        }
    }
}
