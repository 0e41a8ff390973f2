package dev.tollgate.budget;

import java.util.Locale;

/** What a rate counts. */
public enum RateKind {
    /** A minute. */
    REQUESTS,
    /** A minute: of the prompt, but for what comes from a provider's cache. */
    INPUT_TOKENS,
    /** A minute. */
    OUTPUT_TOKENS,
    /** Calls under way at one moment. */
    CONCURRENT;

    private final String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');

    /** What it counts, for people. */
    public String words() {
        return this == CONCURRENT ? "calls at once" : words;
    }
}
