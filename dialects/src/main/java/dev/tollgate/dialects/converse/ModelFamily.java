package dev.tollgate.dialects.converse;

import java.util.Locale;

/**
 * Whose model it is, by its id. Converse is one for all models, but what it leaves to {@code additionalModelRequestFields} is in each
 * vendor's own words, and some blocks only some models take.
 */
enum ModelFamily {
    CLAUDE,
    NOVA,
    GPT_OSS,
    /** Any other, and an ARN of the account's own, which does not tell. */
    OTHER;

    /** Of {@code eu.anthropic.claude-sonnet-4-6-v1:0}, for example. */
    static ModelFamily of(String model) {
        String id = model.toLowerCase(Locale.ROOT);
        if (id.contains("claude")) {
            return CLAUDE;
        }
        if (id.contains("amazon.nova")) {
            return NOVA;
        }
        return id.contains("gpt-oss") ? GPT_OSS : OTHER;
    }

    /** Whether a tool's result can say that the tool has failed. */
    boolean takesStatus() {
        return this == CLAUDE || this == NOVA;
    }
}
