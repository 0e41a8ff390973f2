package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a credential authenticates to a provider. */
public enum AuthStyle {
    /** {@code x-api-key: SECRET}, Anthropic's own. */
    X_API_KEY("x-api-key"),
    /** {@code Authorization: Bearer SECRET} (RFC 6750), OpenAI's and that of most self-hosted servers. */
    BEARER("bearer"),
    /** {@code x-goog-api-key: SECRET}, Gemini's own. */
    X_GOOG_API_KEY("x-goog-api-key"),
    /** Signed with an access key of AWS (Signature Version 4); the key itself is not sent. */
    AWS_SIGV4("aws-sigv4", "aws-access-key"),
    /** {@code Authorization: Bearer TOKEN}, of a token that a service account's key is exchanged for (RFC 7523). */
    GOOGLE_SERVICE_ACCOUNT("google-service-account", "google-service-account"),
    /** No credential is sent. */
    NONE("none");

    private final String wireName;
    private final @Nullable String kind;

    AuthStyle(String wireName) {
        this(wireName, null);
    }

    AuthStyle(String wireName, @Nullable String kind) {
        this.wireName = wireName;
        this.kind = kind;
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

    /** The one kind of credential that it works with; empty if any secret of one line is sent as it is. */
    public Optional<String> kind() {
        return Optional.ofNullable(kind);
    }

    /** Whether a credential of that kind can be used so: a key that only signs must never be sent. */
    public boolean takes(String credentialKind) {
        for (AuthStyle style : values()) {
            if (credentialKind.equals(style.kind)) {
                return style == this;
            }
        }
        return kind == null;
    }

    /** What the vendor of a dialect uses, and so the default of whoever speaks it. */
    public static AuthStyle usualFor(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> X_API_KEY;
            case OPENAI -> BEARER;
            case GEMINI -> X_GOOG_API_KEY;
            case CONVERSE -> AWS_SIGV4;
        };
    }
}
