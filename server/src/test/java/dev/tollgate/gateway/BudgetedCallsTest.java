package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
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
import dev.tollgate.kernel.Json;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What budgets do to calls: nothing, a shorter answer, or a refusal that the caller's client understands. */
@Timeout(120)
class BudgetedCallsTest {
    private static final long USD = 1_000_000_000L;
    /** 10 input tokens at 3 USD and 20 output tokens at 15 USD per million. */
    private static final long COST = 330_000;

    private static final String ANTHROPIC = """
            {"type":"message","id":"msg_1","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":20}}""";

    private static final String OPENAI = """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",\
            "message":{"role":"assistant","content":"Hi"}}],\
            "usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}""";

    @TempDir
    Path home = Path.of("");

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer anthropic;

    @SuppressWarnings("NullAway.Init")
    private HttpServer openai;

    @BeforeEach
    void open() throws Exception {
        house = new CallHouse(
                home,
                Map.of(
                        Protocol.MESSAGES, MessagesCodec.codec(),
                        Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
                        Protocol.RESPONSES, ResponsesCodec.codec(),
                        Protocol.GENERATE_CONTENT, GeminiCodec.codec()),
                Executors.newVirtualThreadPerTaskExecutor());
        anthropic = provider("anth", Dialect.ANTHROPIC, ANTHROPIC);
        openai = provider("oai", Dialect.OPENAI, OPENAI);
    }

    @AfterEach
    void close() {
        anthropic.stop(0);
        openai.stop(0);
        house.close();
    }

    private HttpServer provider(String name, Dialect dialect, String answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = answer.getBytes(UTF_8);
        server.createContext("/", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        house.catalog.addProvider(new NewProvider(name, dialect, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
        return server;
    }

    private Budget budget(long limitNanoUsd, Window window) {
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        return house.budgets.set(
                new Budget("", scope, "", limitNanoUsd, window, ZoneOffset.UTC, List.of(), false, 0), "test");
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

    private CallRecord row(HttpResponse<String> answer) {
        String id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
        return house.ledger.find(id).orElseThrow();
    }

    private static String messages(String model, String content) {
        return "{\"max_tokens\": 4096,\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":"
                + content + "}]}";
    }

    @Test
    void aCallThatFitsIsSentAsItIsAndSpendsWhatItCost() throws Exception {
        Budget budget = budget(USD, Window.DAY);
        HttpResponse<String> answer = call("/v1/messages", messages("anth/m", "\"Hello\""));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(messages("m", "\"Hello\""), received.take());
        assertEquals(COST, house.budgets.show(budget.id()).spentNanoUsd());
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        assertEquals(COST, row(answer).costNanoUsd());
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, anth/m, max_tokens", "/v1/chat/completions, oai/m, max_tokens"})
    void anAnswerIsBoundedToWhatTheBudgetCanStillPay(String path, String model, String field) throws Exception {
        budget(10_000_000, Window.DAY);
        HttpResponse<String> answer = call(path, messages(model, "\"Hello\""));
        assertEquals(200, answer.statusCode(), answer.body());
        String sent = received.take();
        Matcher bound = Pattern.compile("\"max_tokens\": (\\d+)").matcher(sent);
        assertTrue(bound.find(), sent);
        long tokens = Long.parseLong(bound.group(1));
        assertTrue(tokens > 500 && tokens <= 666, "a cent pays for 666 output tokens at most: " + tokens);
        assertEquals(messages("m", "\"Hello\"").replace("4096", bound.group(1)), sent, "no other byte changes");
        List<String> edits = row(answer).end().edits();
        assertTrue(
                edits.stream().anyMatch(edit -> edit.startsWith(field + ": 4096 -> " + tokens)),
                () -> "explain says it: " + edits);
    }

    @Test
    void anAnswerWithoutABoundGetsOne() throws Exception {
        budget(10_000_000, Window.DAY);
        String body = "{\"model\":\"oai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        assertEquals(200, call("/v1/chat/completions", body).statusCode());
        JsonNode sent = Json.MAPPER.readTree(received.take());
        assertTrue(sent.path("max_tokens").asLong() <= 666, sent.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, anth/m, /error/type, billing_error",
        "/v1/chat/completions, oai/m, /error/code, insufficient_quota",
        "/v1/responses, anth/m, /error/code, insufficient_quota",
    })
    void whatCannotBePaidIsRefusedSoThatTheClientUnderstands(String path, String model, String at, String kind)
            throws Exception {
        Budget budget = budget(100_000, Window.DAY);
        String body = path.endsWith("responses")
                ? "{\"model\":\"" + model + "\",\"input\":\"Hello\"}"
                : messages(model, "\"Hello\"");
        HttpResponse<String> answer = call(path, body);
        assertEquals(429, answer.statusCode(), answer.body());
        JsonNode error = Json.MAPPER.readTree(answer.body());
        assertEquals(kind, error.at(at).asString(""), answer.body());
        String message = error.at("/error/message").asString("");
        assertTrue(message.contains(budget.id()) && message.contains("$0.0001") && message.contains("resets"), message);
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
        long seconds = answer.headers().firstValueAsLong("retry-after").orElse(0);
        assertTrue(seconds > 0 && seconds <= 86_400, "until the window's end: " + seconds);
        assertTrue(received.isEmpty(), "nothing is sent");
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        house.awaitHeld(0);
    }

    @Test
    void aPromptThatLiesElsewhereIsHeldAtTheModelsWindow() throws Exception {
        budget(USD, Window.DAY);
        String file = "[{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}}]";
        assertEquals(429, call("/v1/messages", messages("anth/m", file)).statusCode());
        budget(10 * USD, Window.DAY);
        assertEquals(200, call("/v1/messages", messages("anth/m", file)).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"oai/m\",\"input\":\"go\",\"conversation\":\"conv_x\",\"max_output_tokens\":100}",
                "{\"model\":\"oai/m\",\"input\":\"go\",\"previous_response_id\":\"resp_x\",\"max_output_tokens\":100}",
                "{\"model\":\"oai/m\",\"input\":\"go\",\"convers\\u0061tion\":\"conv_x\",\"max_output_tokens\":100}",
            })
    void aConversationThatLiesAtTheProviderIsHeldAtTheModelsWindow(String body) throws Exception {
        budget(USD, Window.DAY);
        HttpResponse<String> answer = call("/v1/responses", body);
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(received.isEmpty());
    }

    @Test
    void aTextThatSpeaksOfAddressesIsCounted() throws Exception {
        budget(USD, Window.DAY);
        String text = "[{\"type\":\"text\",\"text\":\"url\"}]";
        assertEquals(200, call("/v1/messages", messages("anth/m", text)).statusCode());
    }

    @Test
    void aLongPromptIsCountedBeforeItIsRefused() throws Exception {
        // 30,000 bytes would be 90,000,000 nano-dollars if each were a token; they are about 6,000 tokens.
        budget(70_000_000, Window.DAY);
        String text = "\"" + "the quick brown fox ".repeat(1_500) + "\"";
        String body = messages("anth/m", text).replace("4096", "100");
        HttpResponse<String> answer = call("/v1/messages", body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(received.take().contains("\"max_tokens\": 100,"));
    }

    @Test
    void aModelWithoutAPriceIsRefusedWhereABudgetDemandsOne() throws Exception {
        budget(USD, Window.LIFETIME);
        HttpResponse<String> answer = call("/v1/messages", messages("anth/unpriced", "\"Hello\""));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("tollgate price set"), answer.body());
        assertTrue(received.isEmpty());
    }

    @Test
    void theAnswerOfAModelThatThePricesDoNotKnowIsBoundedOnlyWhereABudgetCoversIt() throws Exception {
        String body = "{\"model\":\"oai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        assertEquals(200, call("/v1/chat/completions", body).statusCode());
        assertEquals(body.replace("oai/m", "m"), received.take());
        budget(10 * USD, Window.DAY);
        HttpResponse<String> answer = call("/v1/chat/completions", body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                16_384, Json.MAPPER.readTree(received.take()).path("max_tokens").asLong());
        assertTrue(row(answer).end().edits().stream().anyMatch(edit -> edit.startsWith("max_tokens: 16384")));
    }

    @Test
    void searchesWithoutABoundGetOneAndAreHeld() throws Exception {
        house.catalog.setPrice("anth", "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
        String body = messages("anth/m", "\"Hello\"")
                .replace("{\"max", "{\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}],\"max");
        budget(10 * USD, Window.DAY);
        assertEquals(429, call("/v1/messages", body).statusCode(), "ten rounds of two million tokens");
        budget(100 * USD, Window.DAY);
        HttpResponse<String> answer = call("/v1/messages", body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(received.take().startsWith("{\"tools\":[{\"max_uses\":10,\"type\":"));
        assertTrue(row(answer).reservedNanoUsd() > 60 * USD);
        assertTrue(row(answer).end().edits().contains("max_uses: 10, for a budget covers the call"));
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, anth/m, speed, fast", "/v1/chat/completions, oai/m, service_tier, priority"})
    void aDearerTierIsHeldAtItsPrice(String path, String model, String field, String tier) throws Exception {
        budget(100_000_000, Window.DAY);
        String plain = messages(model, "\"Hello\"");
        long list = row(call(path, plain)).reservedNanoUsd();
        HttpResponse<String> answer = call(path, plain.replace("{\"max", "{\"" + field + "\":\"" + tier + "\",\"max"));
        assertEquals(200, answer.statusCode(), answer.body());
        received.take();
        assertTrue(
                received.take().contains("\"max_tokens\": 1"),
                "four thousand tokens are too many at six times the price");
        assertTrue(row(answer).reservedNanoUsd() > list);
    }

    @Test
    void anAnswerIsNotMadeShorterThanItsThinkingMayBe() throws Exception {
        budget(30_000_000, Window.DAY);
        String body = messages("anth/m", "\"Hello\"")
                .replace("{\"max", "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":3000},\"max");
        HttpResponse<String> answer = call("/v1/messages", body);
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("billing_error"), answer.body());
        assertTrue(received.isEmpty());
        assertEquals(200, call("/v1/messages", body.replace("3000", "1024")).statusCode());
    }
}
