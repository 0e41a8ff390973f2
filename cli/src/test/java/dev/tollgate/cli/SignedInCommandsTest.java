package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the other commands do for whoever is signed in: administer, and start clients without a key. */
class SignedInCommandsTest extends SignedInTest {
    private static final List<String> COMMANDS = List.of("status --json", "key list --json", "env", "usage --json");

    private void ownerToken(String token) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("owner-token"), token);
        Files.setPosixFilePermissions(
                home.resolve("owner-token"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    private Path script(String name, String body) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    private String sentToken() {
        return server.requests.getLast().authorization();
    }

    @Test
    void anAdministratorsSignInAtTheServerGoesBeforeTheOwnerTokenOfTheHome() throws IOException {
        ownerToken(AdminServer.TOKEN);
        ok(cli.run("status"));
        assertEquals("Bearer " + AdminServer.TOKEN, sentToken());
        signIn();
        ok(cli.run("status"));
        assertEquals("Bearer " + AdminServer.TOKEN, sentToken(), "who does not administer is no reason");
        signIn("--admin");
        ok(cli.run("status"));
        assertTrue(sentToken().startsWith("Bearer eyJCANARY.access."), sentToken());
        cli.environment.put("TOLLGATE_TOKEN", "wrong");
        assertTrue(cli.run("status").err().contains("the token from TOLLGATE_TOKEN"));
    }

    @Test
    void aSignInThatCannotBeReadKeepsNoOwnerFromAdministering() throws IOException {
        signIn("--admin");
        Files.writeString(kept().getFirst(), "{");
        assertTrue(cli.run("status").err().contains("is damaged"));
        ownerToken(AdminServer.TOKEN);
        ok(cli.run("status"));
    }

    /** A gate that somebody names, or is talked into naming, is not to get the token of the one on this machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://gate.attacker.invalid",
                "https://gate.example.invalid.attacker.invalid",
                "https://gate.example.invalid:8443",
                "http://127.0.0.1.attacker.invalid"
            })
    void theOwnerTokenOfTheHomeIsSentToNoServerButTheHomes(String url) throws IOException {
        ownerToken("CANARY");
        Files.writeString(folder.resolve("home/owner-token.url"), "https://gate.example.invalid\n");
        cli.environment.put("TOLLGATE_URL", url);
        Cli.Result result = cli.run("status");
        assertTrue(result.exitCode() != 0);
        boolean never =
                result.err().contains("is not sent to " + url) || result.err().contains("over plain http");
        assertTrue(never, result.err());
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                System.out,
                System.err,
                cli.environment,
                cli.terminal,
                cli.clock,
                () -> ZoneOffset.UTC,
                Duration.ofMillis(1));
        assertTrue(
                OwnerToken.ofHome(surroundings, ServerAddress.parse("https://gate.example.invalid/"))
                        .isPresent(),
                "the home's own");
    }

    /** What a program is given, all that it starts is given, too: none of that is to rule the gate. */
    @Test
    void noProgramOfAnAdministratorGetsATokenThatAdministers() throws Exception {
        signIn("--admin");
        String token = ok(cli.run("token")).strip();
        assertFalse(server.people.administers(token), "token");
        assertTrue(json(cli.run("token", "--format", "json")).contains("\"scope\":\"models:use usage:read\""));
        cli.run("run", "--", "sh", "-c", "env > " + folder + "/environment");
        assertTrue(Files.readAllLines(folder.resolve("environment")).contains("OPENAI_API_KEY=" + token));
        assertEquals(1, server.people.count("refresh_token"), "one for all programs");
        ok(cli.run("status"));
        assertTrue(server.people.administers(sentToken()));
        assertEquals(1, server.people.count("refresh_token"), "that of the sign-in is still good");
        later(Duration.ofMinutes(12));
        ok(cli.run("status"));
        assertTrue(server.people.administers(sentToken()));
        assertFalse(server.people.administers(ok(cli.run("token")).strip()));
        assertEquals(3, server.people.count("refresh_token"), "each its own");
        ok(cli.run("logout"));
        assertEquals(1, server.people.revoked.size());
    }

    @Test
    void aServerThatGivesMoreThanWasAskedForIsNotPassedOn() {
        signIn("--admin");
        server.people.granted = "models:use usage:read openid email offline_access admin:*";
        Cli.Result result = cli.run("token");
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().contains("gives no token that does not administer"), result.err());
        server.people.granted = "";
        assertFalse(ok(cli.run("token")).isBlank());
    }

    @Test
    void whoAdministersNoLongerIsToldAndGoesOnUsingModels() {
        signIn("--admin");
        server.people.granted = "models:use usage:read";
        later(Duration.ofMinutes(12));
        Cli.Result result = cli.run("status");
        assertTrue(
                result.err().contains("is signed in at " + server.url() + ", but not to administer it."), result.err());
        assertFalse(ok(cli.run("token")).isBlank());
        assertEquals(1, server.people.count("refresh_token"));
    }

    @Test
    void withoutTheRightToAdministerTheCommandSaysHowToGetIt() {
        signIn();
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertEquals(
                "Error: ana@example.org is signed in at " + server.url() + ", but not to administer it.\n"
                        + "  Sign in again with that right, if you have it: tollgate login --admin\n",
                result.err());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void aTokenThatTheServerNoLongerTakesIsRenewedOnceWhateverItsEndWasSaidToBe() {
        signIn("--admin");
        server.people.forgetAccessTokens();
        server.answer(
                "createKey", request -> new AdminServer.Answer(201, "{\"id\":\"i\",\"name\":\"n\",\"key\":\"k\"}"));
        ok(cli.run("key", "create", "--name", "n"));
        assertEquals(
                List.of("refresh_token"),
                server.people.requests.stream()
                        .filter(each -> !each.equals("metadata"))
                        .toList());
        server.answer("serverStatus", 401, "{}");
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("does not accept the sign-in of ana@example.org"), result.err());
        assertEquals(2, server.people.count("refresh_token"), "once for each command, not for ever");
    }

    @Test
    void noOtherCommandPrintsAToken() {
        signIn("--admin");
        for (String command : COMMANDS) {
            assertFalse(cli.run(command.split(" ", -1)).all().contains("CANARY"), command);
        }
        assertFalse(cli.run("logout").all().contains("CANARY"));
    }

    @Test
    void claudeAsksForItsTokenInsteadOfGettingAKey() throws Exception {
        signIn();
        cli.environment.put("TOLLGATE_LAUNCHER", "/opt/my gate/tollgate");
        Path claude = script(
                "claude", "printf '%s\\n' \"$@\" > " + folder + "/seen; env > " + folder + "/environment; exit 5");
        assertEquals(5, cli.run("run", "--", claude.toString(), "-p", "hello").exitCode());
        String helper = "env TOLLGATE_URL=" + server.url() + " '/opt/my gate/tollgate' token";
        assertEquals(
                List.of("--settings", "{\"apiKeyHelper\":\"" + helper + "\"}", "-p", "hello"),
                Files.readAllLines(folder.resolve("seen")));
        List<String> environment = Files.readAllLines(folder.resolve("environment"));
        assertTrue(environment.contains("ANTHROPIC_BASE_URL=" + server.url()));
        assertTrue(environment.contains("CLAUDE_CODE_API_KEY_HELPER_TTL_MS=240000"));
        assertFalse(environment.toString().contains("CANARY"));
        assertTrue(environment.stream().noneMatch(line -> line.startsWith("ANTHROPIC_AUTH_TOKEN=")));
        assertEquals(List.of(), server.requests, "no key is made");
    }

    @Test
    void codexAsksForItsTokenToo() throws Exception {
        signIn();
        Path codex = script("codex", "printf '%s\\n' \"$@\" > " + folder + "/seen");
        assertEquals(0, cli.run("run", "--", codex.toString(), "exec").exitCode());
        assertEquals(
                List.of(
                        "-c",
                        "model_provider=\"tollgate\"",
                        "-c",
                        "model_providers.tollgate={name=\"Tollgate\",base_url=\"" + server.url()
                                + "/v1\",wire_api=\"responses\",auth={command=\"env\",args=[\"TOLLGATE_URL="
                                + server.url()
                                + "\",\"tollgate\",\"token\"],timeout_ms=60000,refresh_interval_ms=240000}}",
                        "exec"),
                Files.readAllLines(folder.resolve("seen")));
    }

    @Test
    void anotherCommandGetsThePresentTokenAndIsToldItsEnd() throws Exception {
        signIn();
        later(Duration.ofMinutes(2));
        Cli.Result result = cli.run("run", "--", "sh", "-c", "env > " + folder + "/environment");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("your own token, until 2026-11-25 01:15"), result.err());
        String token = ok(cli.run("token")).strip();
        assertTrue(Files.readAllLines(folder.resolve("environment")).contains("OPENAI_API_KEY=" + token));
        assertFalse(result.all().contains("CANARY"));
    }

    /** In a JVM of its own, whose environment the command would have. */
    @Test
    void whatWouldGoAroundTheGateIsKeptFromACommandOfAPerson() throws Exception {
        cli.clock = InstantSource.system();
        signIn();
        Path claude = script("claude", "env > " + folder + "/environment");
        for (String command :
                List.of(claude.toString(), script("other", "exec " + claude).toString())) {
            ProcessBuilder builder = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.tollgate.cli.TollgateCli",
                            "run",
                            "--",
                            command)
                    .redirectErrorStream(true);
            builder.environment().remove("TOLLGATE_TOKEN");
            builder.environment().putAll(cli.environment);
            builder.environment().put("ANTHROPIC_API_KEY", "sk-ant-api03-CANARY");
            builder.environment().put("CLAUDE_CODE_USE_BEDROCK", "1");
            builder.environment().put("GOOGLE_API_KEY", "AIzaCANARY");
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            List<String> environment = Files.readAllLines(folder.resolve("environment"));
            assertTrue(environment.contains("ANTHROPIC_BASE_URL=" + server.url()), environment.toString());
            for (String name : List.of("ANTHROPIC_API_KEY", "CLAUDE_CODE_USE_BEDROCK", "GOOGLE_API_KEY")) {
                assertTrue(environment.stream().noneMatch(line -> line.startsWith(name + "=")), name);
            }
        }
    }

    @Test
    void whereAKeyIsAskedForOrTheOwnerIsThereOneIsMade() throws Exception {
        signIn();
        assertTrue(cli.run("run", "--models", "fast", "--", "true").err().contains("tollgate login --admin"));
        ownerToken(AdminServer.TOKEN);
        ok(cli.run("run", "--", "true"));
        assertEquals(2, server.requests.size(), "made and revoked");
    }

    @Test
    void aSignInThatIsOverIsToldBeforeTheCommandStarts() throws Exception {
        signIn();
        server.people.answers.put("/oauth/token", _ -> SignInServer.error(400, "invalid_grant"));
        later(Duration.ofMinutes(12));
        Path trace = folder.resolve("trace");
        Cli.Result result =
                cli.run("run", "--", script("claude", "touch " + trace).toString());
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("tollgate login"), result.err());
        assertFalse(Files.exists(trace));
    }

    @Test
    void settingsForAShellAskForTheTokenAndDoNotHoldIt() throws Exception {
        signIn();
        Path launcher = script("toll gate", "echo token-of-$TOLLGATE_URL-$1");
        cli.environment.put("TOLLGATE_LAUNCHER", launcher.toString());
        String settings = ok(cli.run("env"));
        assertFalse(settings.contains("CANARY"), settings);
        script("claude", "printf '%s\\n' \"$@\"; eval \"$(printf %s \"$2\" | sed 's/.*Helper\":\"//; s/\"}$//')\"");
        Process shell = new ProcessBuilder(
                        "bash",
                        "-euc",
                        "PATH=" + folder + ":$PATH; ANTHROPIC_AUTH_TOKEN=old\n" + settings
                                + "\necho $OPENAI_API_KEY $GEMINI_API_KEY $ANTHROPIC_BASE_URL ${ANTHROPIC_AUTH_TOKEN-none}; claude -p hi")
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        List<String> lines = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        String token = "token-of-" + server.url() + "-token";
        assertEquals(
                List.of(
                        token + " " + token + " " + server.url() + " none",
                        "--settings",
                        "{\"apiKeyHelper\":\"env TOLLGATE_URL=" + server.url() + " '" + launcher + "' token\"}",
                        "-p",
                        "hi",
                        token),
                lines);
    }
}
