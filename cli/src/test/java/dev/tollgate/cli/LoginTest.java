package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code login} with the browser of this machine: what a person sees, and what an attacker at the loopback address gets. */
class LoginTest extends AgainstAdminServer {
    @TempDir
    Path folder;

    private Path opened;

    @BeforeEach
    void aBrowserThatNotesWhatItIsToOpen() throws IOException {
        opened = folder.resolve("opened");
        Path stub = Files.createDirectory(folder.resolve("bin")).resolve("xdg-open");
        Files.writeString(
                stub,
                "#!/bin/sh\nprintf %s \"$1\" > " + opened + ".new; env > " + folder.resolve("environment") + "; mv "
                        + opened + ".new " + opened + "\n");
        assertTrue(stub.toFile().setExecutable(true));
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", folder.resolve("home").toString());
        cli.environment.put("TOLLGATE_KEY", "tg_CANARY");
        cli.environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        cli.environment.put("PATH", stub.getParent() + ":/usr/bin:/bin");
        cli.environment.put("DISPLAY", ":0");
    }

    private record Page(int status, String text) {}

    private CompletableFuture<Cli.Result> login(String... options) {
        String[] line = new String[options.length + 1];
        line[0] = "login";
        System.arraycopy(options, 0, line, 1, options.length);
        return CompletableFuture.supplyAsync(() -> cli.run(line));
    }

    private URI page() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(opened)) {
            assertTrue(System.nanoTime() < deadline, "no browser was opened");
            Thread.sleep(10);
        }
        return URI.create(Files.readString(opened));
    }

    private static String redirectUri(URI page) {
        String query = page.getQuery();
        return query.replaceFirst(".*redirect_uri=", "").replaceFirst("&.*", "");
    }

    private static Page visit(String address) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        int status = connection.getResponseCode();
        byte[] body = (status >= 400 ? connection.getErrorStream() : connection.getInputStream()).readAllBytes();
        assertEquals("no-store", connection.getHeaderField("Cache-Control"));
        assertTrue(connection.getHeaderField("Content-Security-Policy").startsWith("default-src 'none'"));
        return new Page(status, new String(body, StandardCharsets.UTF_8));
    }

    private static Cli.Result end(CompletableFuture<Cli.Result> login) throws Exception {
        return login.get(60, TimeUnit.SECONDS);
    }

    /** The list of processes shows everybody on this machine which page is to be opened. */
    @Test
    void aSignInThatSomebodyElseWasFasterWithIsNotKept() throws Exception {
        cli.terminal = new Cli.FakeTerminal(80, true, Optional.of("n"));
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        visit(redirectUri(page) + "?" + SignInServer.query(server.people.authorize(page)));
        Cli.Result result = end(login);
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("The sign-in of ana@example.org was not kept"), result.err());
        assertEquals(1, server.people.revoked.size());
        assertTrue(cli.run("token").err().contains("Nobody is signed in"));
        cli.terminal = new Cli.FakeTerminal(80, true, Optional.of(""));
        Files.delete(opened);
        login = login();
        page = page();
        visit(redirectUri(page) + "?" + SignInServer.query(server.people.authorize(page)));
        assertEquals(0, end(login).exitCode());
    }

    @Test
    void aPersonSignsInAndIsToldAsWhom() throws Exception {
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Page shown = visit(redirectUri(page) + "?" + SignInServer.query(server.people.authorize(page)));
        assertEquals(200, shown.status());
        assertTrue(shown.text().contains("You are signed in"), shown.text());
        Cli.Result result = end(login);
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.out().startsWith("Signed in at " + server.url() + " as ana@example.org.\nKept in " + folder),
                result.out());
        assertTrue(result.err().contains(page.toString()), "where no browser opens, the address is there to copy");
        assertFalse(result.all().contains("CANARY"), result.all());
        assertEquals("rwx------", permissions(folder.resolve("config/tollgate")));
        try (var files = Files.list(folder.resolve("config/tollgate"))) {
            assertEquals(
                    List.of("rw-------", "rw-------"),
                    files.map(LoginTest::permissions).toList());
        }
        assertTrue(
                page.getQuery().contains("scope=models:use+usage:read+openid+email+offline_access&"), page.getQuery());
        assertFalse(Files.readString(folder.resolve("environment")).contains("CANARY"), "the browser gets no key");
        assertTrue(cli.run("token").out().startsWith("eyJCANARY.access."));
        assertEquals(1, server.people.count("authorization_code"));
    }

    @Test
    void anAnswerWithAnotherStateChangesNothingAndTheRightOneStillDoes() throws Exception {
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Map<String, String> answer = server.people.authorize(page);
        String right = answer.getOrDefault("state", "");
        for (String state : List.of("", "x", right + "x", right.substring(1))) {
            Map<String, String> forged = new HashMap<>(answer);
            forged.put("state", state);
            forged.put("code", "tgc_stolen");
            assertEquals(
                    400,
                    visit(redirectUri(page) + "?" + SignInServer.query(forged)).status());
        }
        String twice = redirectUri(page) + "?" + SignInServer.query(answer) + "&code=tgc_stolen";
        assertEquals(400, visit(twice).status(), "RFC 6749 §3.1: no parameter stands there twice");
        assertEquals(
                404,
                visit(redirectUri(page).replace("/callback", "/other?") + SignInServer.query(answer))
                        .status());
        String byName = redirectUri(page).replace("127.0.0.1", "localhost");
        assertEquals(404, visit(byName + "?" + SignInServer.query(answer)).status(), "another name leads here");
        assertEquals(0, server.people.count("authorization_code"));
        assertEquals(
                200, visit(redirectUri(page) + "?" + SignInServer.query(answer)).status());
        assertEquals(0, end(login).exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://attacker.example", "http://127.0.0.1:1", "{url}/"})
    void anAnswerOfAnotherIssuerIsNotRedeemed(String issuer) throws Exception {
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Map<String, String> answer = server.people.authorize(page);
        answer.put("iss", issuer.replace("{url}", server.url()));
        Page shown = visit(redirectUri(page) + "?" + SignInServer.query(answer));
        assertEquals(400, shown.status());
        assertTrue(shown.text().contains("You are not signed in"), shown.text());
        Cli.Result result = end(login);
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("does not say that it is from " + server.url()), result.err());
        assertEquals(0, server.people.count("authorization_code"));
    }

    @Test
    void aSecondAnswerIsNotUsedAlthoughItsStateIsRight() throws Exception {
        CompletableFuture<Page> shownSecond = new CompletableFuture<>();
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Map<String, String> answer = server.people.authorize(page);
        Map<String, String> injected = new HashMap<>(answer);
        injected.put("code", "tgc_injected");
        server.people.answers.put("/oauth/token", form -> {
            // While the first is being redeemed.
            try {
                shownSecond.complete(visit(redirectUri(page) + "?" + SignInServer.query(injected)));
            } catch (IOException gone) {
                shownSecond.completeExceptionally(gone);
            }
            assertEquals(answer.get("code"), form.get("code"));
            return server.people.usual(form);
        });
        assertEquals(
                200, visit(redirectUri(page) + "?" + SignInServer.query(answer)).status());
        assertEquals(0, end(login).exitCode());
        assertEquals(400, shownSecond.get(60, TimeUnit.SECONDS).status());
        assertEquals(1, server.people.count("authorization_code"));
    }

    @Test
    void whoSaysNoInTheBrowserIsTakenAtTheirWord() throws Exception {
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Map<String, String> answer = server.people.authorize(page);
        answer.remove("code");
        answer.put("error", "access_denied");
        assertEquals(
                400, visit(redirectUri(page) + "?" + SignInServer.query(answer)).status());
        Cli.Result result = end(login);
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().contains("was refused in the browser"), result.err());
    }

    @Test
    void aServersHostileWordsMoveNoCursorAndStayShort() throws Exception {
        String hostile = "\u001b[2J\u001b]0;owned\u0007line\nError: fake\r\u202egnp.exe " + "x".repeat(5000);
        CompletableFuture<Cli.Result> login = login();
        URI page = page();
        Map<String, String> answer = server.people.authorize(page);
        answer.put("error", "server_error");
        answer.put("error_description", hostile);
        visit(redirectUri(page) + "?" + SignInServer.query(answer));
        Cli.Result result = end(login);
        assertEquals(1, result.exitCode());
        assertFalse(result.err().chars().anyMatch(c -> c == 0x1b || c == 7 || c == '\r' || c == 0x202e), result.err());
        assertTrue(result.err().lines().noneMatch(line -> line.startsWith("Error: fake")), result.err());
        assertTrue(result.err().length() < 2000, result.err());
    }

    @Test
    void administeringIsAskedForAndItsRefusalTold() throws Exception {
        server.people.granted = "models:use usage:read";
        CompletableFuture<Cli.Result> login = login("--admin", "--json");
        URI page = page();
        assertTrue(page.getQuery().contains("+admin:*&"), page.getQuery());
        visit(redirectUri(page) + "?" + SignInServer.query(server.people.authorize(page)));
        Cli.Result result = end(login);
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("administering was not granted"), result.err());
        assertTrue(result.out().contains("\"email\": \"ana@example.org\""), result.out());
        assertFalse(result.all().contains("CANARY"), result.all());
    }

    @Test
    void withoutPkceNoCodeIsAskedFor() {
        server.people.metadata.put("code_challenge_methods_supported", new Json.Arr(List.of(new Json.Text("plain"))));
        Cli.Result result = cli.run("login");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("does not take PKCE's S256"), result.err());
        assertFalse(Files.exists(opened));
    }

    private static String permissions(Path path) {
        try {
            return java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
