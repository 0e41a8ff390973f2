package dev.tollgate;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.admin.AdminApi;
import dev.tollgate.alert.Alerts;
import dev.tollgate.alert.NoticeBoard;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.InFlightJournal;
import dev.tollgate.budget.LimitNews;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Pledges;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.RateBook;
import dev.tollgate.budget.RateDesk;
import dev.tollgate.budget.RateShare;
import dev.tollgate.budget.Recovery;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.SettlementRows;
import dev.tollgate.budget.Standings;
import dev.tollgate.budget.ThresholdActions;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.DiscountBook;
import dev.tollgate.catalog.Takings;
import dev.tollgate.console.OutsideDoor;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.converse.ConverseCodec;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.HealthEndpoints;
import dev.tollgate.gateway.AnswerCaching;
import dev.tollgate.gateway.BatchBilling;
import dev.tollgate.gateway.BatchPoller;
import dev.tollgate.gateway.BodyRoom;
import dev.tollgate.gateway.Errands;
import dev.tollgate.gateway.HoldingServices;
import dev.tollgate.gateway.OwnUsage;
import dev.tollgate.gateway.Services;
import dev.tollgate.gateway.Threads;
import dev.tollgate.gateway.TokenCounting;
import dev.tollgate.gateway.TokenMargins;
import dev.tollgate.gateway.Translator;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.identity.OwnerToken;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.identity.people.Administrators;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.ledger.UsageRollup;
import dev.tollgate.oauth.AccessTokens;
import dev.tollgate.oauth.AdministeredGrants;
import dev.tollgate.oauth.AuthorizationServer;
import dev.tollgate.oauth.OAuthSettings;
import dev.tollgate.oauth.SetupTokens;
import dev.tollgate.routing.RoutePlanner;
import dev.tollgate.settings.ManagedSettings;
import dev.tollgate.sim.SimulatedProvider;
import dev.tollgate.telemetry.CallSink;
import dev.tollgate.telemetry.Metrics;
import dev.tollgate.telemetry.Traces;
import dev.tollgate.upstream.AddressBook;
import dev.tollgate.upstream.AdminReports;
import dev.tollgate.upstream.Authenticator;
import dev.tollgate.upstream.CredentialProbe;
import dev.tollgate.upstream.GoogleTokens;
import dev.tollgate.upstream.JudgedFetch;
import dev.tollgate.upstream.OutboundPost;
import dev.tollgate.upstream.ProviderClient;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.open.SecretOpener;
import dev.tollgate.web.PageAddress;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The composition root: every part is made here, with {@code new}, from the floor up; and taken down in reverse. */
public final class Tollgate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tollgate.class);
    private static final long STARTING_SECONDS = 60;
    private static final int MOST_REFUSED_CALLS = 10_000;
    private static final Duration ALERT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration SIGN_IN_PATIENCE = Duration.ofSeconds(8);
    private static final int MOST_SIGN_INS_OUTSIDE = 32;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final InstantSource clock = InstantSource.system();
    private final Instant startedAt = clock.instant();
    private final ServeOptions options;
    private final Listeners listeners;
    private @Nullable VirtualKeys keys;
    private @Nullable WebDoors web;
    private @Nullable AuthorizationServer authorization;
    private @Nullable PeopleServices persons;

    private Tollgate(ServeOptions options) {
        this.options = options;
        this.listeners = new Listeners(options);
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(Serve.run(arguments));
    }

    /** @throws Refusal if something that it needs is not there; everything that had been opened is closed again */
    static Tollgate start(ServeOptions options) throws Exception {
        options.check();
        Tollgate tollgate = new Tollgate(options);
        try {
            tollgate.build();
            return tollgate;
        } catch (Exception e) {
            tollgate.close();
            throw e;
        }
    }

    private void build() throws Exception {
        Home home = opened(Home.open(options.homeOrDefault()));
        DatabaseUrl database = options.databaseOrDefault();
        Store store = opened(Store.open(database));
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        opened(() -> blocking.shutdown());
        Events events = new Events();

        // The floor: vault, audit, identity, catalog, ledger.
        Path homePath = home.path();
        RootKeySource rootKey = RootKeySource.configured(homePath, System.getenv());
        Barrier barrier = Barrier.unseal(store, clock, rootKey, RootKeySource.previous(System.getenv()));
        AuditLog audit = new AuditLog(store, clock, barrier.derive("audit head"));
        NoticeBoard notices = opened(new NoticeBoard(events, store, audit, clock));
        // Before the vault is opened, which must know of them.
        TextSealer destinations = barrier.sealer(Alerts.SEALED);
        TextSealer authenticators = barrier.sealer(PeopleServices.SEALED);
        TextSealer signingKeys = barrier.sealer(AuthorizationServer.SEALED);
        TextSealer setupTokens = barrier.sealer(SetupTokens.SEALED);
        TextSealer identityProviders = barrier.sealer(IdentityProviders.SEALED);
        Vault vault = Vault.open(barrier, audit, events);
        VirtualKeys virtualKeys = VirtualKeys.open(store, audit, clock);
        keys = virtualKeys;
        OwnerToken ownerToken = OwnerToken.ensure(homePath);
        PeopleServices people = PeopleServices.open(
                store, audit, clock, barrier.derive("people"), authenticators, () -> PageAddress.of(listeners.url()));
        persons = people;
        Catalog catalog = Catalog.open(
                store,
                audit,
                clock,
                InetAddress::getAllByName,
                provider -> vault.credentials().list().stream()
                        .filter(credential -> credential.provider().equals(provider))
                        .map(credential -> credential.name())
                        .toList(),
                homePath.resolve("prices.json"));
        UsageLedger ledger = new UsageLedger(store, events::publish);

        // Money: what a crash left in flight is settled before the first call.
        long limitsSeen = LimitNews.last(store); // before any limit is read
        InFlightJournal journal = opened(InFlightJournal.open(homePath));
        Purses purses = opened(Purses.open(store, events, clock, journal.id(), place -> catalogued(catalog, place)));
        Resolutions resolutions = new Resolutions(store, ledger, audit, clock, purses);
        Settlement settlement = opened(new Settlement(store, ledger, audit, journal, purses, clock));
        Recovery recovery = settlement.recover();
        if (recovery.unreconciled() + recovery.torn() > 0) {
            LOG.warn("The last run ended with calls in flight: {}", recovery);
        }
        ReservationDesk desk = new ReservationDesk(journal, settlement, purses);
        BudgetBook budgets = new BudgetBook(store, audit, clock, purses);
        purses.recall(store);
        GrantCaps caps = new GrantCaps(budgets, people.people());
        Vertx vertx = opened(vertx());
        OAuthDoors oauth = opened(new OAuthDoors(
                new AuthorizationServer.Ground(
                        store, audit, events, clock, signingKeys, barrier.derive("oauth"), listeners::url),
                OAuthSettings.DEFAULT.withLoginNotice(options.loginNotice),
                setupTokens,
                people,
                caps,
                vertx,
                blocking));
        authorization = oauth.server();
        AccessTokens accessTokens = oauth.server().accessTokens();
        Administrators administrators =
                new Administrators(ownerToken, accessTokens::administrator, people.people(), clock);
        HeavyFeatures heavyFeatures = HeavyFeatures.open(store, audit, clock);
        RateDesk rates = RateDesk.open(store, RateShare.WHOLE, place -> catalogued(catalog, place));
        RateBook rateBook = new RateBook(store, audit, clock, rates);
        opened(LimitNews.follow(store, limitsSeen, budgets, rateBook, heavyFeatures));
        RefusedCalls refusedCalls = new RefusedCalls(MOST_REFUSED_CALLS, purses::refused);

        // The engine, and what a call passes through.
        SimulatedProvider sim = SimulatedProvider.start(vertx, 0).await(STARTING_SECONDS, TimeUnit.SECONDS);
        catalog.setSimulatedProvider(sim.baseUrl());
        Metrics metrics = opened(new Metrics());
        SecretOpener secrets = new SecretOpener(vault.credentials());
        AddressBook addresses = new AddressBook(InetAddress::getAllByName, blocking);
        GoogleTokens tokens = new GoogleTokens(vertx, addresses, secrets, options.timeouts(), blocking, events, clock);
        Authenticator authenticator = new Authenticator(secrets, tokens, clock);
        CredentialProbe probe = new CredentialProbe(vertx, addresses, authenticator, options.timeouts());
        RoutePlanner planner = new RoutePlanner(vault.credentials(), clock, blocking);
        AnswerCache answers = new AnswerCache(options.cacheBytes(), System::nanoTime);
        BodyRoom bodies = new BodyRoom(Runtime.getRuntime().maxMemory() / 4);
        Map<Protocol, Codec> codecs = Map.of(
                Protocol.MESSAGES, MessagesCodec.codec(),
                Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
                Protocol.RESPONSES, ResponsesCodec.codec(),
                Protocol.GENERATE_CONTENT, GeminiCodec.codec());
        Map<Protocol, ProviderCodec> spoken = new EnumMap<>(Protocol.class);
        codecs.forEach((protocol, codec) -> spoken.put(protocol, codec.provider()));
        spoken.put(Protocol.CONVERSE, ConverseCodec.codec());
        Services services = new Services(
                virtualKeys.callerResolver(oauth.server().callers()),
                catalog,
                new AccessDecider(),
                new ThresholdActions(purses, heavyFeatures),
                rates,
                desk,
                new Standings(store, purses, clock),
                refusedCalls,
                planner,
                new Threads(),
                new Translator(codecs, spoken, Takings.open(homePath.resolve("takings.json")), clock),
                new TokenCounting(codecs, blocking),
                new TokenMargins(),
                new AnswerCaching(answers, codecs),
                settlement,
                telemetry(metrics),
                bodies,
                ClientAddress.behind(options.behindProxy),
                clock,
                new StoreOutage(System::nanoTime),
                listeners::url);

        // What callers leave at providers.
        Holdings holdings = new Holdings(store, new SettlementRows(ledger, audit), new Pledges(purses), audit, clock);
        Errands errands = new Errands(
                vertx.getOrCreateContext(),
                () -> new ProviderClient(vertx, addresses, authenticator, options.timeouts()),
                new BodyRoom(Runtime.getRuntime().maxMemory() / 16)); // its own: an answer to what was sent finds room
        BatchBilling billing = new BatchBilling(holdings, errands, catalog, planner, clock);
        opened(new BatchPoller(holdings, billing));
        opened(new UsageRollup(store, options.keptCalls(), clock).start());

        // The delivery of notices.
        OutboundPost posts = new OutboundPost(vertx, InetAddress::getAllByName, blocking, clock, ALERT_PATIENCE);
        Alerts alerts = opened(Alerts.start(
                store,
                audit,
                events,
                destinations,
                new Outside(InetAddress::getAllByName, posts),
                options.mail(),
                listeners::url,
                new LedgerSpend(ledger.sums(), people.people()),
                clock));

        // What Claude Code asks for beside models.
        ManagedSettings settings = new ManagedSettings(store, audit, clock);
        OwnUsage usage = new OwnUsage(ledger.sums(), clock, blocking);
        ClaudeCodeDoors claudeCode = opened(new ClaudeCodeDoors(
                settings, people.people(), usage, options.telemetryCollector(), posts, metrics, blocking));

        // The doors.
        OutsideDoor outside = new OutsideDoor(
                store,
                audit,
                identityProviders,
                barrier.cookieSealer("outside sign-in"),
                clock,
                new JudgedFetch(vertx, InetAddress::getAllByName, blocking, SIGN_IN_PATIENCE, MOST_SIGN_INS_OUTSIDE),
                () -> PageAddress.of(listeners.url()));
        ClientAddress clients = services.clients();
        GrantUses uses = new GrantUses(ledger, caps::spentNanoUsd);
        WebDoors doors = new WebDoors(
                people,
                outside,
                oauth.server(),
                uses,
                barrier.derive("web"),
                listeners::url,
                clock.withZone(ZoneOffset.UTC),
                blocking,
                clients);
        web = doors;
        HealthEndpoints health = new HealthEndpoints(blocking, () -> problems(store, settlement), metrics::scrape);
        AdminApi admin = new AdminApi(
                blocking,
                administrators,
                catalog,
                new DiscountBook(catalog, store, audit, clock),
                vault,
                probe,
                new AdminReports(vertx, addresses, options.timeouts()),
                virtualKeys,
                budgets,
                heavyFeatures,
                rateBook,
                refusedCalls,
                ledger,
                new Books(store),
                resolutions,
                audit,
                clock,
                () -> status(database, store, settlement),
                notices,
                alerts,
                people,
                doors::invitationLink,
                outside.providers(),
                outside::redirectUri,
                oauth.trustRules(),
                oauth.leases(),
                oauth.server().apps(),
                new AdministeredGrants(oauth.server(), uses, clock),
                settings);
        gauges(metrics, store, settlement, journal, bodies);
        metrics.gauge("tollgate.cache.bytes", "Bytes of answers that may be given again", answers::bytes);
        opened(listeners)
                .open(
                        vertx,
                        new LoopVerticle.Shared(
                                services,
                                new HoldingServices(services, holdings, errands, billing, blocking),
                                claudeCode,
                                usage,
                                addresses,
                                authenticator,
                                options.timeouts(),
                                admin,
                                doors,
                                oauth,
                                health,
                                ownerToken,
                                administrators));
        store.write(tx -> {
            audit.record(tx, "server", "server.started", version(), "");
            return true;
        });
    }

    /** The place with the model's id in the catalog, where the catalog knows it. */
    private static Place catalogued(Catalog catalog, Place place) {
        return catalog.view()
                .model(place.provider(), place.model())
                .map(model -> new Place(place.provider(), model.id()))
                .orElse(place);
    }

    private Vertx vertx() {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setDisableTCCL(true));
    }

    private CallSink telemetry(Metrics metrics) {
        Optional<Traces> traces = Traces.fromEnvironment(System.getenv());
        if (traces.isEmpty()) {
            return metrics;
        }
        Traces spans = opened(traces.get());
        return call -> {
            metrics.ended(call);
            spans.ended(call);
        };
    }

    private void gauges(Metrics metrics, Store store, Settlement settlement, InFlightJournal journal, BodyRoom bodies) {
        metrics.gauge("tollgate.store.queued", "Writes that wait for the store", store::queued);
        metrics.gauge("tollgate.settlements.pending", "Settlements that are not durable yet", settlement::pending);
        metrics.gauge("tollgate.calls.in.flight", "Calls that have been sent and not settled", journal::inFlight);
        metrics.gauge("tollgate.bodies.held.bytes", "Bytes of request and answer bodies in memory", bodies::held);
        metrics.gauge("tollgate.requests.open", "HTTP requests whose answer has not ended", listeners::inFlight);
    }

    private List<String> problems(Store store, Settlement settlement) {
        List<String> problems = new ArrayList<>();
        if (listeners.draining()) {
            problems.add("Tollgate is stopping.");
        }
        if (!store.takesWrites(Duration.ofSeconds(3))) {
            problems.add("The store takes no writes.");
        }
        if (settlement.storeAway()) {
            problems.add("Settlements cannot be written at the moment.");
        }
        return problems;
    }

    private ObjectNode status(DatabaseUrl database, Store store, Settlement settlement) {
        List<String> problems = problems(store, settlement);
        ObjectNode status = Json.MAPPER
                .createObjectNode()
                .put("version", version())
                .put("public_url", listeners.url())
                .put("database", database instanceof DatabaseUrl.Sqlite ? "sqlite" : "postgresql")
                .put("ready", problems.isEmpty())
                .put("started_at", startedAt.toString());
        problems.forEach(status.putArray("problems")::add);
        return status;
    }

    static String version() {
        String version = Tollgate.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    String url() {
        return listeners.url();
    }

    VirtualKeys keys() {
        if (keys == null) {
            throw new IllegalStateException("not started");
        }
        return keys;
    }

    /** A new link for the first owner; empty if an owner can sign in. */
    Optional<String> firstRunLink() {
        if (web == null) {
            throw new IllegalStateException("not started");
        }
        return web.firstRunLink();
    }

    AuthorizationServer authorization() {
        if (authorization == null) {
            throw new IllegalStateException("not started");
        }
        return authorization;
    }

    PeopleServices people() {
        if (persons == null) {
            throw new IllegalStateException("not started");
        }
        return persons;
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private Vertx opened(Vertx vertx) {
        open.push(() -> vertx.close().await(STARTING_SECONDS, TimeUnit.SECONDS));
        return vertx;
    }

    /** Takes no new calls, lets those under way end for as long as the options allow, and closes everything. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("A part did not close well: {}", e.toString());
            }
        }
    }
}
