package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.catalog.HostLookup;
import dev.tollgate.upstream.JudgedFetch;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of clients that are to make the gate call what their author cannot: with the gate's own way out, at real sockets. */
@Timeout(60)
class ClientDocumentAttacksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String ID = "https://tool.example/client.json";
    private static final String PUBLIC = "203.0.113.7"; // a test network (RFC 5737): nobody answers there

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** On this machine; nothing accepts what it is offered. */
    @SuppressWarnings("NullAway.Init")
    private ServerSocket inside;

    @BeforeEach
    void open() throws IOException {
        inside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        inside.close();
        threads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private JudgedFetch fetch(HostLookup lookup) {
        return new JudgedFetch(vertx, lookup, threads, PATIENCE, DocumentFetch.MOST_AT_ONCE);
    }

    private static ClientDocuments documents(DocumentFetch fetch) {
        return new ClientDocuments(fetch, new FetchLimits(TimeMeter.SYSTEM_NANOTIME), InstantSource.system());
    }

    private ClientDocuments documents(HostLookup lookup) {
        return documents(DocumentFetch.judged(fetch(lookup)));
    }

    private void assertNobodyConnected() throws IOException {
        inside.setSoTimeout(1);
        assertThrows(SocketTimeoutException.class, () -> inside.accept().close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "2130706433",
                "0x7f000001",
                "0x7f.0x0.0x0.0x1",
                "017700000001",
                "0177.0.0.1",
                "127.1",
                "0",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "169.254.169.254",
                "[fd00:ec2::254]",
                "2852039166"
            })
    void anIdOfThisMachineOrOfAMetadataServiceIsNotCalledInWhateverForm(String host) throws IOException {
        String id = "https://" + host + ":" + inside.getLocalPort() + "/client.json";
        assertTrue(documents(InetAddress::getAllByName).find(id).isEmpty());
        assertNobodyConnected();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "fe80::1"})
    void aNameThatLeadsInsideIsNotCalledNorOneOfWhoseAddressesDoes(String address) throws IOException {
        String id = "https://client.example.org:" + inside.getLocalPort() + "/client.json";
        InetAddress bad = InetAddress.ofLiteral(address);
        InetAddress good = InetAddress.ofLiteral(PUBLIC);
        for (InetAddress[] answer : List.of(new InetAddress[] {bad}, new InetAddress[] {good, bad})) {
            assertTrue(documents(host -> answer).find(id).isEmpty());
        }
        assertNobodyConnected();
    }

    @Test
    void aNameThatChangesItsAnswerBetweenJudgementAndConnectionGainsNothing() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HostLookup rebinding =
                host -> new InetAddress[] {InetAddress.ofLiteral(asked.incrementAndGet() == 1 ? PUBLIC : "127.0.0.1")};
        String id = "https://client.example.org:" + inside.getLocalPort() + "/client.json";
        assertTrue(documents(rebinding).find(id).isEmpty());
        assertEquals(1, asked.get(), "the connection goes to what was judged");
        assertNobodyConnected();
    }

    @Test
    void aPortOfAnotherServiceIsNotCalled() {
        AtomicInteger asked = new AtomicInteger();
        ClientDocuments documents = documents(host -> {
            asked.incrementAndGet();
            return new InetAddress[] {InetAddress.ofLiteral(PUBLIC)};
        });
        for (int port : List.of(22, 25, 80, 1_023)) {
            assertTrue(documents
                    .find("https://client.example.org:" + port + "/client.json")
                    .isEmpty());
        }
        assertEquals(0, asked.get());
    }

    /** A document's server on this machine, in the place of one on the internet. */
    private static final class Site implements AutoCloseable {
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        final List<String> paths = new CopyOnWriteArrayList<>();
        volatile int status = 200;
        volatile String body = "";

        Site() throws IOException {
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                paths.add(exchange.getRequestURI().toString());
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("content-type", "application/json");
                boolean elsewhere = status / 100 == 3 && paths.size() == 1;
                if (elsewhere) {
                    exchange.getResponseHeaders().add("location", "/elsewhere");
                }
                exchange.sendResponseHeaders(elsewhere ? status : 200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }

        DocumentFetch instead(JudgedFetch fetch) {
            int port = server.getAddress().getPort();
            return (https, most) -> fetch.get(URI.create("http://127.0.0.1:" + port + https.getRawPath()), true, most);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static String padded(int bytes) {
        String document = "{\"client_id\":\"" + ID + "\",\"redirect_uris\":[\"https://tool.example/cb\"],\"x\":\"";
        return document + "x".repeat(bytes - document.length() - 2) + "\"}";
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsNotFollowedNotEvenToTheSameHost(int status) throws IOException {
        try (Site site = new Site()) {
            site.body = padded(200);
            site.status = status;
            assertTrue(documents(site.instead(fetch(InetAddress::getAllByName)))
                    .find(ID)
                    .isEmpty());
            assertEquals(List.of("/client.json"), site.paths);
        }
    }

    @Test
    void aDocumentOfMoreThanFiveKilobytesIsNone() throws IOException {
        try (Site site = new Site()) {
            DocumentFetch fetch = site.instead(fetch(InetAddress::getAllByName));
            site.body = padded(5 * 1_024);
            assertTrue(documents(fetch).find(ID).isPresent());
            site.body = padded(5 * 1_024 + 1);
            assertFalse(documents(fetch).find(ID).isPresent());
            assertEquals(2, site.paths.size());
        }
    }
}
