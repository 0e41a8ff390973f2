package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request says beside its conversation and its tools. */
final class SettingsReader {
    private static final String OURS = "only Anthropic knows it";

    private final Fields fields;
    private final Reading reading;
    /** {@code output_config}, which says two things. */
    private @Nullable Said<OutputFormat> format;

    private @Nullable Said<Thinking.Effort> effort;

    SettingsReader(Fields fields, Reading reading) {
        this.fields = fields;
        this.reading = reading;
        Json.Obj config = fields.object("output_config");
        if (config != null) {
            Fields of = new Fields(fields.at("output_config"), config, reading);
            format = format(of, "format");
            effort = effort(of);
            of.extra("task_budget", Extra.Weight.HINT, OURS);
            of.end();
        }
        if (format == null) {
            format = format(fields, "output_format"); // what it was called while it was a beta
        }
    }

    Request.Sampling sampling() {
        return new Request.Sampling(
                fields.saidNumber("temperature"),
                fields.saidNumber("top_p"),
                fields.saidNumber("top_k"),
                null,
                null,
                null);
    }

    Request.Output output() {
        return new Request.Output(fields.saidCount("max_tokens"), stopSequences(), null, format, null, null, null);
    }

    Thinking thinking() {
        Json.Obj object = fields.object("thinking");
        if (object == null) {
            return new Thinking(null, effort, null, true);
        }
        Fields of = new Fields(fields.at("thinking"), object, reading);
        Thinking.Mode mode = switch (of.required("type")) {
            case "disabled" -> new Thinking.Mode.Off();
            case "adaptive" -> new Thinking.Mode.Adaptive();
            case "between_tools" -> new Thinking.Mode.BetweenTools();
            case "enabled" -> budget(of);
            default -> {
                reading.malformed(
                        of.at("type"), "\"enabled\", \"adaptive\", \"between_tools\" or \"disabled\" is expected.");
                yield new Thinking.Mode.Off();
            }
        };
        Said<Thinking.Display> display = display(of, mode);
        of.extra("block_binding", Extra.Weight.INCIDENTAL, OURS);
        of.end();
        return new Thinking(new Said<>(of.at(), mode), effort, display, true);
    }

    Request.Context context() {
        Said<String> user = null;
        Json.Obj metadata = fields.object("metadata");
        if (metadata != null) {
            Fields of = new Fields(fields.at("metadata"), metadata, reading);
            user = of.saidString("user_id");
            of.end();
        }
        return new Request.Context(user, null, fields.saidString("service_tier"), null, null, null, null, null);
    }

    /** Fields without a place in the model: those without which the answer would be to another question, and the others. */
    void extras() {
        essential("thread", "the conversation lies at Anthropic; send its messages");
        essential("safeguards", "only Anthropic judges by them what the model is about to do");
        essential("mcp_servers", "only Anthropic connects to MCP servers itself");
        essential("container", "the container lies at Anthropic");
        essential("inference_geo", "only Anthropic can promise where it computes");
        // How long the history may grow, who stands in, at what rate and speed: the question is the same.
        for (String name : List.of(
                "context_management",
                "compaction",
                "fallbacks",
                "fallback_credit_token",
                "billing_policy",
                "diagnostics",
                "speed")) {
            fields.extra(name, Extra.Weight.INCIDENTAL, OURS);
        }
    }

    /** What says no more than its default does is passed over. */
    private void essential(String name, String why) {
        Json value = fields.any(name);
        boolean nothing = (value instanceof Json.Arr list && list.items().isEmpty())
                || (value instanceof Json.Text text && text.string().equals("global"));
        if (value != null && !nothing) {
            reading.extra(fields.at(name), value, Extra.Weight.ESSENTIAL, why);
        }
    }

    private @Nullable Said<List<String>> stopSequences() {
        Json.Arr array = fields.array("stop_sequences");
        if (array == null) {
            return null;
        }
        List<String> sequences = new ArrayList<>();
        for (Json each : array) {
            if (each instanceof Json.Text text) {
                sequences.add(text.string());
            } else {
                reading.malformed(fields.at("stop_sequences").element(sequences.size()), "a string is expected.");
                break;
            }
        }
        return sequences.isEmpty() ? null : fields.said("stop_sequences", List.copyOf(sequences));
    }

    private @Nullable Said<OutputFormat> format(Fields of, String name) {
        Json.Obj object = of.object(name);
        if (object == null) {
            return null;
        }
        Fields inner = new Fields(of.at(name), object, reading);
        if (!inner.required("type").equals("json_schema")) {
            reading.malformed(inner.at("type"), "\"json_schema\" is expected.");
        }
        Json.Obj schema = inner.object("schema");
        if (schema == null) {
            reading.malformed(inner.at("schema"), "required, an object.");
            schema = Json.Obj.EMPTY;
        }
        inner.end();
        Said<Boolean> strict = new Said<>(inner.at(), true); // always, here
        return new Said<>(inner.at(), new OutputFormat.JsonSchema(null, null, schema, false, strict));
    }

    private @Nullable Said<Thinking.Effort> effort(Fields of) {
        Thinking.Effort value = switch (of.string("effort")) {
            case null -> null;
            case "low" -> Thinking.Effort.LOW;
            case "medium" -> Thinking.Effort.MEDIUM;
            case "high" -> Thinking.Effort.HIGH;
            case "xhigh" -> Thinking.Effort.XHIGH;
            case "max" -> Thinking.Effort.MAX;
            default -> {
                reading.malformed(of.at("effort"), "\"low\", \"medium\", \"high\", \"xhigh\" or \"max\" is expected.");
                yield null;
            }
        };
        return of.said("effort", value);
    }

    private Thinking.Mode budget(Fields of) {
        long tokens = of.count("budget_tokens");
        if (tokens < 0) {
            reading.malformed(of.at("budget_tokens"), "required, a number of tokens.");
        }
        return new Thinking.Mode.Budget(Math.max(0, tokens));
    }

    /** Whoever asks Messages to think and says no more expects to see it: others show nothing unless they are asked. */
    private @Nullable Said<Thinking.Display> display(Fields of, Thinking.Mode mode) {
        Thinking.Display value = switch (of.string("display")) {
            case null -> null;
            case "omitted" -> Thinking.Display.OMITTED;
            case "summarized" -> Thinking.Display.AUTO;
            default -> {
                reading.malformed(of.at("display"), "\"summarized\" or \"omitted\" is expected.");
                yield null;
            }
        };
        boolean shows = mode instanceof Thinking.Mode.Adaptive || mode instanceof Thinking.Mode.Budget;
        return value == null && shows ? new Said<>(of.at(), Thinking.Display.AUTO) : of.said("display", value);
    }
}
