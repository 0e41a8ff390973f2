package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rate}: requests, tables, sentences, JSON and exit codes. */
class RateTest extends AgainstAdminServer {
    private static final String ID = "rat_01k9zb3q7m000000000000";

    @Test
    void setSendsEveryScopeAndEveryLimit() {
        Cli.Result result =
                cli.run(("rate set --key ci --account default --member ada@example.com --app cli --feature chat"
                                + " --model sim/echo --provider sim --rpm 60 --itpm 40000 --otpm 8000 --concurrent 4 --max-input-tokens 20000"
                                + " --max-output-tokens 4096 --models anthropic/*,fast")
                        .split(" "));
        assertEquals(
                "POST /admin/v1/rates {\"key\":\"ci\",\"account\":\"default\",\"member\":\"ada@example.com\","
                        + "\"app\":\"cli\",\"feature\":\"chat\","
                        + "\"model\":\"sim/echo\",\"provider\":\"sim\",\"requests_per_minute\":60,"
                        + "\"input_tokens_per_minute\":40000,\"output_tokens_per_minute\":8000,\"concurrent\":4,"
                        + "\"max_input_tokens\":20000,\"max_output_tokens\":4096,\"models\":[\"anthropic/*\",\"fast\"]}",
                sent());
        assertEquals("""
                Rate rat_01k9zb3q7m000000000000: key ci.
                  60 requests a minute (58 left)
                  40,000 input tokens a minute (38,120 left)
                  4 calls at once
                  4,096 output tokens a call
                  models anthropic/*, fast
                Calls under way: 1, refused since the gate's start: 3.
                """, ok(result));
    }

    @Test
    void setSendsNoMoreThanWasSaid() {
        ok(cli.run("rate", "set", "--key", "ci", "--rpm", "1"));
        assertEquals("POST /admin/v1/rates {\"key\":\"ci\",\"requests_per_minute\":1}", sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--key ci",
                "--rpm 60",
                "--key ci --rpm 0",
                "--key ci --rpm -1",
                "--key ci --rpm 1.5",
                "--key ci --rpm 1e3",
                "--key ci --rpm many",
                "--key ci --itpm 999999999999",
                "--key ci --models ,"
            })
    void whatIsNoRateIsNotSent(String arguments) {
        Cli.Result result = cli.run(("rate set " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void listIsATable() {
        String table = ok(cli.run("rate", "list"));
        assertTrue(table.startsWith("ID "), table);
        assertTrue(table.contains(ID) && table.contains("key ci") && table.contains("60 requests a minute"), table);
        assertTrue(json(cli.run("rate", "list", "--json")).startsWith("[{\"id\":\"" + ID + "\""));
        server.answer("listRates", 200, "{\"data\":[]}");
        assertTrue(ok(cli.run("rate", "list")).contains("tollgate rate set"));
    }

    @Test
    void showIsById() {
        assertTrue(ok(cli.run("rate", "show", ID)).contains("4 calls at once"));
        assertEquals("GET /admin/v1/rates/" + ID, sent());
        assertTrue(json(cli.run("rate", "show", ID, "--json")).startsWith("{\"id\":\"" + ID + "\""));
    }

    @Test
    void removeIsById() {
        assertEquals("Rate rat_1 was removed.\n", ok(cli.run("rate", "remove", "rat_1")));
        assertEquals("DELETE /admin/v1/rates/rat_1", sent());
    }
}
