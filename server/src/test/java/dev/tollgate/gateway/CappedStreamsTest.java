package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Providers that keep to no bound: a stream that a budget covers ends where it has cost what is held for it. */
@Timeout(120)
class CappedStreamsTest {
    private static final long USD = 1_000_000_000L;
    private static final String LONGER = request("/v1/messages", "anth/m").replace(":100,", ":1000,");
    private static final String TEXT = "lorem ipsum dolor ".repeat(20);

    @TempDir
    Path home = Path.of("");

    private final CountDownLatch stopped = new CountDownLatch(1);

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
                Executors.newVirtualThreadPerTaskExecutor());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        provider("anth", Dialect.ANTHROPIC, url);
        provider("oai", Dialect.OPENAI, url);
        provider("gem", Dialect.GEMINI, url);
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        house.close();
    }

    private void provider(String name, Dialect dialect, String url) {
        house.catalog.addProvider(new NewProvider(name, dialect, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    private Budget budget() {
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        return house.budgets.set(
                new Budget("", scope, "", USD, Window.DAY, ZoneOffset.UTC, List.of(), false, 0), "test");
    }

    /** Every path answers with its head and then with so many deltas, each an event, until nobody takes them. */
    private void streams(int deltas, String tail) {
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(head(path).getBytes(UTF_8));
                for (int i = 0; i < deltas; i++) {
                    out.write(delta(path, i).getBytes(UTF_8));
                    out.flush();
                }
                out.write(tail.getBytes(UTF_8));
            } catch (IOException gone) {
                stopped.countDown();
            }
        });
    }

    private static String head(String path) {
        return switch (path) {
            case "/v1/messages" ->
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
                        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
            case "/v1/responses" ->
                "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{"
                        + "\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"model\":\"m\",\"output\":[]}}\n\n";
            default -> "";
        };
    }

    private static String delta(String path, int number) {
        return switch (path) {
            case "/v1/messages" ->
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                        + "{\"type\":\"text_delta\",\"text\":\"" + TEXT + "\"}}\n\n";
            case "/v1/responses" ->
                "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":"
                        + (number + 1) + ",\"delta\":\"" + TEXT + "\"}\n\n";
            case "/v1/chat/completions" ->
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                        + "{\"index\":0,\"delta\":{\"content\":\"" + TEXT + "\"},\"finish_reason\":null}]}\n\n";
            default ->
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + TEXT
                        + "\"}],\"role\":\"model\"},\"index\":0}],\"responseId\":\"r\"}\n\n";
        };
    }

    private HttpResponse<String> call(String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + path))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(60))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String request(String path, String model) {
        return switch (path) {
            case "/v1/responses" ->
                "{\"model\":\"" + model + "\",\"stream\":true,\"max_output_tokens\":100,\"input\":\"Hello\"}";
            default ->
                "{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":100,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        };
    }

    private CallRecord row(HttpResponse<String> answer) {
        String id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
        return house.ledger.find(id).orElseThrow();
    }

    /** Of the caller's own dialect, and converted. */
    @ParameterizedTest
    @CsvSource({
        "/v1/messages, anth/m, \"stop_reason\":\"max_tokens\", message_stop",
        "/v1/chat/completions, oai/m, \"finish_reason\":\"length\", [DONE]",
        "/v1/responses, oai/m, \"reason\":\"max_output_tokens\", response.incomplete",
        "/v1/messages, oai/m, \"stop_reason\":\"max_tokens\", message_stop",
        "/v1/messages, gem/m, \"stop_reason\":\"max_tokens\", message_stop",
        "/v1/chat/completions, anth/m, \"finish_reason\":\"length\", [DONE]",
        "/v1/responses, anth/m, \"reason\":\"max_output_tokens\", response.incomplete",
    })
    void aStreamWithoutEndIsEndedAsATruncatedAnswerAndItsProviderStopped(
            String path, String model, String reason, String last) throws Exception {
        Budget budget = budget();
        streams(Integer.MAX_VALUE, "");
        HttpResponse<String> answer = call(path, request(path, model));
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains(reason) && answer.body().contains(last), answer.body());
        assertTrue(
                answer.body().length() < 200_000,
                "it ends soon: " + answer.body().length());
        CallRecord call = row(answer);
        assertEquals(Outcome.CUT, call.end().outcome());
        assertTrue(call.costNanoUsd() > 0 && call.costNanoUsd() <= call.reservedNanoUsd(), () -> "" + call);
        assertEquals(call.costNanoUsd(), house.budgets.show(budget.id()).spentNanoUsd());
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        assertTrue(
                call.end().edits().stream().anyMatch(edit -> edit.startsWith("answer: ended by the gate")),
                () -> "" + call.end().edits());
        assertTrue(stopped.await(20, TimeUnit.SECONDS), "the provider is stopped");
        house.awaitHeld(0);
    }

    @Test
    void aFigureBeyondAllBoundsEndsTheStreamAtOnce() throws Exception {
        budget();
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write(head("/v1/messages")
                    .replace("\"input_tokens\":10", "\"input_tokens\":900000000")
                    .getBytes(UTF_8));
            out.flush(); // and then nothing more
        });
        HttpResponse<String> answer = call("/v1/messages", request("/v1/messages", "anth/m"));
        assertTrue(answer.body().endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"), answer.body());
        CallRecord call = row(answer);
        assertTrue(call.end().charge() instanceof Charge.AtReservation, () -> "" + call);
    }

    /** An answer that is whole when its figures come is given whole: there is nothing left to stop. */
    @Test
    void anAnswerThatWasMoreThanItsBoundAndIsOverIsNoTruncatedOne() throws Exception {
        Budget budget = budget();
        String end = "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":3,"
                + "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\","
                + "\"output\":[],\"usage\":{\"input_tokens\":10,\"output_tokens\":5000,\"total_tokens\":5010}}}\n\n";
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseBody().write((head(path) + delta(path, 0) + end).getBytes(UTF_8)); // in one piece
            exchange.close();
        });
        HttpResponse<String> answer = call("/v1/responses", request("/v1/responses", "oai/m"));
        assertTrue(answer.body().endsWith(end), answer.body());
        assertFalse(answer.body().contains("response.incomplete"), answer.body());
        CallRecord call = row(answer);
        assertEquals(Outcome.OK, call.end().outcome());
        assertEquals(10 * 3_000 + 5_000 * 15_000, call.costNanoUsd(), "what it was beyond its bound is an overrun");
        assertEquals(call.costNanoUsd(), house.budgets.show(budget.id()).spentNanoUsd());
    }

    /** A million bytes of prompt are 125,000 tokens at the least: that much less is left for an answer without figures. */
    @Test
    void aPromptOfWhichNothingIsReportedCountsToo() throws Exception {
        Budget budget = budget();
        house.budgets.set(
                new Budget("", budget.scope(), "", 10 * USD, Window.DAY, ZoneOffset.UTC, List.of(), false, 0), "test");
        streams(Integer.MAX_VALUE, "");
        String body = request("/v1/chat/completions", "oai/m").replace("Hello", "ab cd ef ".repeat(111_111));
        HttpResponse<String> answer = call("/v1/chat/completions", body);
        assertTrue(answer.body().endsWith("[DONE]\n\n"));
        // Held are a token for each byte of the prompt and 100 of the answer; text is a token for eight bytes.
        long bytes = body.length();
        long mostTokens = (bytes - bytes / 8) / 5 + 100;
        long text = TEXT.length() * (answer.body().split(TEXT, -1).length - 1L);
        assertTrue(text >= 8 * mostTokens && text < 8 * mostTokens + 100_000, text + " of " + 8 * mostTokens);
    }

    /** Chunks that hold no choice do not tell how the answer could be ended. */
    @Test
    void aStreamThatCannotBeEndedWellIsBrokenOff() throws Exception {
        Budget budget = budget();
        byte[] chunk =
                ("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                                + "\"usage\":{\"prompt_tokens\":90000000,\"completion_tokens\":1,\"total_tokens\":90000001}}\n\n")
                        .getBytes(UTF_8);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (stopped.getCount() > 0) {
                    out.write(chunk);
                    out.flush();
                }
            } catch (IOException gone) {
                stopped.countDown();
            }
        });
        assertThrows(IOException.class, () -> call("/v1/chat/completions", request("/v1/chat/completions", "oai/m")));
        assertTrue(stopped.await(20, TimeUnit.SECONDS), "the provider is stopped");
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        assertTrue(house.budgets.show(budget.id()).spentNanoUsd() > 0);
        house.awaitHeld(0);
    }

    /** As long as a text of that many tokens can be. */
    @Test
    void anAnswerThatKeepsToItsBoundIsNeverEnded() throws Exception {
        budget();
        String end = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},"
                + "\"usage\":{\"output_tokens\":100}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        streams(2, end); // 720 bytes: more than seven for each of its 100 tokens
        HttpResponse<String> answer = call("/v1/messages", request("/v1/messages", "anth/m"));
        assertTrue(answer.body().endsWith(end), answer.body());
        CallRecord call = row(answer);
        assertEquals(Outcome.OK, call.end().outcome());
        assertEquals(10 * 3_000 + 100 * 15_000, call.costNanoUsd());
    }

    @Test
    void whatNoBudgetCoversGoesOn() throws Exception {
        String end = "data: [DONE]\n\n";
        streams(200, end);
        HttpResponse<String> answer = call("/v1/chat/completions", request("/v1/chat/completions", "oai/m"));
        assertTrue(answer.body().endsWith(end));
        assertFalse(answer.body().contains("length"));
        assertEquals(Outcome.OK, row(answer).end().outcome());
    }

    /** Leaves once the provider has sent so much, and says what the budget has then spent. */
    private long spentAfterLeaving(Budget budget, String sent) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (!sent.isEmpty()) {
                exchange.getResponseHeaders().set("content-type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(sent.getBytes(UTF_8));
                exchange.getResponseBody().flush();
            }
            reached.countDown();
            try {
                over.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String body = LONGER;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            client.getOutputStream()
                    .write(("POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + house.key
                                    + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(UTF_8));
            client.getOutputStream().flush();
            assertTrue(reached.await(20, TimeUnit.SECONDS), "the provider has it");
            if (!sent.isEmpty()) {
                StringBuilder got = new StringBuilder();
                while (got.indexOf(TEXT) < 0) {
                    got.append((char) client.getInputStream().read());
                }
            }
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (house.budgets.show(budget.id()).spentNanoUsd() == 0) {
            assertTrue(System.nanoTime() < deadline, "the call is settled");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        over.countDown();
        assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd());
        return house.budgets.show(budget.id()).spentNanoUsd();
    }

    @Test
    void whoLeavesBeforeTheAnswerPaysThePromptAndWhatMayHaveBeenWritten() throws Exception {
        Budget budget = budget();
        long prompt = Math.ceilDiv(LONGER.length(), 3) * 3_000L;
        long spent = spentAfterLeaving(budget, "");
        assertTrue(spent >= prompt && spent <= prompt + 1_000 * 15_000, "spent: " + spent);
    }

    @Test
    void whoLeavesMidStreamPaysATokenForEachThreeBytes() throws Exception {
        String sent = head("/v1/messages") + delta("/v1/messages", 0);
        assertEquals(10 * 3_000 + TEXT.length() / 3 * 15_000, spentAfterLeaving(budget(), sent));
    }
}
