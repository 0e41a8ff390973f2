package dev.tollgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.upstream.Frames;
import dev.tollgate.upstream.SigV4;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Claude on Amazon Bedrock, behind the gate: a cloud that checks every signature. */
class BedrockTest {
    private static final String ID = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "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";
    private static final String TOKEN = "IQoJb3JpZ2luX2VjCANARYTOKEN//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==";
    private static final String REGION = "eu-west-1";
    private static final String ANSWER = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-x",\
            "content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";
    private static final String[] EVENTS = {
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                + "\"model\":\"claude-x\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}",
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüß \"}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"dich\"}}",
        "{\"type\":\"content_block_stop\",\"index\":0}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                + "\"usage\":{\"output_tokens\":3}}",
        "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":7}}",
    };

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("bedrock");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    /** A provider at the stub, with a price and that credential. */
    private static String provider(CloudStub cloud, String auth, String secret) throws Exception {
        return provider(cloud.url(), auth, secret);
    }

    private static String provider(String url, String auth, String secret) throws Exception {
        String name = "aws" + next++;
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"platform\":\"bedrock\",\"region\":\"" + REGION + "\",\"auth\":\"" + auth
                        + "\",\"base_url\":\"" + url + "\"}");
        credential(name, name, secret);
        gate.manage(
                "PUT", "/prices/" + name + "/m", "{\"input_usd_per_mtok\":\"3.00\",\"output_usd_per_mtok\":\"15.00\"}");
        return name;
    }

    private static void credential(String provider, String name, String secret) throws Exception {
        String json = Json.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("provider", provider)
                .put("secret", secret)
                .toString();
        gate.manage("POST", "/credentials", json);
    }

    private static String body(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":64,\"stream\":" + stream
                + ", \"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static HttpResponse<String> call(String provider, boolean stream) throws Exception {
        return gate.post("/v1/messages", key, body(provider + "/m", stream), "anthropic-version", "2023-06-01");
    }

    private static byte[] frames(int events) {
        byte[][] frames = new byte[events][];
        for (int i = 0; i < events; i++) {
            frames[i] = Frames.chunk(EVENTS[i]);
        }
        return Frames.joined(frames);
    }

    private static String sent(String... events) {
        StringBuilder sent = new StringBuilder();
        for (String event : events) {
            String name = event.replaceAll("^\\{\"type\":\"([a-z_]+)\".*", "$1");
            sent.append("event: ").append(name).append("\ndata: ").append(event).append("\n\n");
        }
        return sent.toString();
    }

    private static JsonNode error(HttpResponse<String> answer) {
        JsonNode body = Json.MAPPER.readTree(answer.body());
        assertEquals("error", body.get("type").stringValue(), answer.body());
        return body.get("error");
    }

    @Test
    void aCallIsSignedOverWhatIsSentAndItsAnswerIsBilled() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            HttpResponse<String> answer = gate.post(
                    "/v1/messages?beta=true",
                    key,
                    body(name + "/m", false),
                    "anthropic-version",
                    "2023-06-01",
                    "anthropic-beta",
                    "effort-2025-11-24, context-management-2025-06-27",
                    "x-amz-security-token",
                    "smuggled",
                    "x-amz-date",
                    "20000101T000000Z");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(ANSWER, answer.body());
            assertEquals(
                    "0.000066",
                    answer.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
            SigV4.Request request = cloud.last();
            assertEquals("", SigV4.fault(request, ID, SECRET, REGION, "bedrock"));
            assertEquals("/model/m/invoke", request.path());
            assertEquals(
                    "{\"anthropic_version\":\"bedrock-2023-05-31\","
                            + "\"anthropic_beta\":[\"effort-2025-11-24\",\"context-management-2025-06-27\"],"
                            + "\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                    new String(request.body(), UTF_8));
            assertFalse(
                    request.headers().containsKey("x-amz-security-token"),
                    request.headers().toString());
            assertFalse(
                    request.headers().containsKey("anthropic-beta"),
                    request.headers().toString());
            assertFalse(
                    request.headers().containsKey("anthropic-version"),
                    request.headers().toString());
            assertFalse(request.headers().toString().contains(SECRET));
            assertTrue(
                    gate.explain(answer).toString().contains("\"change\":\"as bedrock takes it\""),
                    gate.explain(answer).toString());
        }
    }

    @Test
    void theTestWouldNoticeAnotherKeyAndAnotherBody() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            call(provider(cloud, "aws-sigv4", ID + ":" + SECRET), false);
            SigV4.Request request = cloud.last();
            assertFalse(
                    SigV4.fault(request, ID, SECRET + "x", REGION, "bedrock").isEmpty());
            byte[] other = request.body().clone();
            other[20] ^= 1;
            var changed = new SigV4.Request("POST", request.path(), request.headers(), other);
            assertFalse(SigV4.fault(changed, ID, SECRET, REGION, "bedrock").isEmpty());
        }
    }

    @Test
    void aTemporaryKeyBringsItsTokenAndAnArnIsOneSegment() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String json = "{\"Credentials\":{\"AccessKeyId\":\"ASIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"" + SECRET
                    + "\",\"SessionToken\":\"" + TOKEN + "\",\"Expiration\":\"2026-11-22T20:00:00Z\"}}";
            String name = provider(cloud, "aws-sigv4", json);
            String arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2";
            HttpResponse<String> answer = gate.post("/v1/messages", key, body(name + "/" + arn, false));
            assertEquals(200, answer.statusCode(), answer.body());
            SigV4.Request request = cloud.last();
            assertEquals("", SigV4.fault(request, "ASIAIOSFODNN7EXAMPLE", SECRET, REGION, "bedrock"));
            assertEquals(TOKEN, request.headers().get("x-amz-security-token"));
            assertEquals(
                    "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2/invoke",
                    request.path());
        }
    }

    @Test
    void anApiKeyOfBedrockIsSentAsItIs() throws Exception {
        String apiKey = "ABSKQmVkcm9ja0FQSUtleS1CANARYbearer0123456789abcdef";
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String name = provider(cloud, "bearer", apiKey);
            assertEquals(200, call(name, false).statusCode());
            assertEquals("Bearer " + apiKey, cloud.last().headers().get("authorization"));
            assertFalse(cloud.last().headers().containsKey("x-amz-date"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "64", "100000"})
    void aStreamBecomesAnthropicsEventsHoweverItIsCut(int pieces) throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.streamed(exchange, "application/vnd.amazon.eventstream", frames(EVENTS.length), pieces))) {
            HttpResponse<String> answer = call(provider(cloud, "aws-sigv4", ID + ":" + SECRET), true);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(
                    "text/event-stream",
                    answer.headers().firstValue("content-type").orElseThrow());
            assertEquals(sent(EVENTS), answer.body());
            assertEquals("/model/m/invoke-with-response-stream", cloud.last().path());
            assertEquals("", SigV4.fault(cloud.last(), ID, SECRET, REGION, "bedrock"));
            JsonNode story = gate.explain(answer);
            assertTrue(story.toString().contains("\"cost_usd\":\"0.000066\""), story.toString());
        }
    }

    @Test
    void aClientOfOpenAiIsAnsweredInItsOwnDialect() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.streamed(exchange, "application/vnd.amazon.eventstream", frames(EVENTS.length), 50))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            HttpResponse<String> answer = gate.post(
                    "/v1/chat/completions",
                    key,
                    "{\"model\":\"" + name + "/m\",\"stream\":true,\"max_completion_tokens\":64,"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("Grüß "), answer.body());
            assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
            JsonNode said = Json.MAPPER.readTree(cloud.last().body());
            assertEquals("bedrock-2023-05-31", said.get("anthropic_version").stringValue());
            assertFalse(said.has("model") || said.has("stream"), said.toString());
        }
    }

    @Test
    void aStreamThatEndsTooEarlyNeverLooksFinished() throws Exception {
        byte[] whole = frames(EVENTS.length);
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
        try (CloudStub cloud = new CloudStub(
                (request, exchange) -> CloudStub.streamed(exchange, "application/vnd.amazon.eventstream", cut, 100))) {
            HttpResponse<String> answer = call(provider(cloud, "aws-sigv4", ID + ":" + SECRET), true);
            assertFalse(answer.body().contains("message_stop"), answer.body());
            assertEquals("interrupted", gate.explain(answer).get("outcome").stringValue());
        }
    }

    @Test
    void aDamagedStreamBreaksTheClientsConnection() throws Exception {
        byte[] damaged = frames(EVENTS.length);
        damaged[damaged.length - 30] ^= 1;
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.streamed(exchange, "application/vnd.amazon.eventstream", damaged, 100))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            assertThrows(IOException.class, () -> call(name, true));
        }
    }

    @Test
    void anExceptionWithinAStreamIsTheErrorEventOfTheClientsDialect() throws Exception {
        byte[] stream = Frames.joined(
                frames(3), Frames.exception("modelStreamErrorException", "{\"message\":\"The model broke.\"}"));
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.streamed(exchange, "application/vnd.amazon.eventstream", stream, 100))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            HttpResponse<String> answer = call(name, true);
            String error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                    + "\"message\":\"The model broke.\"},\"request_id\":\"aws-request-1\"}\n\n";
            assertEquals(sent(EVENTS[0], EVENTS[1], EVENTS[2]) + error, answer.body());
            assertEquals("failed", gate.explain(answer).get("outcome").stringValue());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, 400, invalid_request_error, active",
        "403, AccessDeniedException, 403, permission_error, active",
        "404, ResourceNotFoundException, 404, not_found_error, active",
        "429, ThrottlingException:http://internal.amazon.com/coral/, 429, rate_limit_error, active",
        "400, ServiceQuotaExceededException, 429, rate_limit_error, active",
        "403, ExpiredTokenException, 502, api_error, quarantined",
        "403, UnrecognizedClientException, 502, api_error, quarantined",
        "403, InvalidSignatureException, 502, api_error, quarantined",
    })
    void itsErrorsAreToldInTheClientsWords(int status, String type, int told, String kind, String state)
            throws Exception {
        String body = "{\"message\":\"What AWS says.\"}";
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.whole(exchange, status, body, "x-amzn-errortype", type, "retry-after", "60"))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            HttpResponse<String> answer = call(name, false);
            assertEquals(told, answer.statusCode(), answer.body());
            JsonNode error = error(answer);
            assertEquals(kind, error.get("type").stringValue());
            assertEquals(told != 502, error.get("message").stringValue().equals("What AWS says."), answer.body());
            awaitState(name, state);
        }
    }

    private static void awaitState(String credential, String state) throws Exception {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!gate.state(credential).equals(state) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(state, gate.state(credential));
    }

    @Test
    void aGateWhoseClockIsWrongKeepsItsCredentials() throws Exception {
        Vertx vertx = Vertx.vertx(); // the JDK's own server tells the time of today whatever one says
        try {
            HttpServer cloud = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .setStatusCode(403)
                            .putHeader("date", "Tue, 01 Jan 2019 00:00:00 GMT")
                            .putHeader("x-amzn-errortype", "InvalidSignatureException")
                            .end("{\"message\":\"Signature expired\"}"))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
            String name = provider("http://127.0.0.1:" + cloud.actualPort(), "aws-sigv4", ID + ":" + SECRET);
            assertEquals(503, call(name, false).statusCode());
            assertEquals("active", gate.state(name));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void aCallerCannotVoidTheSignatureByWhatItSends() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            String odd = "a+b@c=d,[e]:f/g";
            gate.post(
                    "/v1/messages",
                    key,
                    body(name + "/" + odd, false),
                    "accept",
                    "text/event-stream",
                    "amz-sdk-request",
                    "attempt=1");
            assertEquals(
                    "/model/a%2Bb@c%3Dd%2C%5Be%5D%3Af%2Fg/invoke", cloud.last().path());
            assertEquals("application/json", cloud.last().headers().get("content-type"));
            assertEquals("application/json", cloud.last().headers().get("accept"));
            assertEquals("", SigV4.fault(cloud.last(), ID, SECRET, REGION, "bedrock"));
        }
    }

    @Test
    void whatThePlatformHasNoEndpointForIsRefused() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            gate.post("/v1/messages/count_tokens", key, body(name + "/m", false));
            assertEquals(0, cloud.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, true",
        "403, ExpiredTokenException, false",
        "403, AccessDeniedException, false"
    })
    void aCheckOfACredentialCostsNothing(int status, String type, boolean ok) throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) ->
                CloudStub.whole(exchange, status, "{\"message\":\"m\"}", "x-amzn-errortype", type))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            JsonNode outcome = gate.manage("POST", "/credentials/" + name + "/check", "");
            assertEquals(ok, outcome.get("ok").booleanValue(), outcome.toString());
            assertEquals("/model/tollgate-credential-check/invoke", cloud.last().path());
            assertEquals("", SigV4.fault(cloud.last(), ID, SECRET, REGION, "bedrock"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\",\"platform\":\"azure\",\"region\":\"r\"} | no such platform",
                "{\"name\":\"x\",\"platform\":\"bedrock\"} | needs its region",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"region\":\"a/../b\"} | needs its region",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"region\":\"us-east-1\",\"project\":\"p\"} | has no projects",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"region\":\"us-east-1\",\"auth\":\"x-api-key\"} | does not exist",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"region\":\"us-east-1\",\"dialect\":\"openai\"} | only Anthropic's models",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"region\":\"us-east-1\",\"base_url\":\"http://169.254.169.254\"}"
                        + " | metadata",
                "{\"name\":\"x\",\"dialect\":\"openai\",\"base_url\":\"https://a.example\",\"region\":\"r\"} | part of a platform",
                "{\"name\":\"x\",\"dialect\":\"openai\",\"base_url\":\"https://a.example\",\"auth\":\"aws-sigv4\"} | does not exist",
                "{\"name\":\"x\",\"platform\":\"vertex\",\"region\":\"global\"} | id of a project",
            })
    void aProviderThatMakesNoSenseIsRefused(String body, String why) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/providers", body);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains(why), answer.body());
    }

    @Test
    void aKeyIsNeverSentWhereItOnlySigns() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            String name = provider(cloud, "aws-sigv4", ID + ":" + SECRET);
            gate.manage("PATCH", "/providers/" + name, "{\"auth\":\"bearer\"}");
            assertEquals(502, call(name, false).statusCode());
            assertEquals(0, cloud.requests().size());
        }
    }

    @Test
    void nothingOfASecretIsInWhatIsStoredOrListed() throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANSWER))) {
            provider(cloud, "aws-sigv4", "ASIAIOSFODNN7EXAMPLE:" + SECRET + ":" + TOKEN);
            String listed = gate.admin("GET", "/credentials", "").body()
                    + gate.admin("GET", "/audit", "").body();
            assertFalse(listed.contains("CANARY"), listed);
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertFalse(
                            Files.readString(file, StandardCharsets.ISO_8859_1).contains("CANARY"), file.toString());
                }
            }
        }
    }
}
