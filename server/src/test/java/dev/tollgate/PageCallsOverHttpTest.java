package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.identity.people.Person;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.SpendingCap;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages in a browser that call models with the token of their app; and pages that try to read what is not theirs. */
@Timeout(120)
class PageCallsOverHttpTest {
    private static final String PAGE = "https://app.example";
    private static final String NEIGHBOUR = "https://other.example";
    private static final String MESSAGES = "/v1/messages";
    private static final String CORS = "access-control-";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static AppAtGate app;
    private static String token = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        ann = AppAtGate.owner(gate, "ann@example.com");
        app = AppAtGate.register(gate, PAGE + ":443/cb");
        AppAtGate.register(gate, NEIGHBOUR + "/cb");
        token = app.token(app.grant(ann, "models:use", "usage:read"));
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static HttpResponse<String> ask(String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gate.url() + path))
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return AppAtGate.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String hello(boolean stream) {
        return "{\"model\":\"sim/echo\",\"max_tokens\":16,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    /** A call by a page. */
    private static HttpResponse<String> call(String origin, String bearer) throws Exception {
        return ask("POST", MESSAGES, hello(false), "origin", origin, "authorization", "Bearer " + bearer);
    }

    private static HttpResponse<String> preflight(String origin, String method, String path) throws Exception {
        return ask(
                "OPTIONS",
                path,
                "",
                "origin",
                origin,
                "access-control-request-method",
                method,
                "access-control-request-headers",
                "anthropic-dangerous-direct-browser-access,authorization,content-type,x-stainless-os");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static void assertReadable(HttpResponse<String> answer) {
        assertEquals(List.of(PAGE), answer.headers().allValues(CORS + "allow-origin"), answer.body());
        assertEquals("*", header(answer, CORS + "expose-headers"));
        assertEquals("", header(answer, CORS + "allow-credentials"));
        assertEquals("origin", header(answer, "vary"));
    }

    private static void assertUnreadable(HttpResponse<String> answer, String why) {
        assertEquals(
                List.of(),
                answer.headers().map().keySet().stream()
                        .filter(name -> name.startsWith(CORS))
                        .toList(),
                why);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/messages",
        "POST, /anthropic/v1/messages/count_tokens",
        "POST, /v1/chat/completions",
        "POST, /openai/v1/responses",
        "POST, /v1/embeddings",
        "POST, /v1beta/models/sim%2Fecho:streamGenerateContent?alt=sse",
        "GET, /v1/models",
        "GET, /v1/models/sim%2Fecho",
        "GET, /api/oauth/usage",
        "GET, /managed/settings",
        "POST, /v1/files",
        "DELETE, /v1/messages/batches/msgbatch_1"
    })
    void aPreflightOfAnyAppsPageIsAnsweredWhereverATokenOpens(String method, String path) throws Exception {
        HttpResponse<String> answer = preflight(PAGE, method, path);
        assertEquals(204, answer.statusCode());
        assertEquals(PAGE, header(answer, CORS + "allow-origin"));
        assertTrue(List.of(header(answer, CORS + "allow-methods").split(", ")).contains(method));
        assertEquals("authorization, *", header(answer, CORS + "allow-headers"));
        assertEquals("600", header(answer, CORS + "max-age"));
        assertEquals("", header(answer, CORS + "allow-credentials"));
        assertEquals("origin", header(answer, "vary"));
        HttpResponse<String> strange = preflight("https://evil.example", method, path);
        assertUnreadable(strange, path);
        assertEquals("origin", header(strange, "vary"));
    }

    @Test
    void aPageReadsWhateverIsAnsweredToTheTokenOfItsApp() throws Exception {
        HttpResponse<String> whole = call(PAGE, token);
        assertEquals(200, whole.statusCode(), whole.body());
        assertReadable(whole);
        String[] head = {"origin", PAGE, "authorization", "Bearer " + token};
        HttpResponse<String> stream = ask("POST", MESSAGES, hello(true), head);
        assertTrue(stream.body().contains("message_stop"), stream.body());
        assertReadable(stream);
        HttpResponse<String> bad = ask("POST", MESSAGES, "{", head);
        assertEquals(400, bad.statusCode());
        assertReadable(bad);
        assertReadable(ask("GET", "/v1/models/none", "", head));
        assertReadable(ask("GET", "/v1/models", "", "origin", PAGE, "x-api-key", token));
        assertReadable(ask("GET", "/v1beta/models", "", "origin", PAGE, "x-goog-api-key", token));
        assertReadable(ask("GET", "/api/oauth/usage", "", head));
        assertReadable(ask("GET", "/v1/files/file_none", "", head));
    }

    @Test
    void whatEndsAtALimitIsReadableToo() throws Exception {
        AccessGrant nothing = app.grantFor(ann, gate.url(), new SpendingCap(0, SpendingCap.Window.DAY), "models:use");
        HttpResponse<String> refused = call(PAGE, app.token(nothing));
        assertEquals(429, refused.statusCode(), refused.body());
        assertReadable(refused);
        gate.authorization().grants().revoke(nothing.id(), "test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NEIGHBOUR,
                "null",
                "*",
                "http://app.example",
                "https://app.example:443",
                "https://app.example:444",
                "https://APP.example",
                "HTTPS://app.example",
                "https://app.example/",
                "https://app.example.",
                "https://app.example.evil.example",
                "https://evil-app.example",
                "https://sub.app.example",
                "https://app.example@evil.example",
                "https://app.example, https://evil.example",
                "https://app.exampl"
            })
    void noOtherOriginReadsAnything(String origin) throws Exception {
        HttpResponse<String> answer = call(origin, token);
        assertEquals(200, answer.statusCode(), "a browser's own affair: whoever holds the token has it already");
        assertUnreadable(answer, origin);
        assertEquals("origin", header(answer, "vary"));
        HttpResponse<String> preflight = preflight(origin, "POST", MESSAGES);
        assertEquals(
                origin.equals(NEIGHBOUR) ? NEIGHBOUR : "",
                header(preflight, CORS + "allow-origin"),
                "a preflight names no app");
    }

    @Test
    void twoOriginsAreNobodys() throws Exception {
        String[] two = {"origin", PAGE, "origin", NEIGHBOUR, "authorization", "Bearer " + token};
        assertUnreadable(ask("POST", MESSAGES, hello(false), two), "two headers");
        String[] same = {"origin", PAGE, "origin", PAGE, "authorization", "Bearer " + token};
        assertUnreadable(ask("POST", MESSAGES, hello(false), same), "twice the same");
    }

    @Test
    void whatIsNoAppsTokenHasNoPages() throws Exception {
        String key = gate.createKey("in-a-page");
        HttpResponse<String> byKey = call(PAGE, key);
        assertEquals(200, byKey.statusCode());
        assertUnreadable(byKey, "a virtual key");
        assertUnreadable(ask("POST", MESSAGES, hello(false), "origin", PAGE), "nothing");
        assertUnreadable(call(PAGE, token + "x"), "a token that is none");
        String[] two = {"origin", PAGE, "authorization", "Bearer " + token, "x-api-key", key};
        assertUnreadable(ask("POST", MESSAGES, hello(false), two), "a token and a key");
        HttpResponse<String> inAddress = ask("GET", "/v1beta/models?key=" + token, "", "origin", PAGE);
        assertEquals(401, inAddress.statusCode());
        assertUnreadable(inAddress, "a token in the address");
    }

    @Test
    void withTheAppsAccessItsPagesLoseTheirs() throws Exception {
        AppAtGate ended = AppAtGate.register(gate, "https://ended.example/cb");
        AccessGrant grant = ended.grant(ann, "models:use");
        String bearer = ended.token(grant);
        assertEquals("https://ended.example", header(call("https://ended.example", bearer), CORS + "allow-origin"));
        gate.authorization().grants().revokeClient(ended.id(), "owner");
        HttpResponse<String> answer = call("https://ended.example", bearer);
        assertEquals(401, answer.statusCode());
        assertUnreadable(answer, "revoked");
    }

    @Test
    void aPageLearnsTheNonceThatItsProofNeeds() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String first = header(ask("POST", MESSAGES, hello(false), "authorization", "DPoP eyJ.eyJ.x"), "dpop-nonce");
        URI endpoint = URI.create(gate.url() + "/oauth/token");
        String proof = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256)
                .createDPoPJWT("POST", endpoint, null, new Nonce(first))
                .serialize();
        String bound = app.tokens(app.grant(ann, "models:use"), proof)
                .get("access_token")
                .stringValue();
        HttpResponse<String> refused =
                ask("POST", MESSAGES, hello(false), "origin", PAGE, "authorization", "DPoP " + bound);
        assertEquals(401, refused.statusCode());
        assertNotEquals("", header(refused, "dpop-nonce"));
        assertReadable(refused);
    }

    @Test
    void withoutAnOriginNothingIsSaidOfPages() throws Exception {
        HttpResponse<String> answer = ask("POST", MESSAGES, hello(false), "authorization", "Bearer " + token);
        assertEquals(200, answer.statusCode());
        assertUnreadable(answer, "no page");
        assertEquals(Optional.empty(), answer.headers().firstValue("vary"));
        HttpResponse<String> options = ask("OPTIONS", MESSAGES, "");
        assertEquals(204, options.statusCode());
        assertUnreadable(options, "no page");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/v1/keys",
                "/oauth/authorize",
                "/oauth/register",
                "/oauth/introspect",
                "/oauth/device_authorization",
                "/access",
                "/device",
                "/metrics",
                "/"
            })
    void whatIsNotForAppsIsForNoPage(String path) throws Exception {
        HttpResponse<String> preflight = preflight(PAGE, "POST", path);
        assertTrue(preflight.statusCode() >= 400, path);
        assertUnreadable(preflight, path);
        String administers = app.token(app.grant(ann, "admin:*", "models:use"));
        for (String method : List.of("GET", "POST")) {
            assertUnreadable(
                    ask(method, path, "", "origin", PAGE, "authorization", "Bearer " + administers),
                    method + " " + path);
        }
    }
}
