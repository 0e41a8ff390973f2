package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.basic;
import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens in hands that they were not issued to: those can neither end them, nor learn of them, nor make others of them. */
@SuppressWarnings("NullAway.Init")
class OthersTokensTest {
    @TempDir
    Path home;

    private OAuthHouse house;
    private Client app;

    @BeforeEach
    void open() throws Exception {
        house = new OAuthHouse(TestDatabase.SQLITE, home);
        app = house.app();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Answer signIn() {
        Answer tokens = house.token(codeForm(app, house.code(app, house.grant(app, "models:use"))));
        assertEquals(200, tokens.status(), tokens.body().toString());
        return tokens;
    }

    private static Map<String, String> exchangeForm(String token) {
        return new HashMap<>(Map.of(
                "grant_type",
                GrantType.TOKEN_EXCHANGE.getValue(),
                "subject_token",
                token,
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token"));
    }

    private Answer exchange(Clients.NewClient by, String token) {
        return house.post(house.one, TokenEndpoint.PATH, exchangeForm(token), basic(by));
    }

    /** RFC 7009 section 2.1. */
    @Test
    void nobodyGivesBackWhatIsAnothers() {
        Answer tokens = signIn();
        Client thief = house.app();
        for (String token : new String[] {tokens.text("access_token"), tokens.text("refresh_token")}) {
            Map<String, String> form = Map.of("token", token, "client_id", thief.id());
            assertEquals(200, house.post(RevocationEndpoint.PATH, form).status(), "and learns nothing");
            assertEquals(
                    200,
                    house.post(house.one, RevocationEndpoint.PATH, Map.of("token", token), basic(house.service()))
                            .status());
        }
        assertTrue(house.opens(tokens.text("access_token")));
        assertEquals(
                200, house.token(refreshForm(app, tokens.text("refresh_token"))).status());
    }

    @Test
    void nobodyLearnsOfARefreshTokenButItsOwnClientAndOnlyWhileItIsGood() {
        Clients.NewClient service = house.service();
        Map<String, String> form = new HashMap<>(
                codeForm(service.client(), house.code(service.client(), house.grant(service.client(), "models:use"))));
        form.remove("client_id");
        String token =
                house.post(house.one, TokenEndpoint.PATH, form, basic(service)).text("refresh_token");
        assertTrue(token.startsWith("tgr_"));
        assertTrue(isActive(service, token));
        assertFalse(isActive(house.service(), token));
        Map<String, String> refresh = Map.of("grant_type", "refresh_token", "refresh_token", token);
        String next = house.post(house.one, TokenEndpoint.PATH, refresh, basic(service))
                .text("refresh_token");
        assertFalse(isActive(service, token), "used");
        assertTrue(isActive(service, next));
        house.server().grants().revokeAll(OAuthHouse.ANN.id(), "owner");
        assertFalse(isActive(service, next), "its grant has ended");
    }

    private boolean isActive(Clients.NewClient asking, String token) {
        return house.post(house.one, IntrospectionEndpoint.PATH, Map.of("token", token), basic(asking))
                .body()
                .path("active")
                .asBoolean();
    }

    /** An app that keeps no secret cannot be told from another program: it exchanges what is its own. */
    @Test
    void whoDoesNotAuthenticateExchangesItsOwnTokensAlone() {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
        metadata.setRedirectionURI(URI.create(OAuthHouse.REDIRECT));
        metadata.setGrantTypes(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.TOKEN_EXCHANGE));
        Client known =
                house.server().clients().create(metadata, "team", "owner").client();
        Map<String, String> others = exchangeForm(signIn().text("access_token"));
        assertEquals("invalid_request", house.token(others).error(), "as a job does, which names no client");
        others.put("client_id", known.id());
        assertEquals("invalid_request", house.token(others).error());
        Answer own = house.token(codeForm(known, house.code(known, house.grant(known, "models:use"))));
        Map<String, String> form = exchangeForm(own.text("access_token"));
        form.put("client_id", known.id());
        Answer exchanged = house.token(form);
        assertEquals(200, exchanged.status(), exchanged.body().toString());
    }

    @Test
    void aClientUsesTheGrantTypesThatItHasAlone() {
        Map<String, String> form = exchangeForm(signIn().text("access_token"));
        form.put("client_id", app.id());
        assertEquals("unauthorized_client", house.token(form).error(), "nobody has vouched for it");
        assertEquals(
                "unauthorized_client",
                house.token(Map.of(
                                "grant_type", GrantType.JWT_BEARER.getValue(),
                                "assertion", "eyJhbGciOiJSUzI1NiJ9.e30.x",
                                "client_id", app.id()))
                        .error());
    }

    private Answer proven(DPoPProofFactory keys, String nonce, Map<String, String> form, Map<String, String> more)
            throws JOSEException {
        URI endpoint = URI.create(OAuthHouse.ISSUER + TokenEndpoint.PATH);
        Map<String, String> headers = new HashMap<>(more);
        headers.put(
                "dpop", keys.createDPoPJWT("POST", endpoint, new Nonce(nonce)).serialize());
        return house.post(house.one, TokenEndpoint.PATH, form, headers);
    }

    /** Else whoever has stolen it would lose the binding. */
    @Test
    void aTokenThatIsBoundToAKeyIsExchangedWithThatKeyAlone() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        DPoPProofFactory keys = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        DPoPProofFactory thief =
                new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        Map<String, String> form = codeForm(app, house.code(app, house.grant(app, "models:use")));
        String nonce =
                String.valueOf(proven(keys, "guess", form, Map.of()).headers().get(DpopProofs.NONCE_HEADER));
        String token = proven(keys, nonce, form, Map.of()).text("access_token");
        Clients.NewClient service = house.service();
        assertEquals("invalid_request", exchange(service, token).error());
        assertEquals(
                "invalid_request",
                proven(thief, nonce, exchangeForm(token), basic(service)).error());
        Answer exchanged = proven(keys, nonce, exchangeForm(token), basic(service));
        assertEquals("DPoP", exchanged.text("token_type"), exchanged.body().toString());
    }

    /** A tool's server that is given a person's token does not learn from us who that is. */
    @Test
    void aTokenForAToolTellsItNothingOfItsPerson() {
        for (String resource : new String[] {OAuthHouse.ISSUER, OAuthHouse.ISSUER + "/mcp/files"}) {
            AccessGrant grant = house.server()
                    .grants()
                    .create(
                            new Grants.Draft(
                                    OAuthHouse.ANN.id(),
                                    OAuthHouse.ANN.id(),
                                    "team",
                                    app.id(),
                                    app.name(),
                                    List.of("openid", "email"),
                                    resource,
                                    null,
                                    null),
                            OAuthHouse.ANN.id());
            String token = house.token(codeForm(app, house.code(app, grant))).text("access_token");
            Answer answer = house.send(
                    house.one,
                    HttpMethod.GET,
                    UserInfoEndpoint.PATH,
                    null,
                    "",
                    Map.of("authorization", "Bearer " + token));
            assertEquals(resource.equals(OAuthHouse.ISSUER) ? 200 : 401, answer.status(), resource);
        }
    }

    /** RFC 9449 section 10. */
    @Test
    void aCodeThatIsBoundToAKeyIsRedeemedWithThatKeyAlone() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        DPoPProofFactory keys = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        DPoPProofFactory thief =
                new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        String jkt = key.computeThumbprint().toString();
        Map<String, String> form = codeForm(app, house.code(app, house.grant(app, "models:use"), jkt));
        assertEquals("invalid_grant", house.token(form).error());
        String nonce =
                String.valueOf(proven(keys, "guess", form, Map.of()).headers().get(DpopProofs.NONCE_HEADER));
        assertEquals("invalid_grant", proven(thief, nonce, form, Map.of()).error());
        assertEquals(200, proven(keys, nonce, form, Map.of()).status(), "nobody else has used it up");
    }
}
