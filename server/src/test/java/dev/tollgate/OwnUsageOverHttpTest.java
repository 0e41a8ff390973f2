package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an app learns that a person has let see their usage; and what it never learns. */
@Timeout(120)
class OwnUsageOverHttpTest {
    private static final String USAGE = "/api/usage";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static AppAtGate notes;
    private static AppAtGate ledger;
    private static int people;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        ann = AppAtGate.owner(gate, "ann@example.com");
        notes = AppAtGate.register(gate, "https://notes.example/cb");
        ledger = AppAtGate.register(gate, "https://ledger.example/cb");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static Person somebody() {
        return AppAtGate.invited(gate, "person" + ++people + "@example.com", Role.MEMBER);
    }

    /** Makes a call, and returns what it cost, in nano-US-dollars. */
    private static long spend(String bearer, String feature) throws Exception {
        String body =
                "{\"model\":\"sim/echo\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"SECRET\"}]}";
        HttpResponse<String> answer =
                gate.post("/v1/messages", bearer, body, "x-tollgate-feature", feature, "x-app", "chosen");
        assertEquals(200, answer.statusCode(), answer.body());
        return Money.parseUsd(answer.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
    }

    private static JsonNode usage(String bearer) throws Exception {
        HttpResponse<String> answer = gate.send("GET", USAGE, bearer, "");
        assertEquals(200, answer.statusCode(), answer.body());
        assertFalse(answer.body().contains("SECRET"), answer.body());
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void anAppSeesWhatItsPersonHasSpentByModelAndDayWhateverAppSpentIt() throws Exception {
        String spender = notes.token(notes.grant(ann, "models:use"));
        long cost = spend(spender, "search") + spend(spender, "summary");
        String other = notes.token(notes.grant(somebody(), "models:use"));
        spend(other, "search");
        LocalDate before = LocalDate.now(ZoneOffset.UTC);
        JsonNode usage = usage(ledger.token(ledger.grant(ann, "usage:read")));
        assertTrue(cost > 0);
        assertEquals(cost, Money.parseUsd(usage.get("cost_usd").stringValue()));
        assertFalse(usage.get("has_more").booleanValue());
        LocalDate last = LocalDate.parse(usage.get("to").stringValue());
        assertFalse(last.isBefore(before));
        assertEquals(last.minusDays(29), LocalDate.parse(usage.get("from").stringValue()));
        long calls = 0;
        for (JsonNode row : usage.get("data")) {
            assertEquals("sim/echo", row.get("model").stringValue());
            assertFalse(LocalDate.parse(row.get("day").stringValue()).isAfter(last));
            assertTrue(row.get("input_tokens").longValue() > 0);
            assertTrue(row.get("output_tokens").longValue() > 0);
            calls += row.get("calls").longValue();
        }
        assertEquals(2, calls);
    }

    @Test
    void whoStandsForNobodySeesItsOwn() throws Exception {
        String key = gate.createKey("own");
        String sibling = gate.createKey("sibling");
        long cost = spend(key, "a");
        spend(sibling, "a");
        assertEquals(cost, Money.parseUsd(usage(key).get("cost_usd").stringValue()));
        assertEquals(0, usage(gate.createKey("fresh")).get("data").size());
    }

    @Test
    void theScopeIsDemanded() throws Exception {
        HttpResponse<String> refused =
                gate.send("GET", USAGE, notes.token(notes.grant(ann, "models:use", "openid")), "");
        assertEquals(403, refused.statusCode(), refused.body());
        String challenge = refused.headers().firstValue("www-authenticate").orElse("");
        assertTrue(challenge.contains("error=\"insufficient_scope\", scope=\"usage:read\""), challenge);
        assertEquals(401, gate.send("GET", USAGE, "tg_nobody", "").statusCode());
        assertEquals(
                405, gate.send("POST", USAGE, gate.createKey("poster"), "{}").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "32", "-1", "1e1", "100000000000", "", "%31%00", "+7", "x"})
    void onlyAMonthIsTold(String days) throws Exception {
        String key = gate.createKey("days-" + ++people);
        HttpResponse<String> refused = gate.send("GET", USAGE + "?days=" + days, key, "");
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("from 1 to 31"), refused.body());
        assertEquals(200, gate.send("GET", USAGE + "?days=31", key, "").statusCode());
    }

    @Test
    void olderDaysThanWereAskedForDoNotCount() throws Exception {
        Person person = somebody();
        long today = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        rolledUp(person, today - 7, "old", 1);
        rolledUp(person, today - 2, "new", 1);
        String token = ledger.token(ledger.grant(person, "usage:read"));
        HttpResponse<String> answer = gate.send("GET", USAGE + "?days=5", token, "");
        JsonNode data = Json.MAPPER.readTree(answer.body()).get("data");
        assertEquals(1, data.size(), answer.body());
        assertEquals("sim/new-1", data.get(0).get("model").stringValue());
        assertEquals(2, usage(token).get("data").size());
    }

    @Test
    void anEndlessListIsCutAndItsSumIsWhole() throws Exception {
        Person person = somebody();
        rolledUp(person, LocalDate.now(ZoneOffset.UTC).toEpochDay() - 1, "m", 1_001);
        JsonNode usage = usage(ledger.token(ledger.grant(person, "usage:read")));
        assertEquals(1_000, usage.get("data").size());
        assertTrue(usage.get("has_more").booleanValue());
        assertEquals(1_001, Money.parseUsd(usage.get("cost_usd").stringValue()));
    }

    /** So many models, each of which has cost a nano-US-dollar on that day. */
    private static void rolledUp(Person person, long day, String name, int models) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("tollgate.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("INSERT INTO usage_day (day, key_id, account, provider, model, app, feature, key_name,"
                    + " member, calls, overruns, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,"
                    + " web_searches, cost, discount) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < " + models + ") SELECT " + day + ", 'gra_x', 'default', 'sim', '" + name
                    + "-' || i, '', '', 'Notes', '" + person.id() + "', 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0 FROM n");
        }
    }

    @Test
    void nobodyAsksWithoutEnd() throws Exception {
        String token = ledger.token(ledger.grant(somebody(), "usage:read"));
        HttpResponse<String> answer = gate.send("GET", USAGE, token, "");
        for (int i = 0; i < 200 && answer.statusCode() == 200; i++) {
            answer = gate.send("GET", USAGE, token, "");
        }
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("retry-after").isPresent());
        usage(ledger.token(ledger.grant(somebody(), "usage:read")));
    }
}
