package dev.tollgate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.upstream.SigV4;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Claude on Vertex AI, behind the gate: a token endpoint that checks every assertion, and a cloud that checks the token. */
class VertexTest {
    private static final String EMAIL = "gate@my-project.iam.gserviceaccount.com";
    private static final String ACCESS_TOKEN = "ya29.c.CANARYaccessCANARYaccess0123456789";
    private static final String MODELS = "/v1/projects/my-project/locations/us-east5/publishers/anthropic/models/";
    private static final String ANSWER = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-x",\
            "content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static KeyPair pair;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
        gate = new RunningGate(home);
        key = gate.createKey("vertex");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static String pem() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** As Google Cloud makes it, over several lines. */
    private static ObjectNode keyFile(String tokenUri) {
        return Json.MAPPER
                .createObjectNode()
                .put("type", "service_account")
                .put("project_id", "my-project")
                .put("private_key_id", "0123456789abcdef0123456789abcdef01234567")
                .put("private_key", pem())
                .put("client_email", EMAIL)
                .put("client_id", "123456789012345678901")
                .put("token_uri", tokenUri)
                .put("universe_domain", "googleapis.com");
    }

    /** What the token endpoint says to an assertion: a token if it is right, and what is wrong with it if not. */
    private static CloudStub tokenEndpoint() throws Exception {
        return new CloudStub((request, exchange) -> {
            String fault;
            try {
                fault = fault(request);
            } catch (Exception e) {
                fault = e.toString();
            }
            if (fault.isEmpty()) {
                CloudStub.whole(
                        exchange,
                        200,
                        "{\"access_token\":\"" + ACCESS_TOKEN + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
            } else {
                CloudStub.whole(exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + fault + "\"}");
            }
        });
    }

    /** RFC 7523, and Google's "Using OAuth 2.0 for Server to Server Applications". */
    private static String fault(SigV4.Request request) throws Exception {
        String form = new String(request.body(), US_ASCII);
        String grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        if (!form.startsWith(grant)) {
            return "no grant: " + request.headers();
        }
        String[] parts =
                URLDecoder.decode(form.substring(grant.length()), UTF_8).split("\\.", -1);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(pair.getPublic());
        signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
        if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
            return "the signature is wrong";
        }
        JsonNode head = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(parts[0]));
        JsonNode claims = Json.MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]));
        long now = Instant.now().getEpochSecond();
        boolean right = head.get("alg").stringValue().equals("RS256")
                && claims.get("iss").stringValue().equals(EMAIL)
                && claims.get("aud").stringValue().equals("https://oauth2.googleapis.com/token")
                && claims.get("scope").stringValue().equals("https://www.googleapis.com/auth/cloud-platform")
                && Math.abs(claims.get("iat").longValue() - now) < 60
                && claims.get("exp").longValue() - claims.get("iat").longValue() <= 3600;
        return right ? "" : "the claims are wrong";
    }

    private static String provider(CloudStub cloud, String auth) throws Exception {
        String name = "gcp" + next++;
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"platform\":\"vertex\",\"region\":\"us-east5\",\"project\":\"my-project\","
                        + "\"auth\":\"" + auth + "\",\"base_url\":\"" + cloud.url() + "\"}");
        return name;
    }

    private static HttpResponse<String> credential(String provider, String secret, String more) throws Exception {
        return gate.admin(
                "POST",
                "/credentials",
                "{\"name\":\"" + provider + "\",\"provider\":\"" + provider + "\"" + more + ",\"secret\":"
                        + Json.MAPPER.writeValueAsString(secret) + "}");
    }

    private static String ready(CloudStub cloud, CloudStub tokens) throws Exception {
        String name = provider(cloud, "google-service-account");
        HttpResponse<String> added =
                credential(name, keyFile(tokens.url() + "/token").toPrettyString(), "");
        assertEquals(201, added.statusCode(), added.body());
        return name;
    }

    private static String body(String provider, boolean stream) {
        return "{\"model\":\"" + provider + "/claude-x@20250929\",\"max_tokens\":64,\"stream\":" + stream
                + ", \"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static HttpResponse<String> call(String provider, boolean stream) throws Exception {
        return gate.post(
                "/v1/messages",
                key,
                body(provider, stream),
                "anthropic-version",
                "2023-06-01",
                "anthropic-beta",
                "effort-2025-11-24");
    }

    private static CloudStub cloud() throws Exception {
        return new CloudStub((request, exchange) -> {
            if (!("Bearer " + ACCESS_TOKEN).equals(request.headers().get("authorization"))) {
                CloudStub.whole(exchange, 401, "{\"error\":{\"code\":401,\"message\":\"m\"}}");
            } else {
                CloudStub.whole(exchange, 200, ANSWER);
            }
        });
    }

    @Test
    void aTokenIsMintedOnceForAllWhoWaitAndUsedByAllWhoFollow() throws Exception {
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud = cloud();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = ready(cloud, tokens);
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                answers.add(callers.submit(() -> call(name, false)));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                assertEquals(200, answer.get().statusCode(), answer.get().body());
                assertEquals(ANSWER, answer.get().body());
            }
            assertEquals(200, call(name, false).statusCode());
            assertEquals(1, tokens.requests().size());
            SigV4.Request request = cloud.last();
            assertEquals(MODELS + "claude-x@20250929:rawPredict", request.path());
            assertEquals(
                    "{\"anthropic_version\":\"vertex-2023-10-16\",\"max_tokens\":64,\"stream\":false,"
                            + " \"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                    new String(request.body(), UTF_8));
            assertEquals("effort-2025-11-24", request.headers().get("anthropic-beta"));
            assertFalse(request.headers().containsKey("anthropic-version"));
        }
    }

    @Test
    void anotherKeyOfTheSameCredentialHasTokensOfItsOwn() throws Exception {
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud = cloud()) {
            String name = ready(cloud, tokens);
            assertEquals(200, call(name, false).statusCode());
            ObjectNode next = keyFile(tokens.url() + "/token").put("client_id", "2");
            gate.manage(
                    "POST",
                    "/credentials/" + name + "/rotate",
                    "{\"secret\":" + Json.MAPPER.writeValueAsString(next.toString()) + "}");
            assertEquals(200, call(name, false).statusCode());
            assertEquals(2, tokens.requests().size());
        }
    }

    @Test
    void aStreamPassesAsItIs() throws Exception {
        String events = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
                + "{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
                + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                + "\"usage\":{\"output_tokens\":3}}\n\n"
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud = new CloudStub((request, exchange) ->
                        CloudStub.streamed(exchange, "text/event-stream", events.getBytes(UTF_8), 30))) {
            HttpResponse<String> answer = call(ready(cloud, tokens), true);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(events, answer.body());
            assertEquals(
                    MODELS + "claude-x@20250929:streamRawPredict", cloud.last().path());
            assertTrue(new String(cloud.last().body(), UTF_8).contains("\"stream\":true"));
        }
    }

    @Test
    void tokensAreCountedAtTheModelThatTheBodyNames() throws Exception {
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud =
                        new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, "{\"input_tokens\":9}"))) {
            String name = ready(cloud, tokens);
            HttpResponse<String> answer = gate.post("/v1/messages/count_tokens", key, body(name, false));
            assertEquals("{\"input_tokens\":9}", answer.body());
            assertEquals(MODELS + "count-tokens:rawPredict", cloud.last().path());
            JsonNode said = Json.MAPPER.readTree(cloud.last().body());
            assertEquals("claude-x@20250929", said.get("model").stringValue());
            assertEquals("vertex-2023-10-16", said.get("anthropic_version").stringValue());
        }
    }

    @Test
    void anAccessTokenOfOnesOwnIsSentAsItIs() throws Exception {
        try (CloudStub cloud = cloud()) {
            String name = provider(cloud, "bearer");
            assertEquals(400, credential(name, ACCESS_TOKEN, "").statusCode());
            HttpResponse<String> added = credential(name, ACCESS_TOKEN, ",\"kind\":\"oauth-access-token\"");
            assertEquals(201, added.statusCode(), added.body());
            assertEquals(200, call(name, false).statusCode());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {\"error\":{\"code\":429,\"message\":\"Quota.\",\"status\":\"RESOURCE_EXHAUSTED\"}} | 429 | rate_limit_error | Quota.",
                "403 | [{\"error\":{\"code\":403,\"message\":\"No.\",\"status\":\"PERMISSION_DENIED\"}}] | 403 | permission_error | No.",
                "400 | {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"x\"}} | 400 | invalid_request_error | x",
                "404 | <html>not here</html> | 404 | not_found_error | The provider answered",
                "401 | {\"error\":{\"code\":401,\"message\":\"Bad.\"}} | 502 | api_error | does not accept",
            })
    void itsErrorsAreToldInTheClientsWords(int status, String said, int told, String kind, String message)
            throws Exception {
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud = new CloudStub(
                        (request, exchange) -> CloudStub.whole(exchange, status, said, "retry-after", "60"))) {
            HttpResponse<String> answer = call(ready(cloud, tokens), false);
            assertEquals(told, answer.statusCode(), answer.body());
            JsonNode body = Json.MAPPER.readTree(answer.body());
            assertEquals("error", body.get("type").stringValue());
            assertEquals(kind, body.get("error").get("type").stringValue());
            assertTrue(body.get("error").get("message").stringValue().contains(message), answer.body());
        }
    }

    @Test
    void aKeyThatGoogleRefusesIsTakenOutOfUse() throws Exception {
        try (CloudStub cloud = cloud();
                CloudStub tokens = new CloudStub(
                        (request, exchange) -> CloudStub.whole(exchange, 400, "{\"error\":\"invalid_grant\"}"))) {
            String name = ready(cloud, tokens);
            HttpResponse<String> answer = call(name, false);
            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("does not accept Tollgate's credential"), answer.body());
            assertEquals(0, cloud.requests().size());
            JsonNode outcome = gate.manage("POST", "/credentials/" + name + "/check", "");
            assertFalse(outcome.get("ok").booleanValue());
            assertTrue(gate.admin("GET", "/credentials", "").body().contains("quarantined"));
        }
    }

    /** Google says of a clock that is wrong what it says of a key that is: 400. Every credential would be lost to it. */
    @Test
    void aWrongClockOfTheGatesCostsNoCredential() throws Exception {
        String said =
                "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: Token must be a short-lived token"
                        + " (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.\"}";
        try (CloudStub cloud = cloud();
                CloudStub tokens = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 400, said))) {
            String name = ready(cloud, tokens);
            HttpResponse<String> answer = call(name, false);
            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("no access token could be had"), answer.body());
            assertEquals("active", gate.state(name));
        }
    }

    @Test
    void aTokenThatCannotBeRenewedForLongIsToldOnceUntilItCanBe() throws Exception {
        AtomicInteger failing = new AtomicInteger(2);
        String token = "{\"access_token\":\"" + ACCESS_TOKEN + "\",\"expires_in\":1,\"token_type\":\"Bearer\"}";
        try (CloudStub cloud = cloud();
                CloudStub tokens = new CloudStub((request, exchange) -> {
                    boolean away = failing.getAndDecrement() > 0;
                    CloudStub.whole(exchange, away ? 503 : 200, away ? "{}" : token);
                })) {
            String name = ready(cloud, tokens);
            callUntilAsked(name, tokens, 3);
            assertEquals(200, call(name, false).statusCode());
            assertEquals(List.of(), told(name), "two failures pass");

            failing.set(1_000);
            callUntilAsked(name, tokens, 6);
            awaitToldOnceAndDismiss(name);
            failing.set(0);
            assertEquals(200, call(name, false).statusCode());
            failing.set(1_000);
            callUntilAsked(name, tokens, 6);
            awaitToldOnceAndDismiss(name); // anew after it could
            assertEquals("active", gate.state(name));
        }
    }

    private static void callUntilAsked(String provider, CloudStub tokens, int times) throws Exception {
        int before = tokens.requests().size();
        while (tokens.requests().size() < before + times) {
            call(provider, false);
        }
    }

    /** Notices are written behind everybody's back. */
    private static void awaitToldOnceAndDismiss(String credential) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (told(credential).isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "it is told");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(1, told(credential).size());
        gate.admin("DELETE", "/notices/" + told(credential).getFirst(), "");
        assertEquals(List.of(), told(credential));
    }

    private static List<String> told(String credential) throws Exception {
        List<String> told = new ArrayList<>();
        for (JsonNode notice : gate.manage("GET", "/notices", "").get("data")) {
            if (notice.get("kind").stringValue().equals("renewal.failed")
                    && notice.get("subject").stringValue().equals(credential)) {
                told.add(notice.get("id").stringValue());
                assertTrue(notice.get("cure").stringValue().contains("tollgate credential check " + credential));
            }
        }
        return told;
    }

    /** Three minutes before its end a token counts as ended; from somewhat earlier on a new one is fetched beside the calls. */
    @Test
    void aTokenIsRenewedWhileTheOldOneStillServes() throws Exception {
        String token = "{\"access_token\":\"" + ACCESS_TOKEN + "\",\"expires_in\":200,\"token_type\":\"Bearer\"}";
        try (CloudStub cloud = cloud();
                CloudStub tokens = new CloudStub((request, exchange) -> {
                    boolean first = exchange.getHttpContext().getAttributes().put("asked", "") == null;
                    CloudStub.whole(exchange, first ? 200 : 503, first ? token : "{}");
                })) {
            String name = ready(cloud, tokens);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
            do {
                HttpResponse<String> answer = call(name, false);
                assertEquals(200, answer.statusCode(), answer.body());
                assertTrue(System.nanoTime() < deadline, "the token is renewed ahead of time");
            } while (tokens.requests().size() < 2);
            assertEquals(200, call(name, false).statusCode(), "a renewal that fails costs nothing yet");
        }
    }

    @ParameterizedTest
    @CsvSource({"http://169.254.169.254/token", "http://8.8.8.8/token", "http://127.0.0.1:9/token"})
    void aTokenEndpointThatMayNotOrCannotBeReachedCostsNoCredential(String address) throws Exception {
        try (CloudStub cloud = cloud()) {
            String name = provider(cloud, "google-service-account");
            assertEquals(201, credential(name, keyFile(address).toString(), "").statusCode());
            HttpResponse<String> answer = call(name, false);
            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("no access token could be had"), answer.body());
            assertEquals(0, cloud.requests().size());
        }
    }

    @Test
    void aTokenEndpointMayNotSendElsewhereNorTooMuch() throws Exception {
        try (CloudStub cloud = cloud();
                CloudStub elsewhere = tokenEndpoint();
                CloudStub moved = new CloudStub((request, exchange) ->
                        CloudStub.whole(exchange, 307, "", "location", elsewhere.url() + "/token"));
                CloudStub endless = new CloudStub((request, exchange) -> CloudStub.whole(
                        exchange, 200, "{\"access_token\":\"" + "x".repeat(100_000) + "\",\"expires_in\":3599}"))) {
            assertEquals(502, call(ready(cloud, moved), false).statusCode());
            assertEquals(502, call(ready(cloud, endless), false).statusCode());
            assertEquals(0, elsewhere.requests().size());
            assertEquals(0, cloud.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "private_key, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', no RSA key",
        "private_key, '', lacks private_key",
        "client_email, '', lacks client_email",
        "token_uri, file:///etc/passwd, no address",
        "token_uri, https://user:secret@a.example/token, no address",
        "type, authorized_user, not the key file",
        "client_email, gräte@a.example, no key file has",
    })
    void aKeyFileThatIsNotWholeIsRefusedWithoutBeingRepeated(String field, String value, String why) throws Exception {
        try (CloudStub cloud = cloud()) {
            String name = provider(cloud, "google-service-account");
            ObjectNode file = keyFile("https://oauth2.googleapis.com/token").put(field, value);
            HttpResponse<String> answer = credential(name, file.toString(), "");
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains(why), answer.body());
            assertFalse(answer.body().contains("MII") || answer.body().contains(EMAIL), answer.body());
        }
    }

    @Test
    void nothingOfAKeyOrATokenIsInWhatIsStoredOrListed() throws Exception {
        try (CloudStub tokens = tokenEndpoint();
                CloudStub cloud = cloud()) {
            call(ready(cloud, tokens), false);
            String listed = gate.admin("GET", "/credentials", "").body()
                    + gate.admin("GET", "/audit", "").body();
            String secret = pem().lines().skip(5).findFirst().orElseThrow();
            assertFalse(listed.contains("CANARY") || listed.contains(secret), listed);
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertFalse(text.contains("CANARY") || text.contains(secret), file.toString());
                }
            }
        }
    }
}
