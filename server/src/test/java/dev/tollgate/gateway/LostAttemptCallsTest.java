package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.upstream.Timeouts;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts that a provider has got and left without an answer may be on its bill: budgets pay them, where they were sent. */
@Timeout(120)
class LostAttemptCallsTest {
    private static final long USD = 1_000_000_000L;
    /** 10 input tokens at 3 USD and 20 output tokens at 15 USD per million. */
    private static final long COST = 330_000;

    private static final byte[] ANSWER = """
            {"type":"message","id":"msg_1","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":20}}""".getBytes(UTF_8);

    private static final String LONG = "Hello ".repeat(5_000);

    @TempDir
    Path home = Path.of("");

    private final CountDownLatch over = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        house = new CallHouse(
                home,
                Map.of(
                        Protocol.MESSAGES, MessagesCodec.codec(),
                        Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
                        Protocol.RESPONSES, ResponsesCodec.codec(),
                        Protocol.GENERATE_CONTENT, GeminiCodec.codec()),
                Executors.newVirtualThreadPerTaskExecutor(),
                new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofMinutes(5)));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        provider("well", exchange -> say(exchange, 200));
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
        house.close();
    }

    private void provider(String name, HttpHandler handler) {
        server.createContext("/" + name, exchange -> {
            exchange.getRequestBody().readAllBytes();
            handler.handle(exchange);
        });
        add(name, "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
    }

    private void add(String name, String url) {
        house.catalog.addProvider(
                new NewProvider(name, Dialect.ANTHROPIC, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    private static void say(HttpExchange exchange, int status) throws IOException {
        exchange.getResponseHeaders().set("content-type", "application/json");
        byte[] body = status == 200 ? ANSWER : "{}".getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Says nothing until the test is over. */
    private void fallSilent(HttpExchange exchange) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    /** @param provider null: of the account */
    private Budget budget(@Nullable String provider) {
        return budget(provider, USD, Window.DAY);
    }

    private Budget budget(@Nullable String provider, long limit, Window window) {
        String account = provider == null ? VirtualKeys.DEFAULT_ACCOUNT : null;
        Scope scope = new Scope(account, null, null, null, provider, null);
        return house.budgets.set(new Budget("", scope, "", limit, window, ZoneOffset.UTC, List.of(), false, 0), "test");
    }

    private long spent(Budget budget) {
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        return house.budgets.show(budget.id()).spentNanoUsd();
    }

    private CallRecord call(String model, int status) throws Exception {
        return call(model, "Hello", status, "");
    }

    /** @param said is in the answer */
    private CallRecord call(String model, String prompt, int status, String said) throws Exception {
        String body = "{\"max_tokens\":512,\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + prompt + "\"}]}";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + "/v1/messages"))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(status, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains(said), answer.body());
            String id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
            return house.ledger.find(id).orElseThrow();
        }
    }

    private static long lost(CallRecord call) {
        return call.end().attempts().stream().mapToLong(Attempt::lostNanoUsd).sum();
    }

    private void firstSays(int status) {
        AtomicInteger asked = new AtomicInteger();
        provider("flaky", exchange -> say(exchange, asked.incrementAndGet() == 1 ? status : 200));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 504, 520, 524})
    void aProxyThatGaveUpWaitingMayHaveLeftTheProviderAtWork(int status) throws Exception {
        Budget budget = budget(null);
        firstSays(status);
        CallRecord call = call("flaky/m", 200);
        assertEquals(
                List.of(status, 200),
                call.end().attempts().stream().map(Attempt::status).toList());
        assertTrue(call.end().attempts().getFirst().lostNanoUsd() > 0, call.toString());
        assertEquals(0, call.end().attempts().getLast().lostNanoUsd());
        assertEquals(COST + lost(call), call.costNanoUsd());
        assertEquals(call.costNanoUsd(), spent(budget));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 521, 529})
    void aProviderThatSaysItFailedBillsNothing(int status) throws Exception {
        Budget budget = budget(null);
        firstSays(status);
        CallRecord call = call("flaky/m", 200);
        assertEquals(2, call.end().attempts().size());
        assertEquals(0, lost(call));
        assertEquals(COST, call.costNanoUsd());
        assertEquals(COST, spent(budget));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 504, 520, 524})
    void whereNoBudgetCoversTheCallALostAttemptCostsNothing(int status) throws Exception {
        firstSays(status);
        assertEquals(COST, call("flaky/m", 200).costNanoUsd());
    }

    @Test
    void aProviderThatFellSilentIsPaidFromItsOwnBudgetAndTheOneThatAnsweredFromIts() throws Exception {
        Budget all = budget(null);
        Budget ofSilent = budget("silent");
        Budget ofWell = budget("well");
        provider("silent", this::fallSilent);
        house.catalog.setAlias(new Alias("either", List.of("silent/m", "well/m")), false, "test");
        CallRecord call = call("either", 200);
        assertTrue(lost(call) > 0, call.toString());
        assertEquals(lost(call), spent(ofSilent));
        assertEquals(COST, spent(ofWell));
        assertEquals(COST + lost(call), call.costNanoUsd());
        assertEquals(call.costNanoUsd(), spent(all));
    }

    @Test
    void aProviderThatFellSilentAndHadNoSuccessorIsPaidOnce() throws Exception {
        Budget all = budget(null);
        Budget ofSilent = budget("silent");
        provider("silent", this::fallSilent);
        CallRecord call = call("silent/m", 504);
        assertEquals(1, call.end().attempts().size());
        assertTrue(call.costNanoUsd() > 0);
        assertEquals(lost(call), call.costNanoUsd());
        assertEquals(call.costNanoUsd(), spent(ofSilent));
        assertEquals(call.costNanoUsd(), spent(all));
    }

    /** The whole call fails at one that bills nothing for it: what is billed is what was lost. */
    @Test
    void whatWasLostIsPaidThoughNobodyAnswers() throws Exception {
        Budget all = budget(null);
        Budget ofSilent = budget("silent");
        Budget ofRefusing = budget("refusing");
        provider("silent", this::fallSilent);
        provider("refusing", exchange -> say(exchange, 400));
        house.catalog.setAlias(new Alias("either", List.of("silent/m", "refusing/m")), false, "test");
        CallRecord call = call("either", 400);
        assertTrue(lost(call) > 0, call.toString());
        assertEquals(lost(call), spent(ofSilent));
        assertEquals(0, spent(ofRefusing));
        assertEquals(lost(call), spent(all));
    }

    @Test
    void aConnectionThatBrokeIsPaidFromItsOwnBudgetWhereABudgetCoversTheCall() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> breaksAll(listening));
            add("broken", "http://127.0.0.1:" + listening.getLocalPort());
            house.catalog.setAlias(new Alias("either", List.of("broken/m", "well/m")), false, "test");
            CallRecord uncovered = call("either", 200);
            assertEquals(COST, uncovered.costNanoUsd());
            assertTrue(uncovered.end().attempts().size() > 1);

            Budget all = budget(null);
            Budget ofBroken = budget("broken");
            Budget ofWell = budget("well");
            CallRecord call = call("either", 200);
            assertTrue(lost(call) > 0, call.toString());
            assertEquals(lost(call), spent(ofBroken));
            assertEquals(COST, spent(ofWell));
            assertEquals(COST + lost(call), spent(all));
        }
    }

    /** What is held for one attempt with a long prompt at a model with a name of six characters. */
    private long oneBound() throws Exception {
        return call("well/m", LONG, 200, "").reservedNanoUsd();
    }

    /** Four times a third of the bound, and the answer beside it: nothing of it is cut. */
    @Test
    void eachAttemptThatWasLostIsHeldBesideTheNextAndChargedInFull() throws Exception {
        long bound = oneBound();
        Budget all = budget(null);
        provider("one", exchange -> say(exchange, 504));
        provider("two", exchange -> say(exchange, 504));
        house.catalog.setAlias(new Alias("either", List.of("one/m", "two/m", "well/m")), false, "test");
        CallRecord call = call("either", LONG, 200, "");
        assertEquals(
                List.of(504, 504, 504, 504, 200),
                call.end().attempts().stream().map(Attempt::status).toList());
        assertEquals(COST + lost(call), call.costNanoUsd());
        assertEquals(bound + lost(call), call.reservedNanoUsd());
        assertTrue(lost(call) > bound, call.toString());
        assertEquals(call.costNanoUsd(), spent(all));
    }

    @ParameterizedTest
    @EnumSource(
            value = Window.class,
            names = {"REQUEST", "DAY"})
    void aCallThatCannotBePaidBesideTheAttemptThatWasLostIsNotSentAgain(Window window) throws Exception {
        long bound = oneBound();
        Budget tight = budget(null, bound + bound / 4, window);
        Budget ofFlaky = budget("flaky");
        firstSays(504);
        house.catalog.setAlias(new Alias("flakey", List.of("flaky/m")), false, "test");
        CallRecord call = call("flakey", LONG, 502, tight.id());
        assertEquals(1, call.end().attempts().size());
        assertEquals(Outcome.UPSTREAM_ERROR, call.end().outcome());
        assertTrue(lost(call) > 0, call.toString());
        assertEquals(lost(call), call.costNanoUsd());
        assertEquals(bound, call.reservedNanoUsd());
        assertEquals(call.costNanoUsd(), spent(ofFlaky));
        assertEquals(window == Window.REQUEST ? 0 : call.costNanoUsd(), spent(tight));
    }

    @Test
    void aProviderThatFellSilentIsNotFollowedByAnotherThatCannotBePaidBesideIt() throws Exception {
        Budget tight = budget(null, oneBound() + 1, Window.LIFETIME);
        provider("silent", this::fallSilent);
        house.catalog.setAlias(new Alias("either", List.of("silent/m", "well/m")), false, "test");
        CallRecord call = call("either", LONG, 504, tight.id());
        assertEquals(Outcome.TIMEOUT, call.end().outcome());
        assertEquals(1, call.end().attempts().size());
        assertEquals(lost(call), spent(tight));
    }

    private static void breaksAll(ServerSocket listening) {
        try {
            while (true) {
                try (Socket socket = listening.accept()) {
                    InputStream in = socket.getInputStream();
                    StringBuilder head = new StringBuilder();
                    while (!head.toString().contains("}]}")) { // the request's last bytes
                        head.append((char) in.read());
                    }
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }
}
