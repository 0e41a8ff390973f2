package dev.tollgate.gateway;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.InFlightJournal;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.ThresholdActions;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Takings;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
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
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
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

/** Model calls as the gate makes them, with codecs and threads of a test's own. */
final class CallHouse implements AutoCloseable {
    final BodyRoom bodies = new BodyRoom(1 << 30);
    final UsageLedger ledger;
    final Catalog catalog;
    final BudgetBook budgets;
    final HeavyFeatures heavyFeatures;
    final String key;

    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Vertx vertx = Vertx.vertx();
    private final Store store;
    private final InFlightJournal journal;
    private final Settlement settlement;
    private final HttpServer server;
    private final CountDownLatch left = new CountDownLatch(1);

    /** @param counting runs what counts tokens */
    CallHouse(Path home, Map<Protocol, Codec> codecs, Executor counting) throws Exception {
        InstantSource clock = InstantSource.system();
        store = Store.open(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")));
        ledger = new UsageLedger(store);
        AuditLog audit = new AuditLog(store, clock, new byte[32]);
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(home, Map.of()), Optional.empty());
        Vault vault = Vault.open(barrier, audit, new Events());
        VirtualKeys keys = VirtualKeys.open(store, audit, clock);
        key = keys.create("caller", List.of(), null, "test").key();
        catalog = Catalog.open(
                store, audit, clock, InetAddress::getAllByName, name -> List.of(), home.resolve("prices.json"));
        journal = InFlightJournal.open(home);
        Purses purses = Purses.open(store, new Events(), clock, journal.id(), place -> place);
        budgets = new BudgetBook(store, audit, clock, purses);
        heavyFeatures = HeavyFeatures.open(store, audit, clock);
        settlement = new Settlement(store, ledger, audit, journal, purses, clock);
        SecretOpener secrets = new SecretOpener(vault.credentials());
        AddressBook addresses = new AddressBook(InetAddress::getAllByName, blocking);
        Authenticator authenticator = new Authenticator(
                secrets, new GoogleTokens(vertx, addresses, secrets, Timeouts.DEFAULT, blocking), clock);
        Map<Protocol, ProviderCodec> spoken = new EnumMap<>(Protocol.class);
        codecs.forEach((protocol, codec) -> spoken.put(protocol, codec.provider()));
        Services services = new Services(
                keys.callerResolver(),
                catalog,
                new AccessDecider(),
                new ThresholdActions(purses, heavyFeatures),
                new ReservationDesk(journal, settlement, purses),
                new RefusedCalls(10),
                new RoutePlanner(vault.credentials(), clock, blocking),
                new Translator(codecs, spoken, Takings.open(home.resolve("takings.json")), clock),
                new TokenCounting(codecs, counting),
                new TokenMargins(),
                settlement,
                call -> {},
                bodies,
                ClientAddress.behind(List.of()),
                clock);
        Context context = vertx.getOrCreateContext();
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(v -> {
            ProviderClient client = new ProviderClient(vertx, addresses, authenticator, Timeouts.DEFAULT);
            ModelEndpoints endpoints = new ModelEndpoints(services, client, context);
            vertx.createHttpServer()
                    .connectionHandler(
                            connection -> connection.closeHandler(gone -> context.runOnContext(v2 -> left.countDown())))
                    .requestHandler(http -> endpoints.routes().stream()
                            .filter(route -> route.path().equals(http.path()))
                            .findFirst()
                            .orElseThrow()
                            .handler()
                            .handle(http, Map.of()))
                    .listen(0, "127.0.0.1")
                    .onComplete(listening::complete, listening::completeExceptionally);
        });
        server = listening.get();
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
