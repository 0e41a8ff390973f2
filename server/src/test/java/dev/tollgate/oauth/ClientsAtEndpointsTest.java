package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.ISSUER;
import static dev.tollgate.oauth.OAuthHouse.basic;
import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import dev.tollgate.upstream.Fetched;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients and their keys at the endpoints that programs use. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ClientsAtEndpointsTest extends InOAuthHouse {
    private static final String JSON = "application/json";

    private Answer register(String body) {
        return house().send(house().one, HttpMethod.POST, RegistrationEndpoint.PATH, JSON, body, Map.of());
    }

    private Answer own(Map<String, String> form, Map<String, String> headers) {
        Map<String, String> whole = new HashMap<>(form);
        whole.putIfAbsent("grant_type", "client_credentials");
        return house().post(house().one, TokenEndpoint.PATH, whole, headers);
    }

    @Test
    void aStrangerRegistersAndGetsWhatHolds() {
        Answer made = register(
                "{\"redirect_uris\":[\"http://127.0.0.1:4711/cb\"],\"client_name\":\"Tool\","
                        + "\"token_endpoint_auth_method\":\"none\",\"grant_types\":[\"authorization_code\",\"client_credentials\"]}");
        assertEquals(201, made.status(), made.body().toString());
        assertEquals("none", made.text("token_endpoint_auth_method"));
        assertEquals(1, made.body().path("grant_types").size(), "strangers do not act in their own name");
        Client client = house().server().clients().find(made.text("client_id")).orElseThrow();
        assertTrue(client.redirectsTo("http://127.0.0.1:9/cb"), "RFC 8252: any port");
        assertFalse(client.redirectsTo("http://127.0.0.1:9/cb2"));
        assertFalse(client.redirectsTo("http://127.0.0.1.evil.example:9/cb"));
        house().pass(Duration.ofDays(2));
        assertTrue(house().server().clients().find(made.text("client_id")).isEmpty(), "nobody allowed it anything");
    }

    @Test
    void badRegistrationsAreRefusedInTheFormOfTheirRfc() {
        Map<String, String> faults = Map.of(
                "{\"redirect_uris\":[\"http://app.example/cb\"]}",
                "invalid_redirect_uri",
                "{\"redirect_uris\":[\"https://app.example/cb#x\"]}",
                "invalid_redirect_uri",
                "{\"redirect_uris\":[\"javascript:alert(1)\"]}",
                "invalid_redirect_uri",
                "{}",
                "invalid_redirect_uri",
                "[]",
                "invalid_client_metadata",
                "{\"redirect_uris\":[\"https://a.example/\"],\"x\":\"" + "y".repeat(9_000) + "\"}",
                "invalid_client_metadata");
        faults.forEach((body, error) -> {
            Answer answer = register(body);
            assertEquals(400, answer.status(), body);
            assertEquals(error, answer.error(), body);
        });
    }

    @Test
    void registrationsFromOneAddressAreBounded() {
        int status = 0;
        for (int i = 0; i < 30 && status != 429; i++) {
            status = register("{}").status();
        }
        assertEquals(429, status);
    }

    @Test
    void aServiceActsInItsOwnNameByEitherFormOfItsSecret() {
        Clients.NewClient service = house().service();
        Answer header = own(Map.of(), basic(service));
        assertEquals(200, header.status(), header.body().toString());
        assertEquals("", header.text("refresh_token"));
        assertTrue(house().opens(header.text("access_token")));
        Answer form = own(Map.of("client_id", service.client().id(), "client_secret", service.secret()), Map.of());
        assertEquals(200, form.status());
        assertEquals(
                1,
                house().audited.stream()
                        .filter(row -> row.contains("grant.created"))
                        .count(),
                "one grant");
        house().post(house().one, RevocationEndpoint.PATH, Map.of("token", form.text("access_token")), basic(service));
        assertFalse(house().opens(form.text("access_token")));
        assertTrue(house().opens(header.text("access_token")), "another token of it stays");
    }

    @Test
    void whoDoesNotAuthenticateAsRegisteredIsRefused() {
        Clients.NewClient service = house().service();
        Answer none = own(Map.of("client_id", service.client().id()), Map.of());
        assertEquals(401, none.status());
        assertEquals("invalid_client", none.error());
        assertNotNull(none.headers().get("www-authenticate"));
        assertEquals(
                401,
                own(Map.of("client_id", service.client().id(), "client_secret", "x"), Map.of())
                        .status());
        assertEquals(
                401,
                own(
                                Map.of(
                                        "client_id",
                                        service.client().id(),
                                        "client_secret",
                                        service.client().secretHash()),
                                Map.of())
                        .status(),
                "the hash is not the secret");
        assertEquals(
                401,
                own(Map.of("client_id", "nobody", "client_secret", "x"), Map.of())
                        .status());
        assertEquals(
                "invalid_client",
                own(Map.of("client_id", house().app().id()), Map.of()).error());
        assertEquals(
                "invalid_request",
                own(
                                Map.of(
                                        "client_secret",
                                        service.secret(),
                                        "client_id",
                                        service.client().id()),
                                basic(service))
                        .error());
        assertEquals(
                "invalid_scope", own(Map.of("scope", "admin:*"), basic(service)).error());
        assertEquals(
                "invalid_target",
                own(Map.of("resource", "https://evil.example"), basic(service)).error());
        assertEquals(
                "unsupported_grant_type",
                own(Map.of("grant_type", "nonsense"), basic(service)).error());
    }

    @Test
    void anAssertionCountsOnceAndIsForUs() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.CLIENT_CREDENTIALS));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        metadata.setJWKSet(new JWKSet(key.toPublicJWK()));
        Client client =
                house().server().clients().create(metadata, "robots", "owner").client();
        Map<String, String> form = assertion(client, ISSUER, key);
        assertEquals(200, own(form, Map.of()).status());
        assertEquals(401, own(form, Map.of()).status(), "replayed");
        assertEquals(
                401,
                own(assertion(client, "https://evil.example", key), Map.of()).status(),
                "for another");
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        assertEquals(401, own(assertion(client, ISSUER, other), Map.of()).status(), "another's key");
    }

    private static Map<String, String> assertion(Client client, String audience, ECKey key) throws JOSEException {
        PrivateKeyJWT jwt = new PrivateKeyJWT(
                new ClientID(client.id()), URI.create(audience), JWSAlgorithm.ES256, key.toPrivateKey(), "k1", null);
        Map<String, String> form = new HashMap<>();
        jwt.toParameters().forEach((name, values) -> form.put(name, values.getFirst()));
        return form;
    }

    private Map<String, String> proof(DPoPProofFactory keys, String nonce) throws JOSEException {
        SignedJWT proof = keys.createDPoPJWT("POST", URI.create(ISSUER + TokenEndpoint.PATH), new Nonce(nonce));
        return Map.of("dpop", proof.serialize());
    }

    @Test
    void aProofNeedsOurNonceCountsOnceAndBindsTheTokens() throws JOSEException, ParseException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        DPoPProofFactory keys = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        Client app = house().app();
        Map<String, String> form = codeForm(app, house().code(app, house().grant(app, "openid", "models:use")));
        Answer asked = house().post(house().one, TokenEndpoint.PATH, form, proof(keys, "guess"));
        assertEquals("use_dpop_nonce", asked.error());
        String nonce = String.valueOf(asked.headers().get("dpop-nonce"));
        Map<String, String> proof = proof(keys, nonce);
        Answer tokens = house().post(house().one, TokenEndpoint.PATH, form, proof);
        assertEquals(200, tokens.status(), tokens.body().toString());
        assertEquals("DPoP", tokens.text("token_type"));
        assertFalse(house().opens(tokens.text("access_token")), "it is no bearer token");
        Map<String, String> refresh = refreshForm(app, tokens.text("refresh_token"));
        OAuthHouse.Node other = house().node();
        assertEquals(
                "invalid_dpop_proof",
                house().post(other, TokenEndpoint.PATH, refresh, proof).error(),
                "replayed");
        assertEquals("invalid_grant", house().token(refresh).error(), "a thief has no key");
        DPoPProofFactory thief =
                new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        assertEquals(
                "invalid_grant",
                house().post(house().one, TokenEndpoint.PATH, refresh, proof(thief, nonce))
                        .error());
        assertEquals(
                200,
                house().post(house().one, TokenEndpoint.PATH, refresh, proof(keys, nonce))
                        .status());
        assertEquals(200, userInfo(tokens.text("access_token"), keys, nonce).status());
        assertEquals(401, userInfo(tokens.text("access_token"), thief, nonce).status());
        Map<String, String> bearer = Map.of("authorization", "Bearer " + tokens.text("access_token"));
        assertEquals(
                401,
                house().send(house().one, HttpMethod.GET, UserInfoEndpoint.PATH, null, "", bearer)
                        .status());
    }

    private Answer userInfo(String token, DPoPProofFactory keys, String nonce) throws JOSEException {
        SignedJWT proof = keys.createDPoPJWT(
                "GET", URI.create(ISSUER + UserInfoEndpoint.PATH), new DPoPAccessToken(token), new Nonce(nonce));
        return house().send(
                        house().one,
                        HttpMethod.GET,
                        UserInfoEndpoint.PATH,
                        null,
                        "",
                        Map.of("authorization", "DPoP " + token, "dpop", proof.serialize()));
    }

    @Test
    void introspectionTellsOfOnesOwnTokensAlone() {
        Clients.NewClient service = house().service();
        Clients.NewClient other = house().service();
        String token = own(Map.of(), basic(service)).text("access_token");
        Answer mine = house().post(house().one, IntrospectionEndpoint.PATH, Map.of("token", token), basic(service));
        assertTrue(mine.body().path("active").asBoolean());
        assertEquals(
                ISSUER,
                mine.text("aud").isEmpty() ? mine.body().path("aud").path(0).asString("") : mine.text("aud"));
        Answer theirs = house().post(house().one, IntrospectionEndpoint.PATH, Map.of("token", token), basic(other));
        assertEquals("{\"active\":false}", theirs.body().toString());
        assertEquals(
                401,
                house().post(IntrospectionEndpoint.PATH, Map.of("token", token)).status());
    }

    @Test
    void aTokenIsExchangedForLessAndEndsWithTheOneItCameOf() {
        Client app = house().app();
        Answer tokens = house().token(codeForm(app, house().code(app, house().grant(app, "models:use"))));
        Clients.NewClient service = house().service();
        Map<String, String> form = Map.of(
                "grant_type",
                GrantType.TOKEN_EXCHANGE.getValue(),
                "subject_token",
                tokens.text("access_token"),
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token",
                "scope",
                "models:use:fast");
        Answer exchanged = house().post(house().one, TokenEndpoint.PATH, form, basic(service));
        assertEquals(200, exchanged.status(), exchanged.body().toString());
        assertEquals("urn:ietf:params:oauth:token-type:access_token", exchanged.text("issued_token_type"));
        Map<String, String> more = new HashMap<>(form);
        more.put("scope", "admin:*");
        assertEquals(
                "invalid_scope",
                house().post(house().one, TokenEndpoint.PATH, more, basic(service))
                        .error());
        house().post(RevocationEndpoint.PATH, Map.of("token", tokens.text("refresh_token"), "client_id", app.id()));
        assertFalse(house().opens(exchanged.text("access_token")));
    }

    @Test
    void aJobsTokenIsGoodForOneOfOursAndNothingSaysWhyItIsNot() {
        Map<String, String> form = Map.of(
                "grant_type", GrantType.TOKEN_EXCHANGE.getValue(),
                "subject_token", "eyJhbGciOiJSUzI1NiJ9.e30.x",
                "subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
        Answer refused = house().token(form);
        assertEquals("invalid_request", refused.error());
        AccessGrant grant = house().server()
                .grants()
                .create(
                        new Grants.Draft(
                                null,
                                "repo:o/r",
                                "robots",
                                "federation:ci",
                                "CI o/r",
                                List.of("models:use"),
                                ISSUER,
                                null,
                                Instant.ofEpochMilli(house().now.get()).plusSeconds(600)),
                        "ci");
        house().others = presented -> new SubjectTokens.Judgement.Accepted(
                grant,
                List.of("models:use:fast"),
                ISSUER,
                Instant.ofEpochMilli(house().now.get()).plusSeconds(300));
        Answer issued = house().token(form);
        assertEquals(200, issued.status(), issued.body().toString());
        assertTrue(issued.body().path("expires_in").asInt() <= 300);
        assertEquals("models:use:fast", issued.text("scope"));
        assertTrue(house().opens(issued.text("access_token")));
    }

    @Test
    void aPushedRequestIsJudgedAndKeptForItsClient() {
        Client app = house().app();
        Map<String, String> form = Map.of(
                "client_id",
                app.id(),
                "response_type",
                "code",
                "redirect_uri",
                OAuthHouse.REDIRECT,
                "code_challenge",
                OAuthHouse.CHALLENGE,
                "code_challenge_method",
                "S256",
                "state",
                "s");
        Answer pushed = house().post(PushEndpoint.PATH, form);
        assertEquals(201, pushed.status(), pushed.body().toString());
        String uri = pushed.text("request_uri");
        PushedRequests kept = house().server().pushed();
        assertTrue(kept.find(uri, app.id()).orElseThrow().query().contains("state=s"));
        assertTrue(kept.find(uri, house().app().id()).isEmpty());
        assertTrue(kept.use(uri));
        assertFalse(kept.use(uri));
        String late = house().post(PushEndpoint.PATH, form).text("request_uri");
        house().pass(OAuthSettings.PUSHED.minusMillis(1));
        assertTrue(kept.find(late, app.id()).isPresent());
        house().pass(Duration.ofMillis(1));
        assertTrue(kept.find(late, app.id()).isEmpty());
        for (Map.Entry<String, String> bad : Map.of(
                        "code_challenge_method", "plain",
                        "redirect_uri", "https://evil.example/cb",
                        "response_type", "token",
                        "scope", "nonsense")
                .entrySet()) {
            Map<String, String> changed = new HashMap<>(form);
            changed.put(bad.getKey(), bad.getValue());
            assertEquals(400, house().post(PushEndpoint.PATH, changed).status(), bad.toString());
        }
        Map<String, String> bare = new HashMap<>(form);
        bare.remove("code_challenge");
        bare.remove("code_challenge_method");
        assertEquals("invalid_request", house().post(PushEndpoint.PATH, bare).error());
    }

    @Test
    void aClientThatIsADocumentMustNameItself() {
        String id = "https://tool.example/oauth/client.json";
        document(
                id,
                "{\"client_id\":\"" + id
                        + "\",\"client_name\":\"Tool\",\"redirect_uris\":[\"https://tool.example/cb\"]}");
        Client client = house().server().clients().find(id).orElseThrow();
        assertEquals(Client.Kind.DOCUMENT, client.kind());
        assertTrue(client.redirectsTo("https://tool.example/cb"));
        house().server().clients().find(id);
        assertEquals(1, house().fetched.size(), "kept");
        house().pass(Duration.ofHours(2));
        house().server().clients().find(id);
        assertEquals(2, house().fetched.size());
        String thief = "https://evil.example/client.json";
        document(thief, "{\"client_id\":\"" + id + "\",\"redirect_uris\":[\"https://evil.example/cb\"]}");
        assertTrue(house().server().clients().find(thief).isEmpty());
        for (String odd : List.of(
                "https://tool.example",
                "https://u@tool.example/c",
                "https://tool.example/c#f",
                "https://tool.example/a/../c",
                "http://tool.example/c")) {
            assertTrue(house().server().clients().find(odd).isEmpty(), odd);
            assertFalse(house().fetched.toString().contains(odd + ","), odd);
        }
    }

    private void document(String id, String body) {
        house().documents
                .put(
                        id,
                        new Fetched.Document(
                                200, "application/json", "max-age=3600", body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void metadataListsWhatExistsAndNothingElse() {
        List<ServerEndpoint> endpoints = house().server().endpoints().stream()
                .filter(each -> !each.metadataName().isEmpty()) // preflights have no name
                .toList();
        var json = dev.tollgate.kernel.Json.MAPPER.readTree(
                new Metadata(new Audiences(() -> ISSUER), endpoints).server().toJSONString());
        assertEquals(ISSUER, json.path("issuer").asString(""));
        for (ServerEndpoint each : endpoints) {
            assertEquals(ISSUER + each.path(), json.path(each.metadataName()).asString(""));
        }
        long listed = json.propertyStream()
                .filter(each -> each.getKey().endsWith("_endpoint"))
                .count();
        assertEquals(endpoints.size() - 1, listed, "and jwks_uri");
        assertTrue(json.path("token_endpoint_auth_methods_supported").toString().contains("\"none\""));
        assertEquals("[\"S256\"]", json.path("code_challenge_methods_supported").toString());
        assertFalse(json.path("scopes_supported").toString().contains("offline_access"));
        assertTrue(json.path("authorization_response_iss_parameter_supported").asBoolean());
        assertTrue(json.path("client_id_metadata_document_supported").asBoolean());
    }

    @Test
    void answersOfTheAuthorizationEndpointSayWhoTheyComeFromSoThatNoneIsMixedUp() {
        URI good = house().server().responses().success(OAuthHouse.REDIRECT, "tgc_x", null);
        URI bad = house().server()
                .responses()
                .error(OAuthHouse.REDIRECT, OAuthRefusal.invalidScope("No.").error(), null);
        assertTrue(good.getQuery().contains("iss=" + ISSUER), good.toString());
        assertTrue(bad.getQuery().contains("iss=" + ISSUER), bad.toString());
    }
}
