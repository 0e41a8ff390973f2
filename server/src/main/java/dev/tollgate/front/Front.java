package dev.tollgate.front;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one router, one instance for all event loops. It finds the route, checks what the route declares, and hands over;
 * what no route declares does not exist.
 */
public final class Front {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final String BEARER = "Bearer ";

    /** How errors look where no route has spoken yet: the shape depends on whose clients use the path. */
    public interface ErrorPage {
        void notFound(HttpServerRequest request);

        void wrongMethod(HttpServerRequest request, String allow);

        void ownerTokenRequired(HttpServerRequest request);

        /** What the engine could not read as HTTP, or a handler that threw. */
        void failed(HttpServerRequest request, int status);

        void draining(HttpServerRequest request);

        void bodyTooSlow(HttpServerRequest request);
    }

    private final RouteTable routes;
    private final Predicate<String> ownerToken;
    private final Predicate<String> administrators;
    private final ErrorPage errors;
    private final ClientAddress clients;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean draining;

    /** One where nobody administers but whoever holds the owner's token. */
    public Front(List<Route> routes, Predicate<String> ownerToken, ErrorPage errors, ClientAddress clients) {
        this(routes, ownerToken, ownerToken, errors, clients);
    }

    /**
     * One with these doors.
     *
     * @param ownerToken whether a bearer token is the owner's
     * @param administrators whether a bearer token is for administering: the owner's among others
     */
    public Front(
            List<Route> routes,
            Predicate<String> ownerToken,
            Predicate<String> administrators,
            ErrorPage errors,
            ClientAddress clients) {
        this.routes = new RouteTable(routes);
        this.ownerToken = ownerToken;
        this.administrators = administrators;
        this.errors = errors;
        this.clients = clients;
    }

    /** Listens on the calling event loop. Several loops may listen with the same options: they share the port. */
    public Future<HttpServer> listen(Vertx vertx, HttpServerOptions options) {
        Connections connections = new Connections(vertx, inFlight);
        return vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .invalidRequestHandler(this::invalid)
                .exceptionHandler(e -> LOG.debug("A connection failed: {}", e.toString()))
                .requestHandler(request -> handle(request, connections))
                .listen();
    }

    private void handle(HttpServerRequest request, Connections connections) {
        connections.begun(request);
        request.response().endHandler(end -> connections.ended(request));
        if (!request.isEnded()) {
            connections.readsBody(request, () -> errors.bodyTooSlow(request));
        }
        try {
            dispatch(request);
        } catch (RuntimeException | Error e) { // whoever asked waits for an answer, whatever it was
            LOG.error("A request to {} failed", request.path(), e);
            errors.failed(request, 500);
        }
    }

    private void dispatch(HttpServerRequest request) {
        String path = request.path();
        switch (routes.find(request.method(), path == null ? "" : path)) {
            case RouteTable.Match.Found found -> {
                if (draining && found.route().authentication() != Route.Authentication.NONE) {
                    errors.draining(request);
                } else if (!mayPass(found.route().authentication(), request)) {
                    LOG.warn(
                            "{} was refused to {}: no token for administering",
                            found.route().path(),
                            clients.of(request));
                    errors.ownerTokenRequired(request);
                } else {
                    found.route().handler().handle(request, found.parameters());
                }
            }
            case RouteTable.Match.WrongMethod wrong -> errors.wrongMethod(request, wrong.allow());
            case RouteTable.Match.Nothing nothing -> errors.notFound(request);
        }
    }

    private boolean mayPass(Route.Authentication authentication, HttpServerRequest request) {
        return switch (authentication) {
            case OWNER_TOKEN -> ownerToken.test(bearer(request));
            case ADMINISTRATOR -> administrators.test(bearer(request));
            // The entrance's own story, see there.
            case NONE, VIRTUAL_KEY, SESSION, OAUTH_CLIENT, ACCESS_TOKEN, IDENTITY_PROVIDER -> true;
        };
    }

    /** What was presented as a bearer token; empty if nothing was, or not just one thing. */
    public static String bearer(HttpServerRequest request) {
        List<String> presented = request.headers().getAll("authorization");
        return presented.size() == 1 ? bearer(presented.getFirst()) : "";
    }

    private static String bearer(@Nullable String header) {
        boolean scheme = header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return scheme && header != null ? header.substring(BEARER.length()).trim() : "";
    }

    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        String name = cause == null ? "" : cause.getClass().getSimpleName();
        int status = switch (name) {
            case "TooLongHttpHeaderException" -> 431;
            case "TooLongHttpLineException" -> 414;
            default -> 400;
        };
        errors.failed(request, status);
        request.connection().close();
    }

    /** From now on only health is served; what is under way goes on. */
    public void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /** Requests whose answer has not ended, those whose client has just left included for up to a second. */
    public int inFlight() {
        return inFlight.get();
    }
}
