package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the output of every command. */
class OutputTest extends AgainstAdminServer {
    @Test
    void everyListIsAnArrayAsJsonAndASentenceWhereThereIsNothing() {
        List<List<String>> lists = List.of(
                List.of("listProviders", "provider", "list"),
                List.of("listCredentials", "credential", "list"),
                List.of("listKeys", "key", "list"),
                List.of("listPeople", "person", "list"),
                List.of("listInvitations", "person", "invitation", "list"),
                List.of("listGrants", "person", "grant", "list", "max@example.com"),
                List.of("listSettings", "settings", "list"),
                List.of("listModels", "model", "list"),
                List.of("listAliases", "alias", "list"),
                List.of("listPrices", "price", "show"),
                List.of("summarizeUsage", "usage"),
                List.of("listAudit", "audit", "tail"),
                List.of("listNotices", "notice", "list"),
                List.of("listAlerts", "alert", "list"),
                List.of("listIdentityProviders", "identity-provider", "list"),
                List.of("listFederationRules", "federation", "list"),
                List.of("listFederationLeases", "federation", "lease", "list"),
                List.of("listDeadLetters", "alert", "dead", "list"));
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
}
