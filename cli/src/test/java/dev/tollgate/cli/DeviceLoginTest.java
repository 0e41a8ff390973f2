package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code login} with a code, and what a server is not believed. */
class DeviceLoginTest extends SignedInTest {
    @Test
    void aPersonWithoutABrowserIsGivenACodeAndWaitedForAsSlowlyAsTheServerWants() {
        server.people.polls.addAll(List.of("authorization_pending", "slow_down", "away", "authorization_pending"));
        cli.environment.put("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22");
        Cli.Result result = cli.run("login");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                "Authorised use only.\nOn any device, go to " + server.url()
                        + "/device\nand enter the code  BCDF-GHJK\nor go to " + server.url()
                        + "/device?user_code=BCDF-GHJK\n",
                result.err());
        assertTrue(result.out().startsWith("Signed in at " + server.url() + " as ana@example.org."), result.out());
        assertFalse(result.all().contains("CANARY"), result.all());
        assertEquals(5, server.people.count("urn:ietf:params:oauth:grant-type:device_code"));
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied, was refused in the browser",
        "expired_token, Nobody signed in in time",
        "invalid_grant, The server refused the sign-in"
    })
    void aCodeThatWasRefusedOrRanOutEndsTheWait(String error, String said) {
        server.people.polls.add(error);
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains(said), result.err());
        assertEquals(List.of(), kept());
    }

    @ParameterizedTest
    @ValueSource(strings = {"token_endpoint", "device_authorization_endpoint"})
    void anEndpointOnAnotherOriginIsSentNothing(String endpoint) {
        try (AdminServer elsewhere = new AdminServer()) {
            String port = elsewhere.url().replaceFirst(".*:", "");
            for (String other : List.of(
                    elsewhere.url() + "/oauth/token",
                    server.url().replace("http:", "https:") + "/oauth/token",
                    server.url().replace("127.0.0.1", "localhost") + "/oauth/token",
                    server.url().replace("http://", "http://user@") + "/oauth/token",
                    server.url().replaceFirst(":\\d+$", "@127.0.0.1:" + port) + "/oauth/token",
                    "//127.0.0.1:" + port + "/oauth/token",
                    "/oauth/token",
                    "file:///etc/passwd",
                    "a b")) {
                server.people.metadata.put(endpoint, new Json.Text(other));
                Cli.Result result = cli.run("login");
                assertEquals(1, result.exitCode(), other);
                assertTrue(result.err().contains("has no " + endpoint + " of its own"), other + result.err());
            }
            assertEquals(List.of(), elsewhere.people.requests);
        }
        assertEquals(0, server.people.count("urn:ietf:params:oauth:grant-type:device_code"));
    }

    @Test
    void aPageElsewhereIsNotShownToThePerson() {
        server.people.answers.put("/oauth/device_authorization", form -> {
            AdminServer.Answer usual = server.people.usual(form);
            return new AdminServer.Answer(
                    200, usual.body().replace(server.url() + "/device", "https://attacker.example"));
        });
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertFalse(result.err().contains("attacker"), result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://other.example", "", "{url}/tenant", "{url}//", "\u001b[2Jx"})
    void aServerThatCallsItselfOtherwiseIsNotBelieved(String issuer) {
        server.people.metadata.put("issuer", new Json.Text(issuer.replace("{url}", server.url())));
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("calls itself"), result.err());
        assertFalse(result.err().contains("\u001b"), result.err());
        assertEquals(List.of("metadata"), server.people.requests);
    }

    @Test
    void redirectsOfTheServerAreNotFollowed() {
        try (AdminServer elsewhere = new AdminServer()) {
            server.people.headers.put("Location", elsewhere.url() + "/oauth/token");
            for (String path :
                    List.of("/oauth/token", "/oauth/device_authorization", "/.well-known/oauth-authorization-server")) {
                for (int status : List.of(301, 302, 307, 308)) {
                    server.people.answers.clear();
                    server.people.answers.put(path, _ -> new AdminServer.Answer(status, ""));
                    // So that waiting for a server that seems away ends soon.
                    server.people.polls.clear();
                    Cli.Result result = cli.run("login");
                    assertEquals(1, result.exitCode(), path + status);
                }
            }
            assertEquals(List.of(), elsewhere.people.requests);
            assertEquals(List.of(), elsewhere.requests);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "no JSON",
                "{\"access_token\":\"a b\",\"token_type\":\"Bearer\",\"expires_in\":900}",
                "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\",\"expires_in\":900}",
                "{\"access_token\":\"CANARY\",\"token_type\":\"DPoP\",\"expires_in\":900}",
                "{\"access_token\":\"CANARY\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"CANARY\",\"token_type\":\"Bearer\",\"expires_in\":-1}",
                "{\"access_token\":\"CANARY\",\"token_type\":\"Bearer\",\"expires_in\":99999999999999}"
            })
    void anAnswerThatIsNoBearerTokenIsNotKept(String body) {
        server.people.answers.put("/oauth/token", _ -> new AdminServer.Answer(200, body));
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertFalse(result.all().contains("CANARY"), result.all());
        assertEquals(List.of(), kept());
    }

    @Test
    void tokensAreNotAskedForInTheClearOfAnotherMachine() {
        cli.environment.put("TOLLGATE_URL", "http://gate.example.org");
        for (String command : List.of("login", "logout")) {
            Cli.Result result = cli.run(command);
            assertEquals(command.equals("login") ? 2 : 0, result.exitCode(), result.err());
        }
    }

    @Test
    void aSecondSignInEndsTheFirst() {
        signIn();
        String first = cli.run("token").out();
        signIn();
        assertEquals(1, kept().size());
        assertEquals(1, server.people.revoked.size());
        assertFalse(cli.run("token").out().equals(first));
    }

    @Test
    void aSignInThatCannotBeKeptIsNotBegun() throws Exception {
        java.nio.file.Files.writeString(folder.resolve("config"), "a file, where a folder is needed");
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("cannot be read or written"), result.err());
        assertEquals(List.of("metadata"), server.people.requests);
        assertEquals(Map.of(), server.people.answers);
    }
}
