package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.HostLookup;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Posting to addresses that people typed: which are connected to, and what the other side can do. */
@Timeout(60)
class OutboundPostTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @SuppressWarnings("NullAway.Init")
    private ScriptedServer server;

    @BeforeEach
    void open() throws IOException {
        server = new ScriptedServer(threads);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        threads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static String text(IOException failure) {
        return String.valueOf(failure.getMessage());
    }

    private OutboundPost posts(HostLookup lookup) {
        return new OutboundPost(vertx, lookup, threads, CLOCK, PATIENCE);
    }

    private OutboundPost.Head post(String path, boolean near) throws IOException {
        return posts(InetAddress::getAllByName)
                .post(
                        URI.create("http://127.0.0.1:" + server.port() + path),
                        near,
                        Map.of("content-type", "application/json", "webhook-id", "msg_1"),
                        "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theHeadOfTheAnswerIsTold() throws Exception {
        server.answer("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
        assertEquals(new OutboundPost.Head(202, 0), post("/a/b?c=d%20e", true));
        String head = server.heads().getFirst().toLowerCase(Locale.ROOT);
        assertTrue(head.startsWith("post /a/b?c=d%20e http/1.1\r\n"), head);
        assertTrue(head.contains("webhook-id: msg_1\r\n") && head.contains("content-length: 2\r\n"), head);
    }

    @ParameterizedTest
    @ValueSource(strings = {"90", "Mon, 23 Nov 2026 12:01:30 GMT"})
    void retryAfterIsReadAsSecondsAndAsADate(String value) throws Exception {
        server.answer("HTTP/1.1 503 Busy\r\nretry-after: " + value + "\r\ncontent-length: 0\r\n\r\n");
        assertEquals(new OutboundPost.Head(503, 90_000), post("/", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "99999999999999999999", "Mon, 23 Nov 2020 12:01:30 GMT", ""})
    void aRetryAfterThatSaysNothingIsNone(String value) throws Exception {
        server.answer("HTTP/1.1 503 Busy\r\nretry-after: " + value + "\r\ncontent-length: 0\r\n\r\n");
        assertEquals(new OutboundPost.Head(503, 0), post("/", true));
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        server.answer("HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:" + server.port()
                + "/elsewhere\r\ncontent-length: 0\r\n\r\n");
        assertEquals(307, post("/", true).status());
        assertEquals(1, server.heads().size());
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        server.serve(connection -> Thread.sleep(20_000));
        long begun = System.nanoTime();
        IOException failure = assertThrows(IOException.class, () -> post("/SECRET", true));
        assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 10_000);
        assertFalse(text(failure).contains("SECRET"), text(failure));
    }

    @Test
    void aHeadThatComesByteByByteIsGivenUpAndItsConnectionClosed() throws Exception {
        Thread[] writer = new Thread[1];
        server.serve(connection -> {
            writer[0] = Thread.currentThread();
            OutputStream out = connection.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nx: ".getBytes(StandardCharsets.US_ASCII));
            while (true) { // until the connection breaks
                out.write('a');
                Thread.sleep(50);
            }
        });
        assertThrows(IOException.class, () -> post("/", true));
        writer[0].join(Duration.ofSeconds(30));
        assertFalse(writer[0].isAlive());
    }

    @Test
    void aBodyWithoutEndNeitherHoldsUpTheAnswerNorTheConnection() throws Exception {
        long[] written = new long[1];
        Thread[] writer = new Thread[1];
        server.serve(connection -> {
            writer[0] = Thread.currentThread();
            OutputStream out = connection.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[16 * 1024];
            while (true) { // until the connection breaks
                out.write(piece);
                written[0] += piece.length;
            }
        });
        assertEquals(200, post("/", true).status());
        writer[0].join(Duration.ofSeconds(30));
        assertFalse(writer[0].isAlive(), "the connection was broken off after " + written[0]);
    }

    @Test
    void aServerThatIsNotThereIsSaidSoWithoutThePath() throws Exception {
        server.close();
        IOException failure = assertThrows(IOException.class, () -> post("/SECRET?k=SECRET", true));
        assertEquals("there was no connection", text(failure));
        assertEquals(null, failure.getCause());
    }

    @Test
    void thisMachineIsNotReachedUnlessItWasAllowed() {
        server.answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        IOException failure = assertThrows(IOException.class, () -> post("/", false));
        assertTrue(text(failure).contains("private network"), text(failure));
        assertEquals(List.of(), server.heads());
    }

    @ParameterizedTest
    @FieldSource("dev.tollgate.upstream.InsideAddresses#ALL")
    void aNameThatLeadsInsideIsNotConnectedTo(String address) throws Exception {
        HostLookup lookup =
                host -> new InetAddress[] {InetAddress.ofLiteral("203.0.113.7"), InetAddress.ofLiteral(address)};
        URI url = URI.create("https://hooks.example.org/SECRET");
        IOException failure =
                assertThrows(IOException.class, () -> posts(lookup).post(url, false, Map.of(), new byte[0]));
        assertTrue(text(failure).contains("private network") || text(failure).contains("not a place"), text(failure));
        assertFalse(text(failure).contains("SECRET"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fd00:ec2::254", "fe80::1", "64:ff9b::a9fe:a9fe"})
    void metadataServicesAreNotReachedEvenWhereNearAddressesAre(String address) {
        HostLookup lookup = host -> new InetAddress[] {InetAddress.ofLiteral(address)};
        IOException failure = assertThrows(
                IOException.class,
                () -> posts(lookup).post(URI.create("http://near.example.org/"), true, Map.of(), new byte[0]));
        assertTrue(text(failure).contains("not a place"), text(failure));
    }

    @Test
    void aNameIsJudgedAgainAtALaterConnection() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HostLookup lookup = host -> {
            if (asked.incrementAndGet() == 1) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        OutboundPost posts = posts(lookup);
        URI url = URI.create("https://hooks.example.org/");
        assertEquals(
                "its host does not resolve",
                assertThrows(IOException.class, () -> posts.post(url, false, Map.of(), new byte[0]))
                        .getMessage());
        IOException second = assertThrows(IOException.class, () -> posts.post(url, false, Map.of(), new byte[0]));
        assertTrue(text(second).contains("private network"), text(second));
    }
}
