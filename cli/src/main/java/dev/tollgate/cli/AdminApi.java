package dev.tollgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server's admin API ({@code openapi.yaml}): every expected refusal becomes a {@link Failure}. */
final class AdminApi {
    private static final int PAGE = 1_000;

    private final ServerAddress server;
    private AdminToken token;

    private AdminApi(ServerAddress server, AdminToken token) {
        this.server = server;
        this.token = token;
    }

    /** Finds address and token; sends nothing yet, but to renew a person's token. */
    static AdminApi of(Surroundings surroundings) {
        ServerAddress server = ServerAddress.of(surroundings);
        // Before the token is even read: it would cross the network in the clear.
        if (server.isExposed()) {
            throw Failure.usage(
                    "The owner token is not sent over plain http to " + server + ": anyone on the way could read it.",
                    "Use https, or a tunnel to loopback: ssh -L 8080:127.0.0.1:8080 HOST");
        }
        return new AdminApi(server, AdminToken.find(surroundings, server));
    }

    ServerAddress server() {
        return server;
    }

    Json.Obj get(Resource resource) {
        return object("GET", resource, null);
    }

    Json.Obj post(Resource resource) {
        return object("POST", resource, null);
    }

    Json.Obj post(Resource resource, Json.Obj body) {
        return object("POST", resource, body);
    }

    Json.Obj put(Resource resource, Json.Obj body) {
        return object("PUT", resource, body);
    }

    Json.Obj patch(Resource resource, Json.Obj body) {
        return object("PATCH", resource, body);
    }

    Json.Obj delete(Resource resource) {
        return object("DELETE", resource, null);
    }

    /**
     * All rows of a list that is told in pages.
     *
     * @param id the field of a row by which the next page is asked for
     */
    List<Json.Obj> pages(Resource list, String id) {
        List<Json.Obj> rows = new ArrayList<>();
        List<Json.Obj> page;
        do {
            String after = rows.isEmpty() ? "" : rows.getLast().text(id);
            page = get(list.query("after", after).query("limit", Integer.toString(PAGE)))
                    .rows("data");
            rows.addAll(page);
        } while (page.size() == PAGE);
        return rows;
    }

    /** Copies an answer of any length as it comes. */
    void copy(Resource resource, OutputStream sink) throws IOException {
        try (Http.Reply reply = send("GET", resource, null)) {
            byte[] buffer = new byte[64 * 1024];
            // A PrintStream swallows its failures; without the look at it, all would be fetched for a reader that has
            // gone.
            for (int read = read(reply, buffer); read >= 0 && !failed(sink); read = read(reply, buffer)) {
                sink.write(buffer, 0, read);
            }
        }
    }

    private static boolean failed(OutputStream sink) {
        return sink instanceof PrintStream stream && stream.checkError();
    }

    /** Kept apart from the writing, so that a full disk is not told as a server that went away. */
    private int read(Http.Reply reply, byte[] buffer) {
        try {
            return reply.body().read(buffer);
        } catch (IOException brokenOff) {
            throw Unreachable.because(brokenOff, server);
        }
    }

    private Json.Obj object(String method, Resource resource, Json.@Nullable Obj body) {
        try (Http.Reply reply = send(method, resource, body)) {
            byte[] answer = reply.body().readAllBytes();
            if (reply.status() == 204 || answer.length == 0) {
                return Json.object();
            }
            if (Json.parse(answer) instanceof Json.Obj object) {
                return object;
            }
            throw stranger();
        } catch (IllegalArgumentException notJson) {
            throw stranger();
        } catch (IOException brokenOff) {
            throw Unreachable.because(brokenOff, server);
        }
    }

    private Http.Reply send(String method, Resource resource, Json.@Nullable Obj body) {
        URI uri = URI.create(server + "/admin/v1" + resource.path());
        try {
            Http.Reply reply = Http.send(method, uri, token.value(), body == null ? null : body.compact());
            if (reply.status() / 100 == 2) {
                return reply;
            }
            // Nothing was done yet, so it may be sent again.
            Optional<AdminToken> other = reply.status() == 401 ? token.next() : Optional.empty();
            if (other.isPresent()) {
                reply.close();
                token = other.get();
                return send(method, resource, body);
            }
            try (reply) {
                throw refusal(reply.status(), reply.body());
            }
        } catch (IOException unreachable) {
            throw Unreachable.because(unreachable, server);
        }
    }

    private Failure refusal(int status, InputStream body) throws IOException {
        if (status == 401) {
            return token.rejected(server);
        }
        try {
            if (Json.parse(body.readAllBytes()) instanceof Json.Obj answer && answer.has("error")) {
                Json.Obj error = answer.child("error");
                return Failure.refused(error.text("code"), error.text("message"), error.text("cure"));
            }
        } catch (IllegalArgumentException notJson) {
            // Falls through: whatever answered, it is not Tollgate.
        }
        return stranger();
    }

    private Failure stranger() {
        return Failure.refused(
                "unavailable",
                "What answers at " + server + " is not Tollgate's admin API.",
                "Set " + ServerAddress.VARIABLE + " to the server's address, as ./tollgate serve prints it.");
    }
}
