package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens are counted for every model, also where its provider cannot be asked: then by the gate, and marked. */
class TokenCountingTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String HELLO = "How many tokens are these?";
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key = "";
    private static RecordingProvider mute;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        key = gate.createKey("counting");
        mute = new RecordingProvider(404, "{\"error\":{\"message\":\"no such route\"}}");
        mute.join(gate, "chatty", "openai");
        mute.join(gate, "clone", "anthropic");
        mute.join(gate, "google", "gemini");
    }

    @AfterAll
    static void stop() {
        gate.close();
        mute.close();
    }

    @AfterEach
    void forget() {
        mute.forget();
    }

    private static String messages(String model, String content) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}";
    }

    private static JsonNode counted(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "tokens", answer.headers().firstValue("x-tollgate-estimate").orElse("missing"));
        return JSON.readTree(answer.body());
    }

    private static JsonNode explain(HttpResponse<?> answer) throws Exception {
        return gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
    }

    @Test
    void everyVendorsSdkCountsOnAnotherDialectsModel() {
        long anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gate.url())
                .apiKey(key)
                .build()
                .messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("chatty/gpt-6-sol")
                        .addUserMessage(HELLO)
                        .build())
                .inputTokens();
        long openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .build()
                .responses()
                .inputTokens()
                .count(InputTokenCountParams.builder()
                        .model("chatty/gpt-6-sol")
                        .input(HELLO)
                        .build())
                .inputTokens();
        try (Client google = Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder().baseUrl(gate.url()).build())
                .build()) {
            int gemini = google.models
                    .countTokens("chatty/gpt-6-sol", HELLO, null)
                    .totalTokens()
                    .orElse(0);
            assertEquals(anthropic, gemini);
        }
        assertEquals(anthropic, openAi);
        assertTrue(anthropic > 6 && anthropic < 30, "tokens: " + anthropic);
        assertEquals(List.of(), mute.asked());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages/count_tokens, google/gemini-3.8-flash",
        "/v1/responses/input_tokens, clone/claude-opus-5",
        "/v1/responses/input_tokens, sim/echo"
    })
    void countingIsRecordedAsFreeAndAsAnEstimate(String path, String model) throws Exception {
        String body = path.endsWith("count_tokens")
                ? messages(model, "\"" + HELLO + "\"")
                : "{\"model\":\"" + model + "\",\"input\":\"" + HELLO + "\"}";
        HttpResponse<String> answer = gate.post(path, key, body);
        assertTrue(counted(answer).get("input_tokens").asLong() > 6, answer.body());
        JsonNode story = explain(answer);
        assertEquals("settled", story.get("outcome").stringValue(), story.toString());
        assertTrue(story.get("changes").toString().contains("estimate"), story.toString());
        assertEquals(model, story.get("route").get(0).stringValue(), story.toString());
        assertEquals(List.of(), mute.asked());
    }

    @Test
    void geminisRequestMayStandWithinAnother() throws Exception {
        String contents = "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + HELLO + "\"}]}]";
        String path = "/v1beta/models/chatty%2Fm:countTokens";
        long bare = counted(gate.post(path, key, "{" + contents + "}"))
                .get("totalTokens")
                .asLong();
        long within = counted(gate.post(
                        path,
                        key,
                        "{\"generateContentRequest\":{\"model\":\"models/chatty/m\"," + contents
                                + ",\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]}}}"))
                .get("totalTokens")
                .asLong();
        assertTrue(bare > 6 && within > bare, bare + " and " + within);
    }

    @Test
    void imagesAndToolsCountToo() throws Exception {
        String path = "/v1/messages/count_tokens";
        long text = counted(gate.post(path, key, messages("chatty/gpt-4o", "\"" + HELLO + "\"")))
                .get("input_tokens")
                .asLong();
        long image = counted(gate.post(
                        path,
                        key,
                        messages(
                                "chatty/gpt-4o",
                                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                                        + PNG + "\"}},{\"type\":\"text\",\"text\":\"" + HELLO + "\"}]")))
                .get("input_tokens")
                .asLong();
        assertTrue(image >= text + 255 && image < text + 270, image + " and " + text); // 85 + one tile of 170
        long tool = counted(gate.post(
                        path,
                        key,
                        messages("chatty/gpt-4o", "\"" + HELLO + "\"")
                                .replaceFirst(
                                        "\\{",
                                        "{\"tools\":[{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\","
                                                + "\"properties\":{\"place\":{\"type\":\"string\"}}}}],")))
                .get("input_tokens")
                .asLong();
        assertTrue(tool > text + 20, tool + " and " + text);
    }

    @Test
    void aServerThatDoesNotKnowHowToCountIsAskedOnceAndThenCountedFor() throws Exception {
        HttpResponse<String> answer =
                gate.post("/v1/messages/count_tokens", key, messages("clone/claude-opus-5", "\"" + HELLO + "\""));
        assertTrue(counted(answer).get("input_tokens").asLong() > 6, answer.body());
        assertEquals(1, mute.asked().size());
        assertEquals(2, explain(answer).get("attempts").size());
    }

    @Test
    void aProviderThatCountsIsBelieved() throws Exception {
        HttpResponse<String> answer =
                gate.post("/v1/messages/count_tokens", key, messages("sim/echo", "\"" + HELLO + "\""));
        assertEquals(200, answer.statusCode(), answer.body());
        assertFalse(answer.headers().firstValue("x-tollgate-estimate").isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/messages/count_tokens|{\"model\":\"chatty/m\",\"messages\":[]}|invalid_request_error|messages",
                "/v1/messages/count_tokens|{\"model\":\"chatty/m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}|invalid_request_error|source",
                "/v1/responses/input_tokens|{\"model\":\"chatty/m\",\"input\":\"x\",\"previous_response_id\":\"resp_1\"}|invalid_request_error|previous_response_id",
                "/v1/responses/input_tokens|{\"model\":\"chatty/m\",\"input\":\"x\",\"conversation\":\"conv_1\"}|invalid_request_error|conversation",
                "/v1beta/models/chatty%2Fm:countTokens|{\"generateContentRequest\":{\"model\":\"models/chatty/m\"}}|INVALID_ARGUMENT|contents",
                "/v1beta/models/chatty%2Fm:countTokens|{}|INVALID_ARGUMENT|contents"
            })
    void whatCannotBeCountedIsRefusedInTheCallersDialect(String path, String body, String type, String field)
            throws Exception {
        HttpResponse<String> answer = gate.post(path, key, body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(type) && answer.body().contains(field), answer.body());
        assertEquals(List.of(), mute.asked());
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages/count_tokens, 400", "/v1/responses/input_tokens, 403"})
    void aKeyCountsOnlyForModelsThatItMayUse(String path, int status) throws Exception {
        String narrow = gate.createKey("narrow" + status, "sim/*");
        HttpResponse<String> answer =
                gate.post(path, narrow, "{\"model\":\"chatty/gpt-4o\",\"messages\":[],\"input\":\"secret words\"}");
        assertTrue(answer.statusCode() == status || answer.statusCode() == 404, answer.body());
        assertFalse(answer.body().contains("secret words"), answer.body());
        assertEquals(
                401,
                gate.post(path, "tg_0000000000_00000000000000000000000000000000", "{}")
                        .statusCode());
    }

    @Test
    void aHugeTextWithoutASpaceIsCountedInBoundedTime() throws Exception {
        String text = "x".repeat(16 << 20);
        long begun = System.nanoTime();
        HttpResponse<String> answer =
                gate.post("/v1/messages/count_tokens", key, messages("chatty/gpt-4o", "\"" + text + "\""));
        assertTrue(counted(answer).get("input_tokens").asLong() > 100_000, answer.body());
        assertTrue(System.nanoTime() - begun < 30_000_000_000L, "a few seconds on a slow machine");
    }
}
