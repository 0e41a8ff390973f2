package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** {@code app}: requests, tables and sentences. */
class AppTest extends AgainstAdminServer {
    @Test
    void addSendsOnlyWhatWasGivenAndShowsTheSecretOnce() {
        String text = ok(cli.run("app", "add", "Nightly"));
        assertEquals("POST /admin/v1/apps {\"name\":\"Nightly\"}", sent());
        assertTrue(text.contains("\n  client_") && text.contains("\n  tgx_"), text);
        assertTrue(text.contains("client_credentials"), text);
    }

    @Test
    void addSendsListsAsLists() {
        ok(cli.run(
                "app",
                "add",
                "Wiki",
                "--redirect-uris",
                "https://a.example/cb, https://b.example/cb",
                "--grant-types",
                "authorization_code",
                "--scopes",
                "openid,models:use",
                "--account",
                "lab",
                "--public"));
        assertEquals(
                "POST /admin/v1/apps {\"name\":\"Wiki\",\"redirect_uris\":[\"https://a.example/cb\",\"https://b.example/cb\"],"
                        + "\"grant_types\":[\"authorization_code\"],\"scopes\":[\"openid\",\"models:use\"],"
                        + "\"account\":\"lab\",\"public\":true}",
                sent());
    }

    @Test
    void listNeverShowsASecret() {
        String text = ok(cli.run("app", "list"));
        assertTrue(text.contains("Nightly") && text.contains("models:use"), text);
        assertFalse(text.contains("tgx_"), text);
    }

    @Test
    void listNamesTheOthersWhereItIsAskedTo() {
        assertFalse(ok(cli.run("app", "list")).contains("notes.example"));
        String text = ok(cli.run("app", "list", "--all"));
        assertTrue(text.contains("Nightly") && text.contains("https://notes.example/client.json"), text);
        assertTrue(text.contains("document") && text.contains("built-in"), text);
        String json = json(cli.run("app", "list", "--all", "--json"));
        assertTrue(json.startsWith("[{") && json.contains("Nightly") && json.contains("\"origin\":\"document\""), json);
    }

    @Test
    void revokeAndAllowSaySo() {
        assertEquals(
                "App Nightly (client_4kZ8XHcQ0vW2nJ6bT1yR9s) was revoked.\n", ok(cli.run("app", "revoke", "client_1")));
        assertEquals("POST /admin/v1/apps/client_1/revoke", sent());
        assertTrue(ok(cli.run("app", "allow", "client_1")).contains("may act in its own name."));
        assertEquals("POST /admin/v1/apps/client_1/allow", sent());
    }

    @Test
    void removeSaysSo() {
        assertEquals("App client_1 was removed.\n", ok(cli.run("app", "remove", "client_1")));
        assertEquals("DELETE /admin/v1/apps/client_1", sent());
    }
}
