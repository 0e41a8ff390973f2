package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code alert}: requests, tables, sentences, JSON and exit codes. */
class AlertTest extends AgainstAdminServer {
    @Test
    void addSendsWhatWasSaidAndShowsTheSecretOnce() {
        Cli.Result result = cli.run(
                "alert",
                "add",
                "on-call",
                "--webhook",
                "https://hooks.example.org/tollgate",
                "--for",
                "budget.*, credential.*",
                "--budget",
                "bud_1",
                "--digest",
                "1h",
                "--quiet",
                "22:00-07:00",
                "--zone",
                "Europe/Berlin",
                "--private");
        assertEquals(
                "POST /admin/v1/alerts {\"name\":\"on-call\",\"webhook\":\"https://hooks.example.org/tollgate\","
                        + "\"private\":true,\"types\":[\"budget.*\",\"credential.*\"],\"budgets\":[\"bud_1\"],"
                        + "\"digest\":\"1h\",\"quiet\":\"22:00-07:00\",\"time_zone\":\"Europe/Berlin\"}",
                sent());
        assertEquals("""
                Notices go to on-call (https://hooks.example.org/…) from now on.
                Its signing secret, shown this once: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
                Try it: ./tollgate alert test on-call
                """, ok(result));
    }

    @Test
    void addSendsMailAddressesAsAList() {
        ok(cli.run("alert", "add", "ops", "--mail", "a@example.org,b@example.org"));
        assertEquals("POST /admin/v1/alerts {\"name\":\"ops\",\"mail\":[\"a@example.org\",\"b@example.org\"]}", sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add x",
                "add --webhook https://h.example.org/",
                "add x --webhook https://h.example.org/ --slack https://h.example.org/",
                "add x --mail a@example.org --slack https://h.example.org/",
                "test",
                "remove",
                "secret rotate",
                "dead retry",
                "dead drop"
            })
    void whatIsIncompleteIsNotSent(String arguments) {
        Cli.Result result = cli.run(("alert " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void listIsATableWithoutSecrets() {
        String table = ok(cli.run("alert", "list"));
        assertTrue(table.contains("on-call") && table.contains("https://hooks.example.org/…"), table);
        assertTrue(table.contains("in use"), table);
        server.answer("listAlerts", 200, """
                {"data":[{"name":"gone\\u001b[2J","kind":"slack","address":"https://h/…","types":["*"],"budgets":[],"digest":null,
                "quiet":null,"disabled_at":"2026-11-22T09:40:00Z","disabled_why":"it answered 410 (Gone)"}]}
                """);
        String gone = ok(cli.run("alert", "list"));
        assertTrue(gone.contains("out of use: it answered 410 (Gone)"), gone);
        assertFalse(gone.indexOf('\u001b') >= 0);
    }

    @Test
    void aTestThatWasNotTakenIsExitCodeOne() {
        assertEquals("It took the message.\n", ok(cli.run("alert", "test", "on-call")));
        assertEquals("POST /admin/v1/alerts/on-call/test", sent());
        server.answer("testAlert", 200, "{\"name\":\"on-call\",\"ok\":false,\"message\":\"It answered 500.\"}");
        Cli.Result result = cli.run("alert", "test", "on-call");
        assertEquals(1, result.exitCode());
        assertEquals("It answered 500.\n", result.out());
    }

    @Test
    void theSecretIsRotatedAndShownOnce() {
        assertEquals(
                "Its signing secret, shown this once: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
                ok(cli.run("alert", "secret", "rotate", "on-call")));
        assertEquals("POST /admin/v1/alerts/on-call/rotate-secret", sent());
    }

    @Test
    void whatWasGivenUpIsListedSentAnewAndDropped() {
        String table = ok(cli.run("alert", "dead", "list"));
        assertTrue(table.contains("msg_06e7kq2mz0x8a1b2c3d4e5f6g") && table.contains("it answered 503"), table);
        assertEquals("Message msg_1 will be sent anew.\n", ok(cli.run("alert", "dead", "retry", "msg_1")));
        assertEquals("POST /admin/v1/dead-letters/msg_1/retry", sent());
        assertEquals("Message msg_1 was deleted.\n", ok(cli.run("alert", "dead", "drop", "msg_1")));
        assertEquals("DELETE /admin/v1/dead-letters/msg_1", sent());
        assertEquals("{\"id\":\"msg_1\",\"dropped\":true}", json(cli.run("alert", "dead", "drop", "msg_1", "--json")));
        server.answer("listDeadLetters", 200, "{\"data\":[]}");
        assertEquals("No message was given up.\n", ok(cli.run("alert", "dead", "list")));
    }
}
