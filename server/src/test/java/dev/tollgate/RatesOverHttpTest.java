package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rates on a whole gate: what the admin API takes and refuses, and what calls are told in each dialect. */
@Timeout(120)
class RatesOverHttpTest {
    private static final String MESSAGES = "/v1/messages";
    private static final String CHAT = "/v1/chat/completions";
    private static final String GEMINI = "/v1beta/models/sim%2Fecho:generateContent";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static String keyId = "";
    private static String other = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        JsonNode created = gate.manage("POST", "/keys", "{\"name\":\"ci\"}");
        key = created.get("key").stringValue();
        keyId = created.get("id").stringValue();
        other = gate.createKey("other");
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\",\"sim/tools\"]}");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    @AfterEach
    void removeAll() throws Exception {
        for (JsonNode rate : gate.manage("GET", "/rates", "").get("data")) {
            gate.manage("DELETE", "/rates/" + rate.get("id").stringValue(), "");
        }
    }

    private static JsonNode set(String body) throws Exception {
        return gate.manage("POST", "/rates", body);
    }

    private static String body(String path, String model, String rest) {
        String user = "\"role\":\"user\",\"content\":\"Hello\"";
        return switch (path) {
            case MESSAGES ->
                "{\"model\":\"" + model + "\",\"max_tokens\":64,\"messages\":[{" + user + "}]" + rest + "}";
            case CHAT -> "{\"model\":\"" + model + "\",\"messages\":[{" + user + "}]" + rest + "}";
            case "/v1/responses" -> "{\"model\":\"" + model + "\",\"input\":\"Hello\"" + rest + "}";
            default -> "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]" + rest + "}";
        };
    }

    private static HttpResponse<String> call(String path, String caller) throws Exception {
        return gate.post(path, caller, body(path, "sim/echo", ""));
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void aRateIsShownAsItWasSet() throws Exception {
        JsonNode rate = set("{\"key\":\"ci\",\"feature\":\"chat\",\"requests_per_minute\":60,"
                + "\"input_tokens_per_minute\":40000,\"output_tokens_per_minute\":8000,\"concurrent\":4,"
                + "\"max_input_tokens\":20000,\"max_output_tokens\":4096,\"models\":[\"sim/*\",\"fast\",\"fast\"]}");
        assertEquals(keyId, rate.get("key").get("id").stringValue());
        assertEquals("key ci, feature chat", rate.get("label").stringValue());
        List<Long> limits = new ArrayList<>();
        for (String field : List.of(
                "requests_per_minute",
                "input_tokens_per_minute",
                "output_tokens_per_minute",
                "concurrent",
                "max_input_tokens",
                "max_output_tokens",
                "requests_left",
                "input_tokens_left",
                "output_tokens_left",
                "calls_under_way",
                "calls_refused")) {
            limits.add(rate.get(field).longValue());
        }
        assertEquals(List.of(60L, 40_000L, 8_000L, 4L, 20_000L, 4_096L, 60L, 40_000L, 8_000L, 0L, 0L), limits);
        assertEquals("[\"sim/*\",\"fast\"]", rate.get("models").toString());
        assertEquals(rate, gate.manage("GET", "/rates/" + rate.get("id").stringValue(), ""));
        assertEquals(rate, gate.manage("GET", "/rates", "").get("data").get(0));
    }

    @Test
    void theSameScopeAgainReplacesAllLimitsAndKeepsWhatIsUsed() throws Exception {
        String id = set("{\"key\":\"ci\",\"requests_per_minute\":2,\"concurrent\":4}")
                .get("id")
                .stringValue();
        assertEquals(200, call(MESSAGES, key).statusCode());
        JsonNode changed = set("{\"key\":\"" + keyId + "\",\"requests_per_minute\":20}");
        assertEquals(id, changed.get("id").stringValue());
        assertTrue(changed.get("concurrent").isNull());
        assertTrue(changed.get("requests_left").longValue() < 20, changed.toString());
        assertEquals(1, gate.manage("GET", "/rates", "").get("data").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"ci\"}",
                "{\"key\":\"ci\",\"models\":[]}",
                "{\"requests_per_minute\":60}",
                "{\"key\":\"ci\",\"requests_per_minute\":0}",
                "{\"key\":\"ci\",\"requests_per_minute\":-1}",
                "{\"key\":\"ci\",\"requests_per_minute\":1.5}",
                "{\"key\":\"ci\",\"requests_per_minute\":\"60\"}",
                "{\"key\":\"ci\",\"requests_per_minute\":10000000001}",
                "{\"key\":\"ci\",\"requests_per_minute\":9223372036854775808}",
                "{\"key\":\"ci\",\"input_tokens_per_minute\":0}",
                "{\"key\":\"ci\",\"output_tokens_per_minute\":-7}",
                "{\"key\":\"ci\",\"concurrent\":0}",
                "{\"key\":\"ci\",\"max_input_tokens\":0}",
                "{\"key\":\"ci\",\"max_output_tokens\":-1}",
                "{\"key\":\"ci\",\"models\":\"fast\"}",
                "{\"key\":\"ci\",\"models\":[\"a b\"]}",
                "{\"key\":\"ci\",\"models\":[\"\"]}",
                "{\"key\":\"ci\",\"models\":[7]}",
                "{\"key\":\"ci\",\"rpm\":60}",
                "{\"key\":\"ci\",\"key\":\"other\",\"concurrent\":1}",
                "{\"model\":\"fast\",\"concurrent\":1}",
                "{\"app\":\"\",\"concurrent\":1}",
                "{\"feature\":\"a\\u0000b\",\"concurrent\":1}",
                "[]",
                "{"
            })
    void whatIsNoRateIsRefusedWithACureAndNothingIsStored(String body) throws Exception {
        refused(400, body);
    }

    @ParameterizedTest
    @CsvSource({"key, nobody", "account, acme", "member, anna", "provider, anthropc", "model, claude-haiku-4-6"})
    void whatCouldNeverCoverACallIsRefused(String field, String value) throws Exception {
        refused(404, "{\"" + field + "\":\"" + value + "\",\"concurrent\":1}");
    }

    private static void refused(int status, String body) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/rates", body);
        assertEquals(status, answer.statusCode(), answer.body());
        JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
        assertTrue(error.get("message").stringValue().length() > 10, answer.body());
        assertEquals(0, gate.manage("GET", "/rates", "").get("data").size());
    }

    @Test
    void whatIsSetAndRemovedIsInTheAuditTrailAndEndsAtOnce() throws Exception {
        String id = set("{\"key\":\"ci\",\"requests_per_minute\":1}").get("id").stringValue();
        set("{\"key\":\"ci\",\"requests_per_minute\":1,\"concurrent\":3}");
        assertEquals(200, call(MESSAGES, key).statusCode());
        assertEquals(429, call(MESSAGES, key).statusCode());
        assertEquals(204, gate.admin("DELETE", "/rates/" + id, "").statusCode());
        assertEquals(200, call(MESSAGES, key).statusCode());
        assertEquals(404, gate.admin("DELETE", "/rates/" + id, "").statusCode());
        assertEquals(404, gate.admin("GET", "/rates/" + id, "").statusCode());
        List<String> actions = new ArrayList<>();
        for (JsonNode row : gate.manage("GET", "/audit?limit=50", "").get("data")) {
            if (row.get("subject").stringValue().equals(id)) {
                actions.add(
                        row.get("actor").stringValue() + " " + row.get("action").stringValue());
            }
        }
        assertEquals(List.of("owner rate.created", "owner rate.changed", "owner rate.removed"), actions);
    }

    @Test
    void virtualKeysSetNoRate() throws Exception {
        assertEquals(
                401,
                gate.post("/admin/v1/rates", key, "{\"key\":\"ci\",\"concurrent\":1}")
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        MESSAGES + ", /error/type, rate_limit_error",
        CHAT + ", /error/code, rate_limit_exceeded",
        "/v1/responses, /error/code, rate_limit_exceeded",
        GEMINI + ", /error/status, RESOURCE_EXHAUSTED"
    })
    void aCallOverALimitIsRefusedAsItsClientUnderstandsAndAnotherKeysIsNot(String path, String at, String kind)
            throws Exception {
        String id = set("{\"key\":\"ci\",\"requests_per_minute\":2}").get("id").stringValue();
        HttpResponse<String> first = call(path, key);
        assertEquals(200, first.statusCode(), first.body());
        call(path, key);
        HttpResponse<String> answer = call(path, key);
        assertEquals(429, answer.statusCode(), answer.body());
        JsonNode error = Json.MAPPER.readTree(answer.body());
        assertEquals(kind, error.at(at).asString(""), answer.body());
        String message = error.at("/error/message").asString("");
        assertTrue(
                message.contains(id) && message.contains("key ci") && message.contains("2 requests a minute"), message);
        long seconds = Long.parseLong(header(answer, "retry-after"));
        assertTrue(seconds > 0 && seconds <= 30, "one of two in a minute: " + seconds);
        assertTrue(message.contains(seconds + " s"), message);
        assertEquals("", header(answer, "x-should-retry"), "it is worth trying again");
        assertEquals(200, call(path, other).statusCode());
        String detail = error.at("/error/details/0/retryDelay").asString("");
        assertEquals(path.equals(GEMINI) ? seconds + "s" : "", detail);
    }

    @Test
    void whoWouldHaveToWaitLongerThanItsSdkDoesIsToldNotToTry() throws Exception {
        set("{\"key\":\"ci\",\"output_tokens_per_minute\":1}");
        assertEquals(200, call(MESSAGES, key).statusCode());
        HttpResponse<String> answer = call(MESSAGES, key);
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(
                Long.parseLong(header(answer, "retry-after")) > 60,
                answer.headers().toString());
        assertEquals("false", header(answer, "x-should-retry"));
        assertEquals("0", header(answer, "anthropic-ratelimit-output-tokens-remaining"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anthropicsHeadersStandOnEveryAnswer(boolean stream) throws Exception {
        set("{\"key\":\"ci\",\"requests_per_minute\":5,\"input_tokens_per_minute\":1000,"
                + "\"output_tokens_per_minute\":300}");
        HttpResponse<String> answer = gate.post(MESSAGES, key, body(MESSAGES, "sim/echo", ",\"stream\":" + stream));
        assertEquals(200, answer.statusCode(), answer.body());
        for (String limit : List.of("requests", "input-tokens", "output-tokens", "tokens")) {
            assertEquals(
                    1,
                    answer.headers()
                            .allValues("anthropic-ratelimit-" + limit + "-limit")
                            .size(),
                    limit);
            Instant reset = Instant.parse(header(answer, "anthropic-ratelimit-" + limit + "-reset"));
            assertTrue(reset.isAfter(Instant.now().minusSeconds(60))
                    && reset.isBefore(Instant.now().plusSeconds(62)));
        }
        assertEquals("4", header(answer, "anthropic-ratelimit-requests-remaining"));
        assertEquals("300", header(answer, "anthropic-ratelimit-output-tokens-remaining"));
        assertEquals("300", header(answer, "anthropic-ratelimit-tokens-limit"), "the tighter of the two");
        long input = Long.parseLong(header(answer, "anthropic-ratelimit-input-tokens-remaining"));
        assertTrue(input < 1000 && input > 900, "a quarter of the body's bytes: " + input);
        assertEquals("", header(answer, "x-ratelimit-limit-requests"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openAisHeadersStandOnEveryAnswer(boolean stream) throws Exception {
        set("{\"key\":\"ci\",\"requests_per_minute\":5,\"output_tokens_per_minute\":300}");
        HttpResponse<String> answer = gate.post(CHAT, key, body(CHAT, "sim/echo", ",\"stream\":" + stream));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("5", header(answer, "x-ratelimit-limit-requests"));
        assertEquals("4", header(answer, "x-ratelimit-remaining-requests"));
        assertTrue(
                header(answer, "x-ratelimit-reset-requests").matches("1[12]s"),
                answer.headers().toString());
        assertEquals("300", header(answer, "x-ratelimit-remaining-tokens"));
        assertEquals("0ms", header(answer, "x-ratelimit-reset-tokens"));
    }

    @Test
    void geminiHasNoHeadersAndUncoveredCallsNeither() throws Exception {
        set("{\"key\":\"ci\",\"requests_per_minute\":5}");
        HttpResponse<String> gemini = call(GEMINI, key);
        assertEquals(200, gemini.statusCode(), gemini.body());
        assertTrue(
                gemini.headers().map().keySet().stream().noneMatch(name -> name.contains("ratelimit")),
                gemini.headers().toString());
        assertEquals("1000", header(call(MESSAGES, other), "anthropic-ratelimit-requests-limit"), "the provider's");
    }

    @Test
    void aRefusalCarriesTheHeadersToo() throws Exception {
        set("{\"key\":\"ci\",\"requests_per_minute\":1}");
        call(MESSAGES, key);
        HttpResponse<String> answer = call(MESSAGES, key);
        assertEquals(429, answer.statusCode());
        assertEquals("0", header(answer, "anthropic-ratelimit-requests-remaining"));
        assertEquals("1", header(answer, "anthropic-ratelimit-requests-limit"));
    }

    @Test
    void aPromptThatSurelyIsTooLongIsRefusedAndOthersPass() throws Exception {
        String id = set("{\"key\":\"ci\",\"max_input_tokens\":100}").get("id").stringValue();
        String words = "\"role\":\"user\",\"content\":\"" + "one of many words ".repeat(60) + "\"";
        String rest = ",\"messages\":[{" + words + "}]";
        String longer = "{\"model\":\"sim/echo\",\"max_tokens\":64" + rest + "}";
        HttpResponse<String> answer = gate.post(MESSAGES, key, longer);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(id) && answer.body().contains("100 tokens"), answer.body());
        assertEquals("false", header(answer, "x-should-retry"));
        assertEquals(200, gate.post(MESSAGES, other, longer).statusCode());
        String shorter = longer.replace("one of many words ".repeat(60), "one of many words ".repeat(15));
        assertEquals(200, gate.post(MESSAGES, key, shorter).statusCode());
        assertEquals(200, call(CHAT, key).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        MESSAGES + ", '', max_tokens: 64 -> 32",
        CHAT + ", '', max_completion_tokens: 32",
        CHAT + ", ',\"n\":2', max_completion_tokens: 16",
        CHAT + ", ',\"max_tokens\":500', max_completion_tokens: 500 -> 32",
        "/v1/responses, '', max_output_tokens: 32",
        GEMINI + ", '', maxOutputTokens: 32"
    })
    void aLongerAnswerThanAllowedIsNotAskedFor(String path, String rest, String edit) throws Exception {
        String id = set("{\"key\":\"ci\",\"max_output_tokens\":32}").get("id").stringValue();
        HttpResponse<String> answer = gate.post(path, key, body(path, "sim/echo", rest));
        assertEquals(200, answer.statusCode(), answer.body());
        String changes = changes(answer).toString();
        assertTrue(changes.contains(edit + ", the most that the rate " + id + " allows"), changes);
    }

    @Test
    void aShorterAnswerThanAllowedIsLeftAlone() throws Exception {
        set("{\"key\":\"ci\",\"max_output_tokens\":64}");
        List<String> changes = changes(call(MESSAGES, key));
        assertTrue(changes.stream().noneMatch(change -> change.contains("max_tokens")), changes.toString());
    }

    private static List<String> changes(HttpResponse<String> answer) throws Exception {
        List<String> changes = new ArrayList<>();
        for (JsonNode change : gate.explain(answer).get("changes")) {
            changes.add(change.get("field").stringValue() + ": "
                    + change.get("change").stringValue());
        }
        return changes;
    }

    @Test
    void moreAnswersThanTokensAreRefused() throws Exception {
        String id = set("{\"key\":\"ci\",\"max_output_tokens\":3}").get("id").stringValue();
        HttpResponse<String> answer = gate.post(CHAT, key, body(CHAT, "sim/echo", ",\"n\":4"));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(id), answer.body());
    }

    @Test
    void aCallGoesOnlyToModelsThatItsRatesAllow() throws Exception {
        String id = set("{\"key\":\"ci\",\"models\":[\"sim/t*\"]}").get("id").stringValue();
        HttpResponse<String> refused = call(MESSAGES, key);
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains(id) && refused.body().contains("sim/t*"), refused.body());
        assertEquals(403, call(CHAT, key).statusCode());
        HttpResponse<String> narrowed = gate.post(MESSAGES, key, body(MESSAGES, "fast", ""));
        assertEquals("tools", header(narrowed, "x-tollgate-model"), "the alias's other candidate");
        assertTrue(gate.explain(narrowed).toString().contains("without sim/echo"));
        set("{\"key\":\"ci\",\"models\":[\"fast\"]}");
        assertEquals("echo", header(gate.post(MESSAGES, key, body(MESSAGES, "fast", "")), "x-tollgate-model"));
        assertEquals(400, call(MESSAGES, key).statusCode());
    }

    @Test
    void countingTokensIsARequestAndNoTokens() throws Exception {
        String id = set("{\"key\":\"ci\",\"requests_per_minute\":2,\"input_tokens_per_minute\":1000}")
                .get("id")
                .stringValue();
        for (int status : List.of(200, 200, 429)) {
            HttpResponse<String> answer = gate.post(
                    "/v1/messages/count_tokens",
                    key,
                    "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
            assertEquals(status, answer.statusCode(), answer.body());
        }
        assertEquals(
                1000,
                gate.manage("GET", "/rates/" + id, "").get("input_tokens_left").longValue());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"max_output_tokens\":63', 63 output tokens",
        "'\"models\":[\"claude-*\"]', claude-*",
        "'\"max_input_tokens\":5', 5 tokens"
    })
    void aBatchIsNoWayRoundTheLimitsOfACall(String limit, String named) throws Exception {
        gate.provider("anth", "anthropic", "http://127.0.0.1:9");
        try {
            String id = set("{\"key\":\"ci\"," + limit + "}").get("id").stringValue();
            String params = body(MESSAGES, "anth/m", "").replace("Hello", "one of many words ".repeat(10));
            String batch = "{\"requests\":[{\"custom_id\":\"a\",\"params\":" + params + "}]}";
            HttpResponse<String> answer = gate.post("/v1/messages/batches", key, batch);
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("requests[0].params"), answer.body());
            assertTrue(answer.body().contains(id) && answer.body().contains(named), answer.body());
            assertFalse(gate.post("/v1/messages/batches", other, batch).body().contains("rat_"));
        } finally {
            gate.manage("DELETE", "/credentials/anth", "");
            gate.manage("DELETE", "/providers/anth", "");
        }
    }

    /** What becomes of a batch of such requests to a provider that is not there. */
    private static String batched(String... params) throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < params.length; i++) {
            requests.append(i == 0 ? "" : ",").append("{\"custom_id\":\"r" + i + "\",\"params\":" + params[i] + "}");
        }
        return gate.post("/v1/messages/batches", key, "{\"requests\":[" + requests + "]}")
                .body();
    }

    @Test
    void eachRequestOfABatchIsHeldToTheStrictestLimitThatCoversItsPlace() throws Exception {
        gate.provider("anth", "anthropic", "http://127.0.0.1:9");
        try {
            String wide = set("{\"account\":\"default\",\"max_output_tokens\":100}")
                    .get("id")
                    .stringValue();
            String strict =
                    set("{\"key\":\"ci\",\"max_output_tokens\":64}").get("id").stringValue();
            String elsewhere = set("{\"provider\":\"sim\",\"max_output_tokens\":1}")
                    .get("id")
                    .stringValue();
            String fits = body(MESSAGES, "anth/m", "");
            String longer = fits.replace("\"max_tokens\":64", "\"max_tokens\":65");
            String refused = batched(fits, longer, fits);
            assertTrue(refused.contains("requests[1].params: ") && refused.contains(strict), refused);
            assertFalse(refused.contains(wide) || refused.contains(elsewhere), refused);
            String passed = batched(fits, fits, fits);
            assertFalse(passed.contains("rat_"), passed);
            assertFalse(passed.contains("requests["), passed);
        } finally {
            gate.manage("DELETE", "/credentials/anth", "");
            gate.manage("DELETE", "/providers/anth", "");
        }
    }

    /** A server tool that asks a model of its own is no way round them either. */
    @Test
    void theModelsOfABatchsToolsAreHeldToItsRates() throws Exception {
        gate.provider("anth", "anthropic", "http://127.0.0.1:9");
        try {
            String id =
                    set("{\"key\":\"ci\",\"models\":[\"anth/m\"]}").get("id").stringValue();
            String tool = ",\"tools\":[{\"type\":\"advisor_20260301\",\"name\":\"advisor\",\"model\":\"%s\"}]";
            String refused = batched(
                    body(MESSAGES, "anth/m", tool.formatted("anth/m")),
                    body(MESSAGES, "anth/m", tool.formatted("anth/other")));
            assertTrue(refused.contains("requests[1].params: ") && refused.contains(id), refused);
            String passed = batched(body(MESSAGES, "anth/m", tool.formatted("anth/m")));
            assertFalse(passed.contains("rat_") || passed.contains("requests["), passed);
        } finally {
            gate.manage("DELETE", "/credentials/anth", "");
            gate.manage("DELETE", "/providers/anth", "");
        }
    }

    @Test
    void aRateOutlivesTheProcessAndItsBucketsAreFullAgain(@TempDir Path elsewhere) throws Exception {
        String made;
        try (RunningGate first = new RunningGate(elsewhere)) {
            String caller = first.createKey("k");
            made = first.manage("POST", "/rates", "{\"key\":\"k\",\"requests_per_minute\":1,\"models\":[\"sim/*\"]}")
                    .get("id")
                    .stringValue();
            assertEquals(
                    200,
                    first.post(MESSAGES, caller, body(MESSAGES, "sim/echo", "")).statusCode());
            assertEquals(
                    429,
                    first.post(MESSAGES, caller, body(MESSAGES, "sim/echo", "")).statusCode());
        }
        try (RunningGate second = new RunningGate(elsewhere)) {
            JsonNode rate = second.manage("GET", "/rates/" + made, "");
            assertEquals(1, rate.get("requests_left").longValue());
            assertEquals("[\"sim/*\"]", rate.get("models").toString());
        }
    }
}
