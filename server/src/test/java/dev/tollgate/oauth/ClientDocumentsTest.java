package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.TestTime;
import dev.tollgate.upstream.Fetched;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are documents: how long one is known, what makes it none, and what a stranger's document can do. */
@Timeout(60)
class ClientDocumentsTest {
    private static final String ID = "https://tool.example/client.json";
    private static final Duration FRESH = Duration.ofHours(1);

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private final Map<String, Fetched> web = new ConcurrentHashMap<>();
    private final List<String> fetched = Collections.synchronizedList(new ArrayList<>());
    private final ClientDocuments documents = documents(this::get);

    private ClientDocuments documents(DocumentFetch fetch) {
        TimeMeter time = new TestTime(() -> now.get() * 1_000_000);
        return new ClientDocuments(fetch, new FetchLimits(time), () -> Instant.ofEpochMilli(now.get()));
    }

    private Fetched get(URI address, int most) {
        fetched.add(address.toString());
        return web.getOrDefault(address.toString(), new Fetched.Nothing("it is away"));
    }

    private void pass(Duration time) {
        now.addAndGet(time.toMillis());
    }

    private void put(String id, int status, String contentType, String body) {
        web.put(id, new Fetched.Document(status, contentType, "max-age=3600", body.getBytes(StandardCharsets.UTF_8)));
    }

    private void put(String id, String body) {
        put(id, 200, "application/json", body);
    }

    private static String good(String id) {
        return "{\"client_id\":\"" + id
                + "\",\"client_name\":\"Tool\",\"redirect_uris\":[\"https://tool.example/cb\"]}";
    }

    private boolean isKnown(String id) {
        return documents.find(id).isPresent();
    }

    private int fetches() {
        return fetched.size();
    }

    @Test
    void aDocumentIsAskedForAgainWhenItsTimeIsOver() {
        put(ID, good(ID));
        Client client = documents.find(ID).orElseThrow();
        assertEquals("Tool", client.name());
        assertEquals(Client.Kind.DOCUMENT, client.kind());
        pass(FRESH.minusMillis(1));
        assertTrue(isKnown(ID));
        assertEquals(1, fetches());
        put(ID, good(ID).replace("Tool", "New"));
        pass(Duration.ofMillis(1));
        assertEquals("New", documents.find(ID).orElseThrow().name());
        assertEquals(2, fetches());
    }

    @Test
    void aKnownClientOutlivesAnAddressThatDoesNotAnswerForABoundedTime() {
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        web.clear();
        pass(FRESH);
        assertTrue(isKnown(ID));
        assertTrue(isKnown(ID));
        assertEquals(2, fetches(), "not asked again at once");
        pass(ClientDocuments.AFTER_FAILURE);
        assertTrue(isKnown(ID));
        assertEquals(3, fetches());
        pass(ClientDocuments.STALE.minus(ClientDocuments.AFTER_FAILURE).minusMillis(1));
        assertTrue(isKnown(ID));
        pass(Duration.ofMillis(1));
        assertFalse(isKnown(ID), "its owner could not take it back");
        put(ID, good(ID));
        pass(ClientDocuments.AFTER_FAILURE);
        assertTrue(isKnown(ID));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 302, 307, 403, 429, 500, 503})
    void anAnswerThatIsNoWordOfTheOwnersLeavesAKnownClient(int status) {
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        put(ID, status, "application/json", good(ID));
        pass(FRESH);
        assertTrue(isKnown(ID));
        put("https://tool.example/new", status, "application/json", good("https://tool.example/new"));
        assertFalse(isKnown("https://tool.example/new"), "nor does it make one");
    }

    @Test
    void aPageInItsPlaceLeavesAKnownClientAndMakesNone() {
        put(ID, 200, "text/html", good(ID));
        assertFalse(isKnown(ID));
        pass(ClientDocuments.AFTER_FAILURE);
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        put(ID, 200, "text/html", "<h1>Back soon</h1>");
        pass(FRESH);
        assertTrue(isKnown(ID));
    }

    @Test
    void aClientThatItsAddressNoLongerDescribesIsNoneAtOnce() {
        for (int status : List.of(404, 410)) {
            String id = ID + status;
            put(id, good(id));
            assertTrue(isKnown(id));
            put(id, status, "application/json", "{}");
            pass(FRESH);
            assertFalse(isKnown(id));
        }
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        put(ID, good("https://evil.example/client.json"));
        pass(FRESH);
        assertFalse(isKnown(ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"https://evil.example/client.json\",\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"https://tool.example/client.json/\",\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"https://TOOL.example/client.json\",\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":[\"ID\"],\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"client_id\":\"https://evil.example/\",\"redirect_uris\":[\"https://t.example/\"]}",
                "{\"client_id\":\"ID\",\"client_secret\":\"x\",\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"client_secret\":null,\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"client_secret_expires_at\":0,\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"token_endpoint_auth_method\":\"client_secret_basic\","
                        + "\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"token_endpoint_auth_method\":\"client_secret_post\","
                        + "\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"token_endpoint_auth_method\":\"client_secret_jwt\","
                        + "\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"token_endpoint_auth_method\":\"private_key_jwt\","
                        + "\"jwks_uri\":\"http://169.254.169.254/\",\"redirect_uris\":[\"https://tool.example/cb\"]}",
                "{\"client_id\":\"ID\",\"redirect_uris\":[\"javascript:alert(1)\"]}",
                "{\"client_id\":\"ID\",\"redirect_uris\":[]}",
                "{\"client_id\":\"ID\",\"redirect_uris\":\"https://tool.example/cb\"}",
                "{\"client_id\":\"ID\",\"redirect_uris\":[\"https://tool.example/cb\"]",
                "{\"client_id\":\"ID\",\"redirect_uris\":[\"https://tool.example/cb\"],\"x\":DEEP}",
            })
    void aDocumentThatIsNotTheClientsOwnMakesNone(String body) {
        put(ID, body.replace("\"ID\"", "\"" + ID + "\"").replace("DEEP", "[".repeat(4_000)));
        assertFalse(isKnown(ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://tool.example/client.json",
                "HTTPS://tool.example/client.json",
                "https:tool.example/client.json",
                "https:///client.json",
                "https://tool.example",
                "https://tool.example/",
                "https://tool.example?x=/client.json",
                "https://user@tool.example/client.json",
                "https://user:SECRET@tool.example/client.json",
                "https://tool.example/client.json#f",
                "https://tool.example/./client.json",
                "https://tool.example/a/../client.json",
                "https://tool.example/a/..",
                "https://tool.example/a/%2e%2E/client.json",
                "https://tool.example/a/.%2e",
                "https://tool.example/ client.json",
                "https://tool.example\\@evil.example/client.json",
                "https://tool_example/client.json",
                "file:///etc/passwd",
            })
    void anIdThatIsNoPlainHttpsAddressIsNeverFetched(String id) {
        put(id, good(id));
        assertFalse(isKnown(id));
        assertFalse(isKnown("https://tool.example/" + "a".repeat(1_000)));
        assertEquals(0, fetches());
    }

    @Test
    void whoeverAsksAtOnceWaitsForOneFetchAndNobodyElseDoes() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        ClientDocuments slow = documents((address, most) -> {
            if (address.toString().equals(ID)) {
                asked.countDown();
                join(answers);
            }
            return get(address, most);
        });
        put(ID, good(ID));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Client>>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(threads.submit(() -> slow.find(ID)));
            }
            asked.await();
            int others = FetchLimits.OF_NEWCOMERS - 1;
            for (int i = 0; i < others; i++) { // enough for every bin of a small map
                String other = "https://tool" + i + ".example/client.json";
                put(other, good(other));
                assertTrue(slow.find(other).isPresent(), other);
            }
            answers.countDown();
            for (Future<Optional<Client>> each : waiting) {
                assertTrue(each.get().isPresent());
            }
            assertEquals(others + 1, fetches());
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFetchThatFailsInsideIsTriedAnewByWhoeverAsksNext() {
        boolean[] broken = {true};
        ClientDocuments faulty = documents((address, most) -> {
            if (broken[0]) {
                throw new IllegalStateException("a fault of ours");
            }
            return get(address, most);
        });
        put(ID, good(ID));
        assertThrows(RuntimeException.class, () -> faulty.find(ID));
        broken[0] = false;
        assertTrue(faulty.find(ID).isPresent());
    }

    @Test
    void strangersNamesAreFetchedOnlySoOftenInAMinuteAndCrowdOutNoKnownClient() {
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        pass(FRESH);
        for (int i = 0; i < 3 * FetchLimits.OF_NEWCOMERS; i++) {
            assertFalse(isKnown("https://h" + i + ".evil.example/client.json"));
        }
        assertEquals(1 + FetchLimits.OF_NEWCOMERS, fetches());
        put(ID, good(ID).replace("Tool", "New"));
        assertEquals("New", documents.find(ID).orElseThrow().name());
        String honest = "https://honest.example/client.json";
        put(honest, good(honest));
        assertFalse(isKnown(honest));
        pass(Duration.ofSeconds(2));
        assertTrue(isKnown(honest), "as soon as there is room, for it was never said to be none");
    }

    @Test
    void oneHostIsAskedOnlySoOftenInAMinute() {
        put(ID, good(ID));
        for (int i = 0; i < 3 * FetchLimits.OF_ONE_HOST; i++) {
            assertFalse(isKnown("https://victim.example/" + i));
        }
        assertEquals(FetchLimits.OF_ONE_HOST, fetches());
        assertTrue(isKnown(ID), "another host");
        pass(Duration.ofMinutes(1));
        assertFalse(isKnown("https://victim.example/new"));
        assertEquals(FetchLimits.OF_ONE_HOST + 2, fetches());
    }

    @Test
    void aKnownClientOfAHostThatIsAskedTooOftenStaysKnown() {
        put(ID, good(ID));
        assertTrue(isKnown(ID));
        pass(FRESH);
        for (int i = 0; i < FetchLimits.OF_ONE_HOST; i++) {
            assertFalse(isKnown(ID + i));
        }
        int before = fetches();
        assertTrue(isKnown(ID));
        assertEquals(before, fetches());
    }
}
