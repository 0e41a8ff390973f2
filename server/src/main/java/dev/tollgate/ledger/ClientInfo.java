package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself in its headers: shown by {@code explain}, believed by nobody.
 *
 * @param userAgent the {@code user-agent} header
 * @param app {@code x-app} or {@code originator}; of a call with an access token the app that it was issued to, which is proven
 * @param sessionId {@code x-claude-code-session-id}, {@code session-id} or {@code x-session-id}
 */
public record ClientInfo(
        @Nullable String userAgent,
        @Nullable String app,
        @Nullable String sessionId) {
    /** A client that says nothing. */
    public static final ClientInfo NONE = new ClientInfo(null, null, null);

    public ClientInfo {
        userAgent = Texts.cleanOrNull(userAgent, 120);
        app = Texts.cleanOrNull(app, 64);
        sessionId = Texts.cleanOrNull(sessionId, 80);
    }
}
