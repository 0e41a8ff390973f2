package dev.tollgate;

import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What budgets do to calls at their thresholds, through a whole gate, in each dialect. */
class ThresholdsOverHttpTest {
    private static final String HEAVY = "deep research/1";
    /** An echo of it costs more than 1 % of 2 cents, and less than 4 %. */
    private static final String TEXT = "one two three four five six seven eight nine ten ".repeat(3);

    private static final String ASKED =
            "\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"" + TEXT + "\"}]}";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static String narrow = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("ci");
        narrow = gate.manage("POST", "/keys", "{\"name\":\"narrow\",\"models\":[\"big\"]}")
                .get("key")
                .stringValue();
        alias("least", "sim/flaky", "");
        alias("small", "sim/story:1ms", "least");
        alias("big", "sim/echo", "small");
        gate.manage("PUT", "/features/deep%20research%2F1", "{\"heavy\":true}");
    }

    private static void alias(String name, String candidate, String cheaper) throws Exception {
        String more = cheaper.isEmpty() ? "" : ",\"cheaper\":\"" + cheaper + "\"";
        gate.manage("PUT", "/aliases/" + name, "{\"candidates\":[\"" + candidate + "\"]" + more + "}");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    @AfterEach
    void removeAll() throws Exception {
        for (JsonNode budget : gate.manage("GET", "/budgets", "").get("data")) {
            gate.manage("DELETE", "/budgets/" + budget.get("id").stringValue(), "");
        }
    }

    /** One more budget; the first percent is passed by the first call, and no other ever. */
    private static String budget(String scope, String actions) throws Exception {
        return gate.manage("POST", "/budgets", body(scope, actions)).get("id").stringValue();
    }

    private static String body(String scope, String actions) {
        return "{" + scope + ",\"limit_usd\":\"0.02\",\"window\":\"day\",\"thresholds\":[1,90],\"actions\":{" + actions
                + "}}";
    }

    enum Api {
        MESSAGES("/v1/messages", "billing_error", "{\"model\":\"%s\"," + ASKED),
        CHAT("/v1/chat/completions", "insufficient_quota", "{\"model\":\"%s\"," + ASKED),
        RESPONSES(
                "/v1/responses",
                "insufficient_quota",
                "{\"model\":\"%s\",\"max_output_tokens\":64,\"input\":\"" + TEXT + "\"}"),
        GEMINI(
                "/v1beta/models/%s:generateContent",
                "RESOURCE_EXHAUSTED",
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + TEXT + "\"}]}],"
                        + "\"generationConfig\":{\"maxOutputTokens\":64}}");

        private final String path;
        private final String refusal;
        private final String body;

        Api(String path, String refusal, String body) {
            this.path = path;
            this.refusal = refusal;
            this.body = body;
        }

        HttpResponse<String> call(String caller, String model, String... headers) throws Exception {
            return gate.post(path.formatted(model), caller, body.formatted(model), headers);
        }
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static void spendTheFirstPercent() throws Exception {
        ok(Api.MESSAGES.call(key, "sim/echo"));
    }

    private static String model(HttpResponse<String> answer) {
        return ok(answer).headers().firstValue("x-tollgate-model").orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aHeavyFeatureIsSwitchedOffInTheCallersOwnWords(Api api) throws Exception {
        String id = budget("\"account\":\"default\"", "\"1\":\"no-heavy\"");
        ok(api.call(key, "big", "x-tollgate-feature", HEAVY));
        HttpResponse<String> refused = api.call(key, "big", "x-tollgate-feature", HEAVY);
        assertEquals(429, refused.statusCode(), refused.body());
        for (String said : List.of(api.refusal, HEAVY, id, "1 %", "resets at")) {
            assertTrue(refused.body().contains(said), said + " in " + refused.body());
        }
        long seconds = refused.headers().firstValueAsLong("retry-after").orElseThrow();
        assertTrue(seconds > 0 && seconds <= 86_400, "until the window's end: " + seconds);
        assertEquals(
                api == Api.GEMINI ? "" : "false",
                refused.headers().firstValue("x-should-retry").orElse(""));
        ok(api.call(key, "big", "x-tollgate-feature", "chat"));
        ok(api.call(key, "big"));
        JsonNode why = gate.manage(
                        "GET",
                        "/calls/"
                                + refused.headers()
                                        .firstValue("x-tollgate-request-id")
                                        .orElseThrow() + "/budgets",
                        "")
                .get("refused_by");
        assertEquals(id, why.get("id").stringValue());
        assertEquals("heavy", why.get("reason").stringValue());
        assertEquals(HEAVY, why.get("feature").stringValue());
        assertEquals(1, why.get("percent").intValue());
        assertTrue(why.get("bound_usd").isNull());
        assertTrue(Double.parseDouble(why.get("spent_usd").stringValue()) > 0, why.toString());
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAliasGivesWayToItsCheaperOne(Api api) throws Exception {
        String id = budget("\"account\":\"default\"", "\"1\":\"cheaper\"");
        assertEquals("echo", model(api.call(key, "big")));
        HttpResponse<String> answer = api.call(key, "big");
        assertEquals("story:1ms", model(answer));
        JsonNode story = gate.explain(answer);
        assertEquals("big", story.get("requested_model").stringValue());
        assertEquals("small", story.get("alias").stringValue());
        assertEquals("[\"sim/story:1ms\"]", story.get("route").toString());
        String note = "{\"field\":\"alias\",\"change\":\"big -> small, since 1 % of the budget " + id + " are spent";
        assertTrue(
                story.get("changes").toString().contains(note),
                story.get("changes").toString());
        assertEquals("echo", model(api.call(key, "echo")), "who names a model gets it");
        assertEquals("flaky", model(api.call(key, "least")), "none is cheaper");
        gate.manage("DELETE", "/budgets/" + id, "");
        assertEquals("echo", model(api.call(key, "big")), "and back");
    }

    @Test
    void oneThresholdIsOneStepAndTwoAreTwo() throws Exception {
        budget("\"account\":\"default\"", "\"1\":\"cheaper\"");
        spendTheFirstPercent();
        assertEquals("story:1ms", model(Api.CHAT.call(key, "big")));
        gate.manage(
                "POST",
                "/budgets",
                "{\"account\":\"default\",\"limit_usd\":\"0.05\",\"window\":\"month\",\"thresholds\":[1,2],"
                        + "\"actions\":{\"1\":\"cheaper\",\"2\":\"cheaper\"}}");
        spendTheFirstPercent();
        spendTheFirstPercent();
        spendTheFirstPercent();
        HttpResponse<String> answer = Api.CHAT.call(key, "big");
        assertEquals("flaky", model(answer));
        assertEquals(2, gate.explain(answer).get("changes").toString().split("\"alias\"").length - 1);
    }

    @Test
    void aKeyThatMayNotUseTheCheaperAliasStays() throws Exception {
        budget("\"account\":\"default\"", "\"1\":\"cheaper\"");
        spendTheFirstPercent();
        assertEquals("echo", model(Api.MESSAGES.call(narrow, "big")));
        assertEquals("story:1ms", model(Api.MESSAGES.call(key, "big")));
    }

    @Test
    void aCallThatTheCheaperAliasCannotServeStays() throws Exception {
        gate.manage(
                "PUT",
                "/prices/sim/vectors",
                "{\"input_usd_per_mtok\":\"3\",\"output_usd_per_mtok\":\"0\",\"since\":\"2026-01-01\"}");
        alias("none", "anthropic/claude-haiku-4-5", "");
        alias("vectors", "sim/vectors", "none");
        budget("\"account\":\"default\"", "\"1\":\"cheaper\"");
        spendTheFirstPercent();
        assertEquals("vectors", model(gate.post("/v1/embeddings", key, "{\"model\":\"vectors\",\"input\":\"Hi\"}")));
    }

    @Test
    void theBoundOfTheCheaperAliasCounts() throws Exception {
        gate.manage(
                "PUT",
                "/prices/sim/dear",
                "{\"input_usd_per_mtok\":\"1000\",\"output_usd_per_mtok\":\"1000\",\"since\":\"2026-01-01\"}");
        alias("gold", "sim/dear", "small");
        budget("\"account\":\"default\"", "\"90\":\"cheaper\"");
        spendTheFirstPercent();
        assertEquals(429, Api.MESSAGES.call(key, "gold").statusCode(), "a call may come to more than there is");
        budget("\"account\":\"default\"", "\"1\":\"cheaper\"");
        assertEquals("story:1ms", model(Api.MESSAGES.call(key, "gold")), "what was spent stays spent");
    }

    @Test
    void theStrictestOfTwoBudgetsWinsAndBothMayApply() throws Exception {
        budget("\"key\":\"ci\"", "\"1\":\"cheaper\"");
        budget("\"account\":\"default\"", "\"1\":\"no-heavy\"");
        spendTheFirstPercent();
        assertEquals(429, Api.CHAT.call(key, "big", "x-tollgate-feature", HEAVY).statusCode());
        assertEquals("story:1ms", model(Api.CHAT.call(key, "big", "x-tollgate-feature", "chat")));
        assertEquals("echo", model(Api.CHAT.call(narrow, "big")), "the cheaper one is of another key");
        gate.manage("POST", "/budgets", "{\"key\":\"ci\",\"limit_usd\":\"0.000000001\",\"window\":\"month\"}");
        HttpResponse<String> refused = Api.CHAT.call(key, "big");
        assertEquals(429, refused.statusCode());
        assertTrue(refused.body().contains("a month"), refused.body());
    }

    @Test
    void aBudgetThatRefusesACallGivesNoticeOnce() throws Exception {
        String id = gate.manage("POST", "/budgets", "{\"key\":\"ci\",\"limit_usd\":\"0.01\",\"window\":\"month\"}")
                .get("id")
                .stringValue();
        int refused = 0;
        for (int asked = 0; asked < 100 && refused < 3; asked++) {
            refused += Api.MESSAGES.call(key, "sim/echo").statusCode() == 429 ? 1 : 0;
        }
        assertEquals(3, refused);
        until(() -> !refusals(id).isEmpty());
        gate.manage("DELETE", "/budgets/" + id, ""); // behind whatever else was told
        assertEquals(1, refusals(id).size());
        assertTrue(refusals(id).getFirst().contains("$0.01 a month has refused a call"), refusals(id)::toString);
    }

    private static List<String> refusals(String budgetId) {
        List<String> messages = new ArrayList<>();
        for (JsonNode notice : notices()) {
            if (notice.get("kind").stringValue().equals("budget.refusing")
                    && notice.get("subject").stringValue().equals(budgetId)) {
                messages.add(notice.get("message").stringValue());
            }
        }
        return messages;
    }

    private static JsonNode notices() {
        try {
            return gate.manage("GET", "/notices", "").get("data");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBatchOfAHeavyFeatureIsRefused() throws Exception {
        String id = budget("\"account\":\"default\"", "\"1\":\"no-heavy\"");
        spendTheFirstPercent();
        String batch = "{\"requests\":[{\"custom_id\":\"a\",\"params\":"
                + "{\"model\":\"sim/echo\",\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}}]}";
        HttpResponse<String> refused =
                gate.post("/v1/messages/batches", key, batch, "x-tollgate-feature", HEAVY, "anthropic-version", "1");
        assertEquals(429, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains(HEAVY) && refused.body().contains(id), refused.body());
        ok(gate.post("/v1/messages/batches", key, batch, "anthropic-version", "2023-06-01"));
    }

    @Test
    void actionsAreShownAsTheyWereSetAndWhatWouldDoNothingIsSaid() throws Exception {
        JsonNode set = gate.manage("POST", "/budgets", body("\"key\":\"ci\"", "\"1\":\"cheaper\",\"90\":\"notify\""));
        assertEquals("[1,90]", set.get("thresholds").toString());
        assertEquals("{\"1\":\"cheaper\"}", set.get("actions").toString());
        assertEquals("[]", set.get("warnings").toString());
        assertEquals(set, gate.manage("GET", "/budgets", "").get("data").get(0));
        JsonNode plain = gate.manage("POST", "/budgets", "{\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"day\"}");
        assertEquals(set.get("id"), plain.get("id"));
        assertEquals("{}", plain.get("actions").toString());
    }

    @Test
    void anActionThatFindsNothingToDoIsTakenWithAWarning(@TempDir Path other) throws Exception {
        try (RunningGate empty = new RunningGate(other)) {
            JsonNode set = empty.manage(
                    "POST", "/budgets", body("\"account\":\"default\"", "\"1\":\"cheaper\",\"90\":\"no-heavy\""));
            assertEquals(2, set.get("warnings").size());
            assertTrue(set.get("warnings").toString().contains("alias set"), set.toString());
            assertEquals("[]", empty.manage("GET", "/features", "").get("data").toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"thresholds\":[90],\"actions\":{\"90\":\"explode\"}",
                "\"thresholds\":[90],\"actions\":{\"90\":\"NO-HEAVY\"}",
                "\"thresholds\":[90],\"actions\":{\"90\":\"\"}",
                "\"thresholds\":[90],\"actions\":{\"90\":7}",
                "\"thresholds\":[90],\"actions\":{\"90\":null}",
                "\"thresholds\":[90],\"actions\":[\"no-heavy\"]",
                "\"thresholds\":[90],\"actions\":\"no-heavy\"",
                "\"thresholds\":[90],\"actions\":{\"95\":\"no-heavy\"}",
                "\"thresholds\":[90],\"actions\":{\"090\":\"no-heavy\"}",
                "\"thresholds\":[90],\"actions\":{\"90\":\"no-heavy\",\"90\":\"cheaper\"}",
                "\"thresholds\":[90,90],\"actions\":{\"90\":\"no-heavy\"}",
                "\"thresholds\":[101],\"actions\":{\"101\":\"no-heavy\"}",
                "\"thresholds\":[0],\"actions\":{\"0\":\"no-heavy\"}",
                "\"actions\":{\"100\":\"no-heavy\"}",
                "\"actions\":{\"95\":\"no-heavy\"}"
            })
    void whatIsNoActionIsRefusedWithACureAndNothingIsStored(String fields) throws Exception {
        HttpResponse<String> answer = gate.admin(
                "POST", "/budgets", "{\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"day\"," + fields + "}");
        assertEquals(400, answer.statusCode(), answer.body());
        JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
        assertTrue(error.get("cure").stringValue().length() > 5, answer.body());
        assertEquals(0, gate.manage("GET", "/budgets", "").get("data").size());
    }

    @Test
    void featuresAreMarkedListedAndAudited() throws Exception {
        gate.manage("PUT", "/features/audited", "{\"heavy\":true}");
        List<String> names = new ArrayList<>();
        gate.manage("GET", "/features", "")
                .get("data")
                .forEach(row -> names.add(row.get("name").stringValue()));
        assertEquals(List.of("audited", HEAVY), names);
        assertFalse(gate.manage("PUT", "/features/audited", "{\"heavy\":false}")
                .get("heavy")
                .booleanValue());
        List<String> actions = new ArrayList<>();
        for (JsonNode row : gate.manage("GET", "/audit?limit=50", "").get("data")) {
            if (row.get("subject").stringValue().equals("audited")) {
                actions.add(row.get("action").stringValue());
            }
        }
        assertEquals(List.of("feature.heavy", "feature.light"), actions);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|{}",
                "x|{\"heavy\":\"yes\"}",
                "x|{\"heavy\":null}",
                "x|{\"heavy\":true,\"light\":true}",
                "%20|{\"heavy\":true}",
                "a%00b|{\"heavy\":true}",
                "12345678901234567890123456789012345678901234567890123456789012345|{\"heavy\":true}"
            })
    void whatIsNoMarkIsRefused(String name, String body) throws Exception {
        assertEquals(400, gate.admin("PUT", "/features/" + name, body).statusCode());
        assertEquals(
                401, gate.adminAs(key, "PUT", "/features/x", "{\"heavy\":true}").statusCode());
        assertEquals(1, gate.manage("GET", "/features", "").get("data").size());
    }

    @Test
    void cheaperAliasesAreShownAndKeptFromWhatWouldBreakThem() throws Exception {
        for (JsonNode alias : gate.manage("GET", "/aliases", "").get("data")) {
            if (alias.get("name").stringValue().equals("big")) {
                assertEquals("small", alias.get("cheaper").stringValue());
            }
        }
        assertEquals(409, gate.admin("DELETE", "/aliases/small", "").statusCode());
        String to = "{\"candidates\":[\"sim/echo\"],\"cheaper\":\"%s\"}";
        assertEquals(
                400, gate.admin("PUT", "/aliases/least", to.formatted("big")).statusCode());
        assertEquals(
                400, gate.admin("PUT", "/aliases/least", to.formatted("least")).statusCode());
        assertEquals(
                404,
                gate.admin("PUT", "/aliases/least", to.formatted("sim/echo")).statusCode());
        assertEquals(
                400,
                gate.admin("PUT", "/aliases/least", "{\"candidates\":[\"sim/echo\"],\"cheaper\":7}")
                        .statusCode());
    }
}
