package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's own SDK for Java, unmodified, against the gate, on both versions of the path. */
class GenAiSdkTest {
    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        gate.manage("PUT", "/aliases/quick", "{\"candidates\":[\"sim/echo\"]}");
        key = gate.createKey("sdk");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static Client client(String apiKey, String version) {
        return Client.builder()
                .apiKey(apiKey)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(gate.url())
                        .apiVersion(version)
                        .build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1"})
    void plainAnswer(String version) {
        try (Client client = client(key, version)) {
            GenerateContentResponse answer = client.models.generateContent("sim/echo", "Good morning", null);
            assertTrue(Objects.requireNonNull(answer.text()).contains("Good morning"));
            assertTrue(answer.usageMetadata().orElseThrow().totalTokenCount().orElse(0) > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1"})
    void streamedAnswer(String version) {
        try (Client client = client(key, version);
                ResponseStream<GenerateContentResponse> chunks =
                        client.models.generateContentStream("quick", "Good evening", null)) {
            String text = StreamSupport.stream(chunks.spliterator(), false)
                    .map(chunk -> Objects.requireNonNullElse(chunk.text(), ""))
                    .collect(Collectors.joining());
            assertTrue(text.contains("Good evening"), text);
        }
    }

    @Test
    void toolsAreCalled() {
        GenerateContentConfig config = GenerateContentConfig.builder()
                .tools(List.of(Tool.builder()
                        .functionDeclarations(List.of(FunctionDeclaration.builder()
                                .name("get_weather")
                                .parameters(Schema.builder()
                                        .type("OBJECT")
                                        .properties(Map.of(
                                                "city",
                                                Schema.builder().type("STRING").build()))
                                        .build())
                                .build()))
                        .build()))
                .build();
        try (Client client = client(key, "v1beta")) {
            GenerateContentResponse answer =
                    client.models.generateContent("sim/tools", "How is the weather in Bern?", config);
            assertEquals(
                    "get_weather",
                    Objects.requireNonNull(answer.functionCalls())
                            .getFirst()
                            .name()
                            .orElseThrow());
        }
    }

    @Test
    void tokensAreCounted() {
        try (Client client = client(key, "v1beta")) {
            int tokens = client.models
                    .countTokens("sim/echo", "How many tokens are these?", null)
                    .totalTokens()
                    .orElse(0);
            assertTrue(tokens > 0);
        }
    }

    @Test
    void embeddings() {
        try (Client client = client(key, "v1beta")) {
            assertFalse(client.models
                    .embedContent("sim/echo", "A sentence", null)
                    .embeddings()
                    .orElseThrow()
                    .isEmpty());
        }
    }

    @Test
    void wrongKeyIsRefusedInGooglesShape() {
        try (Client stranger = client("tg_0000000000_00000000000000000000000000000000", "v1beta")) {
            ClientException refusal = assertThrows(
                    ClientException.class, () -> stranger.models.generateContent("sim/echo", "Hello", null));
            assertEquals(401, refusal.code());
        }
    }
}
