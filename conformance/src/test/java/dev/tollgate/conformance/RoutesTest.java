package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Candidates, credentials, retries and what they leave in the ledger; the provider is simulated, the HTTP is real. */
class RoutesTest {
    private static final String GOOD = "sk-good-00000000000000000000000000000000";
    private static final String SPARE = "sk-spare-1111111111111111111111111111111";
    private static final String REVOKED = "sk-revoked-22222222222222222222222222222";

    @TempDir
    Path home;

    private GateProcess gate;
    private String key = "";

    @BeforeEach
    void start() throws Exception {
        gate = GateProcess.start(home, "--first-byte-timeout", "2", "--silence-timeout", "2", "--connect-timeout", "2");
        key = gate.createKey("routes");
        provider("one", gate.simulatedProvider());
        provider("two", gate.simulatedProvider());
    }

    @AfterEach
    void stop() {
        gate.close();
    }

    private void provider(String name, String url) throws Exception {
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"anthropic\",\"base_url\":\"" + url + "\"}");
    }

    private void credential(String name, String provider, String secret) throws Exception {
        gate.manage(
                "POST",
                "/credentials",
                "{\"name\":\"" + name + "\",\"provider\":\"" + provider + "\",\"kind\":\"api-key\",\"secret\":\""
                        + secret + "\"}");
    }

    private HttpResponse<String> call(String model, String... headers) throws Exception {
        return gate.post("/v1/messages", key, body(model, false), headers);
    }

    private static String body(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":64,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private JsonNode explain(HttpResponse<?> answer) throws Exception {
        return gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
    }

    private static void await(String what, Predicate<Void> condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.test(null)) {
            assertTrue(System.nanoTime() < deadline, "in time: " + what);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void bytesPassUntouchedAndTheCallersKeyNeverDoes() throws Exception {
        credential("good", "one", GOOD);
        String odd =
                "{ \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"\\u00e9\",\"signature\":\"c2ln\"},"
                        + "{\"text\":\"Hi\",\"type\":\"text\"}]}],\n\t\"zeta\": {\"unknown\": 1.0e3}, \"max_tokens\":64, \"model\":\"echo\"}";
        // The candidate's model is the one in the body, so that nothing has to be spliced.
        gate.manage("PUT", "/aliases/echo", "{\"candidates\":[\"one/echo\"],\"unpriced\":true}");
        HttpResponse<String> answer =
                gate.post("/v1/messages", key, odd, "anthropic-beta", "a-beta,another", "x-thing", "kept");
        assertEquals(200, answer.statusCode(), answer.body());
        String sha = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(odd.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                sha, answer.headers().firstValue("x-sim-received-body-sha256").orElseThrow());
        String headers = answer.headers().firstValue("x-sim-received-headers").orElseThrow();
        assertTrue(headers.contains("anthropic-beta") && headers.contains("x-thing"), headers);
        assertFalse(headers.contains("authorization"), headers);
        String auth = answer.headers().firstValue("x-sim-received-auth").orElseThrow();
        assertTrue(auth.contains("x-api-key") && auth.contains("0000"), auth);
    }

    @Test
    void aliasSplicesTheModelAndExplainsIt() throws Exception {
        credential("good", "one", GOOD);
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"one/echo\",\"two/echo\"],\"unpriced\":true}");
        HttpResponse<String> answer = call("fast");
        assertEquals(200, answer.statusCode());
        assertEquals("echo", answer.headers().firstValue("x-tollgate-model").orElseThrow());
        assertEquals("one", answer.headers().firstValue("x-tollgate-provider").orElseThrow());
        JsonNode story = explain(answer);
        assertEquals("fast", story.get("alias").stringValue());
        assertEquals("[\"one/echo\",\"two/echo\"]", story.get("route").toString());
        assertEquals("model", story.get("changes").get(0).get("field").stringValue());
        assertEquals("good", story.get("credential").stringValue());
    }

    @Test
    void nextCandidateAnswersWhereTheFirstFails() throws Exception {
        credential("a", "one", GOOD);
        credential("b", "two", SPARE);
        gate.manage("PUT", "/aliases/sure", "{\"candidates\":[\"one/flaky:500\",\"two/echo\"],\"unpriced\":true}");
        HttpResponse<String> answer = call("sure");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("two", answer.headers().firstValue("x-tollgate-provider").orElseThrow());
        JsonNode attempts = explain(answer).get("attempts");
        assertEquals(500, attempts.get(0).get("status").asInt());
        assertEquals("two", attempts.get(attempts.size() - 1).get("provider").stringValue());
    }

    @Test
    void connectErrorGoesToTheNextCandidate() throws Exception {
        provider("gone", "http://127.0.0.1:9");
        credential("a", "gone", GOOD);
        credential("b", "two", SPARE);
        gate.manage("PUT", "/aliases/sure", "{\"candidates\":[\"gone/echo\",\"two/echo\"],\"unpriced\":true}");
        assertEquals(200, call("sure").statusCode());
    }

    @Test
    void connectErrorWithNobodyElseIsABadGatewayInTheDialectsShape() throws Exception {
        provider("gone", "http://127.0.0.1:9");
        credential("a", "gone", GOOD);
        HttpResponse<String> answer = call("gone/echo");
        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().contains("\"type\":\"error\""), answer.body());
    }

    @Test
    void credentialThatGets401IsQuarantinedNoticedAndNotUsedAgain() throws Exception {
        credential("bad", "one", REVOKED);
        credential("good", "one", GOOD);
        for (int i = 0; i < 4; i++) {
            assertEquals(200, call("one/echo").statusCode());
        }
        gate.manage("DELETE", "/credentials/good", "");
        HttpResponse<String> refused = call("one/echo");
        assertTrue(refused.statusCode() == 502 || refused.statusCode() == 503, refused.body());
        await("the quarantine is stored", v -> state("bad").equals("quarantined"));
        assertEquals(503, call("one/echo").statusCode());
        JsonNode notice = gate.manage("GET", "/notices", "").get("data").get(0);
        assertEquals("credential.quarantined", notice.get("kind").stringValue());
        assertEquals("bad", notice.get("subject").stringValue());
        gate.manage("POST", "/credentials/bad/rotate", "{\"secret\":\"" + SPARE + "\"}");
        assertEquals(200, call("one/echo").statusCode());
    }

    private String state(String name) {
        try {
            for (JsonNode credential : gate.manage("GET", "/credentials", "").get("data")) {
                if (credential.get("name").stringValue().equals(name)) {
                    return credential.get("state").stringValue();
                }
            }
            return "absent";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void credentialThatGets429CoolsDownForAsLongAsTheProviderSaid() throws Exception {
        credential("only", "one", GOOD);
        HttpResponse<String> limited = call("one/flaky:429", "x-sim-retry-after", "30");
        assertEquals(429, limited.statusCode());
        assertTrue(limited.body().contains("rate_limit_error"), limited.body());
        HttpResponse<String> cooling = call("one/echo");
        assertEquals(429, cooling.statusCode());
        long wait = Long.parseLong(cooling.headers().firstValue("retry-after").orElseThrow());
        assertTrue(wait > 20 && wait <= 30, "retry-after: " + wait);
        credential("spare", "one", SPARE);
        assertEquals(200, call("one/echo").statusCode());
    }

    @Test
    void shortRetryAfterIsWaitedForInsideTheCall() throws Exception {
        credential("only", "one", GOOD);
        assertEquals(200, call("one/flaky:429x1", "x-sim-retry-after", "1").statusCode());
    }

    @Test
    void silentProviderIsATimeoutAndThePromptIsBilled() throws Exception {
        credential("only", "one", GOOD);
        HttpResponse<String> answer = call("one/flaky:slow-first-byte");
        assertEquals(504, answer.statusCode());
    }

    @Test
    void clientThatLeavesIsBilledForWhatWasStreamed() throws Exception {
        String id;
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(URI.create(gate.url() + "/v1/messages"))
                            .header("x-api-key", key)
                            .POST(HttpRequest.BodyPublishers.ofString(body("sim/story:20s", true)))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
            answer.body().readNBytes(600);
            answer.body().close();
            client.shutdownNow();
        }
        await("the call is settled", v -> settled(id));
        JsonNode story = gate.manage("GET", "/calls/" + id, "");
        assertEquals("cancelled", story.get("outcome").stringValue());
        assertTrue(story.get("usage").get("input_tokens").asLong() > 0, story.toString());
        assertTrue(new BigDecimal(story.get("cost_usd").stringValue()).signum() > 0, story.toString());
    }

    private boolean settled(String id) {
        try {
            return gate.admin("GET", "/calls/" + id, "").statusCode() == 200;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void answerThatTakesLongerThanABodyMayIsNotCutOff() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, body("sim/story:18s", true));
        assertTrue(answer.body().contains("message_stop"), "the story was told to its end");
    }

    @Test
    void negativeTokenCountsAreNeverBilledAsTheyAre() throws Exception {
        HttpResponse<String> answer = call("sim/flaky:negative-usage");
        assertEquals(200, answer.statusCode());
        JsonNode story = explain(answer);
        assertEquals("unreconciled", story.get("outcome").stringValue());
        assertTrue(new BigDecimal(story.get("cost_usd").stringValue()).signum() > 0);
    }

    @Test
    void explicitZeroIsNotBilledAsAnEstimate() throws Exception {
        HttpResponse<String> answer = call("sim/echo", "x-sim-output-tokens", "0", "x-sim-input-tokens", "0");
        assertEquals(200, answer.statusCode());
        JsonNode story = explain(answer);
        assertEquals("settled", story.get("outcome").stringValue());
        assertEquals(0, story.get("usage").get("output_tokens").asLong());
        assertEquals(0, new BigDecimal(story.get("cost_usd").stringValue()).signum());
    }

    @Test
    void cacheReadsAndWritesArePricedOnceAndApart() throws Exception {
        gate.manage(
                "PUT",
                "/prices/sim/echo",
                "{\"input_usd_per_mtok\":\"10\",\"output_usd_per_mtok\":\"100\",\"cache_read_usd_per_mtok\":\"1\","
                        + "\"cache_write_5m_usd_per_mtok\":\"12.5\"}");
        HttpResponse<String> answer = call(
                "sim/echo",
                "x-sim-input-tokens",
                "1000",
                "x-sim-output-tokens",
                "10",
                "x-sim-cache-read-tokens",
                "5000",
                "x-sim-cache-write-tokens",
                "2000");
        // 1000×10 + 5000×1 + 2000×12.5 + 10×100 per million
        assertEquals("0.041", answer.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
    }

    @Test
    void redirectIsNotFollowedAndNotPassedOn() throws Exception {
        HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("location", "http://169.254.169.254/latest/meta-data");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        elsewhere.start();
        try {
            provider("redirects", "http://127.0.0.1:" + elsewhere.getAddress().getPort());
            credential("r", "redirects", GOOD);
            HttpResponse<String> answer = call("redirects/echo");
            assertEquals(502, answer.statusCode());
            assertTrue(answer.headers().firstValue("location").isEmpty());
        } finally {
            elsewhere.stop(0);
        }
    }
}
