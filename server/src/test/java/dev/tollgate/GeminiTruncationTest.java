package dev.tollgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.kernel.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Answers without end to Gemini's clients, through a whole gate: they end where they have cost what a budget holds for them. */
@Timeout(60)
class GeminiTruncationTest {
    private static final String TEXT = "lorem ipsum dolor ".repeat(20);
    /** Up to where more settings may follow. */
    private static final String BODY = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}],"
            + "\"generationConfig\":{\"maxOutputTokens\":100";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static HttpServer server;
    private static ExecutorService threads;
    private static String key = "";
    private static volatile CountDownLatch stopped = new CountDownLatch(1);

    private String budget = "";

    @BeforeAll
    static void start() throws Exception {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", GeminiTruncationTest::goOn);
        server.start();
        gate = new RunningGate(home);
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        gate.provider("anth", "anthropic", url);
        gate.provider("oai", "openai", url);
        gate.provider("gem", "gemini", url);
        gate.provider("endless", "gemini", url + "/endless");
        key = gate.createKey("gemini");
    }

    @AfterAll
    static void stop() {
        gate.close();
        server.stop(0);
        threads.close();
    }

    @BeforeEach
    void cap() throws Exception {
        stopped = new CountDownLatch(1);
        budget = gate.manage("POST", "/budgets", "{\"account\":\"default\",\"limit_usd\":\"1\",\"window\":\"day\"}")
                .get("id")
                .stringValue();
    }

    @AfterEach
    void uncap() throws Exception {
        gate.manage("DELETE", "/budgets/" + budget, "");
    }

    /** A provider that keeps to no bound, in the words of whichever API it is asked in. */
    private static void goOn(HttpExchange exchange) throws IOException {
        CountDownLatch gone = stopped;
        String path = exchange.getRequestURI().getPath();
        boolean array = path.endsWith(":streamGenerateContent")
                && !"alt=sse".equals(exchange.getRequestURI().getQuery());
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("content-type", array ? "application/json" : "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            boolean endless = path.startsWith("/endless");
            out.write((array ? endless ? "[{\"candidates\":[" : "[" : head(path)).getBytes(UTF_8));
            byte[] next =
                    (array ? chunk(endless ? "lorem ".repeat(20_000) : TEXT) + ",\r\n" : event(path)).getBytes(UTF_8);
            while (true) {
                out.write(next);
                out.flush();
            }
        } catch (IOException e) {
            gone.countDown();
        }
    }

    private static String head(String path) {
        return path.equals("/v1/messages")
                ? "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
                        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                : "";
    }

    private static String event(String path) {
        return switch (path) {
            case "/v1/messages" ->
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                        + "{\"type\":\"text_delta\",\"text\":\"" + TEXT + "\"}}\n\n";
            case "/v1/chat/completions" ->
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                        + "{\"index\":0,\"delta\":{\"content\":\"" + TEXT + "\"},\"finish_reason\":null}]}\n\n";
            default -> "data: " + chunk(TEXT) + "\n\n";
        };
    }

    private static String chunk(String text) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text
                + "\"}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":\"m-1\",\"responseId\":\"r\"}";
    }

    private static HttpResponse<String> stream(String provider, String query, String more) throws Exception {
        return gate.post("/v1beta/models/" + provider + "%2Fm:streamGenerateContent" + query, key, BODY + more + "}}");
    }

    /** Chunks as clients read them: the data of events, or the elements of an array. */
    private static List<JsonNode> chunks(HttpResponse<String> answer, boolean events) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                events ? "text/event-stream" : "application/json",
                answer.headers().firstValue("content-type").orElseThrow());
        if (!events) {
            return Json.MAPPER.readTree(answer.body()).valueStream().toList();
        }
        assertTrue(answer.body().endsWith("\n\n"), answer.body());
        return answer.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(line -> Json.MAPPER.readTree(line.substring("data: ".length())))
                .toList();
    }

    /** What it used is not known, only that it passed what was held. */
    private JsonNode settled(HttpResponse<String> answer) throws Exception {
        JsonNode call = gate.explain(answer);
        assertEquals("unreconciled", call.get("outcome").stringValue());
        JsonNode kept = gate.manage("GET", "/budgets/" + budget, "");
        assertEquals(call.get("cost_usd").stringValue(), kept.get("spent_usd").stringValue());
        assertEquals(0.0, Double.parseDouble(kept.get("held_usd").stringValue()));
        double cost = Double.parseDouble(call.get("cost_usd").stringValue());
        double reserved = Double.parseDouble(call.get("reserved_usd").stringValue());
        assertTrue(cost > 0 && cost <= reserved, cost + " of " + reserved);
        assertTrue(stopped.await(20, TimeUnit.SECONDS), "the provider is stopped");
        return call;
    }

    /** From Gemini itself and converted, as events and as an array. */
    @ParameterizedTest
    @CsvSource({"gem, ?alt=sse", "anth, ?alt=sse", "oai, ?alt=sse", "gem, ''", "anth, ''", "oai, ''"})
    void aStreamWithoutEndIsEndedAsOneThatHasReachedItsLongest(String provider, String query) throws Exception {
        HttpResponse<String> answer = stream(provider, query, "");
        List<JsonNode> chunks = chunks(answer, !query.isEmpty());
        JsonNode last = chunks.getLast();
        assertEquals("MAX_TOKENS", last.at("/candidates/0/finishReason").asString("none"), last.toString());
        assertTrue(last.at("/usageMetadata/candidatesTokenCount").asInt() > 0, last.toString());
        assertTrue(last.at("/usageMetadata/totalTokenCount").asInt() > 0, last.toString());
        for (JsonNode chunk : chunks.subList(0, chunks.size() - 1)) {
            assertTrue(chunk.at("/candidates/0/finishReason").isMissingNode(), chunk.toString());
            assertEquals(TEXT, chunk.at("/candidates/0/content/parts/0/text").asString(""));
        }
        assertTrue(chunks.size() > 2 && chunks.size() < 500, "it ends soon: " + chunks.size());
        JsonNode call = settled(answer);
        assertTrue(call.get("changes").toString().contains("ended by the gate"), call.toString());
    }

    @Test
    void itsEndBelongsToTheSameAnswer() throws Exception {
        JsonNode last = chunks(stream("gem", "?alt=sse", ""), true).getLast();
        assertEquals("r", last.get("responseId").stringValue());
        assertEquals("m-1", last.get("modelVersion").stringValue());
        assertEquals("model", last.at("/candidates/0/content/role").stringValue());
    }

    /** Those, too, of which nothing has come. */
    @Test
    void everyCandidateThatWasAskedForIsEnded() throws Exception {
        everyCandidateIsEnded("?alt=sse");
        everyCandidateIsEnded("");
    }

    private static void everyCandidateIsEnded(String query) throws Exception {
        JsonNode last = chunks(stream("gem", query, ",\"candidateCount\":3"), !query.isEmpty())
                .getLast();
        assertEquals(3, last.get("candidates").size());
        for (int i = 0; i < 3; i++) {
            JsonNode candidate = last.get("candidates").get(i);
            assertEquals("MAX_TOKENS", candidate.get("finishReason").stringValue());
            assertEquals(i, candidate.get("index").intValue());
        }
    }

    /** An element that never ends cannot be followed by another: it passes until it is too long for any answer. */
    @Test
    void anElementWithoutEndIsRefusedAtItsReservation() throws Exception {
        HttpResponse<String> answer = stream("endless", "", "");
        assertEquals(502, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("larger than 32 MiB"), answer.body());
        JsonNode call = settled(answer);
        assertEquals(call.get("reserved_usd"), call.get("cost_usd"));
    }
}
