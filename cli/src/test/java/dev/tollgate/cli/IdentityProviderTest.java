package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code identity-provider}: requests, the redirect URI to register, and where the secret comes from. */
class IdentityProviderTest extends AgainstAdminServer {
    @Test
    void addSendsWhatWasSaidAndTellsTheRedirectUri() {
        String told = ok(cli.run(
                "identity-provider",
                "add",
                "google",
                "--issuer",
                "https://accounts.google.com",
                "--client-id",
                "1234",
                "--no-secret",
                "--hosted-domain",
                "example.com,example.org",
                "--private"));
        assertEquals(
                "POST /admin/v1/identity-providers {\"name\":\"google\",\"title\":\"google\","
                        + "\"issuer\":\"https://accounts.google.com\",\"client_id\":\"1234\","
                        + "\"hosted_domains\":[\"example.com\",\"example.org\"],\"private\":true}",
                sent());
        assertTrue(told.contains("https://gate.example.com/sign-in/with/google/callback"), told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "add x", "add x --issuer https://x.example", "add x --client-id 1", "remove"})
    void whatIsIncompleteIsNotSent(String arguments) {
        Cli.Result result = cli.run(("identity-provider " + arguments).split(" "));
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void removeInsistsOnlyWhereItIsTold() {
        assertTrue(ok(cli.run("identity-provider", "remove", "google")).contains("google was removed"));
        assertEquals(Map.of(), server.requests.getLast().query());
        ok(cli.run("identity-provider", "remove", "google", "--force"));
        assertEquals(Map.of("force", "true"), server.requests.getLast().query());
    }

    @Test
    void listShowsWhomEachLetsIn() {
        String table = ok(cli.run("identity-provider", "list"));
        assertTrue(table.contains("https://accounts.google.com") && table.contains("example.com"), table);
    }
}
