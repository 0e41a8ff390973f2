package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code key}, {@code model}, {@code alias} and {@code price}: requests, tables, JSON and exit codes. */
class KeyAndCatalogTest extends AgainstAdminServer {
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
        Json.Obj key = (Json.Obj) Json.parse(
                ok(cli.run("key", "create", "--name", "ci", "--json")).getBytes(StandardCharsets.UTF_8));
        assertEquals("POST /admin/v1/keys {\"name\":\"ci\"}", sent());
        assertEquals("7Kq2mZx0Ab", key.text("id"));
        assertEquals("tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000", key.text("key"));
    }

    @Test
    void aStrictKeyAndAStrictAliasAreSentAsSuch() {
        ok(cli.run("key", "create", "--name", "ci", "--strict"));
        assertEquals("POST /admin/v1/keys {\"name\":\"ci\",\"strict\":true}", sent());
        server.answer("setAlias", 200, """
                {"name":"fast","candidates":["sim/echo"],"strict":true}
                """);
        assertEquals("Alias fast is sim/echo; strict.\n", ok(cli.run("alias", "set", "fast", "sim/echo", "--strict")));
        assertEquals("PUT /admin/v1/aliases/fast {\"candidates\":[\"sim/echo\"],\"strict\":true}", sent());
        server.answer("setAlias", 200, """
                {"name":"fast","candidates":["sim/echo"],"strict":false,"cheaper":"small"}
                """);
        assertEquals(
                "Alias fast is sim/echo. Cheaper: small.\n",
                ok(cli.run("alias", "set", "fast", "sim/echo", "--cheaper", "small")));
        assertEquals("PUT /admin/v1/aliases/fast {\"candidates\":[\"sim/echo\"],\"cheaper\":\"small\"}", sent());
    }

    @Test
    void aCacheIsSentAsSecondsAndAScopeAndShown() {
        server.answer(
                "createKey",
                201,
                "{\"id\":\"7Kq2mZx0Ab\",\"name\":\"ci\",\"models\":[],\"strict\":false,"
                        + "\"cache\":{\"max_age_seconds\":90,\"scope\":\"caller\"},\"created_at\":\"2026-11-22T09:20:00Z\","
                        + "\"expires_at\":null,\"revoked_at\":null,\"key\":\"tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000\"}");
        String created = ok(cli.run("key", "create", "--name", "ci", "--cache", "90s"));
        assertEquals("POST /admin/v1/keys {\"name\":\"ci\",\"cache\":{\"max_age_seconds\":90}}", sent());
        assertTrue(created.endsWith("Models: all. Expires: never. Cache: 90s,caller.\n"), created);
        server.answer("setAlias", 200, """
                {"name":"fast","candidates":["sim/echo"],"strict":false,"cache":{"max_age_seconds":604800,"scope":"account"}}
                """);
        assertEquals(
                "Alias fast is sim/echo. Cache: 7d,account.\n",
                ok(cli.run("alias", "set", "fast", "sim/echo", "--cache", "7d,account")));
        assertEquals(
                "PUT /admin/v1/aliases/fast {\"candidates\":[\"sim/echo\"],\"cache\":{\"max_age_seconds\":604800,\"scope\":\"account\"}}",
                sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8d", "0m", "ten", "10m,everybody", "10m,", ",caller", "10m,caller,account", "10m, account"})
    void aCacheThatCannotBeIsRefusedHere(String cache) {
        assertEquals(
                2, cli.run("key", "create", "--name", "ci", "--cache", cache).exitCode());
        assertEquals(
                2, cli.run("alias", "set", "fast", "sim/echo", "--cache", cache).exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void keysOfManyPagesAreAllListed() {
        server.answerInPages("listKeys", "id", 2_345);
        String json = json(cli.run("key", "list", "--json"));
        assertTrue(json.startsWith("[{\"id\":\"row0\"}") && json.endsWith("{\"id\":\"row2344\"}]"), "all of them");
        assertEquals(3, server.requests.size());
    }

    @Test
    void keyListTellsWhichKeysAreInForce() {
        server.answer("listKeys", 200, """
                {"data":[{"id":"a","name":"live","models":[],"strict":true,"cache":{"max_age_seconds":7200,"scope":"account"},"created_at":"2026-11-22T09:20:00Z","expires_at":null,"revoked_at":null,"last_used_at":"2026-11-23T09:20:59Z"},
                {"id":"b","name":"old","models":["sim/*"],"created_at":"2026-11-22T09:20:00Z","expires_at":"2026-11-24T09:20:00Z","revoked_at":null},
                {"id":"c","name":"gone","models":[],"created_at":"2026-11-22T09:20:00Z","expires_at":null,"revoked_at":"2026-11-23T09:20:00Z"}]}
                """);
        assertEquals("""
                ID  NAME  STATE     CREATED           EXPIRES           LAST USED         STRICT  CACHE       MODELS
                a   live  in force  2026-11-22 10:20  never             2026-11-23 10:20  yes     2h,account  all
                b   old   expired   2026-11-22 10:20  2026-11-24 10:20  -                 no      no          sim/*
                c   gone  revoked   2026-11-22 10:20  never             -                 no      no          all
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
    void aliasSetSaysThatCandidatesWithoutAPriceAreMeantAndWhichModelTheNameHides() {
        server.answer("setAlias", 200, """
                {"name":"gpt-5","candidates":["local/llama-4"],"strict":false,"cheaper":null,"cache":null,"shadows":"openai/gpt-5"}
                """);
        assertEquals(
                "Alias gpt-5 is local/llama-4. It hides the model openai/gpt-5.\n",
                ok(cli.run("alias", "set", "gpt-5", "local/llama-4", "--unpriced")));
        assertEquals("PUT /admin/v1/aliases/gpt-5 {\"candidates\":[\"local/llama-4\"],\"unpriced\":true}", sent());
    }

    @Test
    void aliasSetRefusesACandidateWithoutAProvider() {
        Cli.Result result = cli.run("alias", "set", "fast", "claude-haiku-4-5");
        assertEquals(2, result.exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void aliasListIsATable() {
        assertEquals(
                "NAME  STRICT  CHEAPER  CACHE  CANDIDATES\nfast  no               no     anthropic/claude-haiku-4-5, sim/echo\n",
                ok(cli.run("alias", "list")));
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
    void discountsAreSetListedAndRemoved() {
        Cli.Result set = cli.run(
                "discount",
                "set",
                "--provider",
                "anthropic",
                "--percent",
                "15",
                "--model",
                "claude-*",
                "--from",
                "2026-11-01",
                "--until",
                "2027-10-31");
        assertEquals(
                "POST /admin/v1/discounts {\"provider\":\"anthropic\",\"percent\":\"15\",\"model\":\"claude-*\","
                        + "\"from\":\"2026-11-01\",\"until\":\"2027-10-31\"}",
                sent());
        String table = """
                ID                          ACCOUNT   PROVIDER   MODELS    PERCENT  FROM        UNTIL       STATE
                dsc_01k9zb3q7m000000000000  operator  anthropic  claude-*       15  2026-11-01  2027-10-31  in force
                """;
        assertEquals(table, ok(set));
        assertEquals(table, ok(cli.run("discount", "list")));
        assertEquals("Discount dsc_1 was removed.\n", ok(cli.run("discount", "remove", "dsc_1")));
        assertEquals("DELETE", server.requests.getLast().method());
        for (String percent : List.of("15%", "-1", "1e1", "1,5", "0.00001", "")) {
            assertEquals(
                    2,
                    cli.run("discount", "set", "--provider", "anthropic", "--percent", percent)
                            .exitCode(),
                    percent);
        }
    }

    @Test
    void aPriceOfZeroIsSaidToBeMeant() {
        ok(cli.run("price", "set", "local/llama", "--input", "0", "--output", "0", "--free"));
        assertEquals(
                "PUT /admin/v1/prices/local/llama {\"input_usd_per_mtok\":\"0\",\"output_usd_per_mtok\":\"0\",\"free\":true}",
                sent());
    }
}
