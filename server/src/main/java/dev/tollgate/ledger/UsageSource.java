package dev.tollgate.ledger;

import java.util.Locale;

/** Where a row's token counts come from. */
public enum UsageSource {
    /** The provider's own final word. */
    REPORTED,
    /** The answer ended before that: what was reported so far, and an estimate from the text that had passed. */
    ESTIMATED,
    /** Unknown: the call is billed at its reservation. */
    RESERVATION,
    /** Nothing was used: the answer had been given before, and was kept. */
    CACHE,
    /** Nothing was used. */
    NONE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    static UsageSource of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
