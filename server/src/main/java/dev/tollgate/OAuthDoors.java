package dev.tollgate;

import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Route;
import dev.tollgate.identity.federation.Leases;
import dev.tollgate.identity.federation.TrustRules;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.kernel.FaultTrace;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.oauth.AuthorizationServer;
import dev.tollgate.oauth.BoundCallers;
import dev.tollgate.oauth.DocumentFetch;
import dev.tollgate.oauth.Federation;
import dev.tollgate.oauth.LeaseEndpoint;
import dev.tollgate.oauth.OAuthSettings;
import dev.tollgate.oauth.Persons;
import dev.tollgate.oauth.SetupTokens;
import dev.tollgate.oauth.SubjectTokens;
import dev.tollgate.upstream.JudgedFetch;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The authorization server among the other parts: whom it knows, what ends its grants, and its endpoints for programs. */
final class OAuthDoors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OAuthDoors.class);

    private static final Duration DOCUMENT_PATIENCE = Duration.ofSeconds(5);

    private final AuthorizationServer server;
    private final Federation federation;
    private final SetupTokens setupTokens;
    private final LeaseEndpoint lease;
    private final Executor blocking;
    private final Failures failures = new Failures();

    OAuthDoors(
            AuthorizationServer.Ground ground,
            OAuthSettings settings,
            TextSealer setupTokenSealer,
            PeopleServices people,
            GrantCaps caps,
            Vertx vertx,
            Executor blocking) {
        this.blocking = blocking;
        Persons persons = id -> people.people().byId(id).filter(Person::active).map(OAuthDoors::profile);
        server = new AuthorizationServer(
                ground, settings, persons, DocumentFetch.judged(judged(vertx, blocking)), caps, this::judge);
        // With room of its own: strangers name the addresses of clients' documents.
        federation = new Federation(
                ground,
                server,
                judged(vertx, blocking),
                (issuer, subject) -> people.outside()
                        .byOutside(issuer, subject)
                        .filter(Person::active)
                        .map(OAuthDoors::profile));
        setupTokens = new SetupTokens(ground, server, setupTokenSealer, persons);
        lease = new LeaseEndpoint(ground, server, setupTokens);
        people.people().listen(server.ofPeople());
        people.people().listen(setupTokens);
        server.start();
    }

    private static JudgedFetch judged(Vertx vertx, Executor blocking) {
        return new JudgedFetch(
                vertx, InetAddress::getAllByName, blocking, DOCUMENT_PATIENCE, DocumentFetch.MOST_AT_ONCE);
    }

    private static Persons.Profile profile(Person person) {
        return new Persons.Profile(
                person.id(),
                person.name(),
                person.email(),
                person.account(),
                person.role().administers());
    }

    /** The server is made before what judges for it, which needs the server's grants. */
    private SubjectTokens.Judgement judge(SubjectTokens.Presented presented) {
        return federation.judge(presented);
    }

    /** Whom it trusts besides people. */
    TrustRules trustRules() {
        return federation;
    }

    AuthorizationServer server() {
        return server;
    }

    /** What people lend to jobs of theirs. */
    Leases leases() {
        return setupTokens;
    }

    /** The model API's routes, for those too whose token is bound to a key, and for pages of apps, whose browsers ask first. */
    List<Route> forApps(List<Route> routes, Context context, ClientAddress clients, BoundCallers.Refuser refuser) {
        List<Route> opened = new ArrayList<>();
        Map<String, SortedSet<String>> methods = new TreeMap<>();
        for (Route route : routes) {
            if (route.authentication() == Route.Authentication.VIRTUAL_KEY) {
                Route proven = server.callers().open(route, context, blocking, refuser);
                opened.add(server.pageCalls().open(proven));
                methods.computeIfAbsent(route.path(), path -> new TreeSet<>())
                        .add(route.method().name());
            } else {
                opened.add(route);
            }
        }
        WebRoutes preflights = new WebRoutes(context, blocking, clients, failures);
        methods.forEach((path, taken) -> preflights.add(
                HttpMethod.OPTIONS,
                path,
                Route.Authentication.NONE,
                Route.Egress.NONE,
                server.preflightOfCalls(String.join(", ", taken))));
        opened.addAll(preflights.routes());
        return opened;
    }

    /** The routes, for one event loop. */
    List<Route> routes(Context context, ClientAddress clients) {
        WebRoutes routes = new WebRoutes(context, blocking, clients, failures);
        server.declare(routes);
        lease.declare(routes);
        return routes.routes();
    }

    /** Faults as RFC 6749, section 5.2, has them. */
    private static final class Failures implements WebRoutes.Failures {
        private final StoreOutage storeOutage = new StoreOutage(System::nanoTime);

        @Override
        public WebReply unreadable(int status) {
            return error(status, "invalid_request", "The body is no form, or too large.");
        }

        @Override
        public WebReply failed(Throwable cause) {
            if (storeOutage.explains(cause)) {
                return error(503, "temporarily_unavailable", "The store does not answer. Try again shortly.")
                        .with("retry-after", String.valueOf(StoreOutage.RETRY_AFTER_SECONDS));
            }
            LOG.error("A request to the authorization server failed: {}", FaultTrace.of(cause));
            return error(500, "server_error", "Tollgate failed. Its log says more.");
        }

        private static WebReply error(int status, String code, String description) {
            ObjectNode body = Json.MAPPER.createObjectNode().put("error", code).put("error_description", description);
            return WebReply.json(status, body);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
