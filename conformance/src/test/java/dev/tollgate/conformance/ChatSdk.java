package dev.tollgate.conformance;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionUsage;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** OpenAI's SDK, in Chat Completions. */
@SuppressWarnings("deprecation") // compatible servers show thoughts in a field that the SDK does not know
final class ChatSdk implements SdkClient {
    /** What servers of open models call the thoughts; OpenAI itself never shows any here. */
    private static final String THOUGHTS = "reasoning_content";

    private final OpenAIClient client;

    ChatSdk(OpenAIClient client) {
        this.client = client;
    }

    @Override
    public Class<? extends RuntimeException> refusal(int status) {
        return ResponsesSdk.exception(status);
    }

    @Override
    public Talk talk(Setup setup) {
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().model(setup.model());
        if (setup.stream()) {
            params.streamOptions(
                    ChatCompletionStreamOptions.builder().includeUsage(true).build());
        }
        if (setup.tool()) {
            FunctionParameters.Builder schema = FunctionParameters.builder();
            SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.addFunctionTool(FunctionDefinition.builder()
                    .name(TOOL)
                    .description("The weather in a city")
                    .parameters(schema.build())
                    .build());
        }
        if (setup.thinking()) {
            params.reasoningEffort(ReasoningEffort.MEDIUM);
        }
        if (setup.structured()) {
            ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
                    ResponseFormatJsonSchema.JsonSchema.Schema.builder();
            SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.responseFormat(ResponseFormatJsonSchema.builder()
                    .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                            .name("stay")
                            .strict(true)
                            .schema(schema.build())
                            .build())
                    .build());
        }
        return new Conversation(params, setup.stream());
    }

    private final class Conversation implements Talk {
        private final ChatCompletionCreateParams.Builder params;
        private final boolean stream;
        private String lastCall = "";

        Conversation(ChatCompletionCreateParams.Builder params, boolean stream) {
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
            String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
            params.addUserMessageOfArrayOfContentParts(List.of(
                    ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                            .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                    .url(url)
                                    .build())
                            .build()),
                    ChatCompletionContentPart.ofText(
                            ChatCompletionContentPartText.builder().text(text).build())));
            return send();
        }

        @Override
        public Told answer(String result) {
            params.addMessage(ChatCompletionToolMessageParam.builder()
                    .toolCallId(lastCall)
                    .content(result)
                    .build());
            return send();
        }

        private Told send() {
            if (!stream) {
                try (HttpResponseFor<ChatCompletion> answer =
                        client.chat().completions().withRawResponse().create(params.build())) {
                    ChatCompletion completion = answer.parse();
                    String thoughts =
                            thoughts(completion.choices().getFirst().message()._additionalProperties());
                    return told(completion, thoughts, answer.headers());
                }
            }
            ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
            StringBuilder thoughts = new StringBuilder();
            try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> answer =
                            client.chat().completions().withRawResponse().createStreaming(params.build());
                    StreamResponse<ChatCompletionChunk> chunks = answer.parse()) {
                chunks.stream().forEach(chunk -> {
                    whole.accumulate(chunk);
                    chunk.choices()
                            .forEach(choice ->
                                    thoughts.append(thoughts(choice.delta()._additionalProperties())));
                });
                return told(whole.chatCompletion(), thoughts.toString(), answer.headers());
            }
        }

        private Told told(ChatCompletion completion, String thoughts, Headers headers) {
            completion.validate();
            ChatCompletion.Choice choice = completion.choices().getFirst();
            ChatCompletionMessage message = choice.message();
            params.addMessage(message);
            Optional<ChatCompletionMessageFunctionToolCall> call = message.toolCalls().stream()
                    .flatMap(List::stream)
                    .flatMap(some -> some.function().stream())
                    .findFirst();
            lastCall = call.map(ChatCompletionMessageFunctionToolCall::id).orElse("");
            Optional<CompletionUsage> usage = completion.usage();
            return new Told(
                    message.content().orElse(""),
                    call.map(some -> some.function().name()).orElse(null),
                    call.map(some -> some.function().arguments()).orElse(""),
                    ending(choice.finishReason()),
                    usage.map(CompletionUsage::promptTokens).orElse(0L),
                    usage.map(CompletionUsage::completionTokens).orElse(0L),
                    thoughts,
                    String.join("", headers.values("x-tollgate-request-id")),
                    String.join("", headers.values("x-tollgate-dropped")));
        }
    }

    private static String thoughts(Map<String, JsonValue> additional) {
        JsonValue thoughts = additional.get(THOUGHTS);
        return thoughts == null ? "" : String.valueOf(thoughts.convert(String.class));
    }

    private static Ending ending(ChatCompletion.Choice.FinishReason reason) {
        return reason.equals(ChatCompletion.Choice.FinishReason.STOP)
                ? Ending.FINISHED
                : reason.equals(ChatCompletion.Choice.FinishReason.TOOL_CALLS) ? Ending.TOOL_CALL : Ending.OTHER;
    }
}
