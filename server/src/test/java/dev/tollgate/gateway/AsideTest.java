package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.front.Replies;
import dev.tollgate.kernel.CapturedLog;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.kernel.store.StoreUnavailable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that wait for the store, and what is said where it gives none. */
@Timeout(60)
class AsideTest {
    private static final Aside.Answer WELL =
            (request, id) -> Replies.json(request, 200, "{}".getBytes(StandardCharsets.UTF_8));

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final CapturedLog outages = CapturedLog.of(StoreOutage.class);
    private final CapturedLog faults = CapturedLog.of(Aside.class);
    private volatile Supplier<Aside.Answer> question = () -> WELL;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        Context context = vertx.getOrCreateContext();
        Aside aside = new Aside(InstantSource.system(), new StoreOutage(System::nanoTime), blocking, context);
        server = vertx.createHttpServer()
                .requestHandler(request -> aside.answer(request, () -> question.get()))
                .listen(0, "127.0.0.1")
                .await(1, TimeUnit.MINUTES);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(1, TimeUnit.MINUTES);
        blocking.close();
        outages.close();
        faults.close();
    }

    private HttpResponse<String> ask(Supplier<Aside.Answer> asked) throws Exception {
        question = asked;
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI url = URI.create("http://127.0.0.1:" + server.actualPort());
            return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Supplier<Aside.Answer> failing(RuntimeException fault) {
        return () -> {
            throw fault;
        };
    }

    @Test
    void whileTheStoreIsAwayAllAreAskedToComeBackAndTheLogHearsItOnce() throws Exception {
        Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("away.db")));
        store.close();
        StoreUnavailable away =
                assertThrows(StoreUnavailable.class, () -> store.read(handle -> handle.execute("SELECT 1")));
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = ask(failing(away));
            assertEquals(503, answer.statusCode(), answer.body());
            assertEquals("5", answer.headers().firstValue("retry-after").orElse(""));
        }
        assertEquals(1, outages.lines().size(), outages.lines().toString());
        assertEquals(List.of(), faults.lines());
        assertEquals(200, ask(() -> WELL).statusCode());
    }

    @Test
    void whatIsWrongInItselfIsAFaultAndEachIsLogged() throws Exception {
        try (Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("well.db")))) {
            StoreUnavailable rejected = assertThrows(
                    StoreUnavailable.class,
                    () -> store.write(tx -> tx.handle().execute("INSERT INTO nowhere VALUES (1)")));
            for (RuntimeException fault : List.of(rejected, new IllegalStateException("a fault of the gate"))) {
                HttpResponse<String> answer = ask(failing(fault));
                assertEquals(500, answer.statusCode(), answer.body());
                assertTrue(answer.headers().firstValue("retry-after").isEmpty());
            }
        }
        assertEquals(2, faults.lines().size(), faults.lines().toString());
        assertEquals(List.of(), outages.lines());
    }
}
