package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was not understood: one clear line and where help is, exit code 2, and nothing sent. */
class UsageErrorsTest extends AgainstAdminServer {
    @Test
    void usageErrorsExitWithTwoAndSayWhereHelpIs() {
        for (Map.Entry<List<String>, String> entry : Map.of(
                        List.of("frob"), "Error: tollgate has no command \"frob\".",
                        List.of("key", "creat"),
                                "Error: tollgate key has no command \"creat\".\n  Did you mean: create",
                        List.of("key", "list", "--al"), "Error: tollgate key list has no option \"--al\".",
                        List.of("key", "list", "extra"),
                                "Error: tollgate key list takes no further argument \"extra\".",
                        List.of("key", "create"),
                                "Error: Missing required option: '--name=N'.\n  See: tollgate key create --help",
                        List.of("key", "create", "--name", "n", "--expires", "soon"),
                                "Error: Invalid value for option '--expires': not a duration like 90d",
                        List.of("provider", "add", "n", "--dialect", "cobol"),
                                "Error: Invalid value for option '--dialect': not one of anthropic, openai, gemini, converse.",
                        List.of("explain"), "Error: Missing required parameter: 'REQUEST_ID'.",
                        List.of("serve", "--port", "9"),
                                "Error: serve is done by the launcher, in a clone of the repository.\n  Run: ./tollgate serve")
                .entrySet()) {
            Cli.Result result = cli.run(entry.getKey().toArray(String[]::new));
            assertEquals(2, result.exitCode(), entry.getKey().toString());
            assertTrue(result.err().startsWith(entry.getValue()), result.err());
            assertEquals("", result.out());
        }
        assertEquals(List.of(), server.requests);
    }

    @Test
    void aUsageErrorAsJsonHasTheSameShape() {
        Cli.Result result = cli.run("key", "create", "--json");
        assertEquals(2, result.exitCode());
        Json.Obj error = ((Json.Obj) Json.parse(result.err().getBytes(StandardCharsets.UTF_8))).child("error");
        assertEquals("usage", error.text("code"));
        assertEquals("Missing required option: '--name=N'.", error.text("message"));
    }

    @Test
    void aGroupWithoutItsCommandShowsItsHelpAndExitsWithTwo() {
        Cli.Result result = cli.run("key");
        assertEquals(2, result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().contains("create  Create a key."), result.err());
        assertTrue(
                cli.run().err().matches("(?s).*\n  credential +Secrets.*"),
                cli.run().err());
        assertEquals(2, cli.run().exitCode());
    }

    @Test
    void anAnswerThatCannotBeWrittenDoesNotLookLikeSuccess() {
        cli.fullDisk = true;
        Cli.Result result = cli.run("key", "create", "--name", "n");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("Error: The answer could not be written"), result.err());
    }

    @Test
    void helpAndVersionGoToStandardOutputAndNeedNoServer() {
        cli.environment.clear();
        for (String[] command : List.of(
                new String[] {"--help"},
                new String[] {"key", "--help"},
                new String[] {"key", "create", "-h"},
                new String[] {"-h", "key"})) {
            Cli.Result result = cli.run(command);
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.out().startsWith("Usage: tollgate"), result.out());
        }
        assertTrue(cli.run("--version").out().startsWith("tollgate "));
        assertEquals(0, cli.run("-V").exitCode());
    }
}
