package dev.tollgate.dialects;

import java.util.Optional;
import java.util.Set;

/** A wire format: the family of endpoints, field names and error shapes that one vendor made and others copied. */
public enum Dialect {
    /** Anthropic's Messages API. */
    ANTHROPIC("anthropic"),
    /** OpenAI's Chat Completions, Responses and Embeddings. */
    OPENAI("openai"),
    /** Google's Gemini API ({@code generativelanguage.googleapis.com}). */
    GEMINI("gemini"),
    /** Converse of Amazon Bedrock's runtime, which providers are spoken to in; no client speaks it to the gate. */
    CONVERSE("converse");

    /** Those that clients speak to the gate. */
    public static final Set<Dialect> OF_CLIENTS = Set.of(ANTHROPIC, OPENAI, GEMINI);

    private final String wireName;

    Dialect(String wireName) {
        this.wireName = wireName;
    }

    /** The lower-case name used in settings and in the admin API. */
    public String wireName() {
        return wireName;
    }

    /** The fault where only a dialect {@link #OF_CLIENTS} can stand. */
    public IllegalStateException isNoClients() {
        return new IllegalStateException("no client speaks " + wireName);
    }

    /** The dialect of that exact {@link #wireName()}. */
    public static Optional<Dialect> of(String wireName) {
        for (Dialect dialect : values()) {
            if (dialect.wireName.equals(wireName)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }
}
