package dev.tollgate.web;

import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Front;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.SignedOutPage;
import dev.tollgate.web.page.Viewer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the samples, and endpoints that say what a form has brought them. As a program it prints its address and serves
 * until its input ends.
 */
final class PageServer implements AutoCloseable {
    private static final Set<String> STRANGERS =
            Set.of("sign-in", "password", "totp", "recovery", "new", "first-run", "invitation", "signed");
    private static final byte[] KEY = "a key for tests: thirty-two bytes and more".getBytes(StandardCharsets.UTF_8);

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Page> samples = SamplePages.plain();
    private final String url;
    final Queue<Thread> tellers = new ConcurrentLinkedQueue<>();
    final Pages pages;

    private PageServer(Consumer<WebRoutes> more) throws Exception {
        String[] address = new String[1];
        Clock clock = Clock.fixed(SamplePages.NOW, ZoneOffset.UTC);
        pages = new Pages(() -> address[0], KEY, clock);
        Context context = vertx.getOrCreateContext();
        WebRoutes routes = new WebRoutes(
                context, blocking, ClientAddress.behind(List.of()), new Watched(new PageFailures(pages, clock)));
        Assets.routes(routes);
        declare(routes);
        more.accept(routes);
        Front.ErrorPage errors =
                new BrowserErrors(context, blocking, pages, path -> path.startsWith("/api/"), new PlainErrors());
        Front front = new Front(routes.routes(), token -> false, errors, ClientAddress.behind(List.of()));
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(v -> front.listen(
                        vertx, new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
        HttpServer server = listening.get();
        url = "http://localhost:" + server.actualPort();
        address[0] = url;
    }

    /** Notes on which threads faults are told. */
    private final class Watched implements WebRoutes.Failures {
        private final WebRoutes.Failures failures;

        Watched(WebRoutes.Failures failures) {
            this.failures = failures;
        }

        @Override
        public WebReply unreadable(int status) {
            tellers.add(Thread.currentThread());
            return failures.unreadable(status);
        }

        @Override
        public WebReply failed(Throwable cause) {
            tellers.add(Thread.currentThread());
            return failures.failed(cause);
        }
    }

    static PageServer start() throws Exception {
        return new PageServer(routes -> {});
    }

    /** With routes of a test's own. */
    static PageServer start(Consumer<WebRoutes> more) throws Exception {
        return new PageServer(more);
    }

    /** {@code http://localhost:port} */
    String url() {
        return url;
    }

    private void declare(WebRoutes routes) {
        get(routes, "/samples", request -> WebReply.json(200, Json.MAPPER.valueToTree(samples.keySet())));
        get(routes, "/samples/{name}", request -> {
            String name = request.pathParameter("name");
            Page page = samples.get(name);
            return page == null ? WebReply.empty(404) : pages.show(request, viewer(name), page);
        });
        post(
                routes,
                Paths.SIGN_IN_PASSKEY_OPTIONS,
                request -> WebReply.json(200, Json.MAPPER.readTree("""
                {"challenge":"%s","rpId":"localhost","userVerification":"required","timeout":60000}
                """.formatted(Ids.secret(32)))));
        post(
                routes,
                Paths.PASSKEY_OPTIONS,
                request -> WebReply.json(200, Json.MAPPER.readTree("""
                {"challenge":"%s","rp":{"id":"localhost","name":"Tollgate"},
                 "user":{"id":"cGVyXzE","name":"ada@example.com","displayName":"Ada"},
                 "pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"excludeCredentials":[],
                 "authenticatorSelection":{"residentKey":"required","userVerification":"required"}}
                """.formatted(Ids.secret(32)))));
        for (String path : List.of(Paths.SIGN_IN, Paths.SIGN_IN_PASSKEY, Paths.PASSKEYS, Paths.DEVICE)) {
            post(
                    routes,
                    path,
                    request -> WebReply.json(
                            200, Json.MAPPER.valueToTree(request.form().asMap())));
        }
        // An app at another origin: the gate under its other name.
        post(
                routes,
                Paths.CONSENT,
                request -> pages.show(
                        request,
                        null,
                        new ContinuePage(url.replace("localhost", "127.0.0.1") + "/app?code=1", "The app")));
        get(
                routes,
                "/app",
                request -> WebReply.text(200, "The app got " + request.query().asMap()));
        post(routes, Paths.SIGN_OUT, request -> pages.show(request, null, new SignedOutPage()));
    }

    private static @Nullable Viewer viewer(String sample) {
        return STRANGERS.stream().anyMatch(sample::startsWith) ? null : new Viewer("Ada Lovelace", "ada@example.com");
    }

    private static void get(WebRoutes routes, String path, WebRoutes.Endpoint endpoint) {
        routes.add(HttpMethod.GET, path, Authentication.NONE, Egress.NONE, endpoint);
    }

    private void post(WebRoutes routes, String path, WebRoutes.Endpoint endpoint) {
        routes.add(HttpMethod.POST, path, Authentication.NONE, Egress.NONE, pages.form(endpoint));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        blocking.close();
    }

    public static void main(String[] arguments) throws Exception {
        try (PageServer server = start()) {
            System.out.println(server.url());
            while (System.in.read() >= 0) {
                // Whoever started this ends it by closing its input.
            }
        }
    }
}
