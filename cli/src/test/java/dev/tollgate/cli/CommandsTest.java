package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command: what it asks of the server, what it prints for a person and as JSON, and its exit code. */
class CommandsTest {
    private final AdminServer server = new AdminServer();
    private final Cli cli = new Cli(server);

    @AfterEach
    void nothingWasSentThatTheDocumentDoesNotAllow() {
        server.close();
        assertEquals(List.of(), server.violations);
    }

    @Test
    void providerAddSendsWhatWasGivenAndLeavesTheRestToTheServer() {
        Cli.Result result = cli.run(
                "provider", "add", "local-llama", "--dialect", "openai", "--base-url", "https://llama.example.org/v1");
        assertEquals(
                "POST /admin/v1/providers {\"name\":\"local-llama\",\"dialect\":\"openai\",\"base_url\":\"https://llama.example.org/v1\"}",
                sent());
        assertEquals("""
                Provider local-llama was added.
                Give it a credential: tollgate credential add NAME --provider local-llama
                """, ok(result));
    }

    @Test
    void providerAddSendsTheAuthStyleByItsWireName() {
        cli.run(
                "provider",
                "add",
                "g",
                "--dialect",
                "gemini",
                "--base-url",
                "https://g.example.org",
                "--auth",
                "x-goog-api-key",
                "--json");
        assertTrue(sent().endsWith("\"auth\":\"x-goog-api-key\"}"), sent());
    }

    @Test
    void providerListIsATable() {
        assertEquals("""
                NAME       DIALECTS                   AUTH       BUILT IN  BASE URL
                anthropic  anthropic                  x-api-key  yes       https://api.anthropic.com
                sim        anthropic, openai, gemini  none       yes       http://127.0.0.1:8080/sim
                """, ok(cli.run("provider", "list")));
        assertEquals("GET /admin/v1/providers", sent());
    }

    @Test
    void providerSetSendsOnlyWhatChanges() {
        Cli.Result result =
                cli.run("provider", "set", "anthropic", "--base-url", "https://proxy.example.org/anthropic");
        assertEquals(
                "PATCH /admin/v1/providers/anthropic {\"base_url\":\"https://proxy.example.org/anthropic\"}", sent());
        assertEquals("Provider anthropic is at https://proxy.example.org/anthropic, auth x-api-key.\n", ok(result));
    }

    @Test
    void providerSetWithoutAChangeIsAUsageErrorAndSendsNothing() {
        assertEquals(2, cli.run("provider", "set", "anthropic").exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void removingSaysSoInBothForms() {
        assertEquals("Provider local-llama was removed.\n", ok(cli.run("provider", "remove", "local-llama")));
        assertEquals("DELETE /admin/v1/providers/local-llama", sent());
        assertEquals("{\"name\":\"fast\",\"removed\":true}", json(cli.run("alias", "remove", "fast", "--json")));
        assertEquals("Credential c was removed.\n", ok(cli.run("credential", "remove", "c")));
    }

    @Test
    void aNameBecomesOneEncodedSegment() {
        cli.run("provider", "remove", "a/b c?d");
        assertEquals("DELETE /admin/v1/providers/a%2Fb%20c%3Fd", sent());
        assertEquals(2, cli.run("provider", "remove", "..").exitCode());
    }

    @Test
    void credentialAddReadsTheSecretFromStandardInputAndTellsWhatWasCleaned() {
        Cli.Result result = cli.input("Bearer sk-ant-api03-canary\n")
                .run("credential", "add", "team-anthropic", "--provider", "anthropic", "--check");
        assertEquals(
                "POST /admin/v1/credentials {\"name\":\"team-anthropic\",\"provider\":\"anthropic\",\"check\":true,\"secret\":\"Bearer sk-ant-api03-canary\"}",
                sent());
        assertEquals(0, result.exitCode());
        assertEquals("""
                Credential team-anthropic was added: anthropic-api-key, ends in x9Qk, fingerprint 3f1c09ab77d2, version 1.
                anthropic accepted the credential.
                """, result.out());
        assertEquals("Note: The secret began with \"Bearer \": removed.\n", result.err());
    }

    @Test
    void credentialAddSendsTheKindWhereItIsGiven() {
        cli.input("s").run("credential", "add", "c", "--provider", "p", "--kind", "bearer-token");
        assertEquals(
                "POST /admin/v1/credentials {\"name\":\"c\",\"provider\":\"p\",\"kind\":\"bearer-token\",\"secret\":\"s\"}",
                sent());
    }

    @Test
    void credentialAddWhoseCheckFailsExitsWithOne() {
        server.answer(
                "addCredential",
                201,
                "{\"name\":\"c\",\"check\":{\"ok\":false,\"status\":401,\"message\":\"anthropic rejected the credential.\"}}");
        Cli.Result result = cli.input("s").run("credential", "add", "c", "--provider", "anthropic", "--check");
        assertEquals(1, result.exitCode());
        assertTrue(result.out().endsWith("anthropic rejected the credential.\n"), result.out());
    }

    @Test
    void credentialListShowsWhatIsNotSecret() {
        assertEquals("""
                NAME            PROVIDER   KIND               ENDS IN  FINGERPRINT   VERSION  CREATED           ROTATED  STATE
                team-anthropic  anthropic  anthropic-api-key  x9Qk     3f1c09ab77d2        1  2026-11-22 10:14  -        active
                """, ok(cli.run("credential", "list")));
    }

    @Test
    void credentialCheckExitsByWhatTheProviderSaid() {
        assertEquals("anthropic accepted the credential.\n", ok(cli.run("credential", "check", "team-anthropic")));
        assertEquals("POST /admin/v1/credentials/team-anthropic/check", sent());
        server.answer("checkCredential", 200, "{\"name\":\"c\",\"ok\":false,\"status\":401,\"message\":\"no\"}");
        assertEquals(1, cli.run("credential", "check", "c").exitCode());
        assertEquals(1, cli.run("credential", "check", "c", "--json").exitCode());
    }

    @Test
    void credentialRotateSendsTheNewSecret() {
        Cli.Result result = cli.input("sk-new").run("credential", "rotate", "team-anthropic");
        assertEquals("POST /admin/v1/credentials/team-anthropic/rotate {\"secret\":\"sk-new\"}", sent());
        assertEquals(
                "Credential team-anthropic has a new secret: anthropic-api-key, ends in Zp04, fingerprint 90be14c2aa01, version 2.\n",
                ok(result));
    }

    @Test
    void keyCreateSendsGlobsAndSecondsAndShowsTheKeyOnce() {
        Cli.Result result =
                cli.run("key", "create", "--name", "ci", "--models", "anthropic/*, fast", "--expires", "90d");
        assertEquals(
                "POST /admin/v1/keys {\"name\":\"ci\",\"models\":[\"anthropic/*\",\"fast\"],\"expires_in_seconds\":7776000}",
                sent());
        assertEquals("""
                Key ci (7Kq2mZx0Ab) was created. It is shown this once:

                  tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000

                Models: anthropic/*, fast. Expires: 2027-02-20 10:20.
                """, ok(result));
    }

    @Test
    void keyCreateAsJsonHasIdAndKey() {
        Json.Obj key = parsed(cli.run("key", "create", "--name", "ci", "--json"));
        assertEquals("POST /admin/v1/keys {\"name\":\"ci\"}", sent());
        assertEquals("7Kq2mZx0Ab", key.text("id"));
        assertEquals("tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000", key.text("key"));
    }

    @Test
    void keyListTellsWhichKeysAreInForce() {
        server.answer("listKeys", 200, """
                {"data":[{"id":"a","name":"live","models":[],"created_at":"2026-11-22T09:20:00Z","expires_at":null,"revoked_at":null,"last_used_at":"2026-11-23T09:20:59Z"},
                {"id":"b","name":"old","models":["sim/*"],"created_at":"2026-11-22T09:20:00Z","expires_at":"2026-11-24T09:20:00Z","revoked_at":null},
                {"id":"c","name":"gone","models":[],"created_at":"2026-11-22T09:20:00Z","expires_at":null,"revoked_at":"2026-11-23T09:20:00Z"}]}
                """);
        assertEquals("""
                ID  NAME  STATE     CREATED           EXPIRES           LAST USED         MODELS
                a   live  in force  2026-11-22 10:20  never             2026-11-23 10:20  all
                b   old   expired   2026-11-22 10:20  2026-11-24 10:20  -                 sim/*
                c   gone  revoked   2026-11-22 10:20  never             -                 all
                """, ok(cli.run("key", "list")));
    }

    @Test
    void keyRevokeTakesIdOrName() {
        assertEquals("Key ci (7Kq2mZx0Ab) was revoked.\n", ok(cli.run("key", "revoke", "ci")));
        assertEquals("DELETE /admin/v1/keys/ci", sent());
    }

    @Test
    void modelListShowsPricesPerMillionTokens() {
        assertEquals("""
                MODEL     CONTEXT  MAX OUTPUT  INPUT/MTOK  OUTPUT/MTOK
                sim/echo  200,000      64,000       $3.00       $15.00
                """, ok(cli.run("model", "list")));
    }

    @Test
    void aliasSetSendsTheCandidatesInOrder() {
        Cli.Result result = cli.run("alias", "set", "fast", "anthropic/claude-haiku-4-5,sim/echo");
        assertEquals(
                "PUT /admin/v1/aliases/fast {\"candidates\":[\"anthropic/claude-haiku-4-5\",\"sim/echo\"]}", sent());
        assertEquals("Alias fast is anthropic/claude-haiku-4-5, then sim/echo.\n", ok(result));
    }

    @Test
    void aliasSetRefusesACandidateWithoutAProvider() {
        Cli.Result result = cli.run("alias", "set", "fast", "claude-haiku-4-5");
        assertEquals(2, result.exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void aliasListIsATable() {
        assertEquals("NAME  CANDIDATES\nfast  anthropic/claude-haiku-4-5, sim/echo\n", ok(cli.run("alias", "list")));
    }

    @Test
    void priceShowAsksForOneModelOrAll() {
        Cli.Result result = cli.run("price", "show", "anthropic/claude-haiku-4-5");
        assertEquals("GET /admin/v1/prices?{model=anthropic/claude-haiku-4-5}", sent());
        assertEquals("""
                MODEL                       SINCE       INPUT  OUTPUT  CACHE READ  WRITE 5M  WRITE 1H  WEB SEARCH  SOURCE
                anthropic/claude-haiku-4-5  2025-10-15  $1.00   $5.00       $0.10     $1.25     $2.00       $0.01  built-in price file of 2026-11-01
                """, ok(result));
        cli.run("price", "show");
        assertEquals("GET /admin/v1/prices", sent());
    }

    @Test
    void priceShowHasALineForLongPrompts() {
        server.answer("listPrices", 200, """
                {"data":[{"id":"g/m","since":"2026-01-01","input_usd_per_mtok":"1.25","output_usd_per_mtok":"10","web_search_usd_per_request":"0","source":"operator",
                "long_context":{"above_tokens":200000,"input_usd_per_mtok":"2.5","output_usd_per_mtok":"15"}}]}
                """);
        String table = ok(cli.run("price", "show", "g/m"));
        assertTrue(table.contains("\n  prompt over 200,000  2026-01-01  $2.50  $15.00"), table);
    }

    @Test
    void priceSetSendsExactlyTheAmountsThatWereTyped() {
        cli.run(
                "price",
                "set",
                "anthropic/claude-haiku-4-5",
                "--input",
                "3.00",
                "--output",
                "$15",
                "--cache-read",
                "0.30",
                "--cache-write-5m",
                "3.75",
                "--cache-write-1h",
                "6",
                "--since",
                "2026-11-22");
        assertEquals(
                "PUT /admin/v1/prices/anthropic/claude-haiku-4-5 {\"input_usd_per_mtok\":\"3.00\",\"output_usd_per_mtok\":\"15\",\"cache_read_usd_per_mtok\":\"0.30\","
                        + "\"cache_write_5m_usd_per_mtok\":\"3.75\",\"cache_write_1h_usd_per_mtok\":\"6\",\"since\":\"2026-11-22\"}",
                sent());
    }

    @Test
    void priceSetKeepsSlashesInAModelsOwnId() {
        cli.run("price", "set", "router/meta/llama-4", "--input", "1", "--output", "1");
        assertTrue(sent().startsWith("PUT /admin/v1/prices/router/meta%2Fllama-4 "), sent());
    }

    @Test
    void priceSetRefusesWhatIsNoAmountOrDay() {
        for (String amount : List.of("-1", "1e3", "1,5", "0.0000000001", "", "three")) {
            assertEquals(
                    2,
                    cli.run("price", "set", "a/b", "--input", amount, "--output", "1")
                            .exitCode(),
                    amount);
        }
        assertEquals(
                2,
                cli.run("price", "set", "a/b", "--input", "1", "--output", "1", "--since", "22.11.2026")
                        .exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void usageAsksByKeyAndPrintsJsonRowsAsTheServerSaidThem() {
        Cli.Result result = cli.run("usage", "--json");
        assertEquals("GET /admin/v1/usage?{by=key}", sent());
        assertEquals(
                "[{\"id\":\"7Kq2mZx0Ab\",\"name\":\"ci\",\"calls\":412,\"input_tokens\":1204331,\"output_tokens\":88412,"
                        + "\"cache_read_tokens\":9120033,\"cache_write_tokens\":310002,\"cost_usd\":\"12.408113\"}]",
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
                  time        1.89 s in all, 1 ms in the gate before the first attempt, first byte after 402 ms, settled in 2 ms
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
                "outcome_reason":"No candidate could be reached.","changes":[],"attempts":[],"timings":{"total_ms":3,"gate_ms":0.25,"first_byte_ms":null,"settle_ms":null},
                "usage":null,"reserved_usd":"0","cost_usd":null,"priced":false}
                """);
        String story = ok(cli.run("explain", "r"));
        assertTrue(story.contains("  answered by nobody\n"), story);
        assertTrue(story.contains("  changed     nothing: the bytes passed untouched\n"), story);
        assertTrue(story.contains("  time        3 ms in all, 0.25 ms in the gate before the first attempt\n"), story);
        assertTrue(story.contains("  usage       none\n"), story);
        assertTrue(story.contains("  cost        unknown"), story);
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
                """, ok(cli.run("notice", "list")));
        server.answer("listNotices", 200, "{\"data\":[]}");
        assertEquals("Nothing needs your attention.\n", ok(cli.run("notice", "list")));
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

    @Test
    void everyListIsAnArrayAsJsonAndASentenceWhereThereIsNothing() {
        List<List<String>> lists = List.of(
                List.of("listProviders", "provider", "list"),
                List.of("listCredentials", "credential", "list"),
                List.of("listKeys", "key", "list"),
                List.of("listModels", "model", "list"),
                List.of("listAliases", "alias", "list"),
                List.of("listPrices", "price", "show"),
                List.of("summarizeUsage", "usage"),
                List.of("listAudit", "audit", "tail"),
                List.of("listNotices", "notice", "list"));
        for (List<String> list : lists) {
            String[] args = list.subList(1, list.size()).toArray(String[]::new);
            String[] asJson =
                    Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new);
            assertTrue(json(cli.run(asJson)).startsWith("[{"), list.toString());
            server.answer(list.getFirst(), 200, "{\"data\":[]}");
            assertEquals("[]", json(cli.run(asJson)), list.toString());
            String sentence = ok(cli.run(args));
            assertTrue(sentence.matches("[A-Z][^\\n]+\\n"), list + " " + sentence);
        }
    }

    @Test
    void jsonKeepsFieldsThatThisVersionDoesNotKnow() {
        server.answer("vaultStatus", 200, "{\"source\":\"key-file\",\"new_field\":[1,2.50,null,{\"a\":true}]}");
        assertEquals(
                "{\"source\":\"key-file\",\"new_field\":[1,2.50,null,{\"a\":true}]}",
                json(cli.run("vault", "status", "--json")));
    }

    @Test
    void tablesHoldNoControlCharactersFromElsewhere() {
        server.answer(
                "listAliases",
                200,
                "{\"data\":[{\"name\":\"a\\u001b[2J\\nb\\u202e\",\"candidates\":[\"x/y\\u0007\"]}]}");
        String table = ok(cli.run("alias", "list"));
        assertFalse(table.replace("\n", "").chars().anyMatch(Character::isISOControl), table);
        assertEquals(2, table.lines().count());
    }

    @Test
    void aNarrowTerminalCutsTheElasticColumnAndAPipeCutsNothing() {
        String reason = "x".repeat(300);
        server.answer(
                "listCredentials",
                200,
                "{\"data\":[{\"name\":\"n\",\"provider\":\"p\",\"kind\":\"k\",\"last_four\":\"abcd\",\"fingerprint\":\"f\",\"version\":1,"
                        + "\"created_at\":\"2026-11-22T09:20:00Z\",\"rotated_at\":null,\"state\":\"quarantined\",\"state_reason\":\""
                        + reason + "\"}]}");
        assertTrue(ok(cli.run("credential", "list")).contains(reason));
        cli.terminal = new Cli.FakeTerminal(110, true, Optional.empty());
        String table = ok(cli.run("credential", "list"));
        assertEquals(110, table.lines().mapToInt(String::length).max().orElseThrow());
        assertTrue(table.lines().toList().get(1).endsWith("…"), table);
    }

    private String sent() {
        AdminServer.Request request = server.requests.getLast();
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        return request.method() + " " + request.path() + query + (request.body().isEmpty() ? "" : " " + request.body());
    }

    private static String ok(Cli.Result result) {
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
        return result.out();
    }

    private static String json(Cli.Result result) {
        return Json.parse(ok(result).getBytes(StandardCharsets.UTF_8)).compact();
    }

    private static Json.Obj parsed(Cli.Result result) {
        return (Json.Obj) Json.parse(ok(result).getBytes(StandardCharsets.UTF_8));
    }
}
