package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.Apps;
import dev.tollgate.identity.people.PersonListener;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.PeriodicTasks;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.App;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The authorization server, put together. Nothing of its libraries is loaded before the first request that needs them. */
public final class AuthorizationServer implements AutoCloseable {
    /** Where the signing keys lie; each is sealed for its id. */
    public static final SealedColumn SEALED = new SealedColumn("oauth", "oauth_key", "kid", "sealed");

    /** Within a second, what was revoked on one node opens nothing on any. */
    static final Duration NEWS = Duration.ofMillis(500);

    private static final Duration SWEEP_FIRST = Duration.ofMinutes(1);
    private static final Duration CHORES = Duration.ofMinutes(10);

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
    private final OwnGrants ownGrants;
    private final RefreshTokens refreshTokens;
    private final AuthorizationCodes codes;
    private final DeviceCodes devices;
    private final PushedRequests pushed;
    private final AuthorizationRequests requests;
    private final AuthorizationResponses responses;
    private final AccessTokens accessTokens;
    private final BoundCallers callers;
    private final PageCalls pageCalls;
    private final MachineEndpoints.Once machine;
    private final ShownOnce shown;
    private final SigningKeys keys;
    private final Sweeper sweeper;
    private final Audiences audiences;
    private final List<ServerEndpoint> endpoints = new ArrayList<>();
    private final List<ServerEndpoint> pages = new ArrayList<>();
    private final PeriodicTasks tasks = new PeriodicTasks();

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
        ownGrants = new OwnGrants(store, grants, audiences);
        shown = new ShownOnce(store, clock);
        sweeper = new Sweeper(store, clock);
        refreshTokens = new RefreshTokens(store, grants, clock, settings, derived(ground, "refresh"));
        codes = new AuthorizationCodes(store, grants, refreshTokens, clock);
        devices = new DeviceCodes(store, ground.audit(), refreshTokens, clock, settings, derived(ground, "user codes"));
        pushed = new PushedRequests(store, clock);
        requests = new AuthorizationRequests(audiences);
        responses = new AuthorizationResponses(audiences);
        accessTokens = new AccessTokens(keys, grants.index(), audiences, clock, settings);
        callers = new BoundCallers(accessTokens, audiences, () -> proofs(ground), clock);
        pageCalls = new PageCalls(accessTokens, clock);
        machine = new MachineEndpoints.Once(() -> new MachineEndpoints(this, ground, settings, persons, others));
        endpoints.addAll(MachineEndpoints.all(machine));
    }

    DpopProofs proofs(Ground ground) {
        return new DpopProofs(shown, ground.clock(), derived(ground, "nonces"));
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

    OwnGrants ownGrants() {
        return ownGrants;
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
        publish(routes, "/.well-known/oauth-authorization-server", server);
        publish(routes, "/.well-known/openid-configuration", server);
        publish(
                routes,
                "/.well-known/oauth-protected-resource",
                request -> Messages.json(200, new Metadata(audiences, endpoints()).resource()));
    }

    private static void publish(WebRoutes routes, String path, WebRoutes.Endpoint document) {
        WebRoutes.Endpoint get = request -> Cors.open(document.handle(request));
        WebRoutes.Endpoint preflight = request -> Cors.openPreflight();
        routes.add(HttpMethod.GET, path, Authentication.NONE, Egress.NONE, get);
        routes.add(HttpMethod.OPTIONS, path, Authentication.NONE, Egress.NONE, preflight);
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

    /**
     * The app to which somebody goes on after signing in, if that place is an authorization request that can be decided on:
     * for a page to name it. Nothing is used up, and no description is fetched, as anybody may name an address. Blocking.
     *
     * @param place path and query
     */
    public Optional<App> appBehind(String place) {
        String start = AuthorizeEndpoint.PATH + "?";
        Params params = place.startsWith(start) ? Params.parse(place.substring(start.length())) : null;
        Arrivals known = new Arrivals(clients::known, pushed, requests);
        return params != null && known.judge(params) instanceof Arrival.Asked asked
                ? Optional.of(Consents.app(asked.client(), asked.redirectUri()))
                : Optional.empty();
    }

    /** Begins to follow what other nodes change, and to forget what is over. */
    public void start() {
        tasks.every("oauth-news", NEWS, NEWS, this::catchUp);
        tasks.every("oauth-keys", Duration.ZERO, CHORES, this::tendKeys);
        tasks.every("oauth-sweep", SWEEP_FIRST, CHORES, this::sweep);
    }

    /** Learns what other nodes have changed. */
    void catchUp() {
        grants.index().catchUp();
        keys.catchUp();
    }

    private void tendKeys() {
        keys.open();
        keys.tend();
    }

    private void sweep() {
        grants.index().prune();
        grants.liftEnded();
        sweeper.sweep();
    }

    /** What becomes of people's grants when something about the people changes. */
    public PersonListener ofPeople() {
        return new GrantsOfPeople(grants);
    }

    /** All clients. */
    public Clients clients() {
        return clients;
    }

    /** Those of the clients that administrators made. */
    public Apps apps() {
        return new VouchedApps(clients, grants, ownGrants);
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

    /** Who calls the model API by an access token. */
    public BoundCallers callers() {
        return callers;
    }

    /** What lets pages of clients read the model API's answers. */
    public PageCalls pageCalls() {
        return pageCalls;
    }

    /**
     * Answers preflights of pages of clients, for a path of the model API.
     *
     * @param methods what the path takes, separated by commas
     */
    public WebRoutes.Endpoint preflightOfCalls(String methods) {
        return machine.preflightOf(methods, Cors.CALL_HEADERS);
    }

    /** For whoever is shown what counts once. */
    public ShownOnce shown() {
        return shown;
    }

    @Override
    public void close() {
        tasks.close();
    }
}
