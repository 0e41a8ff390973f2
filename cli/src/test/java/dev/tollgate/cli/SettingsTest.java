package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code settings}: what is read from standard input goes as it is, or not at all. */
class SettingsTest extends AgainstAdminServer {
    @Test
    void setSendsWhatIsPipedIn() {
        String sentence = ok(cli.input("{\"model\": \"opus\", \"n\": 15,\n\"deny\": [\"Read(./.env)\"]}")
                .run("settings", "set"));
        assertEquals(
                "PUT /admin/v1/settings/default {\"settings\":{\"model\":\"opus\",\"n\":15,\"deny\":[\"Read(./.env)\"]}}",
                sent());
        assertTrue(sentence.startsWith("The settings of everybody are set."), sentence);
    }

    @Test
    void setOfAGroupIsTheGroups() {
        ok(cli.input("{}").run("settings", "set", "--group", "lab"));
        assertEquals("PUT /admin/v1/settings/groups/lab {\"settings\":{}}", sent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "\"{}\"",
                "{",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{} {}",
                "null",
                "{'a':1}"
            })
    void whatIsNoDocumentIsNotSent(String input) {
        Cli.Result result = cli.input(input).run("settings", "set");
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void aDocumentIsNotTyped() {
        cli.terminal = new Cli.FakeTerminal(80, true, Optional.empty());
        Cli.Result result = cli.run("settings", "set");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("< settings.json"), result.err());
    }

    @Test
    void showPrintsTheDocumentAlone() {
        assertEquals("""
                {
                  "permissions": {
                    "deny": [
                      "Read(./.env)"
                    ]
                  }
                }
                """, ok(cli.run("settings", "show")));
        assertTrue(json(cli.run("settings", "show", "--group", "developers", "--json"))
                .startsWith("{\"group\":\"developers\",\"settings\":"));
    }

    @Test
    void listIsATable() {
        String table = ok(cli.run("settings", "list"));
        assertTrue(table.startsWith("FOR "), table);
        assertTrue(table.contains("everybody") && table.contains("permissions"), table);
        assertTrue(json(cli.run("settings", "list", "--json")).startsWith("[{\"group\":null"));
    }

    @Test
    void removeSaysWhose() {
        assertEquals(
                "The settings of the group lab were removed.\n", ok(cli.run("settings", "remove", "--group", "lab")));
        assertEquals("DELETE /admin/v1/settings/groups/lab", sent());
        assertEquals("{\"removed\":true}", json(cli.run("settings", "remove", "--json")));
    }
}
