package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.time.InstantSource;

/**
 * Where clients give tokens back (RFC 7009). Of a sign-in all tokens end, whichever is shown; a token that came of no sign-in, or by
 * exchange, ends alone.
 */
final class RevocationEndpoint {
    static final String PATH = "/oauth/revoke";

    private final ClientDoor door;
    private final RateLimits limits;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final InstantSource clock;

    RevocationEndpoint(
            ClientDoor door,
            RateLimits limits,
            RefreshTokens refreshTokens,
            AccessTokens accessTokens,
            InstantSource clock) {
        this.door = door;
        this.limits = limits;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.clock = clock;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        limits.count(RateLimits.Kind.LOOK, request.clientAddress());
        HTTPRequest http = door.message(request, true);
        TokenRevocationRequest message = Messages.read(() -> TokenRevocationRequest.parse(http));
        Client client = door.client(request, message.getClientAuthentication(), message.getClientID());
        revoke(message.getToken().getValue(), client);
        // Section 2.2: the same for a token that is unknown, or another client's: that one learns nothing.
        return WebReply.empty(200);
    }

    private void revoke(String token, Client client) {
        if (token.startsWith(Secrets.REFRESH)) {
            refreshTokens
                    .family(token)
                    .filter(family -> family.clientId().equals(client.id()))
                    .ifPresent(family -> refreshTokens.revoke(family.id(), client.id(), "given back"));
            return;
        }
        AccessTokens.Verified access = accessTokens.verify(token, clock.millis());
        if (access != null
                && access.clientId().equals(client.id())
                && !access.familyId().isEmpty()) {
            refreshTokens.revoke(access.familyId(), client.id(), "given back");
        }
    }
}
