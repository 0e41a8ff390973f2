package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import dev.tollgate.kernel.store.StoredText;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges authorization requests, pushed or not. First {@link #redirectUri}: as long as that has not been found good, nothing may
 * be sent to it, and what is wrong is told to the person; then {@link #check}, whose refusals go to the client.
 */
public final class AuthorizationRequests {
    /**
     * What is asked for, found good.
     *
     * @param jkt thumbprint of the key that the code is to be bound to; empty: none
     * @param nonce of OpenID Connect; empty: none
     */
    public record Checked(
            Client client,
            String redirectUri,
            List<String> scopes,
            String resource,
            String challenge,
            String jkt,
            String nonce) {
        /** The same for these scopes alone. */
        Checked within(List<String> less) {
            return new Checked(client, redirectUri, less, resource, challenge, jkt, nonce);
        }
    }

    private final Audiences audiences;

    AuthorizationRequests(Audiences audiences) {
        this.audiences = audiences;
    }

    /**
     * Where the answer is to be sent, exactly as it was asked for.
     *
     * @throws OAuthRefusal if it is not one of the client's; never to be sent there
     */
    public static String redirectUri(Client client, AuthorizationRequest request) {
        URI asked = request.getRedirectionURI();
        return redirectUri(client, asked == null ? null : asked.toString());
    }

    /** The same of the parameter as it was sent; null: it was left out. */
    static String redirectUri(Client client, @Nullable String asked) {
        if (asked == null) {
            // RFC 6749 section 3.1.2.3: it may be left out by who has registered one alone. A loopback has no port
            // then.
            if (client.redirectUris().size() == 1 && !client.localOnly()) {
                return client.redirectUris().getFirst();
            }
            throw OAuthRefusal.invalidRequest("redirect_uri is missing.");
        }
        if (!client.redirectsTo(asked)) {
            throw OAuthRefusal.invalidRequest("redirect_uri is not one that the client has registered.");
        }
        return asked;
    }

    /**
     * Everything else.
     *
     * @param provedJkt thumbprint of a key that was proved with a pushed request; empty: none
     * @throws OAuthRefusal in the form of RFC 6749 section 4.1.2.1
     */
    public Checked check(Client client, AuthorizationRequest request, String provedJkt) {
        if (!client.grantTypes().contains(GrantType.AUTHORIZATION_CODE)) {
            throw OAuthRefusal.of(
                    OAuth2Error.UNAUTHORIZED_CLIENT, "This client may not ask for an authorization code.");
        }
        if (!ResponseType.CODE.equals(request.getResponseType())) {
            throw OAuthRefusal.of(OAuth2Error.UNSUPPORTED_RESPONSE_TYPE, "response_type must be code.");
        }
        ResponseMode mode = request.getResponseMode();
        if (mode != null && !mode.equals(ResponseMode.QUERY)) {
            throw OAuthRefusal.invalidRequest("response_mode must be query.");
        }
        if (request.specifiesRequestObject()) {
            throw OAuthRefusal.of(
                    new ErrorObject("request_not_supported", null, 400),
                    "Request objects are not supported; push the request.");
        }
        String resource = audiences.asked(request.getResources());
        return new Checked(
                client,
                redirectUri(client, request),
                scopes(client, request, audiences.usualScopes(resource)),
                resource,
                challenge(request),
                thumbprint(request, provedJkt),
                nonce(request));
    }

    /** RFC 7636; RFC 9700 section 2.1.1: required, and S256, for a request without either could be injected into. */
    private static String challenge(AuthorizationRequest request) {
        if (request.getCodeChallenge() == null) {
            throw OAuthRefusal.invalidRequest("code_challenge is missing (PKCE with S256 is required).");
        }
        if (!CodeChallengeMethod.S256.equals(request.getCodeChallengeMethod())) {
            throw OAuthRefusal.invalidRequest("code_challenge_method must be S256.");
        }
        String challenge = request.getCodeChallenge().getValue();
        if (!AuthorizationCodes.isChallenge(challenge)) {
            throw OAuthRefusal.invalidRequest("code_challenge is not that of S256.");
        }
        return challenge;
    }

    private static List<String> scopes(Client client, AuthorizationRequest request, List<String> usual) {
        List<String> asked =
                request.getScope() == null ? List.of() : request.getScope().toStringList();
        return allowed(client, asked, usual);
    }

    /**
     * What the client gets of what it asks for.
     *
     * @param usual what the resource that it asks for is good for
     * @throws OAuthRefusal {@code invalid_scope}
     */
    static List<String> allowed(Client client, List<String> asked, List<String> usual) {
        List<String> own = client.scopes();
        if (asked.isEmpty()) {
            boolean server = !usual.equals(Scopes.DEFAULT) && Scopes.covers(own, usual);
            return own.isEmpty() || server ? usual : own;
        }
        List<String> scopes = Scopes.asked(asked);
        if (client.vouchedFor() && !own.isEmpty() && !Scopes.covers(own, scopes)) {
            throw OAuthRefusal.invalidScope("This client may ask for " + Scopes.joined(own) + " alone.");
        }
        return scopes;
    }

    /** RFC 9449 section 10. */
    private static String thumbprint(AuthorizationRequest request, String proved) {
        if (request.getDPoPJWKThumbprintConfirmation() == null) {
            return proved;
        }
        String asked = request.getDPoPJWKThumbprintConfirmation().getValue().toString();
        if (!AuthorizationCodes.isChallenge(asked)) {
            throw OAuthRefusal.invalidRequest("dpop_jkt is no thumbprint by SHA-256 (RFC 9449 section 10).");
        }
        if (!proved.isEmpty() && !proved.equals(asked)) {
            throw OAuthRefusal.invalidRequest("dpop_jkt is not the key of the DPoP proof.");
        }
        return asked;
    }

    private static String nonce(AuthorizationRequest request) {
        @Nullable
        String nonce = request instanceof AuthenticationRequest oidc && oidc.getNonce() != null
                ? oidc.getNonce().getValue()
                : parameter(request, "nonce");
        String text = nonce == null ? "" : nonce;
        if (!StoredText.clean(text, 512).equals(text)) {
            throw OAuthRefusal.invalidRequest("nonce has more than 512 characters, or such as no text has.");
        }
        return text;
    }

    private static @Nullable String parameter(AuthorizationRequest request, String name) {
        List<String> values = request.getCustomParameter(name);
        return values == null || values.isEmpty() ? null : values.getFirst();
    }
}
