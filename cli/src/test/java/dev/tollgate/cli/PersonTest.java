package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code person}: requests, tables and sentences. */
class PersonTest extends AgainstAdminServer {
    @Test
    void inviteSendsWhatWasSaidAndShowsTheLinkOnce() {
        Cli.Result result = cli.run(
                "person", "invite", "max@example.com", "--role", "member", "--account", "lab", "--groups", "a, b");
        assertEquals(
                "POST /admin/v1/invitations {\"email\":\"max@example.com\",\"role\":\"member\",\"account\":\"lab\","
                        + "\"groups\":[\"a\",\"b\"]}",
                sent());
        String text = ok(result);
        assertTrue(text.contains("\n  https://gate.example.com/invitation?token=tgi_"), text);
        assertTrue(text.contains("max@example.com alone"), text);
    }

    @Test
    void setSendsOnlyWhatWasGiven() {
        String text = ok(cli.run("person", "set", "max@example.com", "--role", "admin", "--groups", ""));
        assertEquals("PATCH /admin/v1/people/max%40example.com {\"role\":\"admin\",\"groups\":[]}", sent());
        assertEquals("max@example.com is admin, paid by default, in groups: research.\n", text);
    }

    @ParameterizedTest
    @CsvSource({
        "suspend, suspend, is suspended",
        "restore, restore, may sign in again",
        "reset, reset-sign-in, cannot sign in until invited again"
    })
    void whatIsDoneToAPersonIsSaid(String command, String path, String outcome) {
        assertEquals("max@example.com " + outcome + ".\n", ok(cli.run("person", command, "per_1")));
        assertEquals("POST /admin/v1/people/per_1/" + path, sent());
    }

    @Test
    void invitationIsTakenBack() {
        assertEquals(
                "The invitation of max@example.com is revoked.\n",
                ok(cli.run("person", "invitation", "revoke", "inv_1")));
        assertEquals("DELETE /admin/v1/invitations/inv_1", sent());
    }

    @Test
    void grantsAreListedWithWhatTheyHaveSpentOfTheirCapAndInAll() {
        String text = ok(cli.run("person", "grant", "list", "max@example.com"));
        assertEquals("GET /admin/v1/people/max%40example.com/grants", sent());
        List<String> lines = text.lines().toList();
        assertTrue(lines.getFirst().matches("ID +APP +CAP +OF IT +IN ALL +LAST USED +ENDS +SCOPES *"), text);
        assertTrue(
                lines.getLast()
                        .matches(
                                "gra_\\w+ +Claude Code +\\$10\\.00/day +\\$1\\.2500 +\\$31\\.4081 +2026-11-23 \\S+ +2027-02-20 .*"),
                text);
        server.answer(
                "listGrants",
                200,
                "{\"data\":[{\"id\":\"gra_1\",\"app\":{\"id\":\"a\",\"name\":\"Notes\"},\"scopes\":[\"openid\"],"
                        + "\"cap_usd\":null,\"cap_window\":null,\"cap_spent_usd\":null,\"spent_usd\":\"0.00\",\"expires_at\":null}]}");
        String without = ok(cli.run("person", "grant", "list", "per_1"));
        assertTrue(
                without.lines().toList().getLast().matches("gra_1 +Notes +- +- +\\$0\\.0000 +- +- +openid *"), without);
    }

    @Test
    void whoHasAllowedNothingHasNoGrants() {
        server.answer("listGrants", 200, "{\"data\":[]}");
        assertEquals("That person has allowed no app anything.\n", ok(cli.run("person", "grant", "list", "per_1")));
        assertEquals(
                "[]",
                json(cli.run("person", "grant", "list", "per_1", "--json")).strip());
    }

    @Test
    void aGrantIsTakenBack() {
        assertEquals(
                "Claude Code has no access by gra_06e7kq2mz0x8a1b2c3d4e5f6g any more.\n",
                ok(cli.run("person", "grant", "revoke", "gra_1")));
        assertEquals("DELETE /admin/v1/grants/gra_1", sent());
        String json = json(cli.run("person", "grant", "revoke", "gra_1", "--json"));
        assertTrue(json.contains("\"revoked_at\":"), json);
    }

    @Test
    void listsSayWhoSignsInByWhatAndNeverALink() {
        String people = ok(cli.run("person", "list"));
        assertTrue(people.contains("olga@example.com") && people.contains("passkey, password"), people);
        String invitations = ok(cli.run("person", "invitation", "list"));
        assertTrue(invitations.contains("open"), invitations);
        assertFalse(invitations.contains("tgi_"), invitations);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invite",
                "set",
                "set x@example.com",
                "suspend",
                "restore",
                "reset",
                "invitation revoke",
                "grant list",
                "grant revoke",
                "set .. --role admin"
            })
    void whatIsIncompleteIsNotSent(String arguments) {
        Cli.Result result = cli.run(("person " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }
}
