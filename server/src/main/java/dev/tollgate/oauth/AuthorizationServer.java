package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The authorization server, put together. Nothing of its libraries is loaded before the first request that needs them. */
public final class AuthorizationServer implements AutoCloseable {
    /** Where the signing keys lie; each is sealed for its id. */
    public static final SealedColumn SEALED = new SealedColumn("oauth", "oauth_key", "kid", "sealed");

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationServer.class);
    /** Within a second, what was revoked on one node opens nothing on any. */
    private static final long NEWS_MILLIS = 500;

    private static final long CHORES_FIRST_MILLIS = 60_000;
    private static final long CHORES_MILLIS = 600_000;

    /**
     * What it stands on.
     *
     * @param sealer of {@link #SEALED}
     * @param key of at least 32 bytes that the database does not hold, the same on every node; refresh tokens, user codes and
     *     nonces are derived under keys of their own that come from it
     * @param issuer the gate's address, without a slash at its end
     */
    public record Ground(
            Store store,
            AuditTrail audit,
            Events events,
            InstantSource clock,
            TextSealer sealer,
            byte[] key,
            Supplier<String> issuer) {
        @Override
        public String toString() {
            return "Ground[]";
        }
    }

    private final Clients clients;
    private final Grants grants;
    private final RefreshTokens refreshTokens;
    private final AuthorizationCodes codes;
    private final DeviceCodes devices;
    private final PushedRequests pushed;
    private final AuthorizationRequests requests;
    private final AuthorizationResponses responses;
    private final AccessTokens accessTokens;
    private final ShownOnce shown;
    private final SigningKeys keys;
    private final Sweeper sweeper;
    private final Audiences audiences;
    private final List<ServerEndpoint> endpoints = new ArrayList<>();
    private final List<ServerEndpoint> pages = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("oauth-news").daemon().factory());

    /**
     * Reads the grants in force into memory, and follows them from then on.
     *
     * @param fetch fetches the descriptions of clients whose id is an address
     * @param caps puts the spending caps of grants in force
     * @param others judges tokens of other issuers
     */
    public AuthorizationServer(
            Ground ground,
            OAuthSettings settings,
            Persons persons,
            DocumentFetch fetch,
            SpendingCaps caps,
            SubjectTokens others) {
        Store store = ground.store();
        InstantSource clock = ground.clock();
        audiences = new Audiences(ground.issuer());
        keys = new SigningKeys(store, ground.sealer(), clock, settings);
        clients = new Clients(store, ground.audit(), clock, fetch);
        grants = new Grants(store, ground.audit(), clock, caps);
        shown = new ShownOnce(store, clock);
        sweeper = new Sweeper(store, clock);
        refreshTokens = new RefreshTokens(store, grants, clock, settings, derived(ground, "refresh"));
        codes = new AuthorizationCodes(store, grants, refreshTokens, clock);
        devices = new DeviceCodes(store, ground.audit(), refreshTokens, clock, settings, derived(ground, "user codes"));
        pushed = new PushedRequests(store, clock);
        requests = new AuthorizationRequests(audiences);
        responses = new AuthorizationResponses(audiences);
        accessTokens = new AccessTokens(keys, grants.index(), audiences, clock, settings);
        endpoints.addAll(MachineEndpoints.all(() -> new MachineEndpoints(this, ground, settings, persons, others)));
    }

    static byte[] derived(Ground ground, String purpose) {
        return Secrets.mac(ground.key(), purpose).getBytes(StandardCharsets.UTF_8);
    }

    /** Adds the pages for people, so that the metadata names them; before {@link #declare}. */
    public void add(List<ServerEndpoint> more) {
        pages.addAll(more);
    }

    /** All of them, those for programs first. */
    List<ServerEndpoint> endpoints() {
        List<ServerEndpoint> all = new ArrayList<>(endpoints);
        all.addAll(pages);
        return all;
    }

    RefreshTokens refreshTokens() {
        return refreshTokens;
    }

    Audiences audiences() {
        return audiences;
    }

    SigningKeys keys() {
        return keys;
    }

    /** Declares what is for programs on the routes of one event loop. */
    public void declare(WebRoutes routes) {
        declare(routes, endpoints);
        WebRoutes.Endpoint server = request -> Messages.json(200, new Metadata(audiences, endpoints()).server());
        WebRoutes.Endpoint resource = request -> Messages.json(200, new Metadata(audiences, endpoints()).resource());
        routes.add(HttpMethod.GET, "/.well-known/oauth-authorization-server", Authentication.NONE, Egress.NONE, server);
        routes.add(HttpMethod.GET, "/.well-known/openid-configuration", Authentication.NONE, Egress.NONE, server);
        routes.add(HttpMethod.GET, "/.well-known/oauth-protected-resource", Authentication.NONE, Egress.NONE, resource);
    }

    /** Declares what is for people; the faults of these routes are pages. */
    public void declarePages(WebRoutes routes) {
        declare(routes, pages);
    }

    private static void declare(WebRoutes routes, List<ServerEndpoint> endpoints) {
        for (ServerEndpoint each : endpoints) {
            for (HttpMethod method : each.methods()) {
                routes.add(method, each.path(), each.authentication(), each.egress(), each.endpoint());
            }
        }
    }

    /** Begins to follow what other nodes change, and to forget what is over. */
    public void start() {
        chores.execute(() -> quietly(keys::open));
        every(NEWS_MILLIS, NEWS_MILLIS, grants.index()::catchUp);
        every(CHORES_FIRST_MILLIS, CHORES_MILLIS, this::chores);
    }

    private void every(long firstMillis, long millis, Runnable chore) {
        running.add(chores.scheduleWithFixedDelay(() -> quietly(chore), firstMillis, millis, TimeUnit.MILLISECONDS));
    }

    private void chores() {
        keys.tend();
        grants.index().prune();
        sweeper.sweep();
    }

    private static void quietly(Runnable chore) {
        try {
            chore.run();
        } catch (RuntimeException e) {
            LOG.warn("A chore of the authorization server failed and will be tried again: {}", e.toString());
        }
    }

    /** All clients. */
    public Clients clients() {
        return clients;
    }

    /** Those of the clients that administrators made. */
    public Apps apps() {
        return new VouchedApps(clients, grants);
    }

    /** What people have allowed. */
    public Grants grants() {
        return grants;
    }

    /** For the authorization endpoint. */
    public AuthorizationCodes codes() {
        return codes;
    }

    /** For the page on which user codes are typed. */
    public DeviceCodes devices() {
        return devices;
    }

    /** For the authorization endpoint. */
    public PushedRequests pushed() {
        return pushed;
    }

    /** For the authorization endpoint. */
    public AuthorizationRequests requests() {
        return requests;
    }

    /** For the authorization endpoint. */
    public AuthorizationResponses responses() {
        return responses;
    }

    /** For whoever is shown one. */
    public AccessTokens accessTokens() {
        return accessTokens;
    }

    /** For whoever is shown what counts once. */
    public ShownOnce shown() {
        return shown;
    }

    @Override
    public void close() {
        running.forEach(each -> each.cancel(false));
        chores.shutdown();
    }
}
