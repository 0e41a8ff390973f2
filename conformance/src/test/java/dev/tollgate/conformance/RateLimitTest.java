package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key with a rate, through the vendors' own SDKs: what they throw, and that they wait as they are told where it is short. */
class RateLimitTest {
    private static final String HELLO =
            "{\"model\":\"sim/echo\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static Door door;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        door = new Door(gate.url());
    }

    @AfterAll
    static void stop() {
        door.close();
        gate.close();
    }

    /** A key that may make so many requests a minute. */
    private static String limited(String name, int requestsPerMinute) throws Exception {
        String key = gate.createKey(name);
        gate.manage("POST", "/rates", "{\"key\":\"" + name + "\",\"requests_per_minute\":" + requestsPerMinute + "}");
        return key;
    }

    private static AnthropicClient anthropic(String key, int retries) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(door.url())
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    private static OpenAIClient openAi(String key, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(door.url() + "/v1")
                .apiKey(key)
                .maxRetries(retries)
                .build();
    }

    private static Message message(AnthropicClient client) {
        return client.messages()
                .create(MessageCreateParams.builder()
                        .model("sim/echo")
                        .maxTokens(9)
                        .addUserMessage("Hello")
                        .build());
    }

    private static ChatCompletion chat(OpenAIClient client) {
        return client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("sim/echo")
                        .addUserMessage("Hello")
                        .build());
    }

    private static void assertShort(List<String> retryAfter) {
        assertEquals(1, retryAfter.size(), retryAfter.toString());
        long seconds = Long.parseLong(retryAfter.getFirst());
        assertTrue(seconds >= 1 && seconds <= 30, "two a minute: " + seconds);
    }

    @Test
    void anthropicsSdkThrowsARateLimitThatSaysWhenToComeAgain() throws Exception {
        AnthropicClient client = anthropic(limited("anthropic", 2), 0);
        message(client);
        message(client);
        com.anthropic.errors.RateLimitException refusal =
                assertThrows(com.anthropic.errors.RateLimitException.class, () -> message(client));
        assertEquals(429, refusal.statusCode());
        assertShort(refusal.headers().values("retry-after"));
        assertEquals(List.of(), refusal.headers().values("x-should-retry"), "another try is worth it");
        assertEquals(List.of("2"), refusal.headers().values("anthropic-ratelimit-requests-limit"));
        assertEquals(List.of("0"), refusal.headers().values("anthropic-ratelimit-requests-remaining"));
        assertTrue(
                refusal.body().toString().contains("rate_limit_error"),
                refusal.body().toString());
        assertTrue(String.valueOf(refusal.getMessage()).contains("key anthropic"), refusal.getMessage());
    }

    @Test
    void openAisSdkThrowsARateLimitThatSaysWhenToComeAgain() throws Exception {
        OpenAIClient client = openAi(limited("openai", 2), 0);
        chat(client);
        chat(client);
        com.openai.errors.RateLimitException refusal =
                assertThrows(com.openai.errors.RateLimitException.class, () -> chat(client));
        assertEquals(429, refusal.statusCode());
        assertShort(refusal.headers().values("retry-after"));
        assertEquals(List.of(), refusal.headers().values("x-should-retry"), "another try is worth it");
        assertEquals(List.of("2"), refusal.headers().values("x-ratelimit-limit-requests"));
        assertEquals(List.of("0"), refusal.headers().values("x-ratelimit-remaining-requests"));
        assertEquals("rate_limit_exceeded", refusal.code().orElseThrow());
        assertTrue(String.valueOf(refusal.getMessage()).contains("key openai"), refusal.getMessage());
        assertThrows(
                com.openai.errors.RateLimitException.class,
                () -> client.responses()
                        .create(ResponseCreateParams.builder()
                                .model("sim/echo")
                                .input("Hello")
                                .build()),
                "Responses count as well");
    }

    @Test
    void anthropicsSdkWaitsASecondAndItsCallerDoesNotNotice() throws Exception {
        String key = limited("patient-anthropic", 60);
        AnthropicClient client = anthropic(key, 2);
        assertWaits(key, () -> !message(client).content().isEmpty());
    }

    @Test
    void openAisSdkWaitsASecondAndItsCallerDoesNotNotice() throws Exception {
        String key = limited("patient-openai", 60);
        OpenAIClient client = openAi(key, 2);
        assertWaits(key, () -> !chat(client).choices().isEmpty());
    }

    /**
     * Sixty a minute flow back one a second: whoever calls right after they have been used up has to wait for the next one. Where the
     * machine was slow, one had come back before the SDK's call came: then they are used up once more.
     */
    private static void assertWaits(String key, BooleanSupplier call) throws Exception {
        assertTrue(useUp(key) >= 60, "the key has sixty");
        int from = door.passages().size();
        long before = door.refused();
        for (int tries = 0; door.refused() == before; tries++) {
            assertTrue(tries < 100, "the SDK's call always finds one that has come back");
            useUp(key);
            assertTrue(call.getAsBoolean(), "answered");
        }
        List<Door.Passage> passages =
                door.passages().subList(from, door.passages().size());
        assertEquals(before + 1, door.refused(), passages.toString());
        assertEquals(200, passages.getLast().status());
        Door.Passage refused = passages.get(passages.size() - 2);
        assertEquals(429, refused.status());
        Duration waited = Duration.ofNanos(passages.getLast().cameNanos() - refused.answeredNanos());
        assertTrue(waited.toMillis() >= 950, "it came again after " + waited);
    }

    /** How many calls that took. */
    private static int useUp(String key) throws Exception {
        int used = 0;
        while (gate.post("/v1/messages", key, HELLO).statusCode() == 200) {
            assertTrue(++used < 1_000, "the rate is never used up");
        }
        return used;
    }
}
