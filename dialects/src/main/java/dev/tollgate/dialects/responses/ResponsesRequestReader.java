package dev.tollgate.dialects.responses;

import static dev.tollgate.dialects.conversation.Extra.Weight.ESSENTIAL;
import static dev.tollgate.dialects.conversation.Extra.Weight.HINT;
import static dev.tollgate.dialects.conversation.Extra.Weight.INCIDENTAL;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code POST /v1/responses}. */
final class ResponsesRequestReader implements RequestReader {
    private static final String NOT_HERE = "the conversation lies at OpenAI; send it in input (with store: false)";
    private static final String BESIDES = "only OpenAI knows it";

    @Override
    public Outcome<Request> read(byte[] body, int offset, int length, FromPath path) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: not JSON: " + problem);
            case ParsedJson.Whole(Json.Obj object) -> new Document(object).read();
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private static final class Document {
        private final Reading reading = new Reading();
        private final Fields body;
        private @Nullable Path logprobs;
        private boolean encrypted;

        Document(Json.Obj object) {
            body = new Fields(Path.ROOT, object, reading);
        }

        Outcome<Request> read() {
            ToolReader tools = new ToolReader(reading);
            tools.read(body.at("tools"), body.array("tools"));
            InputReader input = new InputReader(reading, tools);
            Said<String> previous = body.saidString("previous_response_id");
            boolean elsewhere = previous != null || essentials();
            Json said = body.any("input");
            if (said != null) {
                input.read(body.at("input"), said);
            } else if (!elsewhere) {
                reading.malformed(body.at("input"), "required, a string or an array of items.");
            }
            List<Part> instructions = new ArrayList<>();
            Json.Text first = body.text("instructions");
            if (first != null && !first.isEmpty()) {
                instructions.add(Part.Text.of(body.at("instructions"), first));
            }
            instructions.addAll(input.instructions());
            include();
            hints();
            Request request = new Request(
                    body.string("model"),
                    instructions,
                    input.turns(),
                    new Request.Tools(tools.tools(), tools.choice(body), body.saidFlag("parallel_tool_calls")),
                    new Request.Sampling(
                            body.saidNumber("temperature"), body.saidNumber("top_p"), null, null, null, null),
                    output(),
                    thinking(),
                    context(previous),
                    null,
                    body.flag("stream", false),
                    true,
                    List.of());
            body.end();
            return reading.outcome(withExtras(request));
        }

        private Request withExtras(Request request) {
            return new Request(
                    request.model(),
                    request.instructions(),
                    request.turns(),
                    request.tools(),
                    request.sampling(),
                    request.output(),
                    request.thinking(),
                    request.context(),
                    request.cache(),
                    request.stream(),
                    request.includeUsage(),
                    reading.extras());
        }

        /** Whether the conversation, or a part of it, is not in the request. */
        private boolean essentials() {
            boolean conversation = body.any("conversation") != null;
            boolean prompt = body.any("prompt") != null;
            body.extra("conversation", ESSENTIAL, NOT_HERE);
            body.extra("prompt", ESSENTIAL, "the prompt lies at OpenAI; send its text");
            if (body.flag("background", false)) {
                body.extra("background", ESSENTIAL, "there would be no answer to convert");
            }
            return conversation || prompt;
        }

        private void hints() {
            body.extra("max_tool_calls", HINT, "only of tools that OpenAI runs");
            if (!"disabled".equals(body.string("truncation"))) {
                body.extra("truncation", INCIDENTAL, "the whole conversation is sent");
            }
            for (String name : List.of("moderation", "image", "access_programs")) {
                body.extra(name, HINT, BESIDES);
            }
            for (String name : List.of(
                    "context_management", "prompt_cache_options", "prompt_cache_retention", "client_metadata")) {
                body.extra(name, INCIDENTAL, BESIDES);
            }
            Json.Obj options = body.object("stream_options");
            if (options != null) {
                Fields stream = new Fields(body.at("stream_options"), options, reading);
                stream.skip("include_obfuscation"); // padding, which says nothing
                stream.end();
            }
        }

        private void include() {
            Json.Arr include = body.array("include");
            for (int i = 0; include != null && i < include.items().size(); i++) {
                Path at = body.at("include").element(i);
                Json wanted = include.items().get(i);
                if (!(wanted instanceof Json.Text text)) {
                    reading.malformed(at, "a string is expected.");
                    continue;
                }
                switch (text.string()) {
                    case "reasoning.encrypted_content" -> encrypted = true;
                    case "message.output_text.logprobs" -> logprobs = at;
                    default -> reading.extra(at, wanted, HINT, "of a tool that OpenAI runs");
                }
            }
        }

        private Request.Output output() {
            Json.Obj object = body.object("text");
            Said<OutputFormat> format = null;
            Said<String> verbosity = null;
            if (object != null) {
                Fields text = new Fields(body.at("text"), object, reading);
                verbosity = text.saidString("verbosity");
                Json.Obj wanted = text.object("format");
                format = wanted == null ? null : format(new Fields(text.at("format"), wanted, reading), wanted);
                text.end();
            }
            return new Request.Output(
                    body.saidCount("max_output_tokens"), null, null, format, verbosity, logprobs(), null);
        }

        private @Nullable Said<Integer> logprobs() {
            if (logprobs == null) {
                body.extra("top_logprobs", INCIDENTAL, "says nothing without include: message.output_text.logprobs");
                return null;
            }
            long top = body.count("top_logprobs");
            Path at = top < 0 ? logprobs : body.at("top_logprobs");
            return new Said<>(at, Math.clamp(top, 0, Integer.MAX_VALUE));
        }

        private @Nullable Said<OutputFormat> format(Fields format, Json.Obj raw) {
            String type = format.required("type");
            OutputFormat read;
            switch (type) {
                case "text" -> read = new OutputFormat.Text();
                case "json_object" -> read = new OutputFormat.JsonObject();
                case "json_schema" -> {
                    Json.Obj schema = format.object("schema");
                    if (schema == null) {
                        reading.malformed(format.at("schema"), "required, an object.");
                        return null;
                    }
                    read = new OutputFormat.JsonSchema(
                            format.required("name"),
                            format.text("description"),
                            schema,
                            false,
                            format.saidFlag("strict"));
                }
                default -> {
                    reading.extra(format.at(), raw, ESSENTIAL, "only OpenAI knows this form of output");
                    return null;
                }
            }
            format.end();
            return new Said<>(format.at(), read);
        }

        private Thinking thinking() {
            Json.Obj object = body.object("reasoning");
            if (object == null) {
                return new Thinking(null, null, null, encrypted);
            }
            Fields reasoning = new Fields(body.at("reasoning"), object, reading);
            Said<String> effort = reasoning.saidString("effort");
            Said<Thinking.Mode> off = effort != null && effort.value().equals("none")
                    ? new Said<>(effort.at(), new Thinking.Mode.Off())
                    : null;
            String shown = reasoning.string("summary");
            String named = shown == null ? "generate_summary" : "summary";
            Said<Thinking.Display> display = display(reasoning.at(named), shown, reasoning);
            reasoning.extra("mode", HINT, BESIDES);
            reasoning.extra("context", HINT, BESIDES);
            reasoning.end();
            return new Thinking(off, off != null || effort == null ? null : effort(effort), display, encrypted);
        }

        private @Nullable Said<Thinking.Effort> effort(Said<String> said) {
            Thinking.Effort effort = Thinking.Effort.of(said.value());
            if (effort == null) {
                reading.malformed(said.at(), "none, minimal, low, medium, high, xhigh or max is expected.");
            }
            return effort == null ? null : new Said<>(said.at(), effort);
        }

        private @Nullable Said<Thinking.Display> display(Path at, @Nullable String summary, Fields reasoning) {
            String before = reasoning.string("generate_summary"); // the older name
            String said = summary == null ? before : summary;
            return switch (said) {
                case null -> null;
                case "auto" -> new Said<>(at, Thinking.Display.AUTO);
                case "concise" -> new Said<>(at, Thinking.Display.CONCISE);
                case "detailed" -> new Said<>(at, Thinking.Display.DETAILED);
                case "none" -> new Said<>(at, Thinking.Display.OMITTED);
                default -> {
                    reading.malformed(at, "auto, concise or detailed is expected.");
                    yield null;
                }
            };
        }

        private Request.Context context(@Nullable Said<String> previous) {
            Said<String> user = body.saidString("safety_identifier");
            if (user == null) {
                user = body.saidString("user");
            } else {
                body.extra("user", INCIDENTAL, "safety_identifier goes before it");
            }
            return new Request.Context(
                    user,
                    body.said("metadata", body.object("metadata")),
                    body.saidString("service_tier"),
                    body.saidFlag("store"),
                    previous,
                    body.saidString("prompt_cache_key"),
                    null,
                    null);
        }
    }
}
