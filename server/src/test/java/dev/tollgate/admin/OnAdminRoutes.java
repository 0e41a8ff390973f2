package dev.tollgate.admin;

import dev.tollgate.identity.OwnerToken;
import dev.tollgate.identity.people.Administrators;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests over real HTTP of what one route of the admin API answers with. */
abstract class OnAdminRoutes {
    @TempDir
    Path home;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final CountDownLatch handled = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Serves what one path answers with, on a thread of its own, and tells when that thread is done. */
    URI serve(AdminRoutes.Handler handler) throws Exception {
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        Context context = vertx.getOrCreateContext();
        AdminRoutes routes = new AdminRoutes(
                context,
                task -> Thread.startVirtualThread(() -> {
                    task.run();
                    handled.countDown();
                }),
                administrators());
        routes.get("/rows", handler);
        context.runOnContext(v -> vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> routes.routes().getFirst().handler().handle(request, Map.of()))
                .listen()
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
        return URI.create(
                "http://127.0.0.1:" + listening.get(20, TimeUnit.SECONDS).actualPort() + AdminRoutes.PREFIX + "/rows");
    }

    @SuppressWarnings("NullAway") // nobody comes with a token of a person
    private Administrators administrators() {
        return new Administrators(OwnerToken.ensure(home), Administrators.Tokens.NONE, null, InstantSource.system());
    }

    HttpResponse<InputStream> open(URI uri) throws Exception {
        String token = Files.readString(home.resolve(OwnerToken.FILE)).strip();
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("authorization", "Bearer " + token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }
}
