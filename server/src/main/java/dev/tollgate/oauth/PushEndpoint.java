package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.net.URI;

/** Where clients push an authorization request ahead (RFC 9126): judged here as it will be at the authorization endpoint. */
final class PushEndpoint {
    static final String PATH = "/oauth/par";

    private final ClientDoor door;
    private final RateLimits limits;
    private final AuthorizationRequests requests;
    private final PushedRequests pushed;

    PushEndpoint(ClientDoor door, RateLimits limits, AuthorizationRequests requests, PushedRequests pushed) {
        this.door = door;
        this.limits = limits;
        this.requests = requests;
        this.pushed = pushed;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        limits.count(RateLimits.Kind.PUSH, request.clientAddress());
        HTTPRequest http = door.message(request, false);
        PushedAuthorizationRequest message = Messages.read(() -> PushedAuthorizationRequest.parse(http));
        AuthorizationRequest asked = message.getAuthorizationRequest();
        Client client = door.client(request, message.getClientAuthentication(), asked.getClientID());
        // RFC 9126 section 2: the client that authenticates is the one that asks.
        if (!client.id().equals(asked.getClientID().getValue())) {
            throw OAuthRefusal.invalidRequest("client_id is not the client that authenticated.");
        }
        // RFC 9449 section 10.1: by a proof, by dpop_jkt, or not yet.
        AuthorizationRequests.Checked checked = requests.check(client, asked, door.thumbprint(request, client));
        String uri = pushed.keep(new PushedRequests.Pushed(client.id(), asked.toQueryString(), checked.jkt()));
        return Messages.json(
                201,
                new PushedAuthorizationSuccessResponse(URI.create(uri), OAuthSettings.PUSHED.toSeconds())
                        .toJSONObject());
    }
}
