package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.ContentEmbedding;
import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.HttpOptions;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Vectors from the other vendor's models, asked for by OpenAI's and Google's own SDKs, unmodified. */
class EmbeddingsTest {
    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key;
    private static OpenAIClient openAi;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        String simulated = gate.simulatedProvider();
        for (String[] provider : new String[][] {{"gem", "gemini"}, {"oai", "openai"}, {"anth", "anthropic"}}) {
            gate.manage(
                    "POST",
                    "/providers",
                    "{\"name\":\"" + provider[0] + "\",\"dialect\":\"" + provider[1] + "\",\"base_url\":\"" + simulated
                            + "\"}");
            gate.manage(
                    "POST",
                    "/credentials",
                    "{\"name\":\"" + provider[0] + "\",\"provider\":\"" + provider[0] + "\",\"secret\":\"sk-good-"
                            + "0".repeat(40) + "\"}");
        }
        key = gate.createKey("vectors");
        openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        openAi.close();
        gate.close();
    }

    private static CreateEmbeddingResponse ask(String model, List<String> texts) {
        return openAi.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(model)
                        .inputOfArrayOfStrings(texts)
                        .dimensions(8)
                        .build());
    }

    private static Client google() {
        return Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(gate.url())
                        .apiVersion("v1beta")
                        .build())
                .build();
    }

    @Test
    void openAisSdkOnGeminisModel() {
        CreateEmbeddingResponse two = ask("gem/echo", List.of("Good morning", "Good evening"));
        CreateEmbeddingResponse one = ask("gem/echo", List.of("Good evening"));
        assertEquals(2, two.data().size());
        assertEquals(8, two.data().getFirst().embedding().size());
        assertEquals(one.data().getFirst().embedding(), two.data().get(1).embedding());
        assertEquals("gem/echo", one.model());
        assertTrue(one.usage().promptTokens() > 0);
    }

    @Test
    void googlesSdkOnOpenAisModel() {
        try (Client client = google()) {
            List<ContentEmbedding> vectors = client.models
                    .embedContent(
                            "oai/echo",
                            List.of("Good morning", "Good evening"),
                            EmbedContentConfig.builder()
                                    .outputDimensionality(8)
                                    .taskType("CLUSTERING")
                                    .build())
                    .embeddings()
                    .orElseThrow();
            assertEquals(2, vectors.size());
            assertEquals(8, vectors.get(1).values().orElseThrow().size());
            assertTrue(!vectors.get(0).values().equals(vectors.get(1).values()));
        }
    }

    @Test
    void refusalsComeInTheClientsShape() {
        assertThrows(BadRequestException.class, () -> ask("gem/flaky:400", List.of("Hello")));
        try (Client client = google()) {
            ClientException refusal = assertThrows(
                    ClientException.class, () -> client.models.embedContent("oai/flaky:400", "Hello", null));
            assertEquals(400, refusal.code());
        }
    }

    @Test
    void lossesAreNamedAndTokensAreBilled() throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1beta/models/oai%2Fecho:embedContent",
                key,
                "{\"content\":{\"parts\":[{\"text\":\"Hello\"}]},\"taskType\":\"CLUSTERING\"}",
                "x-sim-input-tokens",
                "41");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "taskType", answer.headers().firstValue("x-tollgate-dropped").orElse(""));
        JsonNode call = gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
        assertTrue(call.get("changes").toString().contains("rewritten from gemini to openai embeddings"));
        assertTrue(call.get("usage").get("input_tokens").asLong(0) > 0, call.toString());
    }

    @Test
    void tokensAsInputAreRefusedByTheirField() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/embeddings", key, "{\"model\":\"gem/echo\",\"input\":[[1,2,3]]}");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("input: tokens have no counterpart"), answer.body());
    }

    @Test
    void anthropicsModelsHaveNoEmbeddingsAndTheAnswerSaysSo() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/embeddings", key, "{\"model\":\"anth/echo\",\"input\":\"Hello\"}");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("served in the dialect anthropic"), answer.body());
    }
}
