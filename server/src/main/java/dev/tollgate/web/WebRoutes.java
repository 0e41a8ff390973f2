package dev.tollgate.web;

import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Replies;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.kernel.FaultTrace;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads requests whole, brings them to blocking endpoints on virtual threads, and their answers back to the event loop. */
public final class WebRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(WebRoutes.class);
    private static final String CACHE_CONTROL = "cache-control";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final WebReply SORRY = WebReply.text(500, "Something went wrong here. The server's log says more.");
    /** A form, or a message of OAuth with its assertions. */
    private static final int MAX_BODY = 64 << 10;

    /** What is behind one route. */
    @FunctionalInterface
    public interface Endpoint {
        /** Answers. Blocking; on a virtual thread. What it throws becomes {@link Failures#failed}. */
        WebReply handle(WebRequest request) throws Exception;
    }

    /** How faults look to whoever uses these routes; blocking. */
    public interface Failures {
        /** What was sent is no form, or too large: 400 or 413. */
        WebReply unreadable(int status);

        /** An endpoint threw: an exception, or an error such as that a class is missing. To be logged here, and nowhere else. */
        WebReply failed(Throwable cause);
    }

    private final Context context;
    private final Executor blocking;
    private final ClientAddress clients;
    private final Failures failures;
    private final List<Route> routes = new ArrayList<>();

    /**
     * For one event loop.
     *
     * @param context the event loop's
     * @param blocking runs the endpoints
     */
    public WebRoutes(Context context, Executor blocking, ClientAddress clients, Failures failures) {
        this.context = context;
        this.blocking = blocking;
        this.clients = clients;
        this.failures = failures;
    }

    /** Declares a route that costs nobody money. */
    public WebRoutes add(
            HttpMethod method, String path, Authentication authentication, Egress egress, Endpoint endpoint) {
        routes.add(new Route(
                method,
                path,
                authentication,
                Budget.NONE,
                egress,
                (request, parameters) -> collect(request, parameters, endpoint)));
        return this;
    }

    /** What has been declared. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    private void collect(HttpServerRequest request, Map<String, String> parameters, Endpoint endpoint) {
        request.response().exceptionHandler(gone -> {});
        Buffer body = Buffer.buffer();
        boolean[] over = new boolean[1];
        request.exceptionHandler(gone -> over[0] = true);
        request.handler(piece -> {
            if (!over[0] && body.length() + piece.length() > MAX_BODY) {
                over[0] = true;
                reply(request, () -> failures.unreadable(413));
            } else if (!over[0]) {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(end -> {
            if (!over[0]) {
                reply(request, () -> {
                    WebRequest whole = whole(request, parameters, body.getBytes());
                    return whole == null ? failures.unreadable(400) : endpoint.handle(whole);
                });
            }
        });
    }

    /** Never on the event loop: that something is wrong is said by a page, too, which takes its time. */
    private void reply(HttpServerRequest request, Callable<WebReply> answer) {
        try {
            blocking.execute(() -> {
                WebReply reply = made(answer);
                context.runOnContext(v -> send(request, reply));
            });
        } catch (RuntimeException | Error e) { // such as no thread for it: somebody waits for an answer all the same
            LOG.error("A request was not answered: {}", FaultTrace.of(e));
            send(request, SORRY);
        }
    }

    private @Nullable WebRequest whole(HttpServerRequest request, Map<String, String> parameters, byte[] body) {
        Params query = Params.parse(request.query());
        Params form = isForm(request) ? Params.parse(new String(body, StandardCharsets.UTF_8)) : Params.NONE;
        String path = request.path();
        if (query == null || form == null || path == null) {
            return null;
        }
        return new WebRequest(
                request.method(), path, parameters, query, form, body, request.headers(), clients.of(request));
    }

    private static boolean isForm(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            return false;
        }
        int semicolon = type.indexOf(';');
        String essence = semicolon < 0 ? type : type.substring(0, semicolon);
        return essence.strip().toLowerCase(Locale.ROOT).equals(FORM);
    }

    private WebReply made(Callable<WebReply> answer) {
        try {
            return answer.call();
        } catch (Exception | Error e) {
            return failed(e);
        }
    }

    private WebReply failed(Throwable cause) {
        try {
            return failures.failed(cause);
        } catch (RuntimeException | Error e) { // a page needs more classes than a sentence does
            LOG.error("What tells of a fault failed, too: {}", FaultTrace.of(e));
            return SORRY;
        }
    }

    static void send(HttpServerRequest request, WebReply reply) {
        for (Map.Entry<String, String> header : reply.headers()) {
            if (header.getKey().equals(CACHE_CONTROL)) {
                // Last of all: what sends it says no-store of every answer.
                request.response()
                        .headersEndHandler(v -> request.response().putHeader(CACHE_CONTROL, header.getValue()));
            } else {
                request.response().headers().add(header.getKey(), header.getValue());
            }
        }
        Replies.send(request, reply.status(), reply.contentType(), Buffer.buffer(reply.body()));
    }
}
