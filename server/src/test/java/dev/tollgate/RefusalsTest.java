package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.upstream.SigV4;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Providers that refuse, and what a conversion cannot say: whose fault it is, who is asked next, what the caller is told. */
@Timeout(120)
class RefusalsTest {
    private static final String WRONG_KEY = "{\"error\":{\"code\":400,\"message\":\"API key not valid.\","
            + "\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}";
    private static final String ANTHROPICS = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";
    private static final String GEMINIS = """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}],\
            "usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}""";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("refusals");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static String provider(String dialect, CloudStub stub) throws Exception {
        String name = dialect + next++;
        gate.provider(name, dialect, stub.url());
        return name;
    }

    private static HttpResponse<String> ask(String endpoint, String model, String more) throws Exception {
        String message = "{\"role\":\"user\",\"content\":\"Hello\"}";
        String head = "{\"model\":\"" + model + "\"" + more;
        return switch (endpoint) {
            case "messages" ->
                gate.post("/v1/messages", key, head + ",\"max_tokens\":64,\"messages\":[" + message + "]}");
            case "chat" -> gate.post("/v1/chat/completions", key, head + ",\"messages\":[" + message + "]}");
            case "embeddings" -> gate.post("/v1/embeddings", key, head + ",\"input\":\"Hello\"}");
            default ->
                gate.post(
                        "/v1beta/models/" + model + ":generateContent",
                        key,
                        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}");
        };
    }

    private static void awaitState(String credential, String state) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!gate.state(credential).equals(state)) {
            assertTrue(System.nanoTime() < deadline, gate.state(credential));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, 401, messages",
        "anthropic, 401, chat",
        "openai, 401, messages",
        "openai, 401, gemini",
        "gemini, 401, chat",
        "gemini, 400, gemini",
        "gemini, 400, messages",
        "gemini, 400, chat",
        "gemini, 400, embeddings",
    })
    void aCredentialThatTheProviderRefusesIsTakenOutOfUseAndTheCallersIsNotBlamed(
            String dialect, int status, String endpoint) throws Exception {
        String said = dialect.equals("gemini") ? WRONG_KEY : "{\"error\":{\"message\":\"invalid x-api-key\"}}";
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, status, said))) {
            String name = provider(dialect, stub);
            HttpResponse<String> answer = ask(endpoint, name + "/m", "");
            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("does not accept Tollgate's credential"), answer.body());
            assertFalse(answer.body().contains("not valid") || answer.body().contains("x-api-key"), answer.body());
            assertEquals(502, gate.explain(answer).get("status").intValue());
            awaitState(name, "quarantined");
            assertEquals(1, stub.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"gemini", "messages", "chat"})
    void afterAWrongKeyOfGooglesTheNextCredentialIsTried(String endpoint) throws Exception {
        try (CloudStub stub = new CloudStub(RefusalsTest::refusingTheFirstKey)) {
            String name = provider("gemini", stub);
            gate.credential(name, name + "b");
            HttpResponse<String> answer = ask(endpoint, name + "/m", "");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(2, gate.explain(answer).get("attempts").size());
            String refused = stub.requests().getFirst().headers().get("x-goog-api-key");
            boolean first = refused != null && refused.contains("-" + name + "-");
            awaitState(first ? name : name + "b", "quarantined");
            assertEquals("active", gate.state(first ? name + "b" : name));
            awaitNothingHeld();
        }
    }

    private static void refusingTheFirstKey(SigV4.Request request, HttpExchange exchange) throws IOException {
        boolean first = !"2".equals(exchange.getHttpContext().getAttributes().put("asked", "2"));
        CloudStub.whole(exchange, first ? 400 : 200, first ? WRONG_KEY : GEMINIS);
    }

    @Test
    void anyOtherRefusalOfGooglesPassesAsItIsAndCostsNoCredential() throws Exception {
        String said = "{\"error\":{\"code\":400,\"message\":\"Bad.\",\"status\":\"INVALID_ARGUMENT\"}} ";
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 400, said))) {
            String name = provider("gemini", stub);
            HttpResponse<String> answer = ask("gemini", name + "/m", "");
            assertEquals(400, answer.statusCode());
            assertEquals(said, answer.body());
            assertEquals("active", gate.state(name));
        }
    }

    @Test
    void whatCannotBeSaidToAModelIsTriedOnceWhateverItsCredentialsAndIsTheCallersFault() throws Exception {
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANTHROPICS))) {
            String name = provider("anthropic", stub);
            gate.credential(name, name + "b");
            HttpResponse<String> answer = ask("chat", name + "/m", ",\"n\":2");
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("n: "), answer.body());
            assertEquals(1, gate.explain(answer).get("attempts").size());
            assertEquals(0, stub.requests().size());
        }
    }

    @Test
    void aCandidateThatCannotBeToldIsSkippedForOneThatCan() throws Exception {
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, GEMINIS));
                CloudStub other = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANTHROPICS))) {
            String alias = alias(provider("anthropic", other), provider("gemini", stub));
            HttpResponse<String> answer = ask("chat", alias, ",\"n\":2");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(0, other.requests().size());
            assertEquals(1, stub.requests().size());
        }
    }

    /** The one who could have been told failed for the moment: a 400 would keep the client from trying again. */
    @Test
    void whereAnotherCandidateFailedInPassingTheCallIsWorthTryingAgain() throws Exception {
        try (CloudStub failing = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 500, "{}"));
                CloudStub other = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANTHROPICS))) {
            String alias = alias(provider("openai", failing), provider("anthropic", other));
            HttpResponse<String> answer = ask("chat", alias, ",\"n\":2");
            assertEquals(503, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("n: "), answer.body());
            assertEquals(503, gate.explain(answer).get("status").intValue());
            assertEquals(0, other.requests().size());
        }
    }

    private static String alias(String... providers) throws Exception {
        String name = "alias" + next++;
        String candidates = List.of(providers).stream()
                .map(provider -> "\"" + provider + "/m\"")
                .collect(Collectors.joining(","));
        gate.manage("PUT", "/aliases/" + name, "{\"candidates\":[" + candidates + "]}");
        return name;
    }

    @Test
    void aLostFieldsNameIsAWordOfAHeaderAndNeverALineOfTheHead() throws Exception {
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANTHROPICS))) {
            String name = provider("anthropic", stub);
            HttpResponse<String> answer = ask(
                    "chat", name + "/m", ",\"bad\\r\\nx-injected: yes\\u0000\\u00e9\":1,\"" + "a".repeat(900) + "\":2");
            assertEquals(200, answer.statusCode(), answer.body());
            String dropped = answer.headers().firstValue("x-tollgate-dropped").orElseThrow();
            assertTrue(dropped.contains("bad??x-injected: yes??"), dropped);
            assertTrue(dropped.length() < 300, dropped);
            assertTrue(answer.headers().firstValue("x-injected").isEmpty());
            JsonNode call = gate.explain(answer);
            assertEquals("settled", call.get("outcome").stringValue());
            awaitNothingHeld();
        }
    }

    @Test
    void ofVeryManyLostFieldsTheHeaderNamesTheFirst() throws Exception {
        try (CloudStub stub = new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, ANTHROPICS))) {
            String fields = IntStream.range(0, 90)
                    .mapToObj(i -> ",\"unknown" + i + "\":1")
                    .collect(Collectors.joining());
            HttpResponse<String> answer = ask("chat", provider("anthropic", stub) + "/m", fields);
            assertEquals(200, answer.statusCode(), answer.body());
            String dropped = answer.headers().firstValue("x-tollgate-dropped").orElseThrow();
            assertEquals(50, dropped.split(", ", -1).length, dropped);
        }
    }

    private static void awaitNothingHeld() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (gate.gauge("tollgate_bodies_held_bytes") != 0) {
            assertTrue(System.nanoTime() < deadline, "held: " + gate.gauge("tollgate_bodies_held_bytes"));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
