package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Usage, discounts, forecasts and prices of zero, through the admin API of a running gate. */
class SpendAdminTest {
    private static final BigDecimal SHARE = new BigDecimal("0.25");

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("spend");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static HttpResponse<String> call(String model, String feature) throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1/messages",
                key,
                "{\"model\":\"" + model
                        + "\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]}",
                "anthropic-version",
                "2023-06-01",
                "x-tollgate-feature",
                feature,
                "x-app",
                "shop");
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static BigDecimal usd(JsonNode node, String field) {
        return new BigDecimal(node.get(field).stringValue()).stripTrailingZeros();
    }

    private static String discount(String more) {
        return "{\"provider\":\"sim\",\"percent\":\"25\"" + more + "}";
    }

    @Test
    void aDiscountIsTakenOffEachCallOfItsDaysAndShownApart() throws Exception {
        JsonNode before = gate.explain(call("sim/echo", "discounts"));
        assertEquals(0, usd(before, "discount_usd").signum());
        assertEquals(before.get("list_cost_usd"), before.get("cost_usd"));
        String id = gate.manage("POST", "/discounts", discount(",\"model\":\"ec*\""))
                .get("id")
                .stringValue();
        try {
            HttpResponse<String> answer = call("sim/echo", "discounts");
            JsonNode story = gate.explain(answer);
            BigDecimal list = usd(story, "list_cost_usd");
            assertEquals(usd(before, "cost_usd"), list);
            assertEquals(0, list.multiply(SHARE).compareTo(usd(story, "discount_usd")), story.toString());
            assertEquals(0, list.compareTo(usd(story, "cost_usd").add(usd(story, "discount_usd"))));
            assertEquals(
                    story.get("cost_usd").stringValue(),
                    answer.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
            assertEquals(usd(before, "reserved_usd"), usd(story, "reserved_usd"));

            JsonNode row = gate.manage("GET", "/usage?by=feature,app,provider,member,day", "")
                    .get("data")
                    .valueStream()
                    .filter(each -> "discounts".equals(each.get("feature").asString("")))
                    .findFirst()
                    .orElseThrow();
            assertEquals("shop", row.get("app").stringValue());
            assertEquals("sim", row.get("provider").stringValue());
            assertEquals("spend", row.get("member").stringValue());
            assertEquals(
                    LocalDate.now(ZoneOffset.UTC).toString(), row.get("day").stringValue());
            assertEquals(usd(story, "discount_usd"), usd(row, "discount_usd"));
            assertEquals(
                    0, usd(row, "list_cost_usd").compareTo(usd(row, "cost_usd").add(usd(row, "discount_usd"))));
            assertTrue(gate.manage("GET", "/ledger/verify", "").get("ok").booleanValue());
        } finally {
            gate.manage("DELETE", "/discounts/" + id, "");
        }
        assertEquals(
                before.get("cost_usd"),
                gate.explain(call("sim/echo", "discounts")).get("cost_usd"));
        String audited = gate.manage("GET", "/audit?limit=1000", "").toString();
        assertTrue(audited.contains("\"action\":\"discount.added\",\"subject\":\"" + id + "\""), audited);
        assertTrue(audited.contains("\"action\":\"discount.removed\",\"subject\":\"" + id + "\""), audited);
    }

    @Test
    void aDiscountOfOtherDaysOrModelsChangesNothing() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        JsonNode before = gate.explain(call("sim/echo", "others"));
        List<String> others = List.of(
                ",\"from\":\"" + today.plusDays(2) + "\"",
                ",\"from\":\"2020-01-01\",\"until\":\"" + today.minusDays(2) + "\"",
                ",\"model\":\"claude-*\"");
        for (String other : others) {
            String id =
                    gate.manage("POST", "/discounts", discount(other)).get("id").stringValue();
            assertEquals(
                    before.get("cost_usd"),
                    gate.explain(call("sim/echo", "others")).get("cost_usd"),
                    other);
            gate.manage("DELETE", "/discounts/" + id, "");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"provider\":\"sim\",\"percent\":\"0\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"-5\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"100.0001\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"101\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"0.00001\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15%\"}|400",
                "{\"provider\":\"sim\",\"percent\":15}|400",
                "{\"provider\":\"sim\"}|400",
                "{\"percent\":\"15\"}|400",
                "{\"provider\":\"nobody\",\"percent\":\"15\"}|404",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"account\":\"nobody\"}|404",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"from\":\"2026-12-01\",\"until\":\"2026-11-30\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"from\":\"tomorrow\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"until\":\"+999999999-12-31\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"model\":\"\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"model\":\"a b\"}|400",
                "{\"provider\":\"sim\",\"percent\":\"15\",\"colour\":\"red\"}|400"
            })
    void aDiscountThatMakesNoSenseIsRefused(String body, int status) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/discounts", body);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(0, gate.manage("GET", "/discounts", "").get("data").size());
    }

    @Test
    void noTwoDiscountsHoldForTheSameModelsOnOneDay() throws Exception {
        String first = discount(",\"from\":\"2030-01-10\",\"until\":\"2030-01-20\"");
        String id = gate.manage("POST", "/discounts", first).get("id").stringValue();
        for (String days : List.of(
                ",\"from\":\"2030-01-20\"",
                ",\"from\":\"2030-01-01\"",
                ",\"from\":\"2029-12-01\",\"until\":\"2030-01-10\"",
                ",\"from\":\"2030-01-12\",\"until\":\"2030-01-13\"")) {
            HttpResponse<String> answer = gate.admin("POST", "/discounts", discount(days));
            assertEquals(409, answer.statusCode(), days);
            assertTrue(answer.body().contains(id), answer.body());
        }
        for (String fits : List.of(
                ",\"from\":\"2030-01-21\"",
                ",\"from\":\"2030-01-01\",\"until\":\"2030-01-09\"",
                ",\"from\":\"2030-01-12\",\"model\":\"echo\"")) {
            String other =
                    gate.manage("POST", "/discounts", discount(fits)).get("id").stringValue();
            gate.manage("DELETE", "/discounts/" + other, "");
        }
        gate.manage("DELETE", "/discounts/" + id, "");
        assertEquals(404, gate.admin("DELETE", "/discounts/" + id, "").statusCode());
    }

    @Test
    void aProvidersDiscountsGoWithIt() throws Exception {
        String add = "{\"name\":\"gone\",\"dialect\":\"openai\",\"base_url\":\"http://127.0.0.1:9\"}";
        gate.manage("POST", "/providers", add);
        gate.manage("POST", "/discounts", "{\"provider\":\"gone\",\"percent\":\"15\"}");
        gate.manage("DELETE", "/providers/gone", "");
        assertEquals(0, gate.manage("GET", "/discounts", "").get("data").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usage?by=",
                "/usage?by=colour",
                "/usage?by=key,key",
                "/usage?by=key,",
                "/usage?by=KEY",
                "/usage?since=yesterday",
                "/usage?until=7y",
                "/usage?since=2026-11-22&until=2026-11-22",
                "/usage?since=2026-11-23&until=2026-11-22",
                "/forecast?by=day",
                "/forecast?by=key,app",
                "/ledger/daily?provider=sim&from=2026-11-22&to=2026-11-21"
            })
    void aQuestionThatMakesNoSenseIsRefused(String path) throws Exception {
        HttpResponse<String> answer = gate.admin("GET", path, "");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"cure\""), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usage?since=+300000-01-01T00:00:00Z", "/usage?until=-300000-01-01T00:00:00Z"})
    void farAwayTimesBreakNothing(String path) throws Exception {
        int status = gate.admin("GET", path.replace("+", "%2B"), "").statusCode();
        assertTrue(status == 200 || status == 400, path + " " + status);
    }

    @Test
    void aMistypedProviderIsNamedAmongTheKnownOnes() throws Exception {
        HttpResponse<String> answer =
                gate.admin("GET", "/ledger/daily?provider=antropic&from=2026-11-22&to=2026-11-22", "");
        assertEquals(404, answer.statusCode());
        assertTrue(answer.body().contains("anthropic, gemini, openai, sim"), answer.body());
    }

    @Test
    void usageUntilAMomentLeavesOutWhatCameLater() throws Exception {
        call("sim/echo", "lately");
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        assertFalse(gate.manage("GET", "/usage?by=feature&until=" + today, "")
                .toString()
                .contains("lately"));
        assertTrue(gate.manage("GET", "/usage?by=feature&since=" + today, "")
                .toString()
                .contains("lately"));
    }

    @Test
    void forecastsAreNeverBelowWhatIsSpent() throws Exception {
        call("sim/echo", "forecast");
        JsonNode row = gate.manage("GET", "/forecast", "").get("data").get(0);
        assertTrue(usd(row, "spent_usd").signum() > 0, row.toString());
        assertTrue(usd(row, "low_usd").compareTo(usd(row, "spent_usd")) >= 0, row.toString());
        assertTrue(usd(row, "expected_usd").compareTo(usd(row, "low_usd")) >= 0, row.toString());
        assertTrue(usd(row, "high_usd").compareTo(usd(row, "expected_usd")) >= 0, row.toString());
        String id = gate.manage(
                        "POST",
                        "/budgets",
                        "{\"feature\":\"forecast\",\"model\":\"echo\",\"limit_usd\":\"0.000001\",\"window\":\"lifetime\"}")
                .get("id")
                .stringValue();
        JsonNode budget = gate.manage("GET", "/budgets/" + id + "/forecast", "");
        assertEquals(
                LocalDate.now(ZoneOffset.UTC).plusDays(1).toString(),
                budget.get("reached_on").stringValue());
        gate.manage("DELETE", "/budgets/" + id, "");
        assertEquals(404, gate.admin("GET", "/budgets/" + id + "/forecast", "").statusCode());
    }

    @Test
    void aPriceOfZeroMustBeMeantAndThenIsAPrice() throws Exception {
        String zero = "{\"input_usd_per_mtok\":\"0\",\"output_usd_per_mtok\":\"0\"";
        String one = "{\"input_usd_per_mtok\":\"1\",\"output_usd_per_mtok\":\"0\"";
        assertEquals(400, gate.admin("PUT", "/prices/sim/free-one", zero + "}").statusCode());
        assertEquals(
                400,
                gate.admin("PUT", "/prices/sim/free-one", one + ",\"free\":true}")
                        .statusCode());
        JsonNode prices = gate.manage("PUT", "/prices/sim/slow", zero + ",\"free\":true}");
        assertEquals("0.00", prices.get("input_usd_per_mtok").stringValue());
        String id = gate.manage(
                        "POST", "/budgets", "{\"feature\":\"free\",\"limit_usd\":\"0.000000001\",\"window\":\"day\"}")
                .get("id")
                .stringValue();
        JsonNode story = gate.explain(call("sim/slow", "free"));
        assertTrue(story.get("priced").booleanValue(), story.toString());
        assertEquals("0.00", story.get("cost_usd").stringValue());
        gate.manage("DELETE", "/budgets/" + id, "");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/discounts",
        "POST,/discounts",
        "DELETE,/discounts/dsc_1",
        "GET,/forecast",
        "GET,/budgets/b/forecast"
    })
    void nobodyButTheOwnerMayAsk(String method, String path) throws Exception {
        for (String token : List.of(key, "x", "tg_")) {
            assertEquals(401, gate.adminAs(token, method, path, "{}").statusCode(), path);
        }
    }
}
