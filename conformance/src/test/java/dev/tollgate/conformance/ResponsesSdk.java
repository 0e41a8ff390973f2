package dev.tollgate.conformance;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputContent;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseInputText;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import com.openai.models.responses.ResponseUsage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** OpenAI's SDK, in Responses. */
final class ResponsesSdk implements SdkClient {
    private final OpenAIClient client;

    ResponsesSdk(OpenAIClient client) {
        this.client = client;
    }

    static Class<? extends RuntimeException> exception(int status) {
        return switch (status) {
            case 400 -> BadRequestException.class;
            case 429 -> RateLimitException.class;
            default -> InternalServerException.class;
        };
    }

    @Override
    public Class<? extends RuntimeException> refusal(int status) {
        return exception(status);
    }

    @Override
    public Talk talk(Setup setup) {
        ResponseCreateParams.Builder params =
                ResponseCreateParams.builder().model(setup.model()).store(false);
        if (setup.tool()) {
            FunctionTool.Parameters.Builder schema = FunctionTool.Parameters.builder();
            SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.addTool(FunctionTool.builder()
                    .name(TOOL)
                    .description("The weather in a city")
                    .strict(true)
                    .parameters(schema.build())
                    .build());
        }
        if (setup.thinking()) {
            params.reasoning(Reasoning.builder()
                    .effort(ReasoningEffort.MEDIUM)
                    .summary(Reasoning.Summary.AUTO)
                    .build());
        }
        if (setup.structured()) {
            ResponseFormatTextJsonSchemaConfig.Schema.Builder schema =
                    ResponseFormatTextJsonSchemaConfig.Schema.builder();
            SCHEMA.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
            params.text(ResponseTextConfig.builder()
                    .format(ResponseFormatTextJsonSchemaConfig.builder()
                            .name("stay")
                            .strict(true)
                            .schema(schema.build())
                            .build())
                    .build());
        }
        return new Conversation(params, setup.stream());
    }

    private final class Conversation implements Talk {
        private final ResponseCreateParams.Builder params;
        private final List<ResponseInputItem> said = new ArrayList<>();
        private final boolean stream;
        private String lastCall = "";

        Conversation(ResponseCreateParams.Builder params, boolean stream) {
            this.params = params;
            this.stream = stream;
        }

        @Override
        public Told ask(String text) {
            said.add(ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                    .role(EasyInputMessage.Role.USER)
                    .content(text)
                    .build()));
            return send();
        }

        @Override
        public Told show(String text, byte[] png) {
            String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
            said.add(ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                    .role(EasyInputMessage.Role.USER)
                    .contentOfResponseInputMessageContentList(List.of(
                            ResponseInputContent.ofInputImage(ResponseInputImage.builder()
                                    .detail(ResponseInputImage.Detail.AUTO)
                                    .imageUrl(url)
                                    .build()),
                            ResponseInputContent.ofInputText(
                                    ResponseInputText.builder().text(text).build())))
                    .build()));
            return send();
        }

        @Override
        public Told answer(String result) {
            said.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                    .callId(lastCall)
                    .output(result)
                    .build()));
            return send();
        }

        private Told send() {
            params.inputOfResponse(List.copyOf(said));
            if (!stream) {
                try (HttpResponseFor<Response> answer =
                        client.responses().withRawResponse().create(params.build())) {
                    return told(answer.parse(), answer.headers());
                }
            }
            ResponseAccumulator whole = ResponseAccumulator.create();
            StringBuilder streamed = new StringBuilder();
            try (HttpResponseFor<StreamResponse<ResponseStreamEvent>> answer =
                            client.responses().withRawResponse().createStreaming(params.build());
                    StreamResponse<ResponseStreamEvent> events = answer.parse()) {
                events.stream().forEach(event -> {
                    event.validate();
                    whole.accumulate(event);
                    event.outputTextDelta().ifPresent(delta -> streamed.append(delta.delta()));
                });
                Told told = told(whole.response(), answer.headers());
                if (told.ending() != Ending.FAILED && !told.text().contentEquals(streamed)) {
                    throw new AssertionError("The pieces say \"" + streamed + "\", the whole \"" + told.text() + "\"");
                }
                return told;
            }
        }

        private Told told(Response response, Headers headers) {
            response.validate();
            response.output().forEach(this::remember);
            Optional<ResponseFunctionToolCall> call = response.output().stream()
                    .flatMap(item -> item.functionCall().stream())
                    .findFirst();
            lastCall = call.map(ResponseFunctionToolCall::callId).orElse("");
            return new Told(
                    response.output().stream()
                            .flatMap(item -> item.message().stream())
                            .flatMap(message -> message.content().stream())
                            .flatMap(content -> content.outputText().stream())
                            .map(text -> text.text())
                            .collect(Collectors.joining()),
                    call.map(ResponseFunctionToolCall::name).orElse(null),
                    call.map(ResponseFunctionToolCall::arguments).orElse(""),
                    ending(response.status(), call.isPresent()),
                    response.usage().map(ResponseUsage::inputTokens).orElse(0L),
                    response.usage().map(ResponseUsage::outputTokens).orElse(0L),
                    response.output().stream()
                            .flatMap(item -> item.reasoning().stream())
                            .flatMap(reasoning -> reasoning.summary().stream())
                            .map(summary -> summary.text())
                            .collect(Collectors.joining()),
                    String.join("", headers.values("x-tollgate-request-id")),
                    String.join("", headers.values("x-tollgate-dropped")));
        }

        private void remember(ResponseOutputItem item) {
            item.message().map(ResponseInputItem::ofResponseOutputMessage).ifPresent(said::add);
            item.functionCall().map(ResponseInputItem::ofFunctionCall).ifPresent(said::add);
            item.reasoning().map(ResponseInputItem::ofReasoning).ifPresent(said::add);
        }
    }

    private static Ending ending(Optional<ResponseStatus> status, boolean call) {
        if (status.isEmpty() || status.get().equals(ResponseStatus.IN_PROGRESS)) {
            return Ending.NONE;
        }
        if (status.get().equals(ResponseStatus.FAILED)) {
            return Ending.FAILED;
        }
        return !status.get().equals(ResponseStatus.COMPLETED)
                ? Ending.OTHER
                : call ? Ending.TOOL_CALL : Ending.FINISHED;
    }
}
