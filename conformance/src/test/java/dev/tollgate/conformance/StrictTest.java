package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Losses that are refused, and what a provider would refuse that is not sent: on the way through a whole gate. */
class StrictTest {
    private static final String CHAT_ANSWER = """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":
            {"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""";
    private static final String CHAT_STREAM = """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"H"},"finish_reason":null}]}

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"i"},"finish_reason":"stop"}]}

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}

            data: [DONE]

            """;
    private static final String MESSAGES_ANSWER = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";

    /** What a provider was sent. */
    private record Sent(String body, List<String> betas) {}

    @TempDir
    static Path home;

    private static final List<Sent> SENT = new CopyOnWriteArrayList<>();
    private static HttpServer provider;
    private static GateProcess gate;
    private static String easy = "";
    private static String strict = "";

    @BeforeAll
    static void start() throws Exception {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            List<String> betas = exchange.getRequestHeaders().get("anthropic-beta");
            SENT.add(new Sent(body, betas == null ? List.of() : betas));
            boolean messages = exchange.getRequestURI().getPath().endsWith("/messages");
            boolean stream = body.contains("\"stream\":true");
            byte[] answer =
                    (messages ? MESSAGES_ANSWER : stream ? CHAT_STREAM : CHAT_ANSWER).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", stream ? "text/event-stream" : "application/json");
            exchange.getResponseHeaders().add("x-ratelimit-remaining-requests", "59");
            exchange.getResponseHeaders().add("x-ratelimit-reset-requests", "1s");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        provider.start();
        Files.writeString(home.resolve("takings.json"), """
                {"date": "2026-11-22", "betas": [{"provider": "claudes", "takes": ["known-*"]}]}
                """);
        gate = GateProcess.start(home);
        String url = "http://127.0.0.1:" + provider.getAddress().getPort();
        for (String dialect : List.of("openai", "anthropic")) {
            String name = dialect.equals("openai") ? "chats" : "claudes";
            gate.manage(
                    "POST",
                    "/providers",
                    "{\"name\":\"" + name + "\",\"dialect\":\"" + dialect + "\",\"base_url\":\"" + url
                            + "\",\"auth\":\"none\"}");
        }
        easy = gate.createKey("easy");
        strict = gate.manage("POST", "/keys", "{\"name\":\"strict\",\"strict\":true}")
                .get("key")
                .stringValue();
    }

    @AfterAll
    static void stop() {
        gate.close();
        provider.stop(0);
    }

    private static String messages(String model, String more) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":64," + more
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return new JsonMapper().readTree(answer.body());
    }

    private static String dropped(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-tollgate-dropped").orElse("");
    }

    @Test
    void aStrictKeyIsRefusedWhatAnotherOneLoses() throws Exception {
        String body = messages("chats/m", "\"top_k\":5,\"metadata\":{\"user_id\":\"u\"},\"novelty\":1,");
        HttpResponse<String> lost = gate.post("/v1/messages", easy, body);
        assertEquals(200, lost.statusCode(), lost.body());
        assertTrue(dropped(lost).contains("top_k") && dropped(lost).contains("novelty"), dropped(lost));
        int sent = SENT.size();
        HttpResponse<String> refused = gate.post("/v1/messages", strict, body);
        assertEquals(400, refused.statusCode(), refused.body());
        assertEquals("invalid_request_error", json(refused).at("/error/type").stringValue());
        String message = json(refused).at("/error/message").stringValue();
        assertTrue(message.contains("novelty") && message.contains("top_k"), message);
        assertTrue(message.contains("--strict"), message);
        assertEquals(sent, SENT.size(), "nothing was sent");
    }

    @Test
    void aStrictKeyTakesWhatHasNoMeaning() throws Exception {
        String body = messages(
                "chats/m",
                "\"temperature\":1,\"service_tier\":\"auto\",\"metadata\":{\"user_id\":\"u\"},"
                        + "\"system\":[{\"type\":\"text\",\"text\":\"s\",\"cache_control\":{\"type\":\"ephemeral\"}}],");
        HttpResponse<String> answer = gate.post("/v1/messages", strict, body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(dropped(answer).contains("system[].cache_control"), dropped(answer));
    }

    @Test
    void anAliasIsStrictForEveryKeyUntilItIsSetAnew() throws Exception {
        String alias = "{\"candidates\":[\"chats/m\"],\"unpriced\":true";
        gate.manage("PUT", "/aliases/careful", alias + ",\"strict\":true}");
        String body = messages("careful", "\"top_k\":5,");
        HttpResponse<String> refused = gate.post("/v1/messages", easy, body);
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("top_k") && refused.body().contains("alias"), refused.body());
        gate.manage("PUT", "/aliases/careful", alias + "}");
        assertEquals(200, gate.post("/v1/messages", easy, body).statusCode());
        gate.manage(
                "PUT",
                "/aliases/careful",
                "{\"candidates\":[\"chats/m\",\"claudes/m\"],\"unpriced\":true,\"strict\":true}");
        HttpResponse<String> next = gate.post("/v1/messages", easy, body);
        assertEquals("claudes", next.headers().firstValue("x-tollgate-provider").orElse(""), next.body());
    }

    @Test
    void rateLimitsAreToldInTheClientsWords() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", easy, messages("chats/m", ""));
        assertEquals(
                "59",
                answer.headers()
                        .firstValue("anthropic-ratelimit-requests-remaining")
                        .orElse(""));
        assertTrue(answer.headers()
                .firstValue("anthropic-ratelimit-requests-reset")
                .orElse("")
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
        assertTrue(answer.headers().firstValue("x-ratelimit-remaining-requests").isEmpty());
    }

    @Test
    void geminisStreamIsAnArrayWhereItIsAskedForAsOne() throws Exception {
        String body = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";
        HttpResponse<String> array = gate.post("/v1beta/models/chats%2Fm:streamGenerateContent", easy, body);
        assertEquals(200, array.statusCode(), array.body());
        assertEquals(
                "application/json", array.headers().firstValue("content-type").orElse(""));
        JsonNode elements = json(array);
        assertTrue(elements.isArray() && elements.size() >= 2, array.body());
        assertEquals(
                "STOP",
                elements.get(elements.size() - 1)
                        .at("/candidates/0/finishReason")
                        .stringValue());
        HttpResponse<String> events = gate.post("/v1beta/models/chats%2Fm:streamGenerateContent?alt=sse", easy, body);
        assertEquals(
                "text/event-stream", events.headers().firstValue("content-type").orElse(""));
    }

    @Test
    void anotherProvidersSignatureIsNotSentInTheClientsOwnDialect() throws Exception {
        String text = "{\"type\":\"text\",\"text\":\"tg1.responses..x\"}";
        String history =
                ",{\"role\":\"assistant\",\"content\":[%s" + text + "]},{\"role\":\"user\",\"content\":\"And?\"}]}";
        String start = "{\"model\":\"m\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}";
        gate.manage("PUT", "/aliases/m", "{\"candidates\":[\"claudes/m\"],\"unpriced\":true}");
        HttpResponse<String> untouched = gate.post("/v1/messages", strict, start + history.formatted(""));
        assertEquals(200, untouched.statusCode(), untouched.body());
        assertEquals(start + history.formatted(""), SENT.getLast().body());
        assertEquals("", dropped(untouched));
        String foreign = "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"tg1.responses.rs_1."
                + Base64.getEncoder().encodeToString(new byte[6]) + "\"},";
        HttpResponse<String> answer = gate.post("/v1/messages", strict, start + history.formatted(foreign));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(start + history.formatted(""), SENT.getLast().body());
        assertEquals("messages[].content[].signature", dropped(answer));
        JsonNode story = gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
        assertEquals(
                "messages[].content[].signature", story.at("/changes/0/field").stringValue());
        assertTrue(story.at("/changes/0/change").stringValue().startsWith("dropped: "), story.toString());
    }

    @Test
    void aBetaThatTheProviderDoesNotTakeIsNotSent() throws Exception {
        HttpResponse<String> answer =
                gate.post("/v1/messages", easy, messages("claudes/m", ""), "anthropic-beta", "known-1,unheard-of-2");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(List.of("known-1"), SENT.getLast().betas());
        assertEquals("anthropic-beta", dropped(answer));
    }

    @Test
    void aFaultInTheFileOfTakingsIsNamedAtStart(@TempDir Path other) throws IOException, InterruptedException {
        Files.writeString(other.resolve("takings.json"), "{\"date\": \"2026-11-22\",\n \"betas\": [{\"who\": 1}]}");
        GateProcess.Exit exit = GateProcess.run(other);
        assertFalse(exit.code() == 0);
        assertTrue(
                exit.errors().contains("takings.json, line 2") && exit.errors().contains("who"), exit.errors());
    }
}
