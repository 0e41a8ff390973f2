package dev.tollgate.conformance;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.errors.ServerException;
import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FinishReason;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Google's SDK. */
final class GenerateContentSdk implements SdkClient, AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Client client;

    GenerateContentSdk(String url, String key) {
        client = Client.builder()
                .apiKey(key)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(url)
                        .apiVersion("v1beta")
                        .retryOptions(HttpRetryOptions.builder().attempts(1).build())
                        .build())
                .build();
    }

    @Override
    public Class<? extends RuntimeException> refusal(int status) {
        return status < 500 ? ClientException.class : ServerException.class;
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public Talk talk(Setup setup) {
        GenerateContentConfig.Builder config = GenerateContentConfig.builder();
        if (setup.tool()) {
            config.tools(Tool.builder()
                    .functionDeclarations(List.of(FunctionDeclaration.builder()
                            .name(TOOL)
                            .description("The weather in a city")
                            .parametersJsonSchema(SCHEMA)
                            .build()))
                    .build());
        }
        if (setup.thinking()) {
            config.thinkingConfig(ThinkingConfig.builder()
                    .includeThoughts(true)
                    .thinkingBudget(1_024)
                    .build());
        }
        if (setup.structured()) {
            config.responseMimeType("application/json").responseJsonSchema(SCHEMA);
        }
        return new Conversation(setup.model(), config.build(), setup.stream());
    }

    private final class Conversation implements Talk {
        private final String model;
        private final GenerateContentConfig config;
        private final List<Content> said = new ArrayList<>();
        private final boolean stream;
        private Optional<FunctionCall> lastCall = Optional.empty();

        Conversation(String model, GenerateContentConfig config, boolean stream) {
            this.model = model;
            this.config = config;
            this.stream = stream;
        }

        @Override
        public Told ask(String text) {
            return send(Part.fromText(text));
        }

        @Override
        public Told show(String text, byte[] png) {
            return send(Part.fromBytes(png, "image/png"), Part.fromText(text));
        }

        @Override
        public Told answer(String result) {
            FunctionResponse.Builder response = FunctionResponse.builder()
                    .name(lastCall.flatMap(FunctionCall::name).orElse(""))
                    .response(Map.of("output", result));
            lastCall.flatMap(FunctionCall::id).ifPresent(response::id);
            return send(Part.builder().functionResponse(response.build()).build());
        }

        private Told send(Part... parts) {
            said.add(Content.builder().role("user").parts(parts).build());
            if (!stream) {
                return told(List.of(client.models.generateContent(model, List.copyOf(said), config)));
            }
            List<GenerateContentResponse> chunks = new ArrayList<>();
            try (ResponseStream<GenerateContentResponse> events =
                    client.models.generateContentStream(model, List.copyOf(said), config)) {
                events.forEach(chunks::add);
            }
            return told(chunks);
        }

        private Told told(List<GenerateContentResponse> chunks) {
            List<Part> parts = chunks.stream()
                    .flatMap(chunk -> chunk.candidates().stream())
                    .flatMap(List::stream)
                    .flatMap(candidate -> candidate.content().stream())
                    .flatMap(content -> content.parts().stream())
                    .flatMap(List::stream)
                    .toList();
            said.add(Content.builder().role("model").parts(parts).build());
            lastCall =
                    parts.stream().flatMap(part -> part.functionCall().stream()).findFirst();
            Optional<GenerateContentResponseUsageMetadata> usage = chunks.stream()
                    .flatMap(chunk -> chunk.usageMetadata().stream())
                    .reduce((earlier, later) -> later);
            return new Told(
                    text(parts, false),
                    lastCall.flatMap(FunctionCall::name).orElse(null),
                    lastCall.flatMap(FunctionCall::args)
                            .map(JSON::writeValueAsString)
                            .orElse(""),
                    ending(chunks),
                    usage.flatMap(GenerateContentResponseUsageMetadata::promptTokenCount)
                            .orElse(0),
                    usage.flatMap(GenerateContentResponseUsageMetadata::candidatesTokenCount)
                                    .orElse(0)
                            + usage.flatMap(GenerateContentResponseUsageMetadata::thoughtsTokenCount)
                                    .orElse(0),
                    text(parts, true),
                    header(chunks, "x-tollgate-request-id"),
                    header(chunks, "x-tollgate-dropped"));
        }

        private Ending ending(List<GenerateContentResponse> chunks) {
            Optional<FinishReason> reason = chunks.stream()
                    .flatMap(chunk -> chunk.candidates().stream())
                    .flatMap(List::stream)
                    .map(Candidate::finishReason)
                    .flatMap(Optional::stream)
                    .reduce((earlier, later) -> later);
            if (reason.isEmpty()) {
                return Ending.NONE;
            }
            return reason.get().knownEnum() != FinishReason.Known.STOP
                    ? Ending.OTHER
                    : lastCall.isPresent() ? Ending.TOOL_CALL : Ending.FINISHED;
        }
    }

    private static String text(List<Part> parts, boolean thoughts) {
        return parts.stream()
                .filter(part -> part.thought().orElse(false) == thoughts)
                .flatMap(part -> part.text().stream())
                .collect(Collectors.joining());
    }

    private static String header(List<GenerateContentResponse> chunks, String name) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        chunks.stream()
                .flatMap(chunk -> chunk.sdkHttpResponse().stream())
                .flatMap(response -> response.headers().stream())
                .forEach(headers::putAll);
        @Nullable String value = headers.get(name);
        return value == null ? "" : value;
    }
}
