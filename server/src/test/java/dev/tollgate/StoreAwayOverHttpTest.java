package dev.tollgate;

import static dev.tollgate.kernel.Await.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.TcpProxy;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * The store goes away while calls are under way, for longer than their ends wait for it: each client is told so as its dialect tells an
 * error, and none takes its answer for whole. When the store is back, each call is settled, once.
 */
@Timeout(180)
class StoreAwayOverHttpTest {
    private static final String WHY = "could not record this call";

    /** How a client asks. */
    private enum Client {
        MESSAGES("/v1/messages", "message_stop"),
        CHAT("/v1/chat/completions", "[DONE]"),
        RESPONSES("/v1/responses", "response.completed"),
        GEMINI(":streamGenerateContent?alt=sse", "finishReason"),
        GEMINI_ARRAY(":streamGenerateContent", "finishReason");

        private final String path;
        /** Only an answer that is whole has it. */
        private final String terminal;

        Client(String path, String terminal) {
            this.path = path;
            this.terminal = terminal;
        }

        private boolean isGemini() {
            return this == GEMINI || this == GEMINI_ARRAY;
        }

        String path(String model, boolean stream) {
            String method = stream ? path : ":generateContent";
            return isGemini() ? "/v1beta/models/" + model + method : path;
        }

        String body(String model, boolean stream) {
            String head = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",";
            String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            return switch (this) {
                case MESSAGES -> head + "\"max_tokens\":64," + messages;
                case CHAT -> head + messages;
                case RESPONSES -> head + "\"input\":\"Hello\"}";
                case GEMINI, GEMINI_ARRAY -> "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";
            };
        }
    }

    /**
     * A call under way.
     *
     * @param head done as soon as its answer has begun
     */
    private record Call(
            Client client,
            String model,
            boolean stream,
            CompletableFuture<Integer> head,
            CompletableFuture<HttpResponse<String>> answer) {
        /** Gemini's own array passes whole. */
        boolean comesPieceByPiece() {
            return stream && !(client == Client.GEMINI_ARRAY && model.equals("gem/m"));
        }

        @Override
        public String toString() {
            return client + " of " + model + (stream ? ", a stream" : ", whole");
        }
    }

    @TempDir
    Path home = Path.of("");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Call> calls = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private RunningGate gate;

    @SuppressWarnings("NullAway.Init")
    private TalkingProvider provider;

    private String key = "";

    /** A database that takes no writes for a while. */
    private interface Database {
        List<String> options();

        void goAway() throws Exception;

        void comeBack() throws Exception;

        void close() throws Exception;

        static Database of(TestDatabase kind, Path home) throws Exception {
            return switch (kind.fresh(home)) {
                case DatabaseUrl.Sqlite sqlite -> new Locked(sqlite);
                case DatabaseUrl.PostgreSql postgres -> new Cut(postgres, TcpProxy.to(postgres));
            };
        }
    }

    /** Another process holds the file's lock. */
    private static final class Locked implements Database {
        private final DatabaseUrl.Sqlite url;
        private final Connection other;

        Locked(DatabaseUrl.Sqlite url) throws Exception {
            this.url = url;
            this.other = DriverManager.getConnection("jdbc:sqlite:" + url.file());
        }

        @Override
        public List<String> options() {
            return List.of("--database", "sqlite:" + url.file());
        }

        @Override
        public void goAway() throws Exception {
            run("BEGIN IMMEDIATE");
        }

        @Override
        public void comeBack() throws Exception {
            run("ROLLBACK");
        }

        private void run(String sql) throws Exception {
            try (Statement statement = other.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 20000");
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws Exception {
            other.close();
        }
    }

    /** The line to it is cut. */
    private record Cut(DatabaseUrl.PostgreSql url, TcpProxy line) implements Database {
        @Override
        public List<String> options() {
            String address = line.through(url).jdbcUrl().replaceFirst("^jdbc:postgresql://", "");
            return List.of("--database", "postgresql://postgres@" + address);
        }

        @Override
        public void goAway() {
            line.cut();
        }

        @Override
        public void comeBack() {
            line.mend();
        }

        @Override
        public void close() throws Exception {
            line.close();
        }
    }

    private void open(TestDatabase kind) throws Exception {
        database = Database.of(kind, home);
        provider = new TalkingProvider();
        gate = new RunningGate(home, database.options().toArray(String[]::new));
        gate.provider("anth", "anthropic", provider.url());
        gate.provider("oai", "openai", provider.url());
        gate.provider("gem", "gemini", provider.url());
        key = gate.createKey("caller");
    }

    @AfterEach
    void close() throws Exception {
        http.close();
        gate.close();
        provider.close();
        database.close();
    }

    private void callAll(boolean stream) throws Exception {
        for (Client client : Client.values()) {
            for (String model : List.of("anth/m", "oai/m", "gem/m")) {
                if (stream || client != Client.GEMINI_ARRAY) {
                    calls.add(call(client, model, stream));
                }
            }
        }
        until(() -> provider.calls.get() == calls.size());
    }

    private Call call(Client client, String model, boolean stream) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gate.url() + client.path(model, stream)))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(client.body(model, stream)))
                .build();
        CompletableFuture<Integer> head = new CompletableFuture<>();
        return new Call(client, model, stream, head, http.sendAsync(request, answer -> {
            head.complete(answer.statusCode());
            return HttpResponse.BodySubscribers.ofString(UTF_8);
        }));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void eachClientIsToldInItsDialectThatItsCallIsNotRecordedAndItIsBilledOnceWhenTheStoreIsBack(TestDatabase kind)
            throws Exception {
        open(kind);
        provider.gate = new CountDownLatch(1);
        callAll(true);
        for (Call call : calls) {
            if (call.comesPieceByPiece()) {
                assertEquals(200, call.head.get(60, TimeUnit.SECONDS), call + " has begun");
            }
        }
        database.goAway();
        callAll(false); // at first calls go on
        provider.end = TalkingProvider.End.CUT;
        Call cut = call(Client.MESSAGES, "anth/m", true);
        Call cutAndConverted = call(Client.MESSAGES, "oai/m", true);
        until(() -> provider.calls.get() == calls.size() + 2);
        provider.end = TalkingProvider.End.NORMAL;
        provider.gate.countDown();
        assertThrows(ExecutionException.class, () -> cut.answer.get(60, TimeUnit.SECONDS), "broken off amid an event");
        String failed = cutAndConverted.answer.get(60, TimeUnit.SECONDS).body();
        assertTrue(failed.contains("event: error") && !failed.contains(WHY), "it has failed before: " + failed);
        for (Call call : calls) {
            HttpResponse<String> answer = call.answer.get(60, TimeUnit.SECONDS);
            if (call.comesPieceByPiece()) {
                assertEndsInAnError(call, answer);
            } else {
                assertWithheld(call, answer);
            }
            assertFalse(answer.body().contains(call.client.terminal), call + ": " + answer.body());
        }
        int sent = provider.calls.get();
        HttpResponse<String> refused = send(Client.CHAT);
        assertRefused("a new call", refused);
        assertTrue(refused.body().contains("cannot record usage"), refused.body());
        assertEquals(sent, provider.calls.get(), "nothing is sent that cannot be recorded");

        database.comeBack();
        HttpResponse<String> next = send(Client.CHAT);
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                next.statusCode() == 503 && System.nanoTime() < end;
                next = send(Client.CHAT)) {
            Thread.sleep(100); // the deadline is above; nothing is concluded from the pause
        }
        assertEquals(200, next.statusCode(), next.body());
        for (Call call : calls) {
            JsonNode story = gate.explainOnceKept(call.answer.get());
            assertEquals("settled", story.get("outcome").stringValue(), call + ": " + story);
            assertEquals(20, story.get("usage").get("output_tokens").asLong(), call + ": " + story);
        }
        long billed = 0;
        for (JsonNode row : gate.manage("GET", "/usage?by=model", "").get("data")) {
            billed += row.get("calls").asLong();
        }
        assertEquals(provider.calls.get(), billed, "each that was sent is billed, once");
    }

    private HttpResponse<String> send(Client client) throws Exception {
        return gate.post(client.path("oai/m", false), key, client.body("oai/m", false));
    }

    private static void assertEndsInAnError(Call call, HttpResponse<String> answer) {
        String body = answer.body();
        assertEquals(200, answer.statusCode(), call + ": " + body);
        JsonNode error = error(call.client, body);
        assertNotEquals(error, error(data(call.client, body).getFirst()), call + " has got what came before: " + body);
        assertTrue(error.get("message").stringValue().contains(WHY), call + ": " + body);
        switch (call.client) {
            case MESSAGES -> assertEquals("api_error", error.get("type").stringValue(), call + ": " + body);
            case CHAT -> assertEquals("server_error", error.get("type").stringValue(), call + ": " + body);
            case RESPONSES -> {
                assertEquals("service_unavailable", error.get("code").stringValue(), call + ": " + body);
                JsonNode failed = data(call.client, body).getLast();
                assertEquals("response.failed", failed.get("type").stringValue(), call + ": " + body);
                JsonNode response = failed.get("response");
                assertEquals("failed", response.get("status").stringValue(), call + ": " + body);
                assertEquals(
                        data(call.client, body).getFirst().get("response").get("id"),
                        response.get("id"),
                        call + ": " + body);
                assertTrue(response.get("error").get("message").stringValue().contains(WHY), call + ": " + body);
            }
            case GEMINI, GEMINI_ARRAY -> {
                assertEquals(503, error.get("code").asInt(), call + ": " + body);
                assertEquals("UNAVAILABLE", error.get("status").stringValue(), call + ": " + body);
            }
        }
    }

    /** The one with which a stream ends. */
    private static JsonNode error(Client client, String body) {
        boolean named = client == Client.MESSAGES || client == Client.RESPONSES;
        assertEquals(named, body.contains("\n\nevent: error\n"), body);
        List<JsonNode> data = data(client, body);
        return error(data.get(data.size() - (client == Client.RESPONSES ? 2 : 1)));
    }

    private static JsonNode error(JsonNode data) {
        return data.has("error") ? data.get("error") : data;
    }

    private static List<JsonNode> data(Client client, String body) {
        return client == Client.GEMINI_ARRAY
                ? List.copyOf(Json.MAPPER.readTree(body).values())
                : body.lines()
                        .filter(line -> line.startsWith("data: "))
                        .map(line -> Json.MAPPER.readTree(line.substring("data: ".length())))
                        .toList();
    }

    /** The provider has answered, and will be paid: no client may ask again by itself. */
    private static void assertWithheld(Call call, HttpResponse<String> answer) {
        assertUnavailable(call.toString(), answer);
        assertTrue(answer.body().contains(WHY), call + ": " + answer.body());
        String shouldRetry = call.client.isGemini() ? "" : "false"; // no SDK of Google's knows the header
        assertEquals(shouldRetry, answer.headers().firstValue("x-should-retry").orElse(""), call.toString());
    }

    /** As the gate refuses what its store cannot take: clients come back by themselves. */
    private static void assertRefused(String call, HttpResponse<String> answer) {
        assertUnavailable(call, answer);
        assertTrue(answer.headers().firstValue("x-should-retry").isEmpty(), call);
    }

    private static void assertUnavailable(String call, HttpResponse<String> answer) {
        assertEquals(503, answer.statusCode(), call + ": " + answer.body());
        assertEquals("5", answer.headers().firstValue("retry-after").orElse(""), call);
    }
}
