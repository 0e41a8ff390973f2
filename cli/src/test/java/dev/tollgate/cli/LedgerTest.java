package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code ledger} and what it adds to {@code explain}: requests, tables, JSON and exit codes. */
class LedgerTest extends AgainstAdminServer {
    @Test
    void verifyExitsWithOneAndNamesWhatIsOffWhereTheBooksDoNotBalance() {
        assertEquals(
                "The books balance: 412 calls and 3 transfers on 8 accounts, $12.458113 on either side.\n",
                ok(cli.run("ledger", "verify")));
        assertEquals("GET /admin/v1/ledger/verify", sent());
        server.answer("verifyLedger", 200, """
                {"ok":false,"calls":2,"transfers":0,"accounts":3,"debits_usd":"1.00","credits_usd":"2.00","complete":false,
                "broken":[{"subject":"ledger","problem":"Off."},{"subject":"account:\\u001b[31mred","problem":"Off, too."}]}
                """);
        Cli.Result broken = cli.run("ledger", "verify");
        assertEquals(1, broken.exitCode());
        assertEquals("""
                The books do NOT balance:
                  ledger: Off.
                  account: [31mred: Off, too.
                  … and more of the same kinds.
                """, broken.out());
        assertEquals(1, cli.run("ledger", "verify", "--json").exitCode());
    }

    @Test
    void balancesShowEveryNanoDollar() {
        assertEquals("""
                ACCOUNT                 DEBITS     CREDITS      BALANCE
                account:operator    $12.408113       $0.05  -$12.358113
                provider:anthropic       $0.05  $12.408113   $12.358113
                """, ok(cli.run("ledger", "balances")));
        assertTrue(json(cli.run("ledger", "balances", "--json")).startsWith("[{\"name\":\"account:operator\","));
    }

    @Test
    void unreconciledCallsAreListedWithTheirReason() {
        String reason = "The gate's process ended while the call was in flight.";
        assertEquals(
                "REQUEST                   TIME              KEY  MODEL                       BILLED  REASON\n"
                        + "req_01K9ZB3Q7M0000000001  2026-11-22 10:31  ci   anthropic/claude-haiku-4-5  $0.052  "
                        + reason
                        + "\n",
                ok(cli.run("ledger", "unreconciled")));
        assertEquals("GET /admin/v1/ledger/unreconciled?{limit=1000}", sent());
        server.answer("listUnreconciled", 200, "{\"data\":[]}");
        assertEquals("Every call is reconciled.\n", ok(cli.run("ledger", "unreconciled")));
        assertEquals("[]", json(cli.run("ledger", "unreconciled", "--json")));
    }

    @Test
    void unreconciledCallsOfManyPagesAreAllListed() {
        server.answerInPages("listUnreconciled", "request_id", 2_345);
        String json = json(cli.run("ledger", "unreconciled", "--json"));
        assertTrue(json.startsWith("[{\"request_id\":\"row0\"}") && json.endsWith("{\"request_id\":\"row2344\"}]"));
        assertEquals(3, server.requests.size());
    }

    @Test
    void resolveSendsTheExactCost() {
        assertEquals(
                "Call req_01K9ZB3Q7M0000000001 cost $0.0123, not $0.052: -$0.0397.\n",
                ok(cli.run("ledger", "resolve", "req_1", "--cost", "$0.000000007", "--note", "invoice")));
        assertEquals(
                "POST /admin/v1/ledger/unreconciled/req_1/resolve {\"cost_usd\":\"0.000000007\",\"note\":\"invoice\"}",
                sent());
        cli.run("ledger", "resolve", "req/../1", "--cost", "0");
        assertEquals("POST /admin/v1/ledger/unreconciled/req%2F..%2F1/resolve {\"cost_usd\":\"0\"}", sent());
    }

    @Test
    void whatIsNoCostIsRefusedBeforeAnythingIsSent() {
        for (String cost : List.of("", "-1", "1e3", "0.0000000001", "1,5", "NaN", "€1", "9999999999")) {
            assertEquals(
                    2, cli.run("ledger", "resolve", "req_1", "--cost=" + cost).exitCode(), cost);
        }
        assertEquals(2, cli.run("ledger", "resolve", "req_1").exitCode());
        assertEquals(2, cli.run("ledger", "resolve", "--cost", "1").exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void theServersRefusalIsToldWithItsCure() {
        server.answer(
                "resolveCall",
                409,
                "{\"error\":{\"code\":\"conflict\",\"message\":\"The call was resolved before.\",\"cure\":\"Look.\"}}");
        Cli.Result result = cli.run("ledger", "resolve", "req_1", "--cost", "1");
        assertEquals(1, result.exitCode());
        assertEquals("Error: The call was resolved before.\n  Look.\n", result.err());
    }

    @Test
    void explainTellsWhatACallWasResolvedAt() {
        server.answer("explainCall", 200, """
                {"request_id":"r","at":"2026-11-22T09:31:07Z","key":{"id":"k","name":"n"},"account":"operator","dialect":"openai","operation":"responses",
                "stream":false,"requested_model":"gpt-x","route":[],"outcome":"unreconciled","changes":[],"attempts":[],"timings":{"total_ms":3},
                "reserved_usd":"0.052","overrun_usd":"0.00","cost_usd":"0.0123","priced":true,
                "resolution":{"at":"2026-12-01T09:00:00Z","billed_usd":"0.052","cost_usd":"0.0123","difference_usd":"-0.0397","note":"invoice"}}
                """);
        String story = ok(cli.run("explain", "r"));
        assertTrue(
                story.contains(
                        "  cost        $0.0123, as resolved 2026-12-01 10:00; $0.052 had been billed: invoice\n"),
                story);
    }

    @Test
    void explainTellsWhatAProviderChargedBeyondTheReservation() {
        server.answer("explainCall", 200, """
                {"request_id":"r","at":"2026-11-22T09:31:07Z","key":{"id":"k","name":"n"},"account":"operator","dialect":"openai","operation":"responses",
                "stream":false,"requested_model":"gpt-x","route":[],"outcome":"settled","changes":[],"attempts":[],"timings":{"total_ms":3},
                "reserved_usd":"0.05","overrun_usd":"0.010000001","cost_usd":"0.060000001","priced":true,"resolution":null}
                """);
        String story = ok(cli.run("explain", "r"));
        assertTrue(
                story.contains(
                        "  cost        $0.0600 ($0.0500 were reserved; the provider charged $0.010000001 beyond that)\n"),
                story);
    }
}
