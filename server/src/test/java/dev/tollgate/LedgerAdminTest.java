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

/** The ledger's part of the admin API: what it says of real calls, who may ask, and what it refuses. */
class LedgerAdminTest {
    private static final String NO_USAGE =
            "{\"model\":\"sim/flaky:no-usage\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("books");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    /** A call whose answer had no usage. */
    private static String unreconciled() throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1/messages", key, NO_USAGE, "anthropic-version", "2023-06-01", "x-tollgate-feature", "books");
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
    }

    private static String resolving(String requestId) {
        return "/ledger/unreconciled/" + requestId + "/resolve";
    }

    @Test
    void anUnreconciledCallIsListedResolvedOnceAndTold() throws Exception {
        String id = unreconciled();
        JsonNode listed = row(gate.manage("GET", "/ledger/unreconciled", ""), "request_id", id);
        assertEquals("sim", listed.get("provider").stringValue());
        assertFalse(listed.get("reason").stringValue().isEmpty());
        JsonNode resolution =
                gate.manage("POST", resolving(id), "{\"cost_usd\":\"0.000000007\",\"note\":\"asked the provider\"}");
        assertEquals("0.000000007", resolution.get("cost_usd").stringValue());
        assertEquals(listed.get("billed_usd"), resolution.get("billed_usd"));
        JsonNode story = gate.manage("GET", "/calls/" + id, "");
        assertEquals("0.000000007", story.get("cost_usd").stringValue());
        assertEquals("asked the provider", story.get("resolution").get("note").stringValue());
        assertFalse(gate.manage("GET", "/ledger/unreconciled", "").toString().contains(id));
        assertEquals(
                409, gate.admin("POST", resolving(id), "{\"cost_usd\":\"1\"}").statusCode());
        String audited = gate.manage("GET", "/audit?limit=1000", "").toString();
        assertTrue(audited.contains("\"action\":\"call.resolved\",\"subject\":\"" + id + "\""), audited);
        assertTrue(gate.manage("GET", "/ledger/verify", "").get("ok").booleanValue());
    }

    @Test
    void accountsAndVerificationTellOfEveryCall() throws Exception {
        String id = unreconciled();
        gate.manage("POST", resolving(id), "{\"cost_usd\":\"0.25\"}");
        JsonNode accounts = gate.manage("GET", "/ledger/accounts", "");
        BigDecimal spent = new BigDecimal(
                row(accounts, "name", "feature:books").get("debits_usd").stringValue());
        assertTrue(spent.signum() > 0, accounts.toString());
        JsonNode provider = row(accounts, "name", "provider:sim");
        BigDecimal given = new BigDecimal(provider.get("credits_usd").stringValue());
        assertTrue(given.compareTo(new BigDecimal("0.25")) >= 0, provider.toString());
        JsonNode verdict = gate.manage("GET", "/ledger/verify", "");
        assertTrue(verdict.get("ok").booleanValue(), verdict.toString());
        assertEquals(verdict.get("debits_usd"), verdict.get("credits_usd"));
        assertTrue(verdict.get("transfers").longValue() > 0);
    }

    @Test
    void aDaysUsageIsToldByModel() throws Exception {
        unreconciled();
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        JsonNode usage =
                gate.manage("GET", "/ledger/daily?provider=sim&from=" + today.minusDays(1) + "&to=" + today, "");
        JsonNode row = row(usage, "model", "flaky:no-usage");
        assertTrue(row.get("unreconciled_calls").longValue() > 0, row.toString());
    }

    private static JsonNode row(JsonNode list, String field, String value) {
        for (JsonNode row : list.get("data")) {
            if (row.get(field).stringValue().equals(value)) {
                return row;
            }
        }
        throw new AssertionError("nothing has " + field + " " + value + ": " + list);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/ledger/accounts",
        "GET,/ledger/verify",
        "GET,/ledger/unreconciled",
        "GET,/ledger/daily?provider=sim&from=2026-11-22&to=2026-11-22",
        "POST,/ledger/unreconciled/req_1/resolve"
    })
    void nobodyButTheOwnerMayAsk(String method, String path) throws Exception {
        for (String token : List.of(key, "x", "tg_", "a".repeat(5_000))) {
            HttpResponse<String> answer = gate.adminAs(token, method, path, "{\"cost_usd\":\"1\"}");
            assertEquals(401, answer.statusCode(), path);
            assertFalse(answer.body().contains(token.length() > 4 ? token : "data"), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"cost_usd\":1}",
                "{\"cost_usd\":null}",
                "{\"cost_usd\":\"\"}",
                "{\"cost_usd\":\"-0.01\"}",
                "{\"cost_usd\":\"0.0000000001\"}",
                "{\"cost_usd\":\"1000000.01\"}",
                "{\"cost_usd\":\"1e3\"}",
                "{\"cost_usd\":\"NaN\"}",
                "{\"cost_usd\":\"1,5\"}",
                "{\"cost_usd\":\"99999999999999999999999999\"}",
                "{\"cost_usd\":\"1\",\"note\":7}",
                "{\"cost_usd\":\"1\",\"cost_usd\":\"2\"}",
                "{\"cost_usd\":\"1\",\"currency\":\"EUR\"}"
            })
    void whatIsNoCostIsRefusedAndTheCallStaysUnresolved(String body) throws Exception {
        String id = unreconciled();
        HttpResponse<String> answer = gate.admin("POST", resolving(id), body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"code\":\"invalid\""), answer.body());
        assertEquals(
                id,
                row(gate.manage("GET", "/ledger/unreconciled", ""), "request_id", id)
                        .get("request_id")
                        .stringValue());
    }

    @Test
    void anUnknownOrSettledCallIsNotResolved() throws Exception {
        HttpResponse<String> settled = gate.post(
                "/v1/messages", key, NO_USAGE.replace("flaky:no-usage", "echo"), "anthropic-version", "2023-06-01");
        String id = settled.headers().firstValue("x-tollgate-request-id").orElseThrow();
        assertEquals(
                409, gate.admin("POST", resolving(id), "{\"cost_usd\":\"1\"}").statusCode());
        for (String unknown : List.of("req_0", "%27%3B--", "%00", "..%2F..", "a".repeat(3_000))) {
            HttpResponse<String> answer = gate.admin("POST", resolving(unknown), "{\"cost_usd\":\"1\"}");
            assertTrue(answer.statusCode() == 404 || answer.statusCode() == 400, unknown + " " + answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ledger/unreconciled?limit=0",
                "/ledger/unreconciled?limit=1001",
                "/ledger/unreconciled?limit=-1",
                "/ledger/unreconciled?limit=x",
                "/ledger/daily",
                "/ledger/daily?provider=sim",
                "/ledger/daily?provider=&from=2026-11-22&to=2026-11-22",
                "/ledger/daily?provider=sim&from=2026-11-22",
                "/ledger/daily?provider=sim&from=2026-11-23&to=2026-11-22",
                "/ledger/daily?provider=sim&from=2024-11-22&to=2026-11-22",
                "/ledger/daily?provider=sim&from=2026-02-30&to=2026-03-01",
                "/ledger/daily?provider=sim&from=%2B999999999-01-01&to=%2B999999999-01-01"
            })
    void aMalformedQuestionIsRefused(String path) throws Exception {
        HttpResponse<String> answer = gate.admin("GET", path, "");
        assertEquals(400, answer.statusCode(), answer.body());
    }
}
