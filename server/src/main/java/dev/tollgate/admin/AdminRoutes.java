package dev.tollgate.admin;

import dev.tollgate.front.Front;
import dev.tollgate.front.Replies;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Administrators;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoreOutage;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings requests to blocking handlers on virtual threads, and their outcomes back to the event loop. */
final class AdminRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);
    static final String PREFIX = "/admin/v1";
    private static final int MAX_BODY = 1 << 20;

    /** Does the work; what it refuses it throws as a {@link Refusal}. */
    @FunctionalInterface
    interface Handler {
        AdminReply handle(AdminRequest request) throws Exception;
    }

    private final Context context;
    private final Executor blocking;
    private final Administrators administrators;
    private final StoreOutage storeOutage = new StoreOutage(System::nanoTime);
    private final List<Route> routes = new ArrayList<>();

    AdminRoutes(Context context, Executor blocking, Administrators administrators) {
        this.context = context;
        this.blocking = blocking;
        this.administrators = administrators;
    }

    List<Route> routes() {
        return routes;
    }

    void get(String path, Handler handler) {
        add(HttpMethod.GET, path, Egress.NONE, Set.of(), handler);
    }

    void post(String path, Set<String> fields, Handler handler) {
        add(HttpMethod.POST, path, Egress.NONE, fields, handler);
    }

    /** For the operations that ask a provider something. */
    void postOutward(String path, Set<String> fields, Handler handler) {
        add(HttpMethod.POST, path, Egress.PROVIDERS, fields, handler);
    }

    void put(String path, Set<String> fields, Handler handler) {
        add(HttpMethod.PUT, path, Egress.NONE, fields, handler);
    }

    void patch(String path, Set<String> fields, Handler handler) {
        add(HttpMethod.PATCH, path, Egress.NONE, fields, handler);
    }

    void delete(String path, Handler handler) {
        add(HttpMethod.DELETE, path, Egress.NONE, Set.of(), handler);
    }

    private void add(HttpMethod method, String path, Egress egress, Set<String> fields, Handler handler) {
        routes.add(new Route(
                method,
                PREFIX + path,
                Authentication.ADMINISTRATOR,
                Budget.NONE,
                egress,
                (request, parameters) -> collect(request, parameters, fields, handler)));
    }

    private void collect(
            HttpServerRequest request, Map<String, String> parameters, Set<String> fields, Handler handler) {
        request.response().exceptionHandler(gone -> {});
        Buffer body = Buffer.buffer();
        boolean[] refused = new boolean[1];
        request.exceptionHandler(gone -> refused[0] = true);
        request.handler(piece -> {
            if (!refused[0] && body.length() + piece.length() > MAX_BODY) {
                refused[0] = true;
                reply(request, AdminReply.error(413, "invalid", "The body is larger than 1 MiB.", "Send less."));
            } else if (!refused[0]) {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(end -> {
            if (!refused[0]) {
                blocking.execute(() -> {
                    switch (answer(request, parameters, fields, body.getBytes(), handler)) {
                        case AdminReply.Whole whole -> context.runOnContext(v -> reply(request, whole));
                        case AdminReply.Lines lines -> new LineWriter(context, request).write(lines);
                    }
                });
            }
        });
    }

    private AdminReply answer(
            HttpServerRequest request,
            Map<String, String> parameters,
            Set<String> fields,
            byte[] body,
            Handler handler) {
        try {
            Optional<Actor> actor = administrators.find(Front.bearer(request));
            if (actor.isEmpty()) {
                return AdminReply.error(
                        403,
                        "forbidden",
                        "The token is not one of an administrator.",
                        "An owner or an administrator signs in anew, or gives you that role.");
            }
            return handler.handle(AdminRequest.read(actor.get(), parameters, request.params(), body, fields));
        } catch (Refusal refusal) {
            return AdminReply.refusal(refusal);
        } catch (Exception e) {
            if (storeOutage.explains(e)) {
                return AdminReply.error(
                        503,
                        "unavailable",
                        request.method().equals(HttpMethod.GET)
                                ? "The store does not answer."
                                : "The store did not take the change; nothing has changed.",
                        "Try again shortly.");
            }
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return AdminReply.error(500, "internal", "Something failed inside Tollgate.", "Its log says more.");
        }
    }

    private static void reply(HttpServerRequest request, AdminReply.Whole reply) {
        Replies.json(request, reply.status(), reply.body());
    }
}
