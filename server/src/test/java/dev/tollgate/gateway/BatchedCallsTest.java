package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.ledger.CallRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What budgets do to batches, and what batches leave in the ledger. */
@Timeout(120)
class BatchedCallsTest {
    private static final long USD = 1_000_000_000L;
    private static final String BATCHES = "/v1/messages/batches";

    private static final String BATCH = """
            {"id":"msgbatch_1","type":"message_batch","processing_status":"ended","request_counts":\
            {"processing":0,"succeeded":1,"errored":0,"canceled":0,"expired":0},"results_url":"https://x/results"}""";

    private static final String RESULTS = """
            {"custom_id":"r0","result":{"type":"succeeded","message":{"type":"message","model":"m","content":[],\
            "usage":{"input_tokens":10,"output_tokens":20}}}}
            """;

    /** A picture of one pixel. */
    private static final String PIXEL = "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":"
            + "\"image/png\",\"data\":\"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAA"
            + "BJRU5ErkJggg==\"}}]";

    @TempDir
    Path home = Path.of("");

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer provider;

    @BeforeEach
    void open() throws Exception {
        house = new CallHouse(
                home, Map.of(Protocol.MESSAGES, MessagesCodec.codec()), Executors.newVirtualThreadPerTaskExecutor());
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", this::answer);
        provider.start();
        String url = "http://127.0.0.1:" + provider.getAddress().getPort();
        house.catalog.addProvider(
                new NewProvider("anth", Dialect.ANTHROPIC, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice("anth", "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (exchange.getRequestMethod().equals("POST")) {
            received.add(body);
        }
        byte[] answer = (exchange.getRequestURI().getPath().endsWith("/results") ? RESULTS : BATCH).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @AfterEach
    void close() {
        provider.stop(0);
        house.close();
    }

    private Budget budget(long limitNanoUsd, Window window) {
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        return house.budgets.set(
                new Budget("", scope, "", limitNanoUsd, window, ZoneOffset.UTC, List.of(), false, 0), "test");
    }

    private static String batch(String... requests) {
        return "{\"requests\":["
                + Arrays.stream(requests)
                        .map(params -> "{\"custom_id\":\"r" + params.hashCode() + "\",\"params\":" + params + "}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static String request(long maxTokens, String content) {
        return "{\"max_tokens\":" + maxTokens + ",\"model\":\"anth/m\",\"messages\":[{\"role\":\"user\",\"content\":"
                + content + "}]}";
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + path))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .header("x-app", "night-shift")
                            .timeout(Duration.ofSeconds(30))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x.example/a.png\"}}]",
                "[{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}}]",
                "[{\"type\":\"document\",\"source\":{\"type\":\"\\u0075rl\",\"\\u0075rl\":\"https://x.example\"}}]",
            })
    void aPromptThatLiesElsewhereIsHeldAtTheModelsWindow(String content) throws Exception {
        // Nobody knows the window, so it is taken for two million tokens at 3 USD.
        budget(5 * USD, Window.DAY);
        HttpResponse<String> answer = send("POST", BATCHES, batch(request(64, "\"Hi\""), request(64, content)));
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(received.isEmpty(), "nothing is sent");
        budget(7 * USD, Window.DAY);
        assertEquals(200, send("POST", BATCHES, batch(request(64, content))).statusCode());
    }

    @Test
    void whatIsInTheBodyIsMeasuredHoweverItIsCalled() throws Exception {
        budget(USD / 10, Window.DAY);
        String tools = request(64, "\"Hi\"")
                .replace(
                        "{\"max_tokens\"",
                        "{\"tools\":[{\"name\":\"fetch\",\"input_schema\":{\"type\":\"object\",\"properties\":"
                                + "{\"url\":{\"type\":\"string\"}}}}],\"max_tokens\"");
        HttpResponse<String> answer = send("POST", BATCHES, batch(tools, request(64, PIXEL)));
        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void aLimitOnEachRequestJudgesEachByItselfAndNamesTheOneThatPassesIt() throws Exception {
        budget(USD / 100, Window.REQUEST); // 666 output tokens
        String[] many = new String[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = request(500, "\"number " + i + "\"");
        }
        assertEquals(200, send("POST", BATCHES, batch(many)).statusCode(), "each by itself costs less");
        many[7] = request(700, "\"a longer answer\"");
        HttpResponse<String> answer = send("POST", BATCHES, batch(many));
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("requests[7]: The budget"), answer.body());
        assertTrue(answer.body().contains("may come to $0.010"), "of that request: " + answer.body());
        assertEquals(1, received.size());
    }

    @Test
    void whatABatchCannotBePaidFromIsRefusedAsACallIs() throws Exception {
        Budget budget = budget(1_000_000, Window.DAY);
        HttpResponse<String> answer = send("POST", BATCHES, batch(request(64, "\"a\""), request(64, "\"b\"")));
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"billing_error\""), answer.body());
        assertTrue(answer.body().contains("\"The budget " + budget.id()), "all of them together: " + answer.body());
        long seconds = answer.headers().firstValueAsLong("retry-after").orElse(0);
        assertTrue(seconds > 0 && seconds <= 86_400, "until the window's end: " + seconds);
    }

    @Test
    void aBatchIsHeldAtTheSumOfItsRequests() throws Exception {
        budget(USD / 100, Window.DAY); // 666 output tokens
        String each = request(500, "\"Hi\"");
        assertEquals(
                429, send("POST", BATCHES, batch(each, request(500, "\"Ho\""))).statusCode());
        assertTrue(received.isEmpty(), "nothing is sent");
        assertEquals(200, send("POST", BATCHES, batch(each)).statusCode());
    }

    @Test
    void whatAProviderPutsBeforeARequestWithToolsIsHeld() throws Exception {
        budget(USD / 100, Window.DAY); // 4,096 tokens of input cost more than that
        String tools = request(64, "\"Hi\"")
                .replace(
                        "{\"max_tokens\"",
                        "{\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"max_tokens\"");
        assertEquals(429, send("POST", BATCHES, batch(tools)).statusCode());
        assertEquals(200, send("POST", BATCHES, batch(request(64, "\"Hi\""))).statusCode());
    }

    /** What is held for it must be what the provider may do. */
    @Test
    void searchesOfABatchWithoutABoundGetOne() throws Exception {
        String search = request(64, "\"Hi\"")
                .replace(
                        "{\"max_tokens\"",
                        "{\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}],\"max_tokens\"");
        assertEquals(
                200, send("POST", BATCHES, batch(request(64, "\"Hi\""), search)).statusCode());
        String sent = received.take();
        assertEquals(2, sent.split("\"max_uses\":10", -1).length, sent);
    }

    @Test
    void aModelWithoutAPriceIsRefusedWhereABudgetDemandsOne() throws Exception {
        budget(USD, Window.LIFETIME);
        String body = batch(request(64, "\"Hi\"").replace("anth/m", "anth/unpriced"));
        HttpResponse<String> answer = send("POST", BATCHES, body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("tollgate price set"), answer.body());
    }

    @Test
    void theRowsOfABatchNameTheAppThatMadeIt() throws Exception {
        HttpResponse<String> made = send("POST", BATCHES, batch(request(64, "\"Hi\"")));
        assertEquals(200, made.statusCode(), made.body());
        assertEquals(200, send("GET", BATCHES + "/msgbatch_1/results", "").statusCode());
        CallRecord row = house.ledger
                .find(made.headers().firstValue("x-tollgate-request-id").orElseThrow())
                .orElseThrow();
        assertEquals("night-shift", row.start().client().app());
        assertEquals(330_000, row.costNanoUsd());
    }
}
