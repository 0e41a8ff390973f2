package dev.tollgate.catalog;

import java.util.Locale;

/** What a provider bills as one search. */
public enum SearchUnit {
    /** Each search that it ran. */
    REQUEST,
    /** A prompt for which it searched at all, however often: Google up to Gemini 2.5. */
    PROMPT;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** How many of them so many searches for one prompt are. */
    long of(long searches) {
        return this == PROMPT ? Math.min(1, searches) : searches;
    }
}
