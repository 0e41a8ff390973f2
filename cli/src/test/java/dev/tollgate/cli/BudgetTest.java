package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code budget}: requests, tables, sentences, JSON and exit codes. */
class BudgetTest extends AgainstAdminServer {
    private static final String ID = "bud_01k9zb3q7m000000000000";

    @Test
    void setSendsEveryScopeAndTheAmountAsTyped() {
        Cli.Result result = cli.run(
                "budget",
                "set",
                "--key",
                "ci",
                "--account",
                "default",
                "--member",
                "ada@example.com",
                "--app",
                "cli",
                "--feature",
                "chat",
                "--model",
                "sim/echo",
                "--provider",
                "sim",
                "--limit",
                "$1.10",
                "--window",
                "week",
                "--time-zone",
                "Europe/Zurich",
                "--at",
                "50, 100",
                "--unpriced");
        assertEquals(
                "POST /admin/v1/budgets {\"key\":\"ci\",\"account\":\"default\",\"member\":\"ada@example.com\","
                        + "\"app\":\"cli\",\"feature\":\"chat\","
                        + "\"model\":\"sim/echo\",\"provider\":\"sim\",\"limit_usd\":\"1.10\",\"window\":\"week\","
                        + "\"time_zone\":\"Europe/Zurich\",\"thresholds\":[50,100],\"unpriced\":true}",
                sent());
        assertEquals("""
                Budget bud_01k9zb3q7m000000000000: key ci, model claude-haiku-4-5: $25.00 a month.
                Spent $12.408113, held for calls under way $0.052, left $12.539887.
                The window began at 2026-11-01 00:00:00 and resets at 2026-12-01 00:00:00 (windows of Europe/Zurich).
                Notices at: 70, 90 (no heavy features), 100 %. Models without a price: refused.
                """, ok(result));
    }

    @Test
    void actionsAreSentByTheirPercentagesAndWarningsStandBesideTheAnswer() {
        server.answer("setBudget", 200, """
                {"id":"bud_1","label":"account default: $5.00 in all","spent_usd":"5.00","held_usd":"0.00","left_usd":"0.00",
                "starts_at":null,"resets_at":null,"time_zone":"UTC","thresholds":[70,90,95],
                "actions":{"90":"no-heavy","95":"cheaper"},"unpriced":true,"warnings":["No alias has a cheaper one."]}
                """);
        Cli.Result result =
                cli.run("budget set --key ci --limit 1 --window day --at 70:notify,90:no-heavy,95:cheaper".split(" "));
        assertEquals(
                "POST /admin/v1/budgets {\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"day\","
                        + "\"thresholds\":[70,90,95],\"actions\":{\"90\":\"no-heavy\",\"95\":\"cheaper\"}}",
                sent());
        assertEquals("No alias has a cheaper one.\n", result.err());
        assertEquals(0, result.exitCode());
        assertTrue(
                result.out().contains("Notices at: 70, 90 (no heavy features), 95 (cheaper aliases) %."), result.out());
    }

    @Test
    void aFeatureIsMarkedAndTheMarkTakenAway() {
        assertEquals("Feature deep-research is heavy.\n", ok(cli.run("feature", "set", "deep research", "--heavy")));
        assertEquals("PUT /admin/v1/features/deep%20research {\"heavy\":true}", sent());
        ok(cli.run("feature", "set", "deep-research", "--light"));
        assertEquals("PUT /admin/v1/features/deep-research {\"heavy\":false}", sent());
        assertEquals("MARK   FEATURE\nheavy  deep-research\n", ok(cli.run("feature", "list")));
        server.answer("listFeatures", 200, "{\"data\":[]}");
        assertTrue(ok(cli.run("feature", "list")).contains("tollgate feature set"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x --heavy --light", "--heavy"})
    void whatIsNoMarkIsNotSent(String arguments) {
        assertEquals(2, cli.run(("feature set " + arguments).split(" ")).exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void setSendsNoMoreThanWasSaid() {
        ok(cli.run("budget", "set", "--key", "ci", "--limit", "1", "--window", "lifetime"));
        assertEquals("POST /admin/v1/budgets {\"key\":\"ci\",\"limit_usd\":\"1\",\"window\":\"lifetime\"}", sent());
        ok(cli.run("budget", "set", "--key", "ci", "--limit", "1", "--window", "day", "--at", ""));
        assertTrue(sent().endsWith("\"thresholds\":[]}"), sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--limit 1 --window day",
                "--key ci --window day",
                "--key ci --limit 1",
                "--key ci --limit -1 --window day",
                "--key ci --limit 1EUR --window day",
                "--key ci --limit €1 --window day",
                "--key ci --limit 1e3 --window day",
                "--key ci --limit 0.0000000001 --window day",
                "--key ci --limit 1 --window fortnight",
                "--key ci --limit 1 --window day --at 0,50",
                "--key ci --limit 1 --window day --at 101",
                "--key ci --limit 1 --window day --at half",
                "--key ci --limit 1 --window day --at 90:explode",
                "--key ci --limit 1 --window day --at 90:",
                "--key ci --limit 1 --window day --at 101:cheaper",
                "--key ci --limit 1 --window day --at :cheaper"
            })
    void whatIsNoBudgetIsNotSent(String arguments) {
        Cli.Result result = cli.run(("budget set " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void budgetsOfManyPagesAreAllListed() {
        server.answerInPages("listBudgets", "id", 2_345);
        String json = json(cli.run("budget", "list", "--json"));
        assertTrue(json.startsWith("[{\"id\":\"row0\"}") && json.endsWith("{\"id\":\"row2344\"}]"), "all of them");
        assertEquals(3, server.requests.size());
    }

    @Test
    void listIsATable() {
        assertEquals("""
                ID                          BUDGET                                             SPENT     HELD      LEFT  RESETS            AT %
                bud_01k9zb3q7m000000000000  key ci, model claude-haiku-4-5: $25.00 a month  $12.4081  $0.0520  $12.5399  2026-12-01 00:00  70,90:no-heavy,100
                """, ok(cli.run("budget", "list")));
        assertTrue(json(cli.run("budget", "list", "--json")).startsWith("[{\"id\":\"" + ID + "\""));
        server.answer("listBudgets", 200, "{\"data\":[]}");
        assertTrue(ok(cli.run("budget", "list")).contains("tollgate budget set"));
    }

    @Test
    void showOfAPrepaidBalanceSaysThatItDoesNotReset() {
        server.answer("showBudget", 200, """
                {"id":"bud_1","label":"account default: $5.00 in all","spent_usd":"5.00","held_usd":"0.00","left_usd":"0.00",
                "starts_at":null,"resets_at":null,"time_zone":"UTC","thresholds":[],"unpriced":true}
                """);
        assertEquals("""
                Budget bud_1: account default: $5.00 in all.
                Spent $5.00, held for calls under way $0.00, left $0.00.
                It does not reset.
                Notices at: none. Models without a price: allowed.
                """, ok(cli.run("budget", "show", "bud_1")));
        assertEquals("GET /admin/v1/budgets/bud_1", sent());
    }

    @Test
    void removeIsById() {
        assertEquals("Budget bud_1 was removed.\n", ok(cli.run("budget", "remove", "bud_1")));
        assertEquals("DELETE /admin/v1/budgets/bud_1", sent());
        assertEquals("{\"id\":\"bud_1\",\"removed\":true}", json(cli.run("budget", "remove", "bud_1", "--json")));
    }

    @Test
    void freeNamesTheNode() {
        assertEquals(
                "Freed $0.25 that the node 5tVq0ZkXw3nB8yJdLr2HcA held.\n",
                ok(cli.run("budget", "free", "5tVq0ZkXw3nB8yJdLr2HcA")));
        assertTrue(sent().startsWith("POST /admin/v1/budget-nodes/5tVq0ZkXw3nB8yJdLr2HcA/free"), sent());
    }

    @Test
    void whyTellsWhatACallCostEachBudget() {
        assertEquals("""
                Call req_01K9ZB3Q7M0000000000, 2026-11-22 10:31:07, cost $0.0047.
                ID                          BUDGET                  COST  WINDOW FROM
                bud_01k9zb3q7m000000000000  key ci: $1.00 a day  $0.0047  2026-11-22 01:00:00
                """, ok(cli.run("budget", "why", "req_01K9ZB3Q7M0000000000")));
        assertEquals("GET /admin/v1/calls/req_01K9ZB3Q7M0000000000/budgets", sent());
    }

    @Test
    void whySaysThatNoBudgetCoveredACall() {
        server.answer("explainCallBudgets", 200, """
                {"request_id":"req_1","at":"2026-11-22T09:31:07Z","outcome":"settled","cost_usd":"0.01","charged":[],"refused_by":null}
                """);
        assertTrue(ok(cli.run("budget", "why", "req_1")).contains("No budget in force covered it."));
    }

    @Test
    void whyTellsWhichBudgetRefusedACallAndWhenItResets() {
        refusedBy("exhausted", "\"2026-11-23T00:00:00Z\"");
        assertEquals("""
                Call req_1 was refused at 2026-11-22 10:40:00 by the budget bud_1 (key ci: $1.00 a day).
                It might have come to $0.052; $0.000353 were left, $0.999647 spent.
                The budget resets at 2026-11-23 01:00:00.
                """, ok(cli.run("budget", "why", "req_1")));
        refusedBy("held", "null");
        String held = ok(cli.run("budget", "why", "req_1"));
        assertTrue(held.contains("and calls under way held the rest.\nThe budget does not reset."), held);
        refusedBy("heavy", "null");
        String heavy = ok(cli.run("budget", "why", "req_1"));
        assertTrue(
                heavy.contains(
                        "The feature deep-research is marked as heavy: such calls are refused once 90 % are spent, and"
                                + " $0.999647 were.\nThe budget does not reset."),
                heavy);
        refusedBy("unpriced", "null");
        assertTrue(ok(cli.run("budget", "why", "req_1")).contains("No price is known"));
    }

    private void refusedBy(String reason, String resetsAt) {
        server.answer("explainCallBudgets", 200, """
                {"request_id":"req_1","at":"2026-11-22T09:40:00Z","outcome":"refused","cost_usd":"0.00","charged":[],"refused_by":
                {"id":"bud_1","label":"key ci: $1.00 a day","limit_usd":"1.00","window":"day","reason":"%s","bound_usd":"0.052",
                "left_usd":"0.000353","spent_usd":"0.999647","resets_at":%s,"feature":"deep-research","percent":90}}
                """.formatted(reason, resetsAt));
    }

    @Test
    void aLabelFromElsewhereMovesNoCursor() {
        server.answer("showBudget", 200, """
                {"id":"bud_1","label":"app \\u001b[2Jx: $1.00 a day","spent_usd":"0.00","held_usd":"0.00","left_usd":"1.00",
                "starts_at":null,"resets_at":null,"time_zone":"UTC","thresholds":[],"unpriced":false}
                """);
        assertTrue(ok(cli.run("budget", "show", "bud_1")).indexOf('\u001b') < 0);
    }
}
