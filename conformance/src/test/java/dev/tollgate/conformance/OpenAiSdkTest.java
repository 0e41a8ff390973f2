package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own SDK for Java, unmodified, against the gate: chat completions, responses, embeddings, models. */
class OpenAiSdkTest {
    @TempDir
    static Path home;

    private static GateProcess gate;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        client = client(gate.createKey("sdk"));
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder chat(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static List<ChatCompletionChunk> stream(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(params)) {
            return chunks.stream().toList();
        }
    }

    @Test
    void plainChat() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat("sim/echo", "Good morning").build());
        assertTrue(answer.choices().getFirst().message().content().orElseThrow().contains("Good morning"));
        assertTrue(answer.usage().orElseThrow().totalTokens() > 0);
    }

    @Test
    void streamedChatWithoutUsageAskedGetsNoUsageChunkAndIsMeteredAllTheSame() throws Exception {
        List<ChatCompletionChunk> chunks =
                stream(chat("sim/echo", "Good evening").build());
        String text = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.delta().content().stream())
                .collect(Collectors.joining());
        assertTrue(text.contains("Good evening"), text);
        assertTrue(chunks.stream().noneMatch(chunk -> chunk.choices().isEmpty()), "the extra chunk is kept back");
        assertTrue(gate.manage("GET", "/usage?by=model", "")
                        .get("data")
                        .get(0)
                        .get("output_tokens")
                        .asLong()
                > 0);
    }

    @Test
    void streamedChatWithUsageAskedGetsItsUsageChunk() {
        List<ChatCompletionChunk> chunks = stream(chat("sim/echo", "Count me")
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());
        assertTrue(chunks.getLast().usage().orElseThrow().totalTokens() > 0);
    }

    @Test
    void toolsAreCalled() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat("sim/tools", "How is the weather in Bern?")
                        .addFunctionTool(FunctionDefinition.builder()
                                .name("get_weather")
                                .parameters(FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                        .build())
                                .build())
                        .build());
        assertEquals(
                "get_weather",
                answer.choices()
                        .getFirst()
                        .message()
                        .toolCalls()
                        .orElseThrow()
                        .getFirst()
                        .asFunction()
                        .function()
                        .name());
    }

    @Test
    void plainResponse() {
        Response answer = client.responses()
                .create(ResponseCreateParams.builder()
                        .model("sim/echo")
                        .input("Good morning")
                        .build());
        assertTrue(answer.output().toString().contains("Good morning"));
        assertTrue(answer.usage().orElseThrow().totalTokens() > 0);
    }

    @Test
    void streamedResponseCompletes() {
        ResponseCreateParams params = ResponseCreateParams.builder()
                .model("sim/echo")
                .input("Good evening")
                .build();
        try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(params)) {
            List<ResponseStreamEvent> all = events.stream().toList();
            String text = all.stream()
                    .flatMap(event -> event.outputTextDelta().stream())
                    .map(delta -> delta.delta())
                    .collect(Collectors.joining());
            assertTrue(text.contains("Good evening"), text);
            assertTrue(all.getLast().completed().isPresent(), "the last event is response.completed");
        }
    }

    @Test
    void embeddingsComeInTheSdksOwnEncoding() {
        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("sim/echo")
                        .input("A sentence")
                        .build());
        assertFalse(answer.data().getFirst().embedding().isEmpty());
    }

    @Test
    void modelsAreListedInOpenAisShape() {
        List<String> ids = client.models().list().autoPager().stream()
                .map(model -> model.id())
                .toList();
        assertTrue(ids.stream().anyMatch(id -> id.contains("echo")), ids.toString());
    }

    @Test
    void wrongKeyIsUnauthorized() {
        OpenAIClient stranger = client("tg_0000000000_00000000000000000000000000000000");
        assertThrows(
                UnauthorizedException.class,
                () -> stranger.chat()
                        .completions()
                        .create(chat("sim/echo", "Hello").build()));
    }

    @Test
    void modelThatTheKeyMayNotUseIsForbiddenAndTheAllowedOnesNamed() throws Exception {
        OpenAIClient narrow = client(gate.createKey("narrow", "sim/tools"));
        PermissionDeniedException refusal = assertThrows(
                PermissionDeniedException.class,
                () -> narrow.chat()
                        .completions()
                        .create(chat("sim/echo", "Hello").build()));
        assertTrue(String.valueOf(refusal.getMessage()).contains("sim/tools"), refusal.getMessage());
    }

    @Test
    void rateLimitReachesTheClient() {
        assertThrows(
                RateLimitException.class,
                () -> client.chat()
                        .completions()
                        .create(chat("sim/flaky:429", "Hello").build()));
    }

    @Test
    void passingFaultIsRetriedByTheGateUnseen() {
        assertFalse(client.chat()
                .completions()
                .create(chat("sim/flaky:500x1", "Once more").build())
                .choices()
                .isEmpty());
    }
}
