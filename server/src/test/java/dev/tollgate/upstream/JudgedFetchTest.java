package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.HostLookup;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.Fetched.Document;
import dev.tollgate.upstream.Fetched.Nothing;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents from places that strangers name: what is reached, and what a hostile place can do. */
@Timeout(60)
class JudgedFetchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String JSON = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            + "cache-control: public, max-age=300\r\ncontent-length: 2\r\n\r\n{}";

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

    private JudgedFetch fetcher(HostLookup lookup, int mostAtOnce) {
        return new JudgedFetch(vertx, lookup, threads, PATIENCE, mostAtOnce);
    }

    private URI here(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private Fetched get(String path) {
        return fetcher(InetAddress::getAllByName, 4).get(here(path), true, 1_000);
    }

    private static HostLookup resolving(String... addresses) {
        return host -> {
            InetAddress[] all = new InetAddress[addresses.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = InetAddress.ofLiteral(addresses[i]);
            }
            return all;
        };
    }

    private static String reason(Fetched fetched) {
        return assertInstanceOf(Nothing.class, fetched).reason();
    }

    @Test
    void aDocumentComesWithWhatSaysHowLongItHolds() {
        server.answer(JSON);
        Document document = assertInstanceOf(Document.class, get("/a?b=c"));
        assertEquals(200, document.status());
        assertEquals("application/json", document.contentType());
        assertEquals("public, max-age=300", document.cacheControl());
        assertEquals("{}", new String(document.body(), StandardCharsets.UTF_8));
        String head = server.heads().getFirst().toLowerCase(Locale.ROOT);
        assertTrue(head.startsWith("get /a?b=c http/1.1\r\n"), head);
        assertFalse(head.contains("authorization") || head.contains("cookie"), head);
    }

    @Test
    void aFormIsPostedWithItsHeaders() {
        server.answer("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}");
        Fetched fetched = fetcher(InetAddress::getAllByName, 1)
                .post(
                        here("/token"),
                        true,
                        Map.of("content-type", "application/x-www-form-urlencoded", "authorization", "Basic c2VjcmV0"),
                        "grant_type=x".getBytes(StandardCharsets.UTF_8),
                        1_000);
        assertEquals(400, assertInstanceOf(Document.class, fetched).status());
        String head = server.heads().getFirst().toLowerCase(Locale.ROOT);
        assertTrue(head.contains("authorization: basic") && head.contains("content-length: 12\r\n"), head);
        assertFalse(fetched.toString().contains("{}"), "a body may hold tokens");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreNotFollowed(int status) {
        server.answer("HTTP/1.1 " + status + " Elsewhere\r\nlocation: " + here("/elsewhere")
                + "\r\ncontent-length: 0\r\n\r\n");
        assertEquals(status, assertInstanceOf(Document.class, get("/")).status());
        assertEquals(1, server.heads().size());
    }

    @Test
    void anAnswerThatIsTooLargeIsBrokenOff() {
        server.answer("HTTP/1.1 200 OK\r\n\r\n" + "a".repeat(1_001));
        assertEquals("its answer is too large", reason(get("/")));
    }

    @Test
    void aBodyThatTricklesInIsGivenUpAndItsConnectionClosed() throws Exception {
        Thread[] writer = new Thread[1];
        server.serve(connection -> {
            writer[0] = Thread.currentThread();
            OutputStream out = connection.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) { // until the connection breaks
                out.write('a');
                Thread.sleep(50);
            }
        });
        assertEquals("there was no whole answer in time", reason(get("/")));
        writer[0].join(Duration.ofSeconds(30));
        assertFalse(writer[0].isAlive());
    }

    @Test
    void oneMoreThanMayBeUnderWayIsNotBegun() throws Exception {
        CountDownLatch here = new CountDownLatch(1);
        server.serve(connection -> {
            here.countDown();
            connection.getInputStream().read(); // says nothing
        });
        JudgedFetch fetcher = fetcher(InetAddress::getAllByName, 1);
        Future<Fetched> first = threads.submit(() -> fetcher.get(here("/"), true, 1_000));
        here.await();
        assertEquals("too much is being fetched at the moment", reason(fetcher.get(here("/"), true, 1_000)));
        assertEquals("there was no whole answer in time", reason(first.get()));
        assertEquals("there was no whole answer in time", reason(fetcher.get(here("/"), true, 1_000)));
    }

    @Test
    void thisMachineIsNotReachedUnlessItWasAllowed() {
        server.answer(JSON);
        JudgedFetch fetcher = fetcher(resolving("127.0.0.1"), 1);
        URI url = URI.create("https://client.example.org:" + server.port() + "/SECRET");
        String reason = reason(fetcher.get(url, false, 1_000));
        assertTrue(reason.contains("private network"), reason);
        assertFalse(reason.contains("SECRET"), reason);
        assertEquals(List.of(), server.heads());
    }

    @ParameterizedTest
    @FieldSource("dev.tollgate.upstream.InsideAddresses#ALL")
    void aNameWithOneAddressInsideIsNotConnectedTo(String address) {
        JudgedFetch fetcher = fetcher(resolving("203.0.113.7", address), 1);
        String reason = reason(fetcher.get(URI.create("https://client.example.org/SECRET"), false, 1_000));
        assertTrue(reason.contains("private network") || reason.contains("not a place"), reason);
        assertFalse(reason.contains("SECRET"), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fd00:ec2::254", "fe80::1", "64:ff9b::a9fe:a9fe", "100.100.100.200"})
    void metadataServicesAreNotReachedEvenWhereNearAddressesAre(String address) {
        String reason = reason(fetcher(resolving(address), 1).get(URI.create("http://near.example.org/"), true, 9));
        assertTrue(reason.contains("not a place"), reason);
    }

    @Test
    void aNameThatChangesItsAnswerAfterItWasJudgedGainsNothing() {
        server.answer(JSON);
        AtomicInteger asked = new AtomicInteger();
        HostLookup rebinding = host -> new InetAddress[] {
            // A test network (RFC 5737): nobody answers there.
            InetAddress.ofLiteral(asked.incrementAndGet() == 1 ? "203.0.113.7" : "127.0.0.1")
        };
        JudgedFetch fetcher = fetcher(rebinding, 1);
        assertInstanceOf(
                Nothing.class,
                fetcher.get(URI.create("https://client.example.org:" + server.port() + "/"), false, 1_000));
        assertEquals(1, asked.get(), "the connection is made to what was judged");
        assertEquals(List.of(), server.heads());
    }

    @Test
    void aNameIsJudgedAgainAtALaterConnection() {
        AtomicInteger asked = new AtomicInteger();
        HostLookup lookup = host -> {
            if (asked.incrementAndGet() == 1) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        JudgedFetch fetcher = fetcher(lookup, 1);
        URI url = URI.create("https://client.example.org/");
        assertEquals("its host does not resolve", reason(fetcher.get(url, false, 9)));
        assertTrue(reason(fetcher.get(url, false, 9)).contains("private network"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://client.example.org/",
                "ftp://client.example.org/",
                "file:///etc/passwd",
                "https://user:SECRET@client.example.org/",
                "https://user@client.example.org/",
                "https://client.example.org/#SECRET",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://0/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[fe80::1%25eth0]/",
                "https://[::]/",
                "https://169.254.169.254/latest/meta-data/",
                "https://169.254.169.254./",
                "https://client.example.org:22/",
                "https://client.example.org:80/",
                "https://client.example.org:0/",
                "https://client.example.org:65536/",
                "https:client.example.org",
                "https:///path",
                "/relative"
            })
    void urlsThatHideWhereTheyLeadAreRefusedBeforeAnyLookup(String url) {
        AtomicInteger asked = new AtomicInteger();
        JudgedFetch fetcher = fetcher(
                host -> {
                    asked.incrementAndGet();
                    return new InetAddress[] {InetAddress.ofLiteral("203.0.113.7")};
                },
                1);
        String reason = reason(fetcher.get(URI.create(url), false, 9));
        assertTrue(reason.startsWith("it is not a place that Tollgate calls"), reason);
        assertFalse(reason.contains("SECRET"), reason);
        assertThrows(Refusal.class, () -> fetcher.accept(url, false));
        assertEquals(0, asked.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "https://10.0.0.1:8443/", "https://[::1]/", "https://[fc00::1]/"})
    void literalsInsideAreReachedOnlyWhereTheyWereAllowed(String url) {
        JudgedFetch fetcher = fetcher(InetAddress::getAllByName, 1);
        assertTrue(reason(fetcher.get(URI.create(url), false, 9)).contains("private network"));
        assertThrows(Refusal.class, () -> fetcher.accept(url, false));
        assertEquals(URI.create(url), fetcher.accept(url, true));
    }

    @Test
    void anAddressThatIsTypedIsJudgedByWhatItResolvesTo() {
        assertThrows(Refusal.class, () -> fetcher(resolving("10.0.0.7"), 1).accept("https://idp.example.org", false));
        assertEquals(
                URI.create("https://idp.example.org:8443/realm"),
                fetcher(resolving("203.0.113.7"), 1).accept("https://IDP.example.org:8443/realm", false));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            quoteCharacter = '\'',
            value = {
                "none,3600",
                "'public, max-age=300',300",
                "MAX-AGE=300,300",
                "max-age=1,60",
                "max-age=999999999,3600",
                "max-age=99999999999999999999,3600",
                "no-store,60",
                "'max-age=300, no-cache',60",
                "s-maxage=300,3600",
                "max-age=soon,3600"
            })
    void cachingIsBoundedBothWays(String header, long seconds) {
        Document document = new Document(200, null, header, new byte[0]);
        assertEquals(Duration.ofSeconds(seconds), document.freshFor(Duration.ofSeconds(60), Duration.ofSeconds(3600)));
    }
}
