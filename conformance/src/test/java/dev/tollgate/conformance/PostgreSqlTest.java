package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same product on a PostgreSQL of its own. */
class PostgreSqlTest {
    private static final String HELLO =
            "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** Long enough for the database to go away meanwhile. */
    private static final String STORY = "sim/story:3s";

    @TempDir
    Path home;

    @Test
    void callsAreKeptOverACrashAndAStoreThatGoesAwayIsToldByReadinessRefusalsAndStreams() throws Exception {
        String key;
        String id;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String database = "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/postgres";
            try (GateProcess gate = GateProcess.start(home, "--database", database)) {
                key = gate.createKey("sql");
                HttpResponse<String> answer = gate.post("/v1/messages", key, HELLO);
                assertEquals(200, answer.statusCode(), answer.body());
                id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
                gate.kill();
            }
            try (GateProcess gate = GateProcess.start(home, "--database", database)) {
                assertEquals("settled", story(gate, id).get("outcome").stringValue());
                assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
                JsonNode usage = gate.manage("GET", "/usage?by=key", "").get("data");
                assertEquals(2, usage.get(0).get("calls").asInt(), usage.toString());
                assertTrue(gate.manage("GET", "/audit/verify", "").get("ok").asBoolean());
                assertFalse(Files.exists(home.resolve("tollgate.db")), "nothing is kept beside it");

                List<Future<Throwable>> streams = streams(gate, key);
                stop(postgres);
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (gate.get("/readyz").statusCode() != 503) {
                    assertTrue(System.nanoTime() < deadline, "readiness tells of the lost store");
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                HttpResponse<String> refused = gate.post("/v1/messages", key, HELLO);
                assertEquals(503, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("\"type\":\"error\""), refused.body());
                assertEquals(200, gate.get("/healthz").statusCode());
                for (Future<Throwable> stream : streams) {
                    Throwable told = stream.get(60, TimeUnit.SECONDS);
                    assertTrue(told.toString().contains("could not record this call"), told.toString());
                }
            }
        }
    }

    /** Streams of official clients, each under way; and what each is told at its end. */
    private static List<Future<Throwable>> streams(GateProcess gate, String key) throws Exception {
        CountDownLatch begun = new CountDownLatch(3);
        List<Future<Throwable>> streams = List.of(
                told(begun, seen -> messages(gate, key, seen)),
                told(begun, seen -> chat(gate, key, seen)),
                told(begun, seen -> responses(gate, key, seen)));
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        return streams;
    }

    private static Future<Throwable> told(CountDownLatch begun, Consumer<Consumer<Object>> call) {
        FutureTask<Throwable> told = new FutureTask<>(() -> {
            AtomicBoolean any = new AtomicBoolean();
            try {
                call.accept(event -> {
                    if (!any.getAndSet(true)) {
                        begun.countDown();
                    }
                });
            } catch (RuntimeException e) {
                return e;
            }
            return new AssertionError("the stream looked whole");
        });
        Thread.ofVirtual().start(told);
        return told;
    }

    private static void messages(GateProcess gate, String key, Consumer<Object> seen) {
        AnthropicClient client =
                AnthropicOkHttpClient.builder().baseUrl(gate.url()).apiKey(key).build();
        MessageCreateParams params = MessageCreateParams.builder()
                .model(STORY)
                .maxTokens(4_096)
                .addUserMessage("Hello")
                .build();
        try (var events = client.messages().createStreaming(params)) {
            events.stream().forEach(seen);
        }
    }

    private static OpenAIClient openAi(GateProcess gate, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .build();
    }

    private static void chat(GateProcess gate, String key, Consumer<Object> seen) {
        ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
                .model(STORY)
                .addUserMessage("Hello")
                .build();
        try (var chunks = openAi(gate, key).chat().completions().createStreaming(params)) {
            chunks.stream().forEach(seen);
        }
    }

    /** This client hands the failure on as an event. */
    private static void responses(GateProcess gate, String key, Consumer<Object> seen) {
        ResponseCreateParams params =
                ResponseCreateParams.builder().model(STORY).input("Hello").build();
        try (var events = openAi(gate, key).responses().createStreaming(params)) {
            events.stream().forEach(event -> {
                seen.accept(event);
                event.failed().ifPresent(failed -> {
                    throw new IllegalStateException(
                            failed.response().error().orElseThrow().message());
                });
            });
        }
    }

    private static void stop(EmbeddedPostgres postgres) throws IOException {
        postgres.close();
    }

    private static JsonNode story(GateProcess gate, String id) throws Exception {
        return gate.manage("GET", "/calls/" + id, "");
    }
}
