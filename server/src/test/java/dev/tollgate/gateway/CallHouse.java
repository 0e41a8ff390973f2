package dev.tollgate.gateway;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.InFlightJournal;
import dev.tollgate.budget.Pledges;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.RateBook;
import dev.tollgate.budget.RateDesk;
import dev.tollgate.budget.RateShare;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.SettlementRows;
import dev.tollgate.budget.Standings;
import dev.tollgate.budget.ThresholdActions;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Takings;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Route;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.routing.RoutePlanner;
import dev.tollgate.upstream.AddressBook;
import dev.tollgate.upstream.Authenticator;
import dev.tollgate.upstream.GoogleTokens;
import dev.tollgate.upstream.ProviderClient;
import dev.tollgate.upstream.Timeouts;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.open.SecretOpener;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Model calls as the gate makes them, with codecs and threads of a test's own. */
final class CallHouse implements AutoCloseable {
    final BodyRoom bodies = new BodyRoom(1 << 30);
    final UsageLedger ledger;
    final Catalog catalog;
    final BudgetBook budgets;
    final HeavyFeatures heavyFeatures;
    final Vault vault;
    final Holdings holdings;
    final BatchBilling billing;
    final RateBook rates;
    final TokenMargins margins = new TokenMargins();
    final String key;
    final VirtualKeys keys;
    /** By how much the answer cache's clock runs ahead. */
    final AtomicLong passedNanos = new AtomicLong();

    /** What the gate's own code sees of a request. */
    volatile UnaryOperator<HttpServerRequest> seen = UnaryOperator.identity();

    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Vertx vertx = Vertx.vertx();
    private final Store store;
    private final InFlightJournal journal;
    private final Settlement settlement;
    private final HttpServer server;
    private final CountDownLatch left = new CountDownLatch(1);

    /** @param counting runs what counts tokens */
    CallHouse(Path home, Map<Protocol, Codec> codecs, Executor counting) throws Exception {
        this(home, codecs, counting, Timeouts.DEFAULT);
    }

    CallHouse(Path home, Map<Protocol, Codec> codecs, Executor counting, Timeouts timeouts) throws Exception {
        InstantSource clock = InstantSource.system();
        store = Store.open(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")));
        ledger = new UsageLedger(store);
        AuditLog audit = new AuditLog(store, clock, new byte[32]);
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(home, Map.of()), Optional.empty());
        vault = Vault.open(barrier, audit, new Events());
        keys = VirtualKeys.open(store, audit, clock);
        key = keys.create("caller", List.of(), null, "test").key();
        catalog = Catalog.open(
                store, audit, clock, InetAddress::getAllByName, name -> List.of(), home.resolve("prices.json"));
        journal = InFlightJournal.open(home);
        Purses purses = Purses.open(store, new Events(), clock, journal.id(), place -> place);
        budgets = new BudgetBook(store, audit, clock, purses);
        heavyFeatures = HeavyFeatures.open(store, audit, clock);
        RateDesk desk = RateDesk.open(store, RateShare.WHOLE, place -> place);
        rates = new RateBook(store, audit, clock, desk);
        settlement = new Settlement(store, ledger, audit, journal, purses, clock);
        SecretOpener secrets = new SecretOpener(vault.credentials());
        AddressBook addresses = new AddressBook(InetAddress::getAllByName, blocking);
        Authenticator authenticator = new Authenticator(
                secrets,
                new GoogleTokens(vertx, addresses, secrets, Timeouts.DEFAULT, blocking, new Events(), clock),
                clock);
        Map<Protocol, ProviderCodec> spoken = new EnumMap<>(Protocol.class);
        codecs.forEach((protocol, codec) -> spoken.put(protocol, codec.provider()));
        RoutePlanner planner = new RoutePlanner(vault.credentials(), clock, blocking);
        Services services = new Services(
                keys.callerResolver(),
                catalog,
                new AccessDecider(),
                new ThresholdActions(purses, heavyFeatures),
                desk,
                new ReservationDesk(journal, settlement, purses),
                new Standings(store, purses, clock),
                new RefusedCalls(10, refused -> {}),
                planner,
                new Threads(),
                new Translator(codecs, spoken, Takings.open(home.resolve("takings.json")), clock),
                new TokenCounting(codecs, counting),
                margins,
                new AnswerCaching(new AnswerCache(1 << 20, () -> System.nanoTime() + passedNanos.get()), codecs),
                settlement,
                call -> {},
                bodies,
                ClientAddress.behind(List.of()),
                clock,
                new StoreOutage(System::nanoTime),
                () -> "https://gate.example");
        holdings = new Holdings(store, new SettlementRows(ledger, audit), new Pledges(purses), audit, clock);
        Errands errands = new Errands(
                vertx.getOrCreateContext(),
                () -> new ProviderClient(vertx, addresses, authenticator, Timeouts.DEFAULT),
                new BodyRoom(1 << 26));
        billing = new BatchBilling(holdings, errands, catalog, planner, clock);
        HoldingServices holding = new HoldingServices(services, holdings, errands, billing, blocking);
        Context context = vertx.getOrCreateContext();
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(v -> {
            ProviderClient client = new ProviderClient(vertx, addresses, authenticator, timeouts);
            List<Route> routes = new ArrayList<>(new ModelEndpoints(services, client, context).routes());
            routes.addAll(new HoldingEndpoints(holding, services, client, context).routes());
            vertx.createHttpServer()
                    .connectionHandler(
                            connection -> connection.closeHandler(gone -> context.runOnContext(v2 -> left.countDown())))
                    .requestHandler(http -> handle(routes, seen.apply(http)))
                    .listen(0, "127.0.0.1")
                    .onComplete(listening::complete, listening::completeExceptionally);
        });
        server = listening.get();
    }

    private static void handle(List<Route> routes, HttpServerRequest http) {
        for (Route route : routes) {
            Matcher path =
                    Pattern.compile(route.path().replace("{id}", "([^/]+)")).matcher(http.path());
            if (route.method().equals(http.method()) && path.matches()) {
                route.handler().handle(http, path.groupCount() == 0 ? Map.of() : Map.of("id", path.group(1)));
                return;
            }
        }
        throw new AssertionError("no route for " + http.path());
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Waits until a client has hung up, and the gate has seen it. */
    void awaitLeaving() throws InterruptedException {
        if (!left.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no client has left");
        }
    }

    /** A request's body gives its room back right after the answer's last bytes, which the client may read before. */
    void awaitHeld(long expectedBytes) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (bodies.held() != expectedBytes) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(bodies.held() + " bytes are held");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        settlement.close();
        journal.close();
        store.close();
        blocking.close();
    }
}
