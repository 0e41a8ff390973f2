package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code usage}, {@code explain}, {@code audit}, {@code vault}, {@code notice} and {@code status}: requests, tables, JSON and exit codes. */
class UsageAndAuditTest extends AgainstAdminServer {
    @Test
    void usageAsksByKeyAndPrintsJsonRowsAsTheServerSaidThem() {
        Cli.Result result = cli.run("usage", "--json");
        assertEquals("GET /admin/v1/usage?{by=key}", sent());
        assertEquals(
                "[{\"id\":\"7Kq2mZx0Ab\",\"name\":\"ci\",\"key\":\"7Kq2mZx0Ab\",\"calls\":412,\"input_tokens\":1204331,\"output_tokens\":88412,"
                        + "\"cache_read_tokens\":9120033,\"cache_write_tokens\":310002,\"list_cost_usd\":\"14.597780\","
                        + "\"discount_usd\":\"2.189667\",\"cost_usd\":\"12.408113\"}]",
                json(result));
    }

    @Test
    void usageTableAddsUpItsRows() {
        server.answer("summarizeUsage", 200, """
                {"data":[{"id":"anthropic/a","name":"anthropic/a","calls":2,"input_tokens":1000,"output_tokens":20,"cache_read_tokens":5,"cache_write_tokens":6,"cost_usd":"1.000000001"},
                {"id":"sim/echo","name":"sim/echo","calls":1,"input_tokens":234,"output_tokens":3,"cache_read_tokens":0,"cache_write_tokens":0,"cost_usd":"0.00001"}]}
                """);
        Cli.Result result = cli.run("usage", "--by", "model", "--since", "7d");
        assertEquals("GET /admin/v1/usage?{by=model, since=7d}", sent());
        assertEquals("""
                MODEL        CALLS  INPUT  CACHE READ  CACHE WRITE  OUTPUT      COST
                anthropic/a      2  1,000           5            6      20   $1.0000
                sim/echo         1    234           0            0       3  <$0.0001
                total            3  1,234           5            6      23   $1.0000
                """, ok(result));
    }

    @Test
    void usageBySeveralThingsHasAColumnForEachAndShowsDiscounts() {
        server.answer("summarizeUsage", 200, """
                {"data":[{"id":"search, 2026-11-22","name":"search, 2026-11-22","feature":"search","day":"2026-11-22","calls":2,"input_tokens":1000,"output_tokens":20,"cache_read_tokens":5,"cache_write_tokens":6,"list_cost_usd":"2.00","discount_usd":"0.30","cost_usd":"1.70"},
                {"id":", 2026-11-21","name":"(no feature), 2026-11-21","feature":null,"day":"2026-11-21","calls":1,"input_tokens":234,"output_tokens":3,"cache_read_tokens":0,"cache_write_tokens":0,"list_cost_usd":"1.00","discount_usd":"0.00","cost_usd":"1.00"}]}
                """);
        Cli.Result result = cli.run("usage", "--by", "feature, day", "--since", "2026-11-21", "--until", "2026-11-23");
        assertEquals("GET /admin/v1/usage?{by=feature,day, since=2026-11-21, until=2026-11-23}", sent());
        assertEquals("""
                FEATURE  DAY         CALLS  INPUT  CACHE READ  CACHE WRITE  OUTPUT     LIST  DISCOUNT     COST
                search   2026-11-22      2  1,000           5            6      20  $2.0000   $0.3000  $1.7000
                -        2026-11-21      1    234           0            0       3  $1.0000   $0.0000  $1.0000
                total                    3  1,234           5            6      23  $3.0000   $0.3000  $2.7000
                """, ok(result));
    }

    @Test
    void usageByNothingThatIsKeptOrTwiceTheSameIsRefusedBeforeAnythingIsSent() {
        for (String by : List.of("", ",", "colour", "key,colour", "day,day", "KEY")) {
            assertEquals(2, cli.run("usage", "--by", by).exitCode(), by);
        }
        assertEquals(List.of(), server.requests);
    }

    @Test
    void usageTakesDurationsDatesAndTimes() {
        for (String since : List.of("90d", "12h", "30m", "2026-11-22", "2026-11-22T10:00:00Z")) {
            assertEquals(0, cli.run("usage", "--since", since).exitCode(), since);
            assertEquals(since, server.requests.getLast().query().get("since"));
        }
        for (String since : List.of("7", "7y", "yesterday", "2026-13-01", "-7d", "0d")) {
            assertEquals(2, cli.run("usage", "--since", since).exitCode(), since);
        }
    }

    @Test
    void usageNamesAKeyWithItsId() {
        assertTrue(ok(cli.run("usage")).contains("ci (7Kq2mZx0Ab)"));
    }

    @Test
    void forecastsAreOfTheMonthOrOfABudget() {
        assertEquals("""
                FEATURE   UNTIL          SPENT       LOW  EXPECTED      HIGH  DAYS KNOWN
                operator  2026-11-30  $12.4081  $14.0200  $16.9000  $21.5500          56
                """, ok(cli.run("forecast", "--by", "feature")));
        assertEquals("GET /admin/v1/forecast?{by=feature}", sent());
        assertEquals("""
                Budget bud_01k9zb3q7m000000000000: key ci, model claude-haiku-4-5: $15.00 a month.
                Spent $12.408113; by the end of 2026-11-30 likely $16.90, between $14.02 and $21.55.
                It will be reached on 2026-11-27 (on 2026-11-24 if the days to come are busy ones).
                Days that this rests on: 56.
                """, ok(cli.run("forecast", "--budget", "bud_01k9zb3q7m000000000000")));
        assertEquals(2, cli.run("forecast", "--by", "day").exitCode());
    }

    @Test
    void explainTellsTheCallAsAStory() {
        assertEquals("""
                Call req_01K9ZB3Q7M0000000000, 2026-11-22 10:31:07, with key ci (7Kq2mZx0Ab), paid by operator

                  asked for   fast (an alias), as a stream, anthropic messages
                  route       1. anthropic/claude-haiku-4-5
                              2. sim/echo
                  attempts    1. anthropic/claude-haiku-4-5 with spare-anthropic refused 429 (at 0 ms, took 84 ms): rate limited; the credential cools down for 30 s
                              2. anthropic/claude-haiku-4-5 with team-anthropic answered 200 (at 84 ms, took 1.80 s)
                  answered by anthropic/claude-haiku-4-5, with credential team-anthropic
                  changed     1. model: "fast" became "claude-haiku-4-5"
                  outcome     settled: the whole answer was delivered, and billed; the client got 200
                  time        1.89 s in all, 1 ms in the gate before the first attempt, first byte after 402 ms
                  usage       1,200 input, 18,000 read from cache, 340 output tokens; as the provider reported it
                  cost        $0.0047 ($0.0520 were reserved)
                """, ok(cli.run("explain", "req_01K9ZB3Q7M0000000000")));
        assertEquals("GET /admin/v1/calls/req_01K9ZB3Q7M0000000000", sent());
    }

    @Test
    void explainOfACallThatNobodyAnsweredSaysSo() {
        server.answer("explainCall", 200, """
                {"request_id":"r","at":"2026-11-22T09:31:07Z","key":{"id":"k","name":"n"},"account":"operator","feature":null,"dialect":"openai","operation":"responses",
                "stream":false,"requested_model":"gpt-x","alias":null,"route":["openai/gpt-x"],"provider":null,"model":null,"credential":null,"status":502,"outcome":"failed",
                "outcome_reason":"No candidate could be reached.","changes":[],"attempts":[],"timings":{"total_ms":3,"gate_ms":null,"first_byte_ms":null},
                "usage":null,"reserved_usd":"0","cost_usd":null,"priced":false}
                """);
        String story = ok(cli.run("explain", "r"));
        assertTrue(story.contains("  answered by nobody\n"), story);
        assertTrue(story.contains("  changed     nothing: the bytes passed untouched\n"), story);
        assertTrue(story.contains("  time        3 ms in all\n"), story);
        assertTrue(story.contains("  usage       none\n"), story);
        assertTrue(story.contains("  cost        unknown"), story);
    }

    @Test
    void explainOfAKeptAnswerSaysThatItWasFree() {
        server.answer("explainCall", 200, """
                {"request_id":"r","at":"2026-11-22T09:31:07Z","key":{"id":"k","name":"n"},"account":"operator","feature":null,"dialect":"openai","operation":"responses",
                "stream":false,"requested_model":"gpt-x","alias":null,"route":["openai/gpt-x"],"provider":null,"model":null,"credential":null,"status":200,"outcome":"settled",
                "outcome_reason":null,"changes":[{"field":"answer","change":"kept from req_1, by openai/gpt-x, 12 s old"}],"attempts":[],
                "timings":{"total_ms":3,"gate_ms":null,"first_byte_ms":null},
                "usage":{"quality":"cache","input_tokens":0,"cache_read_tokens":0,"cache_write_5m_tokens":0,"cache_write_1h_tokens":0,"output_tokens":0,
                "reasoning_tokens":0,"web_search_requests":0},"reserved_usd":"0","overrun_usd":"0","cost_usd":"0.00","priced":true,"resolution":null}
                """);
        String story = ok(cli.run("explain", "r"));
        assertTrue(story.contains("  answered by the answer cache\n"), story);
        assertTrue(story.contains("  changed     1. answer: kept from req_1, by openai/gpt-x, 12 s old\n"), story);
        assertTrue(story.contains("; free: the answer was kept\n"), story);
    }

    @Test
    void auditTailShowsTheLastRows() {
        Cli.Result result = cli.run("audit", "tail", "-n", "5");
        assertEquals("GET /admin/v1/audit?{limit=5}", sent());
        assertEquals("""
                SEQ  TIME                 ACTOR  ACTION       SUBJECT     DETAIL
                 17  2026-11-22 10:20:00  owner  key.created  7Kq2mZx0Ab  {"name":"ci"}
                """, ok(result));
        cli.run("audit", "tail");
        assertEquals("GET /admin/v1/audit?{limit=20}", sent());
        assertEquals(2, cli.run("audit", "tail", "-n", "1001").exitCode());
        assertEquals(2, cli.run("audit", "tail", "-n", "0").exitCode());
    }

    @Test
    void auditTailFollowsFromTheLastRowItHasShown() {
        server.answer("listAudit", request -> {
            long after = Long.parseLong(request.query().getOrDefault("after", "0"));
            return switch (Math.toIntExact(after)) {
                case 0 -> new AdminServer.Answer(200, "{\"data\":[" + row(7) + "," + row(8) + "]}");
                case 8 ->
                    new AdminServer.Answer(
                            200, server.requests.size() < 4 ? "{\"data\":[]}" : "{\"data\":[" + row(9) + "]}");
                default ->
                    new AdminServer.Answer(
                            503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"over\",\"cure\":\"\"}}");
            };
        });
        Cli.Result result = cli.run("audit", "tail", "--follow", "--json");
        assertEquals(row(7) + "\n" + row(8) + "\n" + row(9) + "\n", result.out());
        assertEquals("9", server.requests.getLast().query().get("after"));
        assertEquals(1, result.exitCode());
    }

    private static String row(int seq) {
        return "{\"seq\":" + seq
                + ",\"at\":\"2026-11-22T09:20:00Z\",\"actor\":\"owner\",\"action\":\"a.b\",\"subject\":\"s\",\"detail\":\"\",\"prev_hash\":\"\",\"hash\":\"\"}";
    }

    @Test
    void auditVerifyExitsWithOneAndNamesTheRowsWhereTheChainIsBroken() {
        assertEquals("The audit chain is whole: 128 rows, head 41d2e8f0.\n", ok(cli.run("audit", "verify")));
        server.answer(
                "verifyAudit",
                200,
                "{\"ok\":false,\"rows\":127,\"head\":\"x\",\"broken\":[{\"seq\":56,\"problem\":\"its hash does not fit\"},{\"seq\":57,\"problem\":\"gone\"}]}");
        Cli.Result broken = cli.run("audit", "verify");
        assertEquals(1, broken.exitCode());
        assertEquals("The audit chain is BROKEN:\n  row 56: its hash does not fit\n  row 57: gone\n", broken.out());
        assertEquals(1, cli.run("audit", "verify", "--json").exitCode());
    }

    @Test
    void auditExportWritesTheServersBytes(@TempDir Path folder) throws Exception {
        String rows = "{\"seq\":1,\"detail\":\"ü\"}\n".repeat(20_000);
        server.answer("exportAudit", 200, rows);
        assertEquals(rows, ok(cli.run("audit", "export")));
        Path file = folder.resolve("audit.ndjson");
        Cli.Result result = cli.run("audit", "export", "--output", file.toString());
        assertEquals("", result.out());
        assertEquals(rows, Files.readString(file, StandardCharsets.UTF_8));
    }

    @Test
    void auditExportIntoAFolderThatIsNotThereIsToldClearly(@TempDir Path folder) {
        Cli.Result result =
                cli.run("audit", "export", "--output", folder.resolve("no/file").toString());
        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("Error: The answer could not be written"), result.err());
    }

    @Test
    void vaultStatusAndRotate() {
        assertEquals(
                "The vault is open; master key from key-file, term 1, rotated never.\nCredentials: 3.\n",
                ok(cli.run("vault", "status")));
        assertEquals("GET /admin/v1/vault", sent());
        assertEquals(
                "The master key was rotated.\nThe vault is open; master key from key-file, term 2, rotated 2026-12-01 09:00.\nCredentials: 3.\n",
                ok(cli.run("vault", "rotate")));
        assertEquals("POST /admin/v1/vault/rotate", sent());
    }

    @Test
    void noticeListHasTheCureUnderEachNotice() {
        assertEquals("""
                2026-11-22 10:40  credential.quarantined  anthropic answered 401 for the credential team-anthropic; it is not used any more.
                                  Give it a new secret: ./tollgate credential rotate team-anthropic
                                  Once it is done with: ./tollgate notice dismiss ntc_06e7kq2mz0x8a1b2c3d4e5f6g
                """, ok(cli.run("notice", "list")));
        server.answer("listNotices", 200, "{\"data\":[]}");
        assertEquals("Nothing needs your attention.\n", ok(cli.run("notice", "list")));
    }

    @Test
    void noticeDismissTakesDownTheOneThatIsNamed() {
        assertEquals("The notice was dismissed.\n", ok(cli.run("notice", "dismiss", "ntc_1/..")));
        assertEquals("DELETE /admin/v1/notices/ntc_1%2F..", sent());
        assertEquals("{\"id\":\"ntc_1\",\"dismissed\":true}", json(cli.run("notice", "dismiss", "ntc_1", "--json")));
        server.answer(
                "dismissNotice",
                404,
                "{\"error\":{\"code\":\"not_found\",\"message\":\"There is no such notice.\",\"cure\":\"\"}}");
        assertEquals(1, cli.run("notice", "dismiss", "ntc_1").exitCode());
        assertEquals(2, cli.run("notice", "dismiss").exitCode());
    }

    @Test
    void statusExitsWithOneWhereTheServerIsNotReady() {
        assertEquals(
                "Tollgate 0.1.0 at " + server.url()
                        + " is ready.\nClients reach it at http://127.0.0.1:8080; database sqlite; started 2026-11-22 10:14.\n",
                ok(cli.run("status")));
        server.answer(
                "serverStatus", 200, "{\"version\":\"0.1.0\",\"ready\":false,\"problems\":[\"The store is away.\"]}");
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertTrue(result.out().contains("is NOT ready:\n  The store is away.\n"), result.out());
    }
}
