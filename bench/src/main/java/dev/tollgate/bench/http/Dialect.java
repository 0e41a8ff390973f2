package dev.tollgate.bench.http;

import java.util.Locale;

/** The two wire formats that the bench speaks. */
public enum Dialect {
    OPENAI("/v1/chat/completions"),
    ANTHROPIC("/v1/messages");

    private final String path;

    Dialect(String path) {
        this.path = path;
    }

    /** The operation that generates text, at the vendor's own path. */
    public String path() {
        return path;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
