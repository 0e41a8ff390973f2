package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A prompt against its models' windows: what surely does not fit is not sent; what may fit is. */
class LongPromptTest {
    private static final String PRICES = """
            {"date":"2026-11-01","models":[
              {"provider":"clone","id":"claude-opus-4-5","context_tokens":2000,"max_output_tokens":500,"prices":[{"since":"2026-01-01","input_usd_per_mtok":"1","output_usd_per_mtok":"1"}]},
              {"provider":"clone","id":"claude-opus-5","context_tokens":100000,"max_output_tokens":500,"prices":[{"since":"2026-01-01","input_usd_per_mtok":"1","output_usd_per_mtok":"1"}]}
            ]}""";
    private static final String ANSWER = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";
    private static final String LONG_CONTEXT = "The long context beta is not yet available for this subscription.";
    private static final String[] BETA = {"anthropic-beta", "prompt-caching-2024-07-31, context-1m-2025-08-07"};

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key = "";
    private static RecordingProvider clone;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(home.resolve("prices.json"), PRICES);
        gate = GateProcess.start(home);
        key = gate.createKey("long");
        clone = new RecordingProvider(200, ANSWER);
        clone.join(gate, "clone", "anthropic");
        gate.manage("PUT", "/aliases/best", "{\"candidates\":[\"clone/claude-opus-4-5\",\"clone/claude-opus-5\"]}");
        gate.manage("PUT", "/aliases/short", "{\"candidates\":[\"clone/claude-opus-4-5\"]}");
    }

    @AfterAll
    static void stop() {
        gate.close();
        clone.close();
    }

    @AfterEach
    void forget() {
        clone.forget();
    }

    private static String words(int words) {
        return "word ".repeat(words);
    }

    private static String messages(String model, int words) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\""
                + words(words) + "\"}]}";
    }

    @Test
    void whatNoCandidateTakesIsRefusedInAnthropicsWords() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, messages("clone/claude-opus-4-5", 10_000));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(
                answer.body()
                        .matches("(?s).*\"type\":\"invalid_request_error\".*prompt is too long: (\\d{4}) tokens > 2000"
                                + " maximum.*clone/claude-opus-5 takes it.*"),
                answer.body());
        assertFalse(answer.body().contains("word word"), "nothing of the prompt");
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
        assertEquals(List.of(), clone.asked());
    }

    @Test
    void whatNoCandidateTakesIsRefusedInOpenAisWords() throws Exception {
        for (String path : List.of("/v1/chat/completions", "/v1/responses")) {
            String body = path.endsWith("responses")
                    ? "{\"model\":\"short\",\"input\":\"" + words(10_000) + "\"}"
                    : messages("short", 10_000);
            HttpResponse<String> answer = gate.post(path, key, body);
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"code\":\"context_length_exceeded\""), answer.body());
            assertTrue(answer.body().contains("maximum context length is 2000 tokens"), answer.body());
        }
        assertEquals(List.of(), clone.asked());
    }

    @Test
    void whatNoCandidateTakesIsRefusedInGooglesWords() throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1beta/models/short:streamGenerateContent?alt=sse",
                key,
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + words(10_000) + "\"}]}]}");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("INVALID_ARGUMENT"), answer.body());
        assertTrue(answer.body().contains("exceeds the maximum number of tokens allowed (2000)"), answer.body());
        assertEquals(List.of(), clone.asked());
    }

    @Test
    void aCandidateThatIsTooShortIsPassedOverForOneThatIsNot() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, messages("best", 10_000));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "claude-opus-5", answer.headers().firstValue("x-tollgate-model").orElse(""));
        JsonNode story = gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
        assertTrue(story.toString().contains("clone/claude-opus-4-5 passed over"), story.toString());
        assertEquals(200, gate.post("/v1/messages", key, messages("best", 100)).statusCode());
        assertTrue(clone.asked().getLast().body().contains("claude-opus-4-5"), "the first, where it fits");
    }

    /** 2,100 words are about as many tokens as the window has; two bytes a token or less are not even counted. */
    @ParameterizedTest
    @CsvSource({"2100", "1990", "700"})
    void whatMayJustFitIsSent(int words) throws Exception {
        assertEquals(
                200,
                gate.post("/v1/messages", key, messages("clone/claude-opus-4-5", words))
                        .statusCode());
        assertEquals(1, clone.asked().size());
    }

    @Test
    void aBodyThatIsLongByItsImageIsSent() throws Exception {
        String body =
                "{\"model\":\"clone/claude-opus-4-5\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                        + "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ" + "AAAA".repeat(50_000) + "\"}}]}]}";
        assertEquals(200, gate.post("/v1/messages", key, body).statusCode());
    }

    @Test
    void aModelThatTheKeyMayNotUseIsNotNamed() throws Exception {
        String narrow = gate.createKey("narrow", "clone/claude-opus-4-5");
        HttpResponse<String> answer = gate.post("/v1/messages", narrow, messages("clone/claude-opus-4-5", 10_000));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("No other model that this key may use takes it"), answer.body());
        assertFalse(answer.body().contains("claude-opus-5"), answer.body());
    }

    @Test
    void whatCannotBeReadIsForTheProviderToRefuse() throws Exception {
        String body = messages("clone/claude-opus-4-5", 10_000).replace("\"user\"", "\"nobody\"");
        assertEquals(200, gate.post("/v1/messages", key, body).statusCode());
        assertTrue(clone.asked().getFirst().body().contains("nobody"));
    }

    /** Context editing and compaction: the provider counts what is left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"context_management\":{\"edits\":[{\"type\":\"clear_tool_uses_20250919\"}]},",
                "\"compaction\":{\"enabled\":true},"
            })
    void whatTheProviderShortensItselfIsSent(String field) throws Exception {
        String body = "{" + field + messages("clone/claude-opus-4-5", 10_000).substring(1);
        assertEquals(200, gate.post("/v1/messages", key, body).statusCode());
        assertEquals(1, clone.asked().size());
    }

    @Test
    void anAliasLeavesTheRetiredBetaOutWhereThePromptFitsWithoutIt() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, messages("short", 100), BETA);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("prompt-caching-2024-07-31", clone.asked().getFirst().beta());
        JsonNode story = gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
        assertTrue(story.get("changes").toString().contains("context-1m"), story.toString());
    }

    @Test
    void whoNamesAModelSendsItsBetasAsTheyAre() throws Exception {
        gate.post("/v1/messages", key, messages("clone/claude-opus-4-5", 100), BETA);
        assertEquals(BETA[1], clone.asked().getFirst().beta());
    }

    @Test
    void aProviderThatMayStillKnowTheBetaIsAsked() throws Exception {
        assertEquals(
                200,
                gate.post("/v1/messages", key, messages("clone/claude-opus-4-5", 10_000), BETA)
                        .statusCode());
        assertEquals(BETA[1], clone.asked().getFirst().beta());
    }

    @Test
    void theRefusalOfTheRetiredBetaIsExplainedInItsOwnWordsFirst() throws Exception {
        try (RecordingProvider strict = new RecordingProvider(
                400,
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" + LONG_CONTEXT
                        + "\"}}")) {
            strict.join(gate, "strict", "anthropic");
            HttpResponse<String> answer = gate.post("/v1/messages", key, messages("strict/m", 10), BETA);
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("\"message\":\"" + LONG_CONTEXT + " The header"), answer.body());
            assertTrue(answer.body().contains("Leave it out"), answer.body());
            HttpResponse<String> other = gate.post("/v1/messages", key, messages("strict/m", 10));
            assertFalse(other.body().contains("Leave it out"), "who did not ask for it: " + other.body());
        }
    }
}
