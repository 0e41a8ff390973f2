package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import java.util.Optional;

/** The header that carries a credential to a provider. */
public enum AuthStyle {
    /** {@code x-api-key: SECRET}, Anthropic's own. */
    X_API_KEY("x-api-key"),
    /** {@code Authorization: Bearer SECRET} (RFC 6750), OpenAI's and that of most self-hosted servers. */
    BEARER("bearer"),
    /** {@code x-goog-api-key: SECRET}, Gemini's own. */
    X_GOOG_API_KEY("x-goog-api-key"),
    /** No credential is sent. */
    NONE("none");

    private final String wireName;

    AuthStyle(String wireName) {
        this.wireName = wireName;
    }

    /** As the admin API and the command line write it. */
    public String wireName() {
        return wireName;
    }

    /** The style of that wire name, if there is one. */
    public static Optional<AuthStyle> of(String wireName) {
        for (AuthStyle style : values()) {
            if (style.wireName.equals(wireName)) {
                return Optional.of(style);
            }
        }
        return Optional.empty();
    }

    /** What the vendor of a dialect uses, and so the default of whoever speaks it. */
    public static AuthStyle usualFor(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> X_API_KEY;
            case OPENAI -> BEARER;
            case GEMINI -> X_GOOG_API_KEY;
        };
    }
}
