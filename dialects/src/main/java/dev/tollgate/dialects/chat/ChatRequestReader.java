package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request's own fields; its messages and tools are read by {@link ChatMessagesReader} and {@link ChatToolsReader}. */
final class ChatRequestReader {
    static final String OPENAI_ONLY = "only OpenAI knows it";

    private final Reading reading = new Reading();
    private final Fields body;

    private ChatRequestReader(Json.Obj body) {
        this.body = new Fields(Path.ROOT, body, reading);
    }

    static Outcome<Request> read(byte[] bytes, int offset, int length, RequestReader.FromPath path) {
        return switch (Json.parse(bytes, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: no JSON: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> new ChatRequestReader(object).request(path);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private Outcome<Request> request(RequestReader.FromPath path) {
        String model = body.string("model");
        ChatMessagesReader messages = new ChatMessagesReader(reading);
        messages.read(body);
        Request.Tools tools = new ChatToolsReader(reading).read(body);
        Request.Sampling sampling = sampling();
        Request.Output output = output();
        Thinking thinking = thinking();
        Request.Context context = context();
        boolean stream = body.flag("stream", false);
        boolean includeUsage = includeUsage() || !stream;
        providersOwn();
        body.end();
        return reading.outcome(new Request(
                model == null ? path.model() : model,
                messages.instructions(),
                messages.turns(),
                tools,
                sampling,
                output,
                thinking,
                context,
                null,
                stream,
                includeUsage,
                reading.extras()));
    }

    private Request.Sampling sampling() {
        return new Request.Sampling(
                body.saidNumber("temperature"),
                body.saidNumber("top_p"),
                body.saidNumber("top_k"),
                body.saidNumber("frequency_penalty"),
                body.saidNumber("presence_penalty"),
                body.saidNumber("seed"));
    }

    private Request.Output output() {
        return new Request.Output(
                maxTokens(), stop(), choices(), format(), body.saidString("verbosity"), logprobs(), modalities());
    }

    private @Nullable Said<Long> maxTokens() {
        Said<Long> newer = body.saidCount("max_completion_tokens");
        if (newer == null) {
            return body.saidCount("max_tokens");
        }
        body.extra("max_tokens", Weight.INCIDENTAL, "max_completion_tokens goes before it");
        return newer;
    }

    private @Nullable Said<List<String>> stop() {
        Json stop = body.any("stop");
        if (stop == null) {
            return null;
        }
        Path at = body.at("stop");
        List<String> sequences = new ArrayList<>();
        if (stop instanceof Json.Text one) {
            sequences.add(one.string());
        } else if (stop instanceof Json.Arr several) {
            for (Json item : several) {
                if (item instanceof Json.Text text) {
                    sequences.add(text.string());
                } else {
                    reading.malformed(at.element(sequences.size()), "a string is expected.");
                    return null;
                }
            }
        } else {
            reading.malformed(at, "a string or an array of strings is expected.");
        }
        return new Said<>(at, List.copyOf(sequences));
    }

    private @Nullable Said<Integer> choices() {
        long count = body.count("n");
        if (count == 0 || count > Integer.MAX_VALUE) {
            reading.malformed(body.at("n"), "a whole number from 1 on is expected.");
            return null;
        }
        return count < 0 ? null : new Said<>(body.at("n"), (int) count);
    }

    private @Nullable Said<OutputFormat> format() {
        Json.Obj object = body.object("response_format");
        if (object == null) {
            return null;
        }
        Fields format = new Fields(body.at("response_format"), object, reading);
        OutputFormat read = switch (format.required("type")) {
            case "text" -> new OutputFormat.Text();
            case "json_object" -> new OutputFormat.JsonObject();
            case "json_schema" -> jsonSchema(format);
            case "" -> null;
            default -> {
                reading.malformed(format.at("type"), "text, json_object or json_schema is expected.");
                yield null;
            }
        };
        format.end();
        return read == null ? null : new Said<>(format.at(), read);
    }

    private @Nullable OutputFormat jsonSchema(Fields format) {
        Json.Obj object = format.object("json_schema");
        if (object == null) {
            reading.malformed(format.at("json_schema"), "required, an object.");
            return null;
        }
        Fields named = new Fields(format.at("json_schema"), object, reading);
        Json.Obj schema = named.object("schema");
        OutputFormat read = new OutputFormat.JsonSchema(
                named.string("name"),
                named.text("description"),
                schema == null ? Json.Obj.EMPTY : schema,
                false,
                named.saidFlag("strict"));
        named.end();
        return read;
    }

    private @Nullable Said<Integer> logprobs() {
        boolean wanted = body.flag("logprobs", false);
        if (!wanted) {
            body.extra("top_logprobs", Weight.INCIDENTAL, "it says nothing without logprobs: true");
            return null;
        }
        long alternatives = Math.max(0, body.count("top_logprobs"));
        if (alternatives > Integer.MAX_VALUE) {
            reading.malformed(body.at("top_logprobs"), "a smaller number is expected.");
            return null;
        }
        return new Said<>(body.at("logprobs"), (int) alternatives);
    }

    private @Nullable Said<Json> modalities() {
        Json.Arr modalities = body.array("modalities");
        if (modalities == null || modalities.items().stream().allMatch(Json.Text.of("text")::equals)) {
            return null;
        }
        return new Said<>(body.at("modalities"), modalities);
    }

    private Thinking thinking() {
        Said<String> said = body.saidString("reasoning_effort");
        if (said == null) {
            return Thinking.UNSAID;
        }
        if (said.value().equals("none")) {
            return new Thinking(new Said<>(said.at(), new Thinking.Mode.Off()), null, null, true);
        }
        Thinking.Effort effort = Thinking.Effort.of(said.value());
        if (effort == null) {
            reading.malformed(said.at(), "none, minimal, low, medium, high, xhigh or max is expected.");
            return Thinking.UNSAID;
        }
        return new Thinking(null, new Said<>(said.at(), effort), null, true);
    }

    private Request.Context context() {
        Said<String> user = body.saidString("safety_identifier");
        if (user == null) {
            user = body.saidString("user");
        } else {
            body.extra("user", Weight.INCIDENTAL, "safety_identifier goes before it");
        }
        return new Request.Context(
                user,
                body.said("metadata", body.object("metadata")),
                body.saidString("service_tier"),
                body.saidFlag("store"),
                null,
                body.saidString("prompt_cache_key"),
                null,
                null);
    }

    private boolean includeUsage() {
        Json.Obj object = body.object("stream_options");
        if (object == null) {
            return false;
        }
        Fields options = new Fields(body.at("stream_options"), object, reading);
        boolean include = options.flag("include_usage", false);
        options.skip("include_obfuscation"); // padding of OpenAI's own events, which no client reads
        options.end();
        return include;
    }

    private void providersOwn() {
        body.extra("functions", Weight.ESSENTIAL, "superseded by tools: use these");
        body.extra("function_call", Weight.ESSENTIAL, "superseded by tool_choice: use that");
        for (String name : List.of("audio", "logit_bias", "moderation")) {
            body.extra(name, Weight.HINT, OPENAI_ONLY);
        }
        for (String name : List.of("prediction", "prompt_cache_options", "prompt_cache_retention")) {
            body.extra(name, Weight.INCIDENTAL, OPENAI_ONLY);
        }
    }
}
