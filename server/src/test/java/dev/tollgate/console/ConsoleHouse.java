package dev.tollgate.console;

import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Front;
import dev.tollgate.front.Route;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.web.Assets;
import dev.tollgate.web.PageAddress;
import dev.tollgate.web.PageFailures;
import dev.tollgate.web.Pages;
import dev.tollgate.web.PlainErrors;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.OutsideProvider;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The console on a real store, behind the real front, with a clock that stands still until it is moved. */
final class ConsoleHouse implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Store store;
    final PeopleServices people;
    final Console console;
    final String url;
    final List<OutsideProvider> providers = new CopyOnWriteArrayList<>();
    /** The apps behind places to go on to. */
    final Map<String, App> apps = new ConcurrentHashMap<>();

    private final List<Route> routes;
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    /** Puts people's services together. */
    @FunctionalInterface
    interface Opening {
        PeopleServices open(
                Store store,
                AuditTrail audit,
                InstantSource clock,
                byte[] secret,
                TextSealer sealer,
                Supplier<String> publicUrl);
    }

    ConsoleHouse(Path folder) throws Exception {
        this(folder, PeopleServices::open);
    }

    ConsoleHouse(Path folder, Opening opening) throws Exception {
        store = Store.open(TestDatabase.SQLITE.fresh(folder));
        Clock clock = new Moved();
        String[] given = new String[1];
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(folder, Map.of()), Optional.empty());
        people = opening.open(
                store,
                (tx, actor, action, subject, detail) -> {},
                clock,
                barrier.derive("people"),
                barrier.sealer(PeopleServices.SEALED),
                () -> PageAddress.of(given[0]));
        Pages pages = new Pages(() -> PageAddress.of(given[0]), barrier.derive("web"), clock);
        console = new Console(
                people, pages, () -> given[0], () -> providers, place -> Optional.ofNullable(apps.get(place)), clock);
        Context context = vertx.getOrCreateContext();
        ClientAddress clients = ClientAddress.behind(List.of("127.0.0.1"));
        WebRoutes declared = new WebRoutes(context, blocking, clients, new PageFailures(pages, clock));
        Assets.routes(declared);
        console.declare(declared);
        this.routes = declared.routes();
        Front front = new Front(this.routes, token -> false, new PlainErrors(), clients);
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(v -> front.listen(
                        vertx, new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
        int port = listening.get().actualPort();
        given[0] = "http://127.0.0.1:" + port;
        url = "http://localhost:" + port;
    }

    /** The paths that take forms, in order. */
    List<String> posts() {
        return routes.stream()
                .filter(route -> route.method().equals(HttpMethod.POST))
                .map(Route::path)
                .sorted()
                .toList();
    }

    List<String> paths(Route.Authentication authentication) {
        return routes.stream()
                .filter(route -> route.authentication() == authentication)
                .map(Route::path)
                .toList();
    }

    /** A browser that comes from an address of its own. */
    Browser browser(String address) throws Exception {
        return new Browser(url, address);
    }

    void pass(Duration time) {
        store.write(tx -> true); // what was queued before is durable
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    String firstRunLink() {
        return console.firstRunLink(people.firstRun().issue().orElseThrow());
    }

    String invitationLink(String email, Role role) {
        return console.invitationLink(people.invitations()
                .invite(email, role, List.of(), Actor.OWNER_TOKEN)
                .text());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        blocking.close();
        store.close();
    }

    private final class Moved extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
