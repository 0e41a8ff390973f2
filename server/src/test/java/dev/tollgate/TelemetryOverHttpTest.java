package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.OutboundPost;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Telemetry that clients leave at the gate, and the collector that it goes on to. */
@Timeout(120)
class TelemetryOverHttpTest {
    private static final byte[] ZIPPED = {31, -117, 8, 0, 1, 2, 3};

    /** What the collector has got. */
    private record Got(String path, Map<String, List<String>> headers, byte[] body) {
        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }
    }

    private static HttpResponse<String> leave(RunningGate gate, String key, String path, byte[] body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(gate.url() + path))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("authorization", "Bearer " + key)
                            .header("content-type", "application/x-protobuf")
                            .header("content-encoding", "gzip")
                            .header("x-session", "private")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void whatClientsLeaveGoesOnAsItCameAndNothingElseOfTheirs(@TempDir Path home) throws Exception {
        BlockingQueue<Got> got = new LinkedBlockingQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> take(exchange, got));
        collector.start();
        String address = "http://127.0.0.1:" + collector.getAddress().getPort() + "/base/";
        try (RunningGate gate = new RunningGate(home, "--otlp-forward", address)) {
            String key = gate.createKey("ci");
            for (String path : new String[] {"/v1/metrics", "/v1/logs", "/v1/traces"}) {
                assertEquals(200, leave(gate, key, path, ZIPPED).statusCode());
                Got message = got.take();
                assertEquals("/base" + path, message.path());
                assertArrayEquals(ZIPPED, message.body());
                assertEquals("application/x-protobuf", message.header("content-type"));
                assertEquals("gzip", message.header("content-encoding"));
                assertNull(message.header("authorization"));
                assertNull(message.header("x-session"));
            }
            assertEquals(401, leave(gate, "tg_none", "/v1/metrics", ZIPPED).statusCode());
            assertEquals(
                    200, leave(gate, key, "/v1/metrics", new byte[33 << 20]).statusCode(), "too large, so dropped");
            awaitGauge(gate, "tollgate_otlp_forwarded", 3);
            awaitGauge(gate, "tollgate_otlp_dropped", 1);
            assertNull(got.poll());
        } finally {
            collector.stop(0);
        }
    }

    private static void take(HttpExchange exchange, BlockingQueue<Got> got) throws IOException {
        got.add(new Got(
                exchange.getRequestURI().getPath(),
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes()));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    /** What is forwarded is counted when the collector has answered, and so a little later. */
    private static void awaitGauge(RunningGate gate, String name, double value) throws Exception {
        while (gate.gauge(name) != value) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aCollectorThatIsAwayIsNoClientsAffair(@TempDir Path home) throws Exception {
        try (RunningGate gate = new RunningGate(home, "--otlp-forward", "http://127.0.0.1:9")) {
            String key = gate.createKey("ci");
            assertEquals(200, leave(gate, key, "/v1/logs", ZIPPED).statusCode());
            awaitGauge(gate, "tollgate_otlp_dropped", 1);
            assertEquals(0, gate.gauge("tollgate_otlp_forwarded"));
        }
    }

    @Test
    void theCollectorGetsTheOperatorsHeaders() throws Exception {
        BlockingQueue<Got> got = new LinkedBlockingQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> take(exchange, got));
        collector.start();
        Vertx vertx = Vertx.vertx();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            OutboundPost posts = new OutboundPost(
                    vertx, InetAddress::getAllByName, threads, InstantSource.system(), Duration.ofSeconds(30));
            String address = "http://127.0.0.1:" + collector.getAddress().getPort();
            int status = TelemetryCollector.of(address, "api-key=s=1, x-team=a")
                    .destination(posts)
                    .post("/v1/logs", Map.of("content-type", "application/json", "content-encoding", "gzip"), ZIPPED);
            assertEquals(200, status);
            Got message = got.take();
            assertEquals("/v1/logs", message.path());
            assertEquals("s=1", message.header("api-key"));
            assertEquals("application/json", message.header("content-type"));
            assertEquals("a", message.header("x-team"));
            assertEquals("gzip", message.header("content-encoding"));
        } finally {
            collector.stop(0);
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "ftp://collector.example", "https://user:secret@collector.example", "http://"})
    void whatIsNoAddressDoesNotStart(String address) {
        Refusal refused = assertThrows(Refusal.class, () -> TelemetryCollector.of(address, null));
        assertTrue(!String.valueOf(refused.getMessage()).contains("secret"), refused.getMessage());
    }

    @Test
    void headersForTheCollectorAreReadAndNeverTold() {
        assertEquals(
                Map.of("api-key", "s=1", "x-team", "a b"),
                TelemetryCollector.of("https://collector.example", " api-key=s=1 , x-team=a b")
                        .headers());
        for (String bad : new String[] {"secret", "=secret", "a b=secret", "a=secret\u0001", "a=", "a=secret,"}) {
            Refusal refused =
                    assertThrows(Refusal.class, () -> TelemetryCollector.of("https://collector.example", bad));
            assertTrue(!String.valueOf(refused.getMessage()).contains("secret"), bad);
        }
        assertTrue(!TelemetryCollector.of("https://collector.example", "a=secret")
                .toString()
                .contains("secret"));
    }
}
