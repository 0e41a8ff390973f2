package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A key with a cap, used through the vendors' own SDKs until it is spent: what they throw, and what the gate tells of it. */
class BudgetTest {
    private static final String LIMIT = "0.04";
    private static final int MOST_CALLS = 500;
    /** An echo of it costs about a tenth of a cent. */
    private static final String GREETING = "Good morning. ".repeat(20);

    private static final String HELLO =
            "{\"model\":\"sim/echo\",\"max_tokens\":400,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

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

    /** A capped key. */
    private record Capped(String key, String budget) {
        static Capped of(String name, String window) throws Exception {
            String key = gate.createKey(name);
            JsonNode budget = gate.manage(
                    "POST",
                    "/budgets",
                    "{\"key\":\"" + name + "\",\"limit_usd\":\"" + LIMIT + "\",\"window\":\"" + window + "\"}");
            return new Capped(key, budget.get("id").stringValue());
        }

        BigDecimal figure(String field) throws Exception {
            return new BigDecimal(
                    gate.manage("GET", "/budgets/" + budget, "").get(field).stringValue());
        }

        /** Nothing beyond the limit, and nearly all of it. */
        void assertSpent() throws Exception {
            BigDecimal limit = new BigDecimal(LIMIT);
            assertTrue(figure("spent_usd").compareTo(limit) <= 0, "spent " + figure("spent_usd"));
            assertTrue(
                    figure("spent_usd").compareTo(limit.multiply(new BigDecimal("0.9"))) >= 0,
                    "spent " + figure("spent_usd"));
            assertEquals(0, figure("held_usd").signum());
        }
    }

    private interface Call {
        void make();
    }

    /** Calls until a call throws. */
    private static <T extends RuntimeException> T spend(Class<T> refusal, Call call) {
        for (int i = 0; i < MOST_CALLS; i++) {
            try {
                call.make();
            } catch (RuntimeException e) {
                return assertThrows(refusal, () -> {
                    throw e;
                });
            }
        }
        throw new AssertionError(MOST_CALLS + " calls were not refused");
    }

    @Test
    void anthropicsSdkSpendsToTheCapAndThenThrowsARateLimitThatNamesTheBudget() throws Exception {
        Capped capped = Capped.of("anthropic", "day");
        AnthropicClient client = AnthropicOkHttpClient.builder()
                .baseUrl(door.url())
                .apiKey(capped.key())
                .maxRetries(2)
                .build();
        List<Long> answers = new ArrayList<>();
        long before = door.refused();
        com.anthropic.errors.RateLimitException refusal = spend(com.anthropic.errors.RateLimitException.class, () -> {
            Message answer = client.messages()
                    .create(MessageCreateParams.builder()
                            .model("sim/echo")
                            .maxTokens(400)
                            .addUserMessage(GREETING)
                            .build());
            answers.add(answer.usage().outputTokens());
        });
        assertTrue(answers.size() > 2, answers.toString());
        assertEquals(before + 1, door.refused(), "asked once");
        assertEquals(429, refusal.statusCode());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(capped.budget()) && message.contains("key anthropic"), message);
        assertTrue(
                refusal.body().toString().contains("billing_error"),
                refusal.body().toString());
        assertEquals(List.of("false"), refusal.headers().values("x-should-retry"));
        Instant resets = Instant.parse(gate.manage("GET", "/budgets/" + capped.budget(), "")
                .get("resets_at")
                .stringValue());
        long seconds = Long.parseLong(refusal.headers().values("retry-after").getFirst());
        long expected = resets.getEpochSecond() - Instant.now().getEpochSecond();
        assertTrue(Math.abs(seconds - expected) <= 60, seconds + " instead of " + expected);
        capped.assertSpent();
        assertTold(refusal.headers().values("x-tollgate-request-id").getFirst(), capped);
    }

    private static void assertTold(String requestId, Capped capped) throws Exception {
        JsonNode why = gate.manage("GET", "/calls/" + requestId + "/budgets", "");
        assertEquals("refused", why.get("outcome").stringValue());
        assertEquals(capped.budget(), why.get("refused_by").get("id").stringValue());
        assertEquals("exhausted", why.get("refused_by").get("reason").stringValue());
    }

    @Test
    void openAisSdkGetsAnInsufficientQuota() throws Exception {
        Capped capped = Capped.of("openai", "lifetime");
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(door.url() + "/v1")
                .apiKey(capped.key())
                .maxRetries(2)
                .build();
        long before = door.refused();
        com.openai.errors.RateLimitException refusal = spend(
                com.openai.errors.RateLimitException.class,
                () -> client.chat()
                        .completions()
                        .create(ChatCompletionCreateParams.builder()
                                .model("sim/echo")
                                .maxCompletionTokens(400)
                                .addUserMessage(GREETING)
                                .build()));
        assertEquals(before + 1, door.refused(), "asked once");
        assertEquals("insufficient_quota", refusal.code().orElseThrow());
        assertEquals(List.of("false"), refusal.headers().values("x-should-retry"));
        assertEquals(List.of(), refusal.headers().values("retry-after"), "a prepaid balance does not reset");
        assertTrue(String.valueOf(refusal.getMessage()).contains(capped.budget()), refusal.getMessage());
        capped.assertSpent();
    }

    @Test
    void googlesSdkGetsAResourceExhausted() throws Exception {
        Capped capped = Capped.of("gemini", "month");
        try (Client client = Client.builder()
                .apiKey(capped.key())
                .httpOptions(HttpOptions.builder()
                        .baseUrl(gate.url())
                        .apiVersion("v1beta")
                        .build())
                .build()) {
            GenerateContentConfig config =
                    GenerateContentConfig.builder().maxOutputTokens(400).build();
            ClientException refusal =
                    spend(ClientException.class, () -> client.models.generateContent("sim/echo", GREETING, config));
            assertEquals(429, refusal.code());
            assertEquals("RESOURCE_EXHAUSTED", refusal.status());
            assertTrue(refusal.message().contains(capped.budget()), refusal.message());
            capped.assertSpent();
        }
    }

    @Test
    void anAnswerIsBoundedToWhatIsLeftAndExplainSaysSo() throws Exception {
        String key = gate.createKey("bounded");
        String budget = gate.manage(
                        "POST", "/budgets", "{\"key\":\"bounded\",\"limit_usd\":\"0.004\",\"window\":\"day\"}")
                .get("id")
                .stringValue();
        HttpResponse<String> answer = gate.post("/v1/messages", key, HELLO);
        assertEquals(200, answer.statusCode(), answer.body());
        List<String> bounded = boundedIn(answer);
        assertEquals(1, bounded.size(), bounded.toString());
        assertTrue(
                bounded.getFirst().startsWith("400 -> ") && bounded.getFirst().contains(budget), bounded.toString());
    }

    private static List<String> boundedIn(HttpResponse<?> answer) throws Exception {
        List<String> bounded = new ArrayList<>();
        for (JsonNode change :
                gate.manage("GET", "/calls/" + requestId(answer), "").get("changes")) {
            if (change.get("field").stringValue().equals("max_tokens")) {
                bounded.add(change.get("change").stringValue());
            }
        }
        return bounded;
    }

    @Test
    void aCallByAnotherKeyIsUntouched() throws Exception {
        String poor = gate.createKey("poor");
        String rich = gate.createKey("rich");
        gate.manage("POST", "/budgets", "{\"key\":\"poor\",\"limit_usd\":\"0.000001\",\"window\":\"day\"}");
        assertEquals(429, gate.post("/v1/messages", poor, HELLO).statusCode());
        HttpResponse<String> answer = gate.post("/v1/messages", rich, HELLO);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(List.of(), boundedIn(answer));
        assertEquals(
                "[]",
                gate.manage("GET", "/calls/" + requestId(answer) + "/budgets", "")
                        .get("charged")
                        .toString());
    }

    @Test
    void whatCostsNothingIsNotRefused() throws Exception {
        String key = gate.createKey("counting");
        gate.manage("POST", "/budgets", "{\"key\":\"counting\",\"limit_usd\":\"0.000001\",\"window\":\"day\"}");
        assertEquals(429, gate.post("/v1/messages", key, HELLO).statusCode());
        assertEquals(
                200,
                gate.post("/v1/messages/count_tokens", key, HELLO.replace("\"max_tokens\":400,", ""))
                        .statusCode());
    }

    private static String requestId(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
    }
}
