package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.vault.NewCredential;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that some credentials' plans do not take. */
@Timeout(120)
class ContextPlansTest {
    private static final long USD = 1_000_000_000L;
    private static final String NARROW = "sk-narrow-" + "0".repeat(30);
    private static final String WIDE = "sk-wide-" + "0".repeat(30);
    /** Four thousand words, so three thousand tokens and more. */
    private static final String LONG = "the quick brown fox ".repeat(1_000);

    private static final String ANSWER = """
            {"type":"message","id":"msg_1","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":20}}""";

    @TempDir
    Path home = Path.of("");

    private final BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    private final AtomicInteger status = new AtomicInteger(200);

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
                        Protocol.CHAT_COMPLETIONS, ChatCodec.codec()),
                Executors.newVirtualThreadPerTaskExecutor());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] answer = ANSWER.getBytes(UTF_8);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String key = exchange.getRequestHeaders().getFirst("x-api-key");
            keys.add(key == null ? "" : key);
            exchange.getResponseHeaders().set("retry-after", "600");
            exchange.sendResponseHeaders(status.get(), answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        provider("anth", AuthStyle.X_API_KEY);
        credential("narrow", NARROW, 1_000);
    }

    private void provider(String name, AuthStyle auth) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        house.catalog.addProvider(new NewProvider(name, Dialect.ANTHROPIC, Platform.DIRECT, url, auth), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    private void credential(String name, String secret, long maxContextTokens) {
        house.vault
                .credentials()
                .add(
                        new NewCredential(name, "operator", "anth", "x.example", "api-key", maxContextTokens, secret),
                        "test");
    }

    @AfterEach
    void close() {
        server.stop(0);
        house.close();
    }

    private HttpResponse<String> call(String model, String text, String session)
            throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model
                + "\",\"max_tokens\": 4096,\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
        return send("/v1/messages", body, session);
    }

    private HttpResponse<String> send(String path, String body, String session)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + path))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .header("x-claude-code-session-id", session)
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private Set<String> keysOf(String text, int sessions) throws Exception {
        for (int i = 0; i < sessions; i++) {
            HttpResponse<String> answer = call("anth/m", text, "session-" + i);
            assertEquals(200, answer.statusCode(), answer.body());
        }
        Set<String> used = new TreeSet<>();
        keys.drainTo(used);
        return used;
    }

    @Test
    void aPromptThatNoPlanTakesIsRefusedWithTheCure() throws Exception {
        assertEquals(Set.of(NARROW), keysOf("Hello", 1), "a short one is sent");
        HttpResponse<String> answer = call("anth/m", LONG, "s");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().matches("(?s).*prompt is too long: \\d+ tokens > 1000 maximum\\..*"), answer.body());
        assertTrue(answer.body().contains("too many for anth/m"), answer.body());
        assertTrue(answer.body().contains("tollgate credential set narrow --max-context"), answer.body());
        assertFalse(answer.body().contains(" takes it."), answer.body());
        assertTrue(keys.isEmpty(), "nothing is sent");
        house.awaitHeld(0);
        house.vault.credentials().setMaxContext("narrow", 0, "test");
        assertEquals(Set.of(NARROW), keysOf(LONG, 1), "and what the operator says holds at once");
    }

    @Test
    void anotherDialectsClientIsToldInItsOwnWords() throws Exception {
        String body = "{\"model\":\"anth/m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + LONG + "\"}]}";
        HttpResponse<String> answer = send("/v1/chat/completions", body, "s");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("maximum context length is 1000 tokens"), answer.body());
        assertTrue(answer.body().contains("context_length_exceeded"), answer.body());
    }

    @Test
    void aModelWhosePlanTakesItIsNamed() throws Exception {
        house.vault
                .credentials()
                .add(
                        new NewCredential(
                                "vendor", "operator", "anthropic", null, null, 2_000, "sk-ant-api03-" + "a".repeat(95)),
                        "test");
        assertFalse(call("anth/m", LONG, "s").body().contains(" takes it."), "that plan is too narrow, too");
        house.vault.credentials().setMaxContext("vendor", 200_000, "test");
        String told = call("anth/m", LONG, "s").body();
        assertTrue(told.contains("The model anthropic/claude-") && told.contains(" takes it."), told);
    }

    @Test
    void aLongPromptGoesToTheCredentialWhosePlanTakesIt() throws Exception {
        credential("wide", WIDE, 100_000);
        assertEquals(Set.of(NARROW, WIDE), keysOf("Hello", 20));
        assertEquals(Set.of(WIDE), keysOf(LONG, 20));
    }

    @Test
    void itIsWideningThatCountsWhereOneIsNotLimitedAtAll() throws Exception {
        credential("open", WIDE, 0);
        assertEquals(Set.of(WIDE), keysOf(LONG, 20));
    }

    @Test
    void whatABudgetShortensStillGoesToTheCredentialThatTakesIt() throws Exception {
        credential("wide", WIDE, 100_000);
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        house.budgets.set(
                new Budget("", scope, "", 60_000_000, Window.DAY, ZoneOffset.UTC, List.of(), false, 0), "test");
        assertEquals(Set.of(WIDE), keysOf(LONG, 20));
    }

    @Test
    void whileThatCredentialRestsTheNarrowOneIsNotAsked() throws Exception {
        credential("wide", WIDE, 100_000);
        status.set(429);
        assertEquals(429, call("anth/m", LONG, "s").statusCode());
        status.set(200);
        keys.clear();
        assertEquals(429, call("anth/m", LONG, "s").statusCode());
        assertTrue(keys.isEmpty());
        assertEquals(Set.of(NARROW), keysOf("Hello", 5));
    }

    @Test
    void anAliasGoesOnToTheCandidateThatTakesIt() throws Exception {
        provider("other", AuthStyle.NONE);
        house.catalog.setAlias(new Alias("quick", List.of("anth/m", "other/m")), false, "test");
        assertEquals(200, call("quick", LONG, "s").statusCode());
        assertEquals("", keys.take());
        assertEquals(200, call("quick", "Hello", "s").statusCode());
        assertEquals(NARROW, keys.take());
    }
}
