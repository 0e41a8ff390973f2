package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.oauth.OAuthHouse.Answer;
import dev.tollgate.upstream.Fetched;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages of others may read what is answered to them. */
class CorsTest extends InOAuthHouse {
    private static final String ALLOW = "access-control-allow-origin";
    private static final String ORIGIN = "https://app.example";

    private Answer from(String origin, String path, Map<String, String> form) {
        return house().post(house().one, path, form, Map.of("origin", origin));
    }

    private @Nullable String preflight(OAuthHouse.Node node, String origin, String path) {
        Map<String, String> headers = Map.of(
                "origin", origin, "access-control-request-method", "POST", "access-control-request-headers", "dpop");
        Answer answer = house().send(node, HttpMethod.OPTIONS, path, null, "", headers);
        assertEquals(204, answer.status());
        assertEquals("origin", answer.headers().get("vary"));
        assertNull(answer.headers().get("access-control-allow-credentials"));
        return answer.headers().get(ALLOW);
    }

    private Client at(String redirect) {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURI(URI.create(redirect));
        metadata.setTokenEndpointAuthMethod(com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod.NONE);
        return house().server().clients().register(metadata).client();
    }

    @Test
    void anAppsOwnPageReadsItsTokensAndNobodyElseDoes() {
        Client app = house().app();
        at("https://other.example/cb");
        AccessGrant grant = house().grant(app, "openid", "models:use");
        Answer mine = from(ORIGIN, TokenEndpoint.PATH, codeForm(app, house().code(app, grant)));
        assertEquals(200, mine.status());
        assertEquals(ORIGIN, mine.headers().get(ALLOW));
        assertEquals("origin", mine.headers().get("vary"));
        assertNull(mine.headers().get("access-control-allow-credentials"));
        for (String other : new String[] {
            "https://other.example",
            "https://app.example.evil.example",
            "http://app.example",
            "https://app.example:444",
            "null",
            "https://evil.example"
        }) {
            Answer theirs = from(other, TokenEndpoint.PATH, codeForm(app, house().code(app, grant)));
            assertEquals(200, theirs.status());
            assertNull(theirs.headers().get(ALLOW), other);
            assertEquals("origin", theirs.headers().get("vary"));
        }
        assertNull(house().token(codeForm(app, "x")).headers().get(ALLOW), "no page asked");
    }

    @Test
    void errorsAreReadableWhereTheClientIsNamed() {
        Client app = house().app();
        Answer refused = from(ORIGIN, TokenEndpoint.PATH, codeForm(app, "tgc_x"));
        assertEquals("invalid_grant", refused.error());
        assertEquals(ORIGIN, refused.headers().get(ALLOW));
        assertNull(from(ORIGIN, TokenEndpoint.PATH, Map.of("grant_type", "refresh_token"))
                .headers()
                .get(ALLOW));
    }

    @Test
    void twoNamesInOneRequestAreNobodys() {
        Client app = house().app();
        Clients.NewClient other = house().service();
        Map<String, String> headers = new HashMap<>(OAuthHouse.basic(other));
        headers.put("origin", ORIGIN);
        assertNull(house().post(house().one, TokenEndpoint.PATH, codeForm(app, "x"), headers)
                .headers()
                .get(ALLOW));
        Answer own = house().post(house().one, TokenEndpoint.PATH, Map.of("grant_type", "client_credentials"), headers);
        assertEquals(ORIGIN, own.headers().get(ALLOW), "one name is somebody's");
    }

    @Test
    void userinfoIsForThePagesOfTheTokensClient() {
        Client app = house().app();
        at("https://other.example/cb");
        String token = house().token(codeForm(app, house().code(app, house().grant(app, "openid"))))
                .text("access_token");
        assertEquals(ORIGIN, userInfo(ORIGIN, token).headers().get(ALLOW));
        assertNull(userInfo("https://other.example", token).headers().get(ALLOW));
        assertNull(userInfo(ORIGIN, token + "x").headers().get(ALLOW));
    }

    private Answer userInfo(String origin, String token) {
        return house().send(
                        house().one,
                        HttpMethod.GET,
                        UserInfoEndpoint.PATH,
                        null,
                        "",
                        Map.of("origin", origin, "authorization", "Bearer " + token));
    }

    @ParameterizedTest
    @ValueSource(strings = {TokenEndpoint.PATH, PushEndpoint.PATH, RevocationEndpoint.PATH, UserInfoEndpoint.PATH})
    void aPreflightIsForPagesOfClients(String path) {
        assertNull(preflight(house().one, ORIGIN, path));
        at("https://app.example:443/cb");
        at("http://localhost:5173/cb");
        assertEquals(ORIGIN, preflight(house().one, ORIGIN, path), "as soon as it is registered");
        assertEquals("http://localhost:5173", preflight(house().one, "http://localhost:5173", path));
        assertNull(preflight(house().one, "http://localhost:5174", path), "another program of the same machine");
        assertNull(preflight(house().one, "https://evil.example", path));
        assertNull(preflight(house().one, "http://127.0.0.1", path), "the command line has no pages");
    }

    @Test
    void whileTheStoreIsAwayPagesThatWereKnownGoOn() {
        house().app();
        OAuthHouse.Node other = house().node();
        assertEquals(ORIGIN, preflight(other, ORIGIN, TokenEndpoint.PATH));
        other.store().close();
        house().pass(Duration.ofHours(1));
        assertEquals(ORIGIN, preflight(other, ORIGIN, TokenEndpoint.PATH));
        assertNull(preflight(other, "https://evil.example", TokenEndpoint.PATH));
    }

    @Test
    void anotherNodeKnowsTheClientWithinASecond() {
        OAuthHouse.Node other = house().node();
        assertNull(preflight(other, ORIGIN, TokenEndpoint.PATH));
        house().app();
        house().pass(Duration.ofSeconds(1));
        assertEquals(ORIGIN, preflight(other, ORIGIN, TokenEndpoint.PATH));
    }

    @Test
    void aClientThatIsADocumentHasItsPagesFromWhenItIsKnown() {
        String id = "https://doc.example/client.json";
        house().documents
                .put(
                        id,
                        new Fetched.Document(
                                200,
                                "application/json",
                                null,
                                ("{\"client_id\":\"" + id + "\",\"redirect_uris\":[\"https://doc.example/cb\"]}")
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertNull(preflight(house().one, "https://doc.example", TokenEndpoint.PATH));
        Client client = house().server().clients().find(id).orElseThrow();
        assertEquals("https://doc.example", preflight(house().one, "https://doc.example", TokenEndpoint.PATH));
        house().grant(client, "models:use");
        OAuthHouse.Node other = house().node();
        assertEquals("https://doc.example", preflight(other, "https://doc.example", TokenEndpoint.PATH));
    }

    @Test
    void aTokenSaysWhereThePagesOfItsClientAre() {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURIs(Set.of(
                URI.create(OAuthHouse.REDIRECT),
                URI.create("https://APP.example:443/other"),
                URI.create("http://localhost:5173/cb"),
                URI.create("com.example.app:/cb")));
        metadata.setTokenEndpointAuthMethod(com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod.NONE);
        Client client = house().server().clients().register(metadata).client();
        AccessGrant grant = house().grant(client, "models:use");
        Set<String> pages = Set.of(ORIGIN, "http://localhost:5173");
        String token =
                house().token(codeForm(client, house().code(client, grant))).text("access_token");
        for (OAuthHouse.Node node : List.of(house().one, house().node())) {
            AccessTokens.Verified verified =
                    node.server().accessTokens().verify(token, house().now.get());
            assertNotNull(verified);
            assertEquals(2, verified.origins().size());
            assertEquals(pages, Set.copyOf(verified.origins()));
        }
    }

    @Test
    void originsThatFitIntoNoHeaderAreNotRegistered() {
        String host = "a".repeat(60) + ".example";
        ClientMetadata metadata = new ClientMetadata();
        Set<URI> redirects = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            redirects.add(URI.create("https://" + "b".repeat(40) + i + "." + host + "/cb"));
        }
        metadata.setRedirectionURIs(redirects);
        OAuthRefusal refusal = assertThrows(
                OAuthRefusal.class, () -> house().server().clients().register(metadata));
        assertEquals("invalid_redirect_uri", refusal.error().getCode());
    }

    @Test
    void preflightsAreBounded() {
        int status = 0;
        for (int i = 0; i < 700 && status != 429; i++) {
            status = house().send(
                            house().one,
                            HttpMethod.OPTIONS,
                            TokenEndpoint.PATH,
                            null,
                            "",
                            Map.of("origin", "https://evil.example"))
                    .status();
        }
        assertEquals(429, status);
    }

    @Test
    void keysAreForEveryPage() {
        Map<String, String> headers = Map.of("origin", "https://any.example");
        assertEquals(
                "*",
                house().send(house().one, HttpMethod.GET, MachineEndpoints.JWKS_PATH, null, "", headers)
                        .headers()
                        .get(ALLOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {RegistrationEndpoint.PATH, IntrospectionEndpoint.PATH, DeviceEndpoint.PATH})
    void whatNoPageNeedsIsForNone(String path) {
        Client app = house().app();
        Answer answer = from(ORIGIN, path, Map.of("client_id", app.id()));
        assertNull(answer.headers().get(ALLOW));
        assertEquals(
                0,
                house().server().endpoints().stream()
                        .filter(each ->
                                each.path().equals(path) && each.methods().contains(HttpMethod.OPTIONS))
                        .count());
    }
}
