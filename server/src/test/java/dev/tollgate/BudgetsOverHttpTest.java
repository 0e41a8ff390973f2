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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Budgets through the admin API of a whole gate: what is taken, what is refused, and what a call tells of them. */
class BudgetsOverHttpTest {
    private static final String ONE_A_DAY = "\"limit_usd\":\"1.00\",\"window\":\"day\"}";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static String keyId = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        JsonNode created = gate.manage("POST", "/keys", "{\"name\":\"ci\"}");
        key = created.get("key").stringValue();
        keyId = created.get("id").stringValue();
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\"]}");
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"local\",\"dialect\":\"openai\",\"base_url\":\"http://127.0.0.1:9\",\"auth\":\"none\"}");
        gate.manage(
                "PUT",
                "/prices/local/free",
                "{\"input_usd_per_mtok\":\"0\",\"output_usd_per_mtok\":\"0\",\"since\":\"2026-01-01\",\"free\":true}");
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

    private static ObjectNode set(String body) throws Exception {
        return (ObjectNode) gate.manage("POST", "/budgets", body);
    }

    private static HttpResponse<String> call(String model, String... headers) throws Exception {
        return gate.post(
                "/v1/messages",
                key,
                "{\"model\":\"" + model
                        + "\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                headers);
    }

    private static String idOf(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
    }

    private static JsonNode why(HttpResponse<String> answer) throws Exception {
        return gate.manage("GET", "/calls/" + idOf(answer) + "/budgets", "");
    }

    @Test
    void aBudgetIsShownAsItWasSet() throws Exception {
        JsonNode budget = set(
                "{\"key\":\"ci\",\"account\":\"default\",\"app\":\"cli\",\"feature\":\"chat\",\"model\":\"sim/echo\","
                        + "\"time_zone\":\"+02:00\",\"thresholds\":[50,100],\"unpriced\":true," + ONE_A_DAY);
        assertEquals("ci", budget.get("key").get("name").stringValue());
        assertEquals(keyId, budget.get("key").get("id").stringValue());
        List<String> texts = new ArrayList<>();
        for (String field :
                List.of("account", "app", "feature", "provider", "model", "limit_usd", "window", "time_zone")) {
            texts.add(budget.get(field).stringValue());
        }
        assertEquals(List.of("default", "cli", "chat", "sim", "echo", "1.00", "day", "+02:00"), texts);
        assertEquals("[50,100]", budget.get("thresholds").toString());
        assertTrue(budget.get("unpriced").booleanValue());
        assertEquals(List.of("0.00", "0.00", "1.00"), money(budget));
        Instant starts = Instant.parse(budget.get("starts_at").stringValue());
        assertEquals(
                starts.plusSeconds(86_400),
                Instant.parse(budget.get("resets_at").stringValue()));
        assertTrue(starts.toString().endsWith("T22:00:00Z"), starts.toString());
        assertEquals(budget, gate.manage("GET", "/budgets/" + budget.get("id").stringValue(), ""));
        assertEquals(budget, gate.manage("GET", "/budgets", "").get("data").get(0));
    }

    @Test
    void budgetsAreListedInPages() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String window : List.of("day", "week", "month")) {
            ids.add(set("{\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"" + window + "\"}")
                    .get("id")
                    .stringValue());
        }
        assertEquals(ids.subList(0, 2), listed("?limit=2"));
        assertEquals(ids.subList(2, 3), listed("?limit=2&after=" + ids.get(1)));
        assertEquals(ids, listed(""));
        for (String limit : List.of("0", "1001", "-1", "x")) {
            assertEquals(400, gate.admin("GET", "/budgets?limit=" + limit, "").statusCode(), limit);
        }
    }

    private static List<String> listed(String query) throws Exception {
        return gate.manage("GET", "/budgets" + query, "")
                .get("data")
                .valueStream()
                .map(budget -> budget.get("id").stringValue())
                .toList();
    }

    private static List<String> money(JsonNode budget) {
        return List.of(
                budget.get("spent_usd").stringValue(),
                budget.get("held_usd").stringValue(),
                budget.get("left_usd").stringValue());
    }

    @Test
    void whatIsNotSaidIsTheDefault() throws Exception {
        JsonNode budget = set("{\"key\":\"" + keyId + "\",\"limit_usd\":\"0.000000001\",\"window\":\"lifetime\"}");
        assertEquals("UTC", budget.get("time_zone").stringValue());
        assertEquals("[70,90,100]", budget.get("thresholds").toString());
        assertFalse(budget.get("unpriced").booleanValue());
        for (String field : List.of("account", "app", "feature", "provider", "model", "starts_at", "resets_at")) {
            assertTrue(budget.get(field).isNull(), field);
        }
    }

    @Test
    void theSameScopeAndWindowAgainChangesTheLimitAndAnotherZoneIsAConflict() throws Exception {
        String id = set("{\"key\":\"ci\"," + ONE_A_DAY).get("id").stringValue();
        ObjectNode raised = set("{\"key\":\"ci\",\"limit_usd\":\"2\",\"window\":\"day\",\"time_zone\":\"Etc/UTC\"}");
        assertEquals(id, raised.get("id").stringValue());
        assertEquals("2.00", raised.get("limit_usd").stringValue());
        HttpResponse<String> other =
                gate.admin("POST", "/budgets", "{\"key\":\"ci\",\"time_zone\":\"Europe/Zurich\"," + ONE_A_DAY);
        assertEquals(409, other.statusCode());
        assertTrue(other.body().contains("overlap"), other.body());
        assertEquals(1, gate.manage("GET", "/budgets", "").get("data").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"ci\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":1.00,\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"0\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"-1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"0.0000000001\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"1000000001\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"99999999999999999999\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"1e9\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"NaN\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"5 EUR\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"€5\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"currency\":\"EUR\",\"limit_usd\":\"5\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"1\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"fortnight\"}",
                "{\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"DAY\"}",
                "{\"key\":\"ci\",\"time_zone\":\"Mars/Olympus\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"time_zone\":\"+99:00\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"time_zone\":\"\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[0],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[101],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[90,70],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[70,70],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[70.5],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[4294967366],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":\"70\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"thresholds\":[1,2,3,4,5,6,7,8,9,10,11],\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"unpriced\":\"yes\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":null,\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"app\":\"\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"feature\":\"a\\u0000b\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":7,\"limit_usd\":\"1\",\"window\":\"day\"}",
                "{\"key\":\"ci\",\"key\":\"other\",\"limit_usd\":\"1\",\"window\":\"day\"}",
                "[]",
                "{"
            })
    void whatIsNoBudgetIsRefusedWithACureAndNothingIsStored(String body) throws Exception {
        refused(400, body);
    }

    private static String refused(int status, String body) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/budgets", body);
        assertEquals(status, answer.statusCode(), answer.body());
        JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
        assertTrue(error.get("message").stringValue().length() > 10, answer.body());
        assertEquals(0, gate.manage("GET", "/budgets", "").get("data").size());
        return error.get("message").stringValue() + " " + error.get("cure").stringValue();
    }

    @ParameterizedTest
    @CsvSource({
        "key, nobody, 404, key list",
        "member, anna, 404, email",
        "key, % OR 1=1 --, 404, key list",
        "account, acme, 404, default",
        "provider, anthropc, 404, anthropic",
        "model, claude-haiku-4-6, 404, claude-haiku-4-5",
        "model, anthropic/claude-haiku-4-6, 404, claude-haiku-4-5",
        "model, nowhere/echo, 404, model list",
        "model, fast, 400, sim/echo",
        "model, local/free, 400, price set",
        "model, '', 404, model list"
    })
    void whatCouldNeverCoverACallIsRefusedWithWhatCould(String field, String value, int status, String cure)
            throws Exception {
        String said = refused(status, "{\"" + field + "\":\"" + value + "\"," + ONE_A_DAY);
        assertTrue(said.contains(cure), said);
    }

    @Test
    void aModelAtOneProviderIsNotAtAnother() throws Exception {
        String said = refused(400, "{\"provider\":\"anthropic\",\"model\":\"sim/echo\"," + ONE_A_DAY);
        assertTrue(said.contains("anthropic") && said.contains("sim"), said);
    }

    @Test
    void aModelWithoutAPriceIsTakenWhereTheOperatorSaysSo() throws Exception {
        assertEquals(
                "free",
                set("{\"model\":\"local/free\",\"unpriced\":true," + ONE_A_DAY)
                        .get("model")
                        .stringValue());
    }

    @Test
    void aModelsFurtherIdIsTheSameModel() throws Exception {
        JsonNode budget = set("{\"model\":\"anthropic/claude-haiku-4-5-20251001\"," + ONE_A_DAY);
        assertEquals("claude-haiku-4-5", budget.get("model").stringValue());
    }

    @Test
    void aKeyThatIsRevokedIsRefusedByIdAndByName() throws Exception {
        String id =
                gate.manage("POST", "/keys", "{\"name\":\"gone\"}").get("id").stringValue();
        gate.manage("DELETE", "/keys/gone", "");
        assertTrue(refused(400, "{\"key\":\"" + id + "\"," + ONE_A_DAY).contains("revoked"));
        refused(404, "{\"key\":\"gone\"," + ONE_A_DAY);
    }

    @Test
    void thereIsNothingToShowOrToRemoveTwice() throws Exception {
        String id = set("{\"key\":\"ci\"," + ONE_A_DAY).get("id").stringValue();
        assertEquals(204, gate.admin("DELETE", "/budgets/" + id, "").statusCode());
        assertEquals(404, gate.admin("DELETE", "/budgets/" + id, "").statusCode());
        assertEquals(404, gate.admin("GET", "/budgets/" + id, "").statusCode());
        assertEquals(404, gate.admin("GET", "/budgets/..%2Fkeys", "").statusCode());
    }

    @Test
    void whatIsSetAndRemovedIsInTheAuditTrail() throws Exception {
        String id = set("{\"key\":\"ci\"," + ONE_A_DAY).get("id").stringValue();
        set("{\"key\":\"ci\",\"limit_usd\":\"3\",\"window\":\"day\"}");
        gate.manage("DELETE", "/budgets/" + id, "");
        List<String> actions = new ArrayList<>();
        for (JsonNode row : gate.manage("GET", "/audit?limit=20", "").get("data")) {
            if (row.get("subject").stringValue().equals(id)) {
                actions.add(
                        row.get("actor").stringValue() + " " + row.get("action").stringValue());
            }
        }
        assertEquals(List.of("owner budget.created", "owner budget.changed", "owner budget.removed"), actions);
    }

    @Test
    void virtualKeysOpenNoBudget() throws Exception {
        assertEquals(
                401,
                gate.post("/admin/v1/budgets", key, "{\"key\":\"ci\"," + ONE_A_DAY)
                        .statusCode());
    }

    @Test
    void whyTellsWhatACallCostTheBudgetsThatCoveredIt() throws Exception {
        HttpResponse<String> before = call("sim/echo");
        String covering =
                set("{\"key\":\"ci\",\"model\":\"echo\"," + ONE_A_DAY).get("id").stringValue();
        set("{\"feature\":\"chat\"," + ONE_A_DAY);
        String perCall = set("{\"account\":\"default\",\"limit_usd\":\"1\",\"window\":\"request\"}")
                .get("id")
                .stringValue();
        HttpResponse<String> answer = call("sim/echo");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode why = why(answer);
        String cost = gate.explain(answer).get("cost_usd").stringValue();
        assertEquals("settled", why.get("outcome").stringValue());
        assertEquals(cost, why.get("cost_usd").stringValue());
        List<String> charged = new ArrayList<>();
        for (JsonNode budget : why.get("charged")) {
            charged.add(budget.get("id").stringValue() + " "
                    + budget.get("cost_usd").stringValue());
        }
        assertEquals(List.of(covering + " " + cost, perCall + " " + cost), charged);
        assertTrue(why.get("refused_by").isNull());
        assertEquals(cost, money(gate.manage("GET", "/budgets/" + covering, "")).getFirst());
        assertEquals("[]", why(before).get("charged").toString());
    }

    @Test
    void whyTellsWhichBudgetRefusedACall() throws Exception {
        String id = set("{\"key\":\"ci\",\"limit_usd\":\"0.000000001\",\"window\":\"day\"}")
                .get("id")
                .stringValue();
        HttpResponse<String> answer = call("sim/echo");
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(id), answer.body());
        JsonNode why = why(answer);
        assertEquals("refused", why.get("outcome").stringValue());
        assertEquals("[]", why.get("charged").toString());
        JsonNode budget = why.get("refused_by");
        assertEquals(id, budget.get("id").stringValue());
        assertEquals("exhausted", budget.get("reason").stringValue());
        assertEquals("0.000000001", budget.get("left_usd").stringValue());
        assertTrue(Double.parseDouble(budget.get("bound_usd").stringValue()) > 0);
        assertTrue(Instant.parse(budget.get("resets_at").stringValue()).isAfter(Instant.now()));
        assertFalse(why.toString().contains("Hello"), "no prompt is kept");
        assertEquals(404, gate.admin("GET", "/calls/" + idOf(answer), "").statusCode());
    }

    @Test
    void whyTellsThatABudgetDemandsAPrice() throws Exception {
        set("{\"key\":\"ci\"," + ONE_A_DAY);
        HttpResponse<String> answer = call("local/unheard-of");
        assertEquals(400, answer.statusCode(), answer.body());
        assertEquals("unpriced", why(answer).get("refused_by").get("reason").stringValue());
    }

    @Test
    void whyOfWhatNobodyKnowsSaysHowLongRefusalsAreKept() throws Exception {
        HttpResponse<String> answer = gate.admin("GET", "/calls/req_unknown/budgets", "");
        assertEquals(404, answer.statusCode());
        assertTrue(answer.body().contains("10000"), answer.body());
    }

    @Test
    void aModelsBudgetHoldsUnderEachOfItsNames() throws Exception {
        set("{\"model\":\"sim/flaky\",\"limit_usd\":\"0.000000001\",\"window\":\"lifetime\"}");
        for (String name : List.of("sim/flaky", "sim/flaky:529x1", "flaky:529x1")) {
            assertEquals(429, call(name).statusCode(), name);
        }
        set("{\"model\":\"anthropic/claude-haiku-4-5\",\"limit_usd\":\"0.000000001\",\"window\":\"lifetime\"}");
        for (String name :
                List.of("claude-haiku-4-5", "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5-20251001")) {
            assertEquals(429, call(name).statusCode(), name);
        }
    }
}
