package dev.tollgate.console;

import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCClaimsRequest;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.claims.ClaimRequirement;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSetRequest;
import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.upstream.JudgedFetch;
import dev.tollgate.web.Params;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The relying party of OpenID Connect: the code flow with PKCE, {@code state} and {@code nonce}. Each provider has a redirect
 * URI of its own, so that one provider's answer is never taken for another's (mix-up, RFC 9700 section 4.4.2).
 */
final class OutsideSignIn {
    private static final Scope SCOPE = new Scope("openid", "email", "profile");
    private static final String GOOGLE = "https://accounts.google.com";
    private static final ClaimsSetRequest AUTH_TIME = new ClaimsSetRequest()
            .add(new ClaimsSetRequest.Entry("auth_time").withClaimRequirement(ClaimRequirement.ESSENTIAL));
    private static final List<String> ONCE = List.of("code", "state", "iss", "error");
    private static final int MOST_BYTES = 128 * 1024;
    /**
     * No zero: some take that as one second (Doorkeeper, GitLab), which is over before the person is back, and ask without
     * end. An older sign-in does not pass for a new one thereby: its time is compared with when the person set out.
     */
    private static final int FRESH_SECONDS = 30;

    private final IdentityProviders providers;
    private final OutsideDocuments documents;
    private final OutsideIdTokens idTokens;
    private final JudgedFetch fetch;

    OutsideSignIn(IdentityProviders providers, OutsideDocuments documents, JudgedFetch fetch, InstantSource clock) {
        this.providers = providers;
        this.documents = documents;
        this.idTokens = new OutsideIdTokens(documents, clock);
        this.fetch = fetch;
    }

    /**
     * Where to send the browser. Blocking.
     *
     * @param hint who is expected ({@code login_hint}); empty: nobody knows
     */
    URI start(IdentityProvider provider, OutsideJourney journey, URI redirectUri, String hint) throws OutsideFailure {
        return request(provider, journey, redirectUri, hint)
                .endpointURI(documents.configuration(provider).authorizationEndpoint())
                .build()
                .toURI();
    }

    /** What it is sent with. */
    static AuthenticationRequest.Builder request(
            IdentityProvider provider, OutsideJourney journey, URI redirectUri, String hint) {
        AuthenticationRequest.Builder request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, SCOPE, new ClientID(provider.clientId()), redirectUri)
                .state(new State(journey.state()))
                .nonce(new Nonce(journey.nonce()))
                .codeChallenge(new CodeVerifier(journey.verifier()), CodeChallengeMethod.S256);
        if (provider.hostedDomains().size() == 1) {
            request.customParameter("hd", provider.hostedDomains().getFirst());
        }
        if (!hint.isEmpty()) {
            request.loginHint(hint);
        }
        askForTime(provider, journey, request);
        return request;
    }

    /**
     * OpenID Connect Core section 3.1.2.1: with {@code max_age} the ID token must say when the person signed in there. Where
     * that must be now, {@code prompt} says so.
     */
    private static void askForTime(
            IdentityProvider provider, OutsideJourney journey, AuthenticationRequest.Builder request) {
        if (journey.freshSince() == null) {
            request.maxAge((int) Session.ELSEWHERE.toSeconds());
            return;
        }
        request.maxAge(FRESH_SECONDS);
        if (provider.issuer().equals(GOOGLE)) {
            // It refuses prompt=login, and tells the time on this claim's request alone, to clients that may have it.
            request.prompt(new Prompt(Prompt.Type.SELECT_ACCOUNT));
            request.claims(new OIDCClaimsRequest().withIDTokenClaimsRequest(AUTH_TIME));
        } else {
            request.prompt(new Prompt(Prompt.Type.LOGIN));
        }
    }

    /**
     * Who has arrived. Blocking.
     *
     * @param answer the query that the browser brought
     */
    OutsidePerson finish(IdentityProvider provider, OutsideJourney journey, URI redirectUri, Params answer)
            throws OutsideFailure {
        OutsideConfiguration configuration = documents.configuration(provider);
        AuthorizationCode code = code(provider, configuration, journey, redirectUri, answer);
        JWT token = redeem(provider, configuration, journey, redirectUri, code);
        return idTokens.judge(provider, configuration, token, new Nonce(journey.nonce()), journey.freshSince());
    }

    private static AuthorizationCode code(
            IdentityProvider provider,
            OutsideConfiguration configuration,
            OutsideJourney journey,
            URI redirectUri,
            Params answer)
            throws OutsideFailure {
        AuthenticationResponse response;
        if (answer.repeated(ONCE) != null) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its answer has a parameter twice");
        }
        try {
            response = AuthenticationResponseParser.parse(redirectUri, answer.asMap());
        } catch (ParseException | IllegalArgumentException e) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its answer is none of OpenID Connect");
        }
        // First of all, as nothing else of an answer counts that this browser did not ask for.
        State state = response.getState();
        if (state == null || !same(state.getValue(), journey.state())) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "the answer belongs to another sign-in");
        }
        requireIssuer(provider, configuration, response);
        if (!response.indicatesSuccess()) {
            String error =
                    String.valueOf(response.toErrorResponse().getErrorObject().getCode());
            boolean declined = error.equals("access_denied");
            throw new OutsideFailure(declined ? Kind.DECLINED : Kind.AWAY, "it answered with an error");
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        if (code == null) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its answer holds no code");
        }
        return code;
    }

    /** RFC 9207 section 2.4: before the code is shown to anybody. */
    private static void requireIssuer(
            IdentityProvider provider, OutsideConfiguration configuration, AuthenticationResponse response)
            throws OutsideFailure {
        if (response.getIssuer() == null) {
            if (configuration.namesItself()) {
                throw new OutsideFailure(Kind.NOT_PROVEN, "the answer does not say whose it is");
            }
            return;
        }
        String named = response.getIssuer().getValue();
        boolean own = provider.tenants().isEmpty()
                ? named.equals(provider.issuer())
                : provider.tenants().stream().anyMatch(tenant -> named.equals(provider.issuerOf(tenant)));
        if (!own) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "the answer is another issuer's");
        }
    }

    private JWT redeem(
            IdentityProvider provider,
            OutsideConfiguration configuration,
            OutsideJourney journey,
            URI redirectUri,
            AuthorizationCode code)
            throws OutsideFailure {
        HTTPRequest request = request(provider, configuration, journey, redirectUri, code);
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", "application/x-www-form-urlencoded");
        if (request.getAuthorization() != null) {
            headers.put("authorization", request.getAuthorization());
        }
        byte[] body = request.getBody().getBytes(StandardCharsets.UTF_8);
        return switch (fetch.post(configuration.tokenEndpoint(), provider.near(), headers, body, MOST_BYTES)) {
            case Fetched.Nothing(String reason) -> throw new OutsideFailure(Kind.AWAY, reason);
            case Fetched.Document document -> idToken(document);
        };
    }

    private HTTPRequest request(
            IdentityProvider provider,
            OutsideConfiguration configuration,
            OutsideJourney journey,
            URI redirectUri,
            AuthorizationCode code) {
        AuthorizationCodeGrant grant =
                new AuthorizationCodeGrant(code, redirectUri, new CodeVerifier(journey.verifier()));
        ClientID client = new ClientID(provider.clientId());
        Optional<String> secret = providers.clientSecret(provider);
        if (secret.isEmpty()) {
            return new TokenRequest.Builder(configuration.tokenEndpoint(), client, grant)
                    .build()
                    .toHTTPRequest();
        }
        ClientAuthentication authentication = configuration.secretInForm()
                ? new ClientSecretPost(client, new Secret(secret.get()))
                : new ClientSecretBasic(client, new Secret(secret.get()));
        return new TokenRequest.Builder(configuration.tokenEndpoint(), authentication, grant)
                .build()
                .toHTTPRequest();
    }

    private static JWT idToken(Fetched.Document document) throws OutsideFailure {
        HTTPResponse http = new HTTPResponse(document.status());
        TokenResponse response;
        try {
            http.setContentType(document.contentType() == null ? "" : document.contentType());
            http.setBody(new String(document.body(), StandardCharsets.UTF_8));
            response = OIDCTokenResponseParser.parse(http);
        } catch (ParseException e) {
            throw new OutsideFailure(Kind.AWAY, "its token endpoint's answer is none of OpenID Connect");
        }
        if (!(response instanceof OIDCTokenResponse success)) {
            throw new OutsideFailure(Kind.AWAY, "its token endpoint refused with status " + document.status());
        }
        JWT token = success.getOIDCTokens().getIDToken();
        if (token == null) {
            throw new OutsideFailure(Kind.AWAY, "its token endpoint gave no ID token");
        }
        return token;
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
