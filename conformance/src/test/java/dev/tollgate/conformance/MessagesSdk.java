package dev.tollgate.conformance;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.ThinkingConfigEnabled;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Anthropic's SDK. */
final class MessagesSdk implements SdkClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final AnthropicClient client;

    MessagesSdk(String url, String key) {
        client = AnthropicOkHttpClient.builder()
                .baseUrl(url)
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @Override
    public Class<? extends RuntimeException> refusal(int status) {
        return switch (status) {
            case 400 -> BadRequestException.class;
            case 429 -> RateLimitException.class;
            default -> InternalServerException.class;
        };
    }

    @Override
    @SuppressWarnings("unchecked") // the SDK's builder takes any JSON
    public Talk talk(Setup setup) {
        MessageCreateParams.Builder params =
                MessageCreateParams.builder().model(setup.model()).maxTokens(4_096);
        if (setup.tool()) {
            params.addTool(Tool.builder()
                    .name(TOOL)
                    .description("The weather in a city")
                    .inputSchema(Tool.InputSchema.builder()
                            .properties(JsonValue.from(SCHEMA.get("properties")))
                            .required(List.of("city", "days"))
                            .build())
                    .build());
        }
        if (setup.thinking()) {
            params.thinking(ThinkingConfigEnabled.builder().budgetTokens(1_024).build());
        }
        if (setup.structured()) {
            JsonOutputFormat.Schema.Builder schema = JsonOutputFormat.Schema.builder();
            SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.outputConfig(OutputConfig.builder()
                    .format(JsonOutputFormat.builder().schema(schema.build()).build())
                    .build());
        }
        return new Conversation(params, setup.stream());
    }

    private final class Conversation implements Talk {
        private final MessageCreateParams.Builder params;
        private final boolean stream;
        private String lastCall = "";

        Conversation(MessageCreateParams.Builder params, boolean stream) {
            this.params = params;
            this.stream = stream;
        }

        @Override
        public Told ask(String text) {
            params.addUserMessage(text);
            return send();
        }

        @Override
        public Told show(String text, byte[] png) {
            params.addUserMessageOfContentBlockParams(List.of(
                    ContentBlockParam.ofImage(Base64ImageSource.builder()
                            .mediaType(Base64ImageSource.MediaType.IMAGE_PNG)
                            .data(Base64.getEncoder().encodeToString(png))
                            .build()),
                    ContentBlockParam.ofText(TextBlockParam.builder().text(text).build())));
            return send();
        }

        @Override
        public Told answer(String result) {
            params.addUserMessageOfContentBlockParams(
                    List.of(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                            .toolUseId(lastCall)
                            .content(result)
                            .build())));
            return send();
        }

        private Told send() {
            if (!stream) {
                try (HttpResponseFor<Message> answer =
                        client.messages().withRawResponse().create(params.build())) {
                    return told(answer.parse(), answer.headers());
                }
            }
            MessageAccumulator whole = MessageAccumulator.create();
            try (HttpResponseFor<StreamResponse<RawMessageStreamEvent>> answer =
                            client.messages().withRawResponse().createStreaming(params.build());
                    StreamResponse<RawMessageStreamEvent> events = answer.parse()) {
                events.stream().forEach(whole::accumulate);
                return told(whole.message(), answer.headers());
            }
        }

        private Told told(Message message, Headers headers) {
            message.validate();
            params.addMessage(message);
            Optional<ToolUseBlock> call = message.content().stream()
                    .flatMap(block -> block.toolUse().stream())
                    .findFirst();
            lastCall = call.map(ToolUseBlock::id).orElse("");
            return new Told(
                    message.content().stream()
                            .flatMap(block -> block.text().stream())
                            .map(text -> text.text())
                            .collect(Collectors.joining()),
                    call.map(ToolUseBlock::name).orElse(null),
                    call.map(use -> JSON.writeValueAsString(use._input().convert(Map.class)))
                            .orElse(""),
                    ending(message.stopReason()),
                    message.usage().inputTokens()
                            + message.usage().cacheReadInputTokens().orElse(0L)
                            + message.usage().cacheCreationInputTokens().orElse(0L),
                    message.usage().outputTokens(),
                    message.content().stream()
                            .flatMap(block -> block.thinking().stream())
                            .map(thinking -> thinking.thinking())
                            .collect(Collectors.joining()),
                    String.join("", headers.values("x-tollgate-request-id")),
                    String.join("", headers.values("x-tollgate-dropped")));
        }
    }

    private static Ending ending(Optional<StopReason> reason) {
        return reason.map(stop -> stop.equals(StopReason.END_TURN)
                        ? Ending.FINISHED
                        : stop.equals(StopReason.TOOL_USE) ? Ending.TOOL_CALL : Ending.OTHER)
                .orElse(Ending.NONE);
    }
}
