package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code token} and {@code logout}: renewal in time, by one process, and what ends a sign-in and what does not. */
class TokenTest extends SignedInTest {
    private String token() {
        return ok(cli.run("token")).strip();
    }

    @Test
    void aTokenThatLastsIsPrintedWithoutAskingTheServer() {
        signIn();
        String token = token();
        assertTrue(token.startsWith("eyJCANARY.access."), token);
        assertEquals("Authorization: Bearer " + token + "\n", ok(cli.run("token", "--format", "header")));
        assertEquals(
                "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_at\":\"2026-11-25T00:15:00Z\","
                        + "\"scope\":\"models:use usage:read openid email offline_access\",\"server\":\"" + server.url()
                        + "\"}",
                json(cli.run("token", "--format", "json")));
        assertEquals(List.of(), server.people.requests);
    }

    /** A refresh token that was sent is used up, and is of no use if what takes its place could not be kept. */
    @Test
    void aSignInWhoseSuccessorCouldNotBeKeptIsNotRenewed() throws IOException {
        signIn();
        String first = token();
        Path place = Objects.requireNonNull(kept().getFirst().getParent());
        Path away = place.resolveSibling("away");
        server.people.answers.put("/.well-known/oauth-authorization-server", _ -> {
            assertTrue(place.toFile().renameTo(away.toFile()));
            return new AdminServer.Answer(200, server.people.metadata());
        });
        later(Duration.ofMinutes(12));
        assertEquals(first, token(), "it is still good");
        assertEquals(0, server.people.count("refresh_token"));
        Files.move(away, place);
        server.people.answers.clear();
        assertNotEquals(first, token());
    }

    @Test
    void gitIsAnsweredForThisServerAlone() {
        signIn();
        String host = server.url().replace("http://", "");
        cli.input("protocol=http\nhost=" + host + "\n\n");
        assertEquals(
                "username=ana@example.org\npassword=" + token() + "\npassword_expiry_utc=1795565700\n",
                ok(cli.run("token", "--format", "git-credential", "get")));
        for (String other : List.of(
                "protocol=https\nhost=" + host + "\n\n",
                "protocol=http\nhost=attacker.example\n\n",
                "protocol=http\nhost=" + host + ".attacker.example\n\n",
                "\n",
                "")) {
            assertEquals("", ok(cli.input(other).run("token", "--format", "git-credential", "get")), other);
        }
        cli.input("protocol=http\nhost=" + host + "\n\n");
        assertEquals("", ok(cli.run("token", "--format", "git-credential", "erase")));
        assertEquals("", ok(cli.run("token", "--format", "git-credential", "store")));
        assertEquals(2, cli.run("token", "get").exitCode());
    }

    @Test
    void whatGitSaysWasRefusedIsNotGivenOutAgain() {
        signIn();
        String first = token();
        String host = "protocol=http\nhost=" + server.url().replace("http://", "") + "\n";
        for (String other : List.of(
                host + "password=another\n\n",
                host + "\n",
                "protocol=http\nhost=attacker.example\npassword=" + first)) {
            assertEquals("", ok(cli.input(other).run("token", "--format", "git-credential", "erase")));
            assertEquals(first, token(), other);
        }
        cli.input(host + "username=ana@example.org\npassword=" + first + "\n\n");
        assertEquals("", ok(cli.run("token", "--format", "git-credential", "erase")));
        String second = token();
        assertNotEquals(first, second);
        assertEquals(1, server.people.count("refresh_token"));
        server.people.answers.put("/oauth/token", _ -> SignInServer.error(400, "invalid_grant"));
        cli.input(host + "password=" + second + "\n\n");
        assertTrue(cli.run("token", "--format", "git-credential", "erase").err().contains("tollgate login"));
    }

    @Test
    void aTokenThatIsAboutToEndIsRenewedOnceAndItsSuccessorKept() {
        signIn();
        String first = token();
        later(Duration.ofMinutes(10).minusMillis(1));
        assertEquals(first, token());
        later(Duration.ofMinutes(10));
        String second = token();
        assertNotEquals(first, second);
        assertEquals(second, token());
        assertEquals(1, server.people.count("refresh_token"));
        later(Duration.ofMinutes(20));
        assertNotEquals(second, token(), "by the successor of the refresh token, too");
        assertTrue(ok(cli.run("token", "--format", "git-credential")).startsWith("username=ana@example.org\n"));
    }

    @Test
    void tokensThatLiveShorterThanTheMarginAreNotRenewedAtEachCall() {
        server.people.lifetimeSeconds = 60;
        signIn();
        String first = token();
        later(Duration.ofSeconds(29));
        assertEquals(first, token());
        later(Duration.ofSeconds(30));
        assertNotEquals(first, token());
        assertEquals(1, server.people.count("refresh_token"));
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 500, 429, 400, 302, 200})
    void aServerThatIsAwayEndsNothing(int status) {
        signIn();
        String first = token();
        server.people.answers.put("/oauth/token", _ -> new AdminServer.Answer(status, "{\"error\":\"x\"}"));
        if (status == 400) {
            server.people.answers.put("/oauth/token", _ -> SignInServer.error(400, "invalid_client"));
        }
        later(Duration.ofMinutes(12));
        assertEquals(first, token());
        later(Duration.ofMinutes(16));
        Cli.Result ended = cli.run("token");
        assertEquals(1, ended.exitCode());
        assertEquals("", ended.out());
        server.people.answers.clear();
        assertNotEquals(first, token());
    }

    @Test
    void aServerThatDoesNotListenEndsNothing() {
        signIn();
        String first = token();
        later(Duration.ofMinutes(12));
        server.close();
        assertEquals(first, token());
        later(Duration.ofMinutes(16));
        Cli.Result ended = cli.run("token");
        assertEquals(1, ended.exitCode());
        assertTrue(ended.err().contains("No Tollgate runs at"), ended.err());
        assertEquals(1, kept().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401})
    void aSignInThatTheServerEndedIsForgottenAndSaysWhatToDo(int status) {
        signIn();
        server.people.answers.put("/oauth/token", _ -> SignInServer.error(status, "invalid_grant"));
        later(Duration.ofMinutes(12));
        Cli.Result ended = cli.run("token");
        assertEquals(1, ended.exitCode());
        assertTrue(ended.err().contains("was ended.\n  Sign in again: tollgate login"), ended.err());
        assertEquals(List.of(), kept());
        assertTrue(cli.run("token").err().contains("Nobody is signed in at " + server.url()));
    }

    @Test
    void twentyProcessesAtOnceMakeOneRenewal() throws Exception {
        // 200 seconds are left of 900.
        cli.clock = InstantSource.fixed(Instant.now().minusSeconds(700));
        signIn();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ProcessBuilder builder = new ProcessBuilder(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.tollgate.cli.TollgateCli",
                    "token");
            builder.environment().keySet().removeAll(Set.of("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"));
            builder.environment().putAll(cli.environment);
            processes.add(builder.redirectErrorStream(true).start());
        }
        Set<String> printed = new TreeSet<>();
        for (Process process : processes) {
            printed.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        }
        assertEquals(1, printed.size(), printed.toString());
        assertTrue(printed.iterator().next().startsWith("eyJCANARY.access."), printed.toString());
        assertEquals(1, server.people.count("refresh_token"));
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--,mended", "rw-r-----,mended", "rw--w----,refused", "rw-rw-rw-,refused"})
    void aFileThatIsOpenToOthersIsClosedOrNotBelieved(String permissions, String outcome) throws IOException {
        signIn();
        Files.setPosixFilePermissions(kept().getFirst(), PosixFilePermissions.fromString(permissions));
        Cli.Result result = cli.run("token");
        if (outcome.equals("mended")) {
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.err().startsWith("Warning: other users of this machine could read"), result.err());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept().getFirst())));
            assertEquals("", cli.run("token").err());
        } else {
            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("it is not believed"), result.err());
            assertEquals("", result.out());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"kept_in\":\"file\",\"login\":{\"server\":\"http://127.0.0.1:1\",\"access_token\":\"CANARY\"}}"
            })
    void aDamagedFileIsToldAndASignInMendsIt(String content) throws IOException {
        signIn();
        Files.writeString(kept().getFirst(), content);
        Cli.Result result = cli.run("token");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("is damaged.\n  Sign in again"), result.err());
        assertFalse(result.all().contains("CANARY"), result.all());
        signIn();
        token();
    }

    @Test
    void whoSignsOutIsForgottenHereAndThere() {
        signIn();
        assertEquals("Signed out at " + server.url() + ".\n", ok(cli.run("logout")));
        assertEquals(1, server.people.revoked.size());
        assertEquals(List.of(), kept());
        assertEquals("Nobody is signed in at " + server.url() + ".\n", ok(cli.run("logout")));
        assertEquals("Nobody is signed in.\n", ok(cli.run("logout", "--all")));
    }

    @Test
    void aDamagedFileKeepsNobodyFromSigningOutElsewhere() throws IOException {
        signIn();
        Path damaged = Files.writeString(kept().getFirst().resolveSibling("login-0.json"), "{");
        Files.setPosixFilePermissions(damaged, PosixFilePermissions.fromString("rw-------"));
        Cli.Result result = cli.run("logout", "--all");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("login-0.json is damaged"), result.err());
        assertEquals(List.of(damaged), kept());
    }

    @Test
    void signingOutEverywhereForgetsAlsoWhereAServerIsAwayAndSaysSo() {
        signIn();
        try (AdminServer other = new AdminServer()) {
            String here = server.url();
            cli.environment.put("TOLLGATE_URL", other.url());
            signIn();
            cli.environment.put("TOLLGATE_URL", here);
            assertEquals(2, kept().size());
            server.close();
            Cli.Result result = cli.run("logout", "--all");
            assertEquals(1, result.exitCode());
            assertEquals("Signed out at " + other.url() + ".\n", result.out());
            assertTrue(result.err().contains("Forgotten here, but " + here + " could not be told"), result.err());
            assertEquals(List.of(), other.violations);
            assertEquals(List.of(), kept());
        }
    }
}
