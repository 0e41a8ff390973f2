package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code app}: requests, tables and sentences. */
class AppTest extends AgainstAdminServer {
    private static final String ENCODED = "https%3A%2F%2Ftool.example%2Fclient.json";

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
        assertTrue(
                text.lines().anyMatch(line -> line.matches("claude-code +Claude Code +built-in +3 +4 +2026-11-22.*")),
                text);
        assertTrue(text.contains(" document "), text);
        String json = json(cli.run("app", "list", "--all", "--json"));
        assertTrue(json.startsWith("[{") && json.contains("Nightly") && json.contains("\"origin\":\"document\""), json);
    }

    @Test
    void whereThereAreNoneThatIsSaid() {
        server.answer("listUnvouchedApps", 200, "{\"data\":[]}");
        assertTrue(ok(cli.run("app", "list", "--all")).endsWith("Nobody has allowed any other app anything.\n"));
        server.answer("listBlockedApps", 200, "{\"data\":[]}");
        assertEquals("No app is blocked.\n", ok(cli.run("app", "list", "--blocked")));
    }

    @Test
    void theOthersAndThoseThatAreBlockedAreNotListedTogether() {
        assertEquals(2, cli.run("app", "list", "--all", "--blocked").exitCode());
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

    @Test
    void anAppThatIsAnAddressIsOneSegment() {
        String id = "https://tool.example/client.json";
        ok(cli.run("app", "remove", id));
        assertEquals("DELETE /admin/v1/apps/" + ENCODED, sent());
        assertEquals("People may allow " + id + " something again.\n", ok(cli.run("app", "allow", id)));
        assertEquals("DELETE /admin/v1/blocked-apps/" + ENCODED, sent());
        assertEquals(
                "{\"id\":\"" + id + "\",\"blocked\":false}",
                json(cli.run("app", "allow", id, "--json")).strip());
        String blocked = ok(cli.run("app", "list", "--blocked"));
        assertEquals("GET /admin/v1/blocked-apps", sent());
        assertTrue(blocked.lines().toList().getLast().matches(Pattern.quote(id) + " +20\\d\\d-.*"), blocked);
    }

    @Test
    void setSendsOnlyWhatWasGivenAndTellsHowTheAppIsNow() {
        String told = ok(cli.run(
                "app",
                "set",
                "client_1",
                "--name",
                "Wiki",
                "--post-logout-redirect-uris",
                "https://a.example/, https://b.example/",
                "--scopes",
                "",
                "--auth-method",
                "client_secret_post",
                "--dpop",
                "off"));
        assertEquals(
                "PATCH /admin/v1/apps/client_1 {\"name\":\"Wiki\","
                        + "\"post_logout_redirect_uris\":[\"https://a.example/\",\"https://b.example/\"],"
                        + "\"token_endpoint_auth_method\":\"client_secret_post\","
                        + "\"dpop_bound_access_tokens\":false,\"scopes\":[]}",
                sent());
        assertTrue(told.contains("Keys: 2026\n") && told.contains("Proves itself by: private_key_jwt"), told);
        assertEquals(2, cli.run("app", "set", "client_1").exitCode(), "nothing to change");
    }

    @Test
    void showTellsAllButTheSecret() {
        String told = ok(cli.run("app", "show", "client_1"));
        assertEquals("GET /admin/v1/apps/client_1", sent());
        assertTrue(told.contains("After signing out: https://wiki.example.com/\n"), told);
        assertTrue(told.contains("Scopes at most: openid, models:use\n"), told);
        assertFalse(told.contains("tgx_"), told);
    }

    @Test
    void keysAreReadFromAFileAndPrivateOnesStayOnTheMachine(@TempDir Path folder) throws Exception {
        String key = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}";
        Path file = Files.writeString(folder.resolve("keys.json"), "{\"keys\":[" + key + "]}");
        ok(cli.run("app", "add", "Robot", "--jwks", file.toString(), "--dpop", "on"));
        assertEquals(
                "POST /admin/v1/apps {\"name\":\"Robot\",\"jwks\":{\"keys\":[" + key
                        + "]},\"dpop_bound_access_tokens\":true}",
                sent());
        int sent = server.requests.size();
        for (String bad : List.of(
                "{\"keys\":[" + key.replace("}", ",\"d\":\"SECRET\"}") + "]}",
                "{\"keys\":[" + key + ",{\"kty\":\"oct\",\"k\":\"SECRET\"}]}",
                "[]",
                "SECRET",
                "{\"keys\":[" + " ".repeat(70_000) + "]}")) {
            Files.writeString(file, bad);
            Cli.Result result = cli.run("app", "set", "client_1", "--jwks", file.toString());
            assertEquals(2, result.exitCode(), bad);
            assertTrue(result.err().contains("JSON Web Key Set"), result.err());
            assertFalse(result.err().contains("SECRET"), result.err());
        }
        assertEquals(
                2,
                cli.run("app", "add", "Robot", "--jwks", folder.resolve("none").toString())
                        .exitCode());
        assertEquals(sent, server.requests.size(), "nothing was sent");
    }
}
