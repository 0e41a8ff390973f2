package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A test that runs commands against a server which answers as {@code openapi.yaml} says. */
abstract class AgainstAdminServer {
    final AdminServer server = new AdminServer();
    final Cli cli = new Cli(server);

    @AfterEach
    void nothingWasSentThatTheDocumentDoesNotAllow() {
        server.close();
        assertEquals(List.of(), server.violations);
    }

    /** The last request, as {@code METHOD path?{query} body}. */
    final String sent() {
        AdminServer.Request request = server.requests.getLast();
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        return request.method() + " " + request.path() + query + (request.body().isEmpty() ? "" : " " + request.body());
    }

    /** What was printed, of a command that went well and had nothing else to say. */
    static String ok(Cli.Result result) {
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
        return result.out();
    }

    /** What was printed, which is JSON, on one line. */
    static String json(Cli.Result result) {
        return Json.parse(ok(result).getBytes(StandardCharsets.UTF_8)).compact();
    }
}
