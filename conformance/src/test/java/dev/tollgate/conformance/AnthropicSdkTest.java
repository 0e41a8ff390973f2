package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicIoException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anthropic's own SDK for Java, unmodified, against the gate: its parser judges our bytes. */
class AnthropicSdkTest {
    @TempDir
    static Path home;

    private static GateProcess gate;
    private static AnthropicClient client;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\"]}");
        client = client(gate.createKey("sdk"));
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gate.url())
                .apiKey(key)
                .maxRetries(1)
                .build();
    }

    private static MessageCreateParams ask(String model, String text) {
        return MessageCreateParams.builder()
                .model(model)
                .maxTokens(256)
                .addUserMessage(text)
                .build();
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static Message stream(MessageCreateParams params) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    @Test
    void plainAnswer() {
        Message answer = client.messages().create(ask("sim/echo", "Good morning"));
        assertTrue(text(answer).contains("Good morning"), text(answer));
        assertTrue(answer.usage().inputTokens() > 0);
        assertTrue(answer.usage().outputTokens() > 0);
    }

    @Test
    void streamedAnswerIsThePlainOne() {
        Message answer = stream(ask("sim/echo", "Good evening"));
        assertTrue(text(answer).contains("Good evening"), text(answer));
        assertTrue(answer.usage().outputTokens() > 0);
        assertTrue(answer.stopReason().isPresent());
    }

    @Test
    void aliasIsAnsweredByItsCandidate() {
        assertTrue(
                text(client.messages().create(ask("fast", "through an alias"))).contains("through an alias"));
    }

    @Test
    @SuppressWarnings("unchecked") // the SDK's own builder takes a raw type here
    void toolsAreCalledPlainAndStreamed() {
        MessageCreateParams params = MessageCreateParams.builder()
                .model("sim/tools")
                .maxTokens(256)
                .addTool(Tool.builder()
                        .name("get_weather")
                        .description("The weather in a city")
                        .inputSchema(Tool.InputSchema.builder()
                                .properties(JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .build())
                        .build())
                .addUserMessage("How is the weather in Bern?")
                .build();
        for (Message answer : List.of(client.messages().create(params), stream(params))) {
            assertEquals(StopReason.TOOL_USE, answer.stopReason().orElseThrow());
            ContentBlock call = answer.content().stream()
                    .filter(ContentBlock::isToolUse)
                    .findFirst()
                    .orElseThrow();
            assertEquals("get_weather", call.asToolUse().name());
        }
    }

    @Test
    void thinkingBlocksKeepTheirSignature() {
        MessageCreateParams params = MessageCreateParams.builder()
                .model("sim/echo")
                .maxTokens(4_096)
                .enabledThinking(1_024)
                .addUserMessage("Think first")
                .build();
        for (Message answer : List.of(client.messages().create(params), stream(params))) {
            ContentBlock thinking = answer.content().stream()
                    .filter(ContentBlock::isThinking)
                    .findFirst()
                    .orElseThrow();
            assertFalse(thinking.asThinking().signature().isBlank());
        }
    }

    @Test
    void tokensAreCounted() {
        long tokens = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("sim/echo")
                        .addUserMessage("How many tokens are these?")
                        .build())
                .inputTokens();
        assertTrue(tokens > 0);
    }

    @Test
    void modelsAreListedInAnthropicsShape() {
        List<String> ids = client.models().list().autoPager().stream()
                .map(model -> model.id())
                .toList();
        assertTrue(ids.contains("fast"), ids.toString());
        assertTrue(ids.stream().anyMatch(id -> id.contains("echo")), ids.toString());
    }

    @Test
    void wrongKeyIsUnauthorized() {
        AnthropicClient stranger = client("tg_0000000000_00000000000000000000000000000000");
        assertThrows(UnauthorizedException.class, () -> stranger.messages().create(ask("sim/echo", "Hello")));
    }

    @Test
    void modelThatTheKeyMayNotUseIsABadRequestThatNamesTheAllowedOnes() throws Exception {
        AnthropicClient narrow = client(gate.createKey("narrow", "sim/tools"));
        BadRequestException refusal =
                assertThrows(BadRequestException.class, () -> narrow.messages().create(ask("sim/echo", "Hello")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("sim/tools"), refusal.getMessage());
    }

    @Test
    void unknownModelIsNotFoundWithTheNearestNames() throws Exception {
        AnthropicClient narrow = client(gate.createKey("narrower", "sim/*"));
        NotFoundException refusal =
                assertThrows(NotFoundException.class, () -> narrow.messages().create(ask("echoo", "Hello")));
        assertTrue(String.valueOf(refusal.getMessage()).contains("echo"), refusal.getMessage());
    }

    @Test
    void passingFaultIsRetriedByTheGateUnseen() {
        assertTrue(text(client.messages().create(ask("sim/flaky:529x1", "Once more")))
                        .length()
                > 0);
    }

    @Test
    void lastingOverloadReachesTheClientAsTheProviderSaidIt() {
        AnthropicServiceException overload = assertThrows(
                AnthropicServiceException.class, () -> client.messages().create(ask("sim/flaky:529", "Hello")));
        assertEquals(529, overload.statusCode());
    }

    @Test
    void cutStreamNeverLooksFinished() {
        assertThrows(
                AnthropicIoException.class,
                () -> stream(ask("sim/flaky:reset", "A long answer that breaks off somewhere in its middle")));
    }
}
