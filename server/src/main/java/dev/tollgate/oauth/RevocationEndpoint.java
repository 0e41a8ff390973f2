package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.time.InstantSource;

/**
 * Where clients give tokens back (RFC 7009). Of a sign-in all tokens end, whichever is shown; a token that came of no sign-in, or by
 * exchange, ends alone. A job, which is no client, gives back its own token: that it holds it is its proof, as it is when it uses it.
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
        String token = message.getToken().getValue();
        if (door.isUnnamed(request) && ofJob(request, client, token)) {
            return WebReply.empty(200);
        }
        revoke(token, client);
        // Section 2.2: the same for a token that is unknown, or another client's: that one learns nothing.
        return WebReply.empty(200);
    }

    /** Whether it was a job's token: that ends. One that is bound to a key is held by nobody who does not prove it. */
    private boolean ofJob(WebRequest request, Client unnamed, String token) {
        AccessTokens.Verified job = accessTokens.verify(token, clock.millis());
        if (job == null || !FederatedGrants.isJob(job.clientId())) {
            return false;
        }
        if (job.jkt().isEmpty() || job.jkt().equals(door.thumbprint(request, unnamed))) {
            refreshTokens.revoke(job.familyId(), job.clientId(), "given back");
        }
        return true;
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
