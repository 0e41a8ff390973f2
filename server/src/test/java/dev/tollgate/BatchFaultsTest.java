package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.upstream.SigV4;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Message batches of a provider that fails at the worst moment: none is lost, free, or paid twice. */
@Timeout(120)
class BatchFaultsTest {
    private static final String BATCHES = "/v1/messages/batches";
    /** What one answer costs: 7 tokens at $3 and 3 at $15 for a million. */
    private static final BigDecimal EACH = new BigDecimal("0.000066");

    private static final String LINE = """
            {"custom_id":"r","result":{"type":"succeeded","message":{"id":"msg_1","type":"message","role":"assistant",\
            "model":"m","content":[],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}}}
            """;

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home, "--first-byte-timeout", "2");
        key = gate.createKey("batches");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    /** A provider of one batch, which has ended; what it says is changed as the test goes on. */
    private static final class Provider implements AutoCloseable {
        final String name = "batches" + next++;
        final String id = "msgbatch_" + name;
        final CloudStub stub = new CloudStub(this::play);
        volatile CloudStub.Script create = (request, exchange) -> CloudStub.whole(exchange, 200, batch());
        volatile String counts = "";
        volatile int resultsStatus = 200;
        volatile String results = "";

        Provider() throws Exception {
            gate.provider(name, "anthropic", stub.url());
        }

        String batch() {
            return "{\"id\":\"" + id + "\",\"type\":\"message_batch\",\"processing_status\":\"ended\"" + counts + "}";
        }

        private void play(SigV4.Request request, HttpExchange exchange) throws IOException {
            if (request.path().endsWith("/results")) {
                CloudStub.whole(exchange, resultsStatus, resultsStatus == 200 ? results : error());
            } else if (request.path().equals(BATCHES)) {
                create.play(request, exchange);
            } else {
                CloudStub.whole(exchange, 200, batch());
            }
        }

        private static String error() {
            return "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal\"}}";
        }

        HttpResponse<String> make() throws Exception {
            String params = "{\"model\":\"" + name
                    + "/m\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            return gate.send("POST", BATCHES, key, "{\"requests\":[{\"custom_id\":\"r\",\"params\":" + params + "}]}");
        }

        HttpResponse<String> ask(String method, String verb) throws Exception {
            return gate.send(method, BATCHES + "/" + id + verb, key, "");
        }

        long asked(String method, String path) {
            return stub.requests().stream()
                    .filter(request ->
                            request.method().equals(method) && request.path().equals(path))
                    .count();
        }

        @Override
        public void close() {
            stub.close();
        }
    }

    private static HttpResponse<String> call(HttpResponse<String> made) throws Exception {
        String id = made.headers().firstValue("x-tollgate-request-id").orElseThrow();
        return gate.admin("GET", "/calls/" + id, "");
    }

    private static void costs(int answers, HttpResponse<String> made) throws Exception {
        HttpResponse<String> call = call(made);
        assertEquals(200, call.statusCode(), call.body());
        assertEquals("settled", gate.explain(made).get("outcome").stringValue(), call.body());
        BigDecimal cost = new BigDecimal(gate.explain(made).get("cost_usd").stringValue());
        assertEquals(0, EACH.multiply(new BigDecimal(answers)).compareTo(cost), call.body());
    }

    private static void isBilledAtItsBound(HttpResponse<String> made) throws Exception {
        assertEquals("unreconciled", gate.explain(made).get("outcome").stringValue());
        assertEquals(1, new BigDecimal(gate.explain(made).get("cost_usd").stringValue()).signum());
    }

    @Test
    void resultsWithoutALineAreNoBillAndAreFetchedAgain() throws Exception {
        try (Provider provider = new Provider()) {
            HttpResponse<String> made = provider.make();
            assertEquals(503, provider.ask("GET", "/results").statusCode());
            assertEquals(404, call(made).statusCode(), "nothing is settled");
            provider.results = LINE;
            assertEquals(LINE, provider.ask("GET", "/results").body());
            costs(1, made);
        }
    }

    /** The connection ended as it should, so only the batch's own counts can tell. */
    @Test
    void resultsThatWereCutAtALinesEndAreNotSettledFromAPart() throws Exception {
        try (Provider provider = new Provider()) {
            provider.counts = ",\"request_counts\":{\"processing\":0,\"succeeded\":2,\"errored\":0,\"canceled\":0,"
                    + "\"expired\":1}";
            HttpResponse<String> made = provider.make();
            provider.results = LINE + LINE;
            assertEquals(503, provider.ask("GET", "/results").statusCode());
            assertEquals(404, call(made).statusCode(), "nothing is settled");
            provider.results = LINE + LINE + "{\"custom_id\":\"x\",\"result\":{\"type\":\"expired\"}}\n";
            assertEquals(200, provider.ask("GET", "/results").statusCode());
            costs(2, made);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 504, 520, 524})
    void aProxyThatWaitedInVainMayHaveSentTheBatchOnSoItIsOwed(int status) throws Exception {
        try (Provider provider = new Provider()) {
            provider.create = (request, exchange) -> CloudStub.whole(exchange, status, "{}");
            HttpResponse<String> made = provider.make();
            assertEquals(status, made.statusCode(), made.body());
            isBilledAtItsBound(made);
            assertEquals(1, provider.asked("POST", BATCHES), "a second one might be paid for and belong to nobody");
        }
    }

    @Test
    void aProviderThatSaysNothingInTimeMayHaveTheBatchSoItIsOwed() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Provider provider = new Provider()) {
            provider.create = (request, exchange) -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            HttpResponse<String> made = provider.make();
            assertEquals(502, made.statusCode(), made.body());
            assertTrue(made.body().contains("no answer came in time"), made.body());
            isBilledAtItsBound(made);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aBatchThatTheProviderRefusedIsNotOwed() throws Exception {
        try (Provider provider = new Provider()) {
            provider.create = (request, exchange) -> CloudStub.whole(exchange, 500, "{}");
            HttpResponse<String> made = provider.make();
            assertEquals(500, made.statusCode(), made.body());
            assertEquals(404, call(made).statusCode());
        }
    }

    @Test
    void aBatchIsNotDeletedBeforeWhatItUsedIsKnown() throws Exception {
        try (Provider provider = new Provider()) {
            String path = BATCHES + "/" + provider.id;
            HttpResponse<String> made = provider.make();
            provider.resultsStatus = 500;
            assertEquals(500, provider.ask("DELETE", "").statusCode());
            assertEquals(0, provider.asked("DELETE", path));
            assertEquals(404, call(made).statusCode(), "nothing is settled");
            assertEquals(200, provider.ask("GET", "").statusCode());
            provider.resultsStatus = 200;
            provider.results = LINE;
            assertEquals(200, provider.ask("DELETE", "").statusCode());
            assertEquals(1, provider.asked("DELETE", path));
            costs(1, made);
            assertEquals(404, provider.ask("GET", "").statusCode());
        }
    }

    /** Nobody could ask for its results, and it would cost all the same. */
    @Test
    void aBatchThatCannotBeNotedIsCanceledAtTheProvider() throws Exception {
        try (Provider provider = new Provider();
                Connection lock = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("tollgate.db"))) {
            provider.create = (request, exchange) -> {
                try {
                    lock.createStatement().execute("BEGIN IMMEDIATE"); // from here on the store takes no writes
                } catch (SQLException e) {
                    throw new IOException(e);
                }
                CloudStub.whole(exchange, 200, provider.batch());
            };
            HttpResponse<String> made = provider.make();
            assertEquals(503, made.statusCode(), made.body());
            assertTrue(made.body().contains("cannot record this"), made.body());
            assertEquals(1, provider.asked("POST", BATCHES + "/" + provider.id + "/cancel"));
            lock.createStatement().execute("ROLLBACK");
            assertEquals(404, provider.ask("GET", "").statusCode());
        }
    }
}
