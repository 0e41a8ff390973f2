package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the endpoints for clients have in common: the message, who sends it, its proof of a key, and how it is refused. */
final class ClientDoor {
    private static final int LONGEST = 32 << 10;

    /** An endpoint's own part. */
    @FunctionalInterface
    interface Story {
        WebReply tell(WebRequest request);
    }

    private final Audiences audiences;
    private final ClientAuthenticator authenticator;
    private final DpopProofs proofs;

    ClientDoor(Audiences audiences, ClientAuthenticator authenticator, DpopProofs proofs) {
        this.audiences = audiences;
        this.authenticator = authenticator;
        this.proofs = proofs;
    }

    /** Tells the story; a refusal is answered in the form of RFC 6749 section 5.2. */
    WebReply answer(WebRequest request, Story story) {
        WebReply reply;
        try {
            reply = story.tell(request);
        } catch (OAuthRefusal e) {
            reply = Messages.error(e);
        }
        boolean dpop = request.headers().contains("dpop");
        return dpop ? reply.with(DpopProofs.NONCE_HEADER, proofs.nonce()) : reply;
    }

    /** The message for the library, with Claude Code named where a request names nobody and may be its. */
    HTTPRequest message(WebRequest request, boolean mayBeUnnamed) {
        String body = Messages.body(request);
        if (body.length() > LONGEST) {
            throw OAuthRefusal.of(new ErrorObject("invalid_request", null, 413), "The request is too large.");
        }
        if (inForm(request) && inHeader(request)) {
            // RFC 6749 section 2.3: a client authenticates in one way at a time.
            throw OAuthRefusal.invalidRequest("Authenticate in the header or in the form, not in both.");
        }
        String named = mayBeUnnamed && isUnnamed(request) ? body + "&client_id=" + Clients.CLAUDE_CODE : body;
        return Messages.request(request, endpoint(request), named);
    }

    /** Whether it names no client in any way. */
    boolean isUnnamed(WebRequest request) {
        return !inForm(request)
                && !inHeader(request)
                && request.form().all("client_id").isEmpty();
    }

    private static boolean inForm(WebRequest request) {
        return !request.form().all("client_secret").isEmpty()
                || !request.form().all("client_assertion").isEmpty();
    }

    private static boolean inHeader(WebRequest request) {
        return request.headers().contains("authorization");
    }

    URI endpoint(WebRequest request) {
        return audiences.endpoint(request.path());
    }

    /**
     * The client that sent the request.
     *
     * @throws OAuthRefusal {@code invalid_client}
     */
    Client client(WebRequest request, @Nullable ClientAuthentication proof, @Nullable ClientID claimed) {
        Set<URI> mayBeFor = new HashSet<>();
        mayBeFor.add(audiences.endpoint(""));
        mayBeFor.add(audiences.endpoint("/"));
        mayBeFor.add(audiences.endpoint(TokenEndpoint.PATH));
        mayBeFor.add(endpoint(request));
        return authenticator.authenticate(proof, claimed, mayBeFor);
    }

    /** Thumbprint of the key that the request proves; empty: it carries no proof. */
    String thumbprint(WebRequest request, Client client) {
        return proofs.thumbprint(request, endpoint(request), client.id());
    }

    /** The same of a token request: a client may have promised that each of these carries a proof (RFC 9449 section 5.2). */
    String thumbprintForToken(WebRequest request, Client client) {
        String jkt = thumbprint(request, client);
        if (jkt.isEmpty() && client.dpop()) {
            throw OAuthRefusal.of(
                    new ErrorObject("invalid_dpop_proof", null, 400),
                    "This client has promised a DPoP proof with each token request.");
        }
        return jkt;
    }
}
