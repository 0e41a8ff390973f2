package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server says no, is away or is not who it should be: one clear line, a cure, exit code 1; and what is never sent. */
class FailuresTest extends AgainstAdminServer {
    @Test
    void aRefusalIsToldWithItsCure() {
        server.answer(
                "removeProvider",
                404,
                "{\"error\":{\"code\":\"not_found\",\"message\":\"There is no provider x.\",\"cure\":\"Names that exist: sim.\"}}");
        Cli.Result result = cli.run("provider", "remove", "x");
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertEquals("Error: There is no provider x.\n  Names that exist: sim.\n", result.err());
    }

    @Test
    void aRefusalAsJsonHasTheApisOwnShape() {
        String error =
                "{\"error\":{\"code\":\"conflict\",\"message\":\"A key named ci is in force.\",\"cure\":\"Choose another name.\"}}";
        server.answer("createKey", 409, error);
        Cli.Result result = cli.run("key", "create", "--name", "ci", "--json");
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertEquals(error + "\n", result.err());
    }

    @Test
    void nothingListensSaysHowToStartTheServer() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        cli.environment.put("TOLLGATE_URL", "http://127.0.0.1:" + port);
        for (String[] command :
                List.of(new String[] {"status"}, new String[] {"provider", "set", "a", "--auth", "none"})) {
            Cli.Result result = cli.run(command);
            assertEquals(1, result.exitCode());
            assertTrue(
                    result.err()
                            .startsWith("Error: No Tollgate runs at http://127.0.0.1:" + port
                                    + ".\n  Start it: ./tollgate serve"),
                    result.err());
        }
    }

    @Test
    void aWrongTokenNamesWhereItCameFrom() {
        cli.environment.put("TOLLGATE_TOKEN", "wrong");
        for (String[] command :
                List.of(new String[] {"status"}, new String[] {"key", "create", "--name", "n"}, new String[] {
                    "provider", "set", "a", "--auth", "none"
                })) {
            Cli.Result result = cli.run(command);
            assertEquals(1, result.exitCode());
            String expected =
                    "Error: The server at " + server.url() + " does not accept the token from TOLLGATE_TOKEN.\n"
                            + "  Set it to the content of owner-token in the server's home, or unset it.\n";
            assertEquals(expected, result.err());
        }
    }

    @Test
    void theTokenIsReadFromTheHomeAndAStaleOneTellsOfTheHome(@TempDir Path home) throws IOException {
        Path file = home.resolve("owner-token");
        Files.writeString(file, AdminServer.TOKEN + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", home.toString());
        Cli.Result result = cli.run("status");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());

        Files.writeString(file, "stale");
        Cli.Result stale = cli.run("status");
        assertEquals(1, stale.exitCode());
        assertTrue(stale.err().contains("the token from " + file + ".\n  Another server may run there"), stale.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw--w----", "rw----r--"})
    void anOwnerTokenThatOthersCanReadIsUsedWithAWarning(String permissions, @TempDir Path home) throws IOException {
        Path file = home.resolve("owner-token");
        Files.writeString(file, AdminServer.TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", home.toString());
        Cli.Result result = cli.run("vault", "status", "--json");
        assertEquals(0, result.exitCode());
        assertTrue(
                result.err()
                        .startsWith(
                                "Warning: other users of this machine can read or change the owner token.\n  Close it: chmod 600"),
                result.err());
        assertTrue(result.out().startsWith("{"), result.out());
    }

    @Test
    void noTokenAtAllSaysWhoMakesIt(@TempDir Path home) {
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", home.toString());
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertTrue(
                result.err().contains("owner-token does not exist.\n  Start the server (./tollgate serve)"),
                result.err());
    }

    @Test
    void aTokenThatIsNoneIsNotSaidBack() {
        cli.environment.put("TOLLGATE_TOKEN", "CANARY\r\nX-Injected: 1");
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertFalse(result.err().contains("CANARY"), result.err());
        assertEquals(List.of(), server.requests);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gate.example.org",
                "http://10.0.0.7:8080",
                "http://127.0.0.1.example.org:8080",
                "http://localhost.example.org",
                "http://0.0.0.0:8080",
                "HTTP://192.168.1.2",
                "http://[::2]:8080",
                "http://128.0.0.1",
            })
    void theTokenIsNotSentInTheClearToAnotherMachine(String url) {
        cli.environment.put("TOLLGATE_URL", url);
        Cli.Result result = cli.run("status");
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().startsWith("Error: The owner token is not sent over plain http"), result.err());
    }

    @Test
    void loopbackInEverySpellingAndHttpsAreFine() {
        for (String url : List.of(
                "http://127.0.0.1:1",
                "http://127.8.9.1:1",
                "http://localhost:1",
                "http://LOCALHOST:1",
                "http://[::1]:1",
                "https://gate.example.org")) {
            assertFalse(ServerAddress.parse(url).isExposed(), url);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gate.example.org",
                "127.0.0.1:8080",
                "ftp://x",
                "http://",
                "http://user:CANARY@127.0.0.1:8080",
                "http://127.0.0.1:8080/?k=CANARY",
                "http://a b",
                "file:///etc/passwd"
            })
    void anAddressThatIsNoneIsAUsageErrorAndNotSaidBack(String url) {
        cli.environment.put("TOLLGATE_URL", url);
        Cli.Result result = cli.run("status");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith("Error: TOLLGATE_URL is not the address of a server."), result.err());
        assertFalse(result.err().contains("CANARY"), result.err());
    }

    @Test
    void aTrailingSlashOfTheAddressDoesNoHarm() {
        cli.environment.put("TOLLGATE_URL", server.url() + "/");
        assertEquals(0, cli.run("status").exitCode());
        assertEquals("/admin/v1/status", server.only().path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>hello</html>", "[]", "", "{\"error\":\"text\"", "{} {}"})
    void anAnswerThatIsNotTheAdminApisIsToldAsSuch(String body) {
        server.answer("serverStatus", body.startsWith("[") || body.startsWith("{}") ? 200 : 404, body);
        Cli.Result result = cli.run("status");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("is not Tollgate's admin API"), result.err());
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (Breaking elsewhere =
                new Breaking("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")) {
            cli.environment.put("TOLLGATE_URL", elsewhere.url());
            for (String[] command :
                    List.of(new String[] {"status"}, new String[] {"provider", "set", "a", "--auth", "none"})) {
                Cli.Result result = cli.run(command);
                assertEquals(1, result.exitCode());
                assertTrue(result.err().contains("is not Tollgate's admin API"), result.err());
            }
            assertEquals(2, elsewhere.connections.get());
        }
    }

    @Test
    void aCreationWhoseAnswerBreaksOffIsNotSentTwice() throws Exception {
        try (Breaking breaking = new Breaking("")) {
            cli.environment.put("TOLLGATE_URL", breaking.url());
            Cli.Result result = cli.run("key", "create", "--name", "n");
            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("broke off"), result.err());
            assertEquals(1, breaking.connections.get());
        }
    }

    @Test
    void anExportThatBreaksOffIsAFailure() throws Exception {
        try (Breaking breaking = new Breaking("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"seq\":1}\n")) {
            cli.environment.put("TOLLGATE_URL", breaking.url());
            Cli.Result result = cli.run("audit", "export");
            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("broke off"), result.err());
        }
    }

    /** A server that says the same few bytes to every connection and hangs up. */
    private static final class Breaking implements AutoCloseable {
        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());

        Breaking(String answer) throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!socket.isClosed()) {
                    try (Socket connection = socket.accept()) {
                        connections.incrementAndGet();
                        byte[] buffer = new byte[64 * 1024];
                        int read = connection.getInputStream().read(buffer);
                        if (read > 0) {
                            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                }
            });
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
