package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.CallLimit;
import dev.tollgate.budget.Rate;
import dev.tollgate.budget.RateBook;
import dev.tollgate.budget.RateStanding;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.RequestWriter;
import dev.tollgate.dialects.codec.WholeReader;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.identity.VirtualKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The place that a call has among those under way is free again, however the call ends; its tokens are counted as what they were, and
 * the gate's own limits stand on its answer.
 */
@Timeout(120)
class CallPlacesTest {
    private static final long USD = 1_000_000_000L;
    private static final Codec MESSAGES = MessagesCodec.codec();
    private static final String WHOLE = """
            {"type":"message","id":"msg_1","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":20}}""";
    private static final String BEGUN = """
            event: message_start
            data: {"type":"message_start","message":{"type":"message","id":"msg_1","role":"assistant","model":"m",\
            "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}

            """;
    private static final String ENDED = """
            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":20}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer provider;

    private String rate = "";

    private void open(HttpHandler answering) throws Exception {
        open(MESSAGES, Executors.newVirtualThreadPerTaskExecutor(), answering);
    }

    private void open(Codec messages, Executor counting, HttpHandler answering) throws Exception {
        house = new CallHouse(
                home,
                Map.of(
                        Protocol.MESSAGES, messages,
                        Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
                        Protocol.RESPONSES, ResponsesCodec.codec(),
                        Protocol.GENERATE_CONTENT, GeminiCodec.codec()),
                counting);
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            try (exchange) {
                answering.handle(exchange);
            }
        });
        provider.start();
        provider("anth", provider.getAddress().getPort(), AuthStyle.NONE);
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        CallLimit none = new CallLimit(0, 0, List.of());
        rate = house.rates
                .set(new Rate("", scope, "", 100, 100, 100, 1, none, 0), "test")
                .id();
    }

    private void provider(String name, int port, AuthStyle auth) throws Exception {
        String url = "http://127.0.0.1:" + port;
        house.catalog.addProvider(new NewProvider(name, Dialect.ANTHROPIC, Platform.DIRECT, url, auth), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    @AfterEach
    void close() {
        provider.stop(0);
        house.close();
    }

    private static void say(HttpExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().set("content-type", type);
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String body(String model, boolean stream) {
        return "{\"max_tokens\":4096,\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private HttpResponse<String> call(String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + path))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private HttpResponse<String> call(int status) throws Exception {
        HttpResponse<String> answer = call("/v1/messages", body("anth/m", false));
        assertEquals(status, answer.statusCode(), answer.body());
        return answer;
    }

    private void await(long underWay) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (house.rates.show(rate).underWay() != underWay) {
            assertTrue(System.nanoTime() < deadline, () -> "under way: " + house.rates.show(rate));
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Nobody is under way, the body's room is free, and the tokens are what they were. */
    private void over(long requests, long inputTokens, long outputTokens) throws InterruptedException {
        await(0);
        RateBook.Status status = house.rates.show(rate);
        assertUsed(inputTokens, used(status.inputTokens()), status);
        assertUsed(outputTokens, used(status.outputTokens()), status);
        RateStanding left = Objects.requireNonNull(status.requests());
        assertTrue(left.limit() - left.remaining() <= requests, status.toString());
        house.awaitHeld(0);
    }

    /** What has been used flows back all the time, some tokens in the second that a test takes. */
    private static void assertUsed(long expected, long used, RateBook.Status status) {
        assertTrue(used <= expected && used > expected - 9, () -> expected + " expected: " + status);
    }

    private static long used(@Nullable RateStanding standing) {
        Objects.requireNonNull(standing);
        return standing.limit() - standing.remaining();
    }

    @Test
    void aWholeAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        open(exchange -> {
            asked.countDown();
            await(go);
            say(exchange, 200, "application/json", WHOLE);
        });
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                call(200);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        await(asked);
        assertEquals(1, house.rates.show(rate).underWay());
        HttpResponse<String> second = call(429);
        assertTrue(second.body().contains("1 calls at once"), second.body());
        go.countDown();
        first.join();
        await(0);
        call(200);
        await(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRefusalOfTheProvider() throws Exception {
        open(exchange -> say(
                exchange,
                400,
                "application/json",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}"));
        call(400);
        over(1, 0, 0);
    }

    @Test
    void aProviderThatCannotBeReached() throws Exception {
        open(exchange -> {});
        provider("gone", unused(), AuthStyle.NONE);
        assertEquals(502, call("/v1/messages", body("gone/m", false)).statusCode());
        over(1, 0, 0);
    }

    private static int unused() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }

    @Test
    void noCredential() throws Exception {
        open(exchange -> {});
        provider("locked", 9, AuthStyle.X_API_KEY);
        HttpResponse<String> answer = call("/v1/messages", body("locked/m", false));
        assertEquals(503, answer.statusCode(), answer.body());
        assertEquals(
                "100",
                answer.headers()
                        .firstValue("anthropic-ratelimit-requests-limit")
                        .orElse(""));
        over(1, 0, 0);
    }

    @Test
    void aBudgetThatIsSpent() throws Exception {
        open(exchange -> {});
        budget(1);
        HttpResponse<String> answer = call(429);
        assertTrue(answer.body().contains("billing_error"), answer.body());
        assertEquals(
                "100",
                answer.headers()
                        .firstValue("anthropic-ratelimit-output-tokens-limit")
                        .orElse(""));
        over(1, 0, 0);
    }

    private void budget(long limitNanoUsd) {
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        house.budgets.set(
                new Budget("", scope, "", limitNanoUsd, Window.LIFETIME, ZoneOffset.UTC, List.of(), false, 0), "test");
    }

    @Test
    void aFaultOfTheGateBeforeAnythingIsReserved() throws Exception {
        Executor broken = task -> {
            throw new RejectedExecutionException("of the test");
        };
        open(MESSAGES, broken, exchange -> {});
        budget(1); // which makes the gate count
        call(500);
        over(1, 0, 0);
    }

    @Test
    void aFaultOfTheGateBeforeItIsSent() throws Exception {
        RequestWriter overflowing = (request, to, names, losses) -> {
            throw new StackOverflowError("of the test");
        };
        open(messages(overflowing, MESSAGES.wholeReader()), Runnable::run, exchange -> {});
        assertEquals(500, chat().statusCode());
        over(1, 0, 0);
    }

    @Test
    void aFaultOfTheGateInTheAnswer() throws Exception {
        WholeReader overflowing = (body, offset, length, exchange) -> {
            throw new StackOverflowError("of the test");
        };
        open(
                messages(MESSAGES.requestWriter(), overflowing),
                Runnable::run,
                exchange -> say(exchange, 200, "application/json", WHOLE));
        assertEquals(500, chat().statusCode());
        await(0);
    }

    private HttpResponse<String> chat() throws Exception {
        return call(
                "/v1/chat/completions",
                "{\"model\":\"anth/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    }

    private static Codec messages(RequestWriter writer, WholeReader reader) {
        return new Codec(
                MESSAGES.protocol(),
                MESSAGES.requestReader(),
                writer,
                reader,
                MESSAGES.wholeWriter(),
                MESSAGES.eventReader(),
                MESSAGES.eventWriter(),
                MESSAGES.errorReader());
    }

    @Test
    void aStreamThatEnds() throws Exception {
        open(exchange -> say(exchange, 200, "text/event-stream", BEGUN + ENDED));
        HttpResponse<String> answer = call("/v1/messages", body("anth/m", true));
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("message_stop"), answer.body());
        assertEquals(
                "99",
                answer.headers()
                        .firstValue("anthropic-ratelimit-requests-remaining")
                        .orElse(""));
        over(1, 10, 20);
    }

    @Test
    void aStreamThatIsCut() throws Exception {
        open(exchange -> say(exchange, 200, "text/event-stream", BEGUN));
        try {
            call("/v1/messages", body("anth/m", true));
        } catch (IOException cut) {
            // as the client of a cut stream must see it
        }
        await(0);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aClientThatLeaves(boolean begun) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        open(exchange -> {
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            if (begun) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(BEGUN.getBytes(UTF_8));
                exchange.getResponseBody().flush();
            }
            asked.countDown();
            await(go);
        });
        String body = body("anth/m", true);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            client.getOutputStream()
                    .write(("POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + house.key
                                    + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(UTF_8));
            client.getOutputStream().flush();
            await(asked);
            if (begun) {
                assertTrue(client.getInputStream().read() > 0);
            }
            assertEquals(1, house.rates.show(rate).underWay());
        }
        await(0);
        go.countDown();
    }

    @Test
    void tokensThatAreCountedHere() throws Exception {
        open(exchange -> say(exchange, 200, "application/json", "{\"input_tokens\":7}"));
        HttpResponse<String> answer = call("/v1/messages/count_tokens", body("anth/m", false));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "99",
                answer.headers()
                        .firstValue("anthropic-ratelimit-requests-remaining")
                        .orElse(""));
        over(1, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        // the provider's, then what the client gets: of each limit all three headers are one side's
        "50, 2, 2026-11-23T00:00:00Z, 50, 2, 2026-11-23T00:00:00Z",
        "4000, 3999, 2026-11-23T00:00:00Z, 100, 99, ''",
        "4000, many, never, 100, 99, ''"
    })
    void ofTwoLimitsTheClientIsToldTheTighter(
            String limit, String remaining, String reset, String heardLimit, String heardRemaining, String heardReset)
            throws Exception {
        open(exchange -> {
            exchange.getResponseHeaders().set("anthropic-ratelimit-requests-limit", limit);
            exchange.getResponseHeaders().set("anthropic-ratelimit-requests-remaining", remaining);
            exchange.getResponseHeaders().set("anthropic-ratelimit-requests-reset", reset);
            exchange.getResponseHeaders().set("anthropic-ratelimit-unified-status", "allowed");
            say(exchange, 200, "application/json", WHOLE);
        });
        HttpResponse<String> answer = call(200);
        assertEquals(
                List.of(heardLimit), answer.headers().allValues("anthropic-ratelimit-requests-limit"), "one of each");
        assertEquals(List.of(heardRemaining), answer.headers().allValues("anthropic-ratelimit-requests-remaining"));
        List<String> resets = answer.headers().allValues("anthropic-ratelimit-requests-reset");
        assertEquals(1, resets.size());
        assertTrue(
                heardReset.isEmpty() ? resets.getFirst().startsWith("20") : resets.contains(heardReset),
                resets.toString());
        assertEquals(
                "allowed",
                answer.headers()
                        .firstValue("anthropic-ratelimit-unified-status")
                        .orElse(""));
        assertEquals(
                "100",
                answer.headers().firstValue("anthropic-ratelimit-tokens-limit").orElse(""));
    }
}
