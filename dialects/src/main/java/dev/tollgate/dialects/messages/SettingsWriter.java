package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.ClaudeThinking;
import dev.tollgate.dialects.codec.ClosedSchema;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a request says beside its conversation and its tools. */
final class SettingsWriter {
    private static final String NO_WORD = "Anthropic has no word for it";
    private static final double LEAST_TOP_P_THINKING = 0.95;

    private final JsonBytes out;
    private final Destination destination;
    private final Losses losses;
    private final Reading refusals;

    SettingsWriter(Writing to) {
        this.out = to.out();
        this.destination = to.destination();
        this.losses = to.losses();
        this.refusals = to.refusals();
    }

    /** {@code output_config}: effort and format. */
    void outputConfig(ClaudeThinking thinking, @Nullable Said<OutputFormat> said) {
        OutputFormat.JsonSchema schema = schema(said);
        if (thinking.effort() == null && schema == null) {
            return;
        }
        out.name("output_config").beginObject();
        if (thinking.effort() != null) {
            out.field("effort", thinking.effort().wireName());
        }
        if (schema != null) {
            out.name("format").beginObject().field("type", "json_schema");
            Json.Obj asked = schema.openApiSubset() ? OpenApiSchema.toJsonSchema(schema.schema()) : schema.schema();
            out.field("schema", ClosedSchema.of(asked));
            out.endObject();
        }
        out.endObject();
    }

    private OutputFormat.@Nullable JsonSchema schema(@Nullable Said<OutputFormat> said) {
        return switch (said) {
            case null -> null;
            case Said<OutputFormat>(var _, OutputFormat.Text _) -> null;
            case Said<OutputFormat>(var at, OutputFormat.JsonObject _) -> {
                losses.request(at, "Anthropic writes JSON of a schema only");
                yield null;
            }
            case Said<OutputFormat>(var at, OutputFormat.JsonSchema schema) -> {
                if (!destination.takes(Destination.Takes.STRUCTURED_OUTPUT)) {
                    losses.request(at, "the model does not keep to a schema");
                    yield null;
                }
                if (schema.description() != null) {
                    losses.request(at.member("description"), NO_WORD);
                }
                if (schema.strict() != null && !schema.strict().value()) {
                    losses.incidental(schema.strict(), "Anthropic's schemas are always strict");
                }
                yield schema;
            }
        };
    }

    void output(Request.Output output) {
        if (output.choices() != null && output.choices().value() > 1) {
            refusals.notExpressible(output.choices().at(), "Anthropic gives one answer; ask several times");
        }
        if (output.modalities() != null && !isText(output.modalities().value())) {
            refusals.notExpressible(output.modalities().at(), "Anthropic answers in text only");
        }
        losses.request(output.verbosity(), NO_WORD);
        losses.request(output.logprobs(), NO_WORD);
        Said<List<String>> stops = output.stopSequences();
        if (stops != null) {
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < stops.value().size(); i++) {
                String sequence = stops.value().get(i);
                if (sequence.isBlank()) {
                    losses.request(stops.at().element(i), "Anthropic takes no blank stop sequence");
                } else {
                    taken.add(sequence);
                }
            }
            if (!taken.isEmpty()) {
                out.name("stop_sequences").beginArray();
                taken.forEach(out::text);
                out.endArray();
            }
        }
    }

    /** Where the model thinks, and at the newest models always, sampling is fixed. */
    void sampling(Request.Sampling sampling, boolean thinking) {
        boolean taken = destination.takes(Destination.Takes.SAMPLING);
        temperature(sampling.temperature(), taken, thinking);
        if (sampling.topP() != null) {
            double value = sampling.topP().value().asDouble().orElse(0);
            if (!taken || (thinking && value < LEAST_TOP_P_THINKING)) {
                losses.sampling(sampling.topP(), taken ? "fixed where the model thinks" : "the model takes none");
            } else if (sampling.temperature() != null) {
                losses.sampling(sampling.topP(), "Anthropic's models take it or the temperature, not both");
            } else {
                out.field("top_p", sampling.topP().value());
            }
        }
        if (sampling.topK() != null) {
            if (!taken || thinking) {
                losses.sampling(sampling.topK(), taken ? "fixed where the model thinks" : "the model takes none");
            } else {
                out.field("top_k", sampling.topK().value());
            }
        }
        losses.sampling(sampling.frequencyPenalty(), NO_WORD);
        losses.sampling(sampling.presencePenalty(), NO_WORD);
        losses.request(sampling.seed(), NO_WORD);
    }

    private void temperature(@Nullable Said<Json.Num> said, boolean taken, boolean thinking) {
        if (said == null) {
            return;
        }
        double value = said.value().asDouble().orElse(1);
        if (!taken || (thinking && value != 1)) {
            losses.sampling(said, taken ? "fixed where the model thinks" : "the model takes none");
        } else if (value > 1) {
            losses.request(said, "Anthropic's ends at 1: the nearest is sent");
            out.field("temperature", 1);
        } else {
            out.field("temperature", said.value());
        }
    }

    void context(Request.Context context) {
        if (context.previousResponseId() != null) {
            refusals.notExpressible(
                    context.previousResponseId().at(), "the conversation lies at its provider; send all of it");
        }
        if (context.cachedContent() != null) {
            refusals.notExpressible(
                    context.cachedContent().at(), "the cached part of the prompt lies at its provider; send it");
        }
        if (context.user() != null) {
            out.name("metadata")
                    .beginObject()
                    .field("user_id", context.user().value())
                    .endObject();
        }
        losses.incidental(context.metadata(), NO_WORD);
        if (context.serviceTier() != null) {
            switch (context.serviceTier().value()) {
                case "auto" -> out.field("service_tier", "auto");
                case "standard_only", "default", "standard" -> out.field("service_tier", "standard_only");
                default -> losses.incidental(context.serviceTier(), "Anthropic has no such tier");
            }
        }
        if (context.store() != null && context.store().value()) {
            losses.incidental(context.store(), "Anthropic keeps no answers");
        }
        losses.incidental(context.promptCacheKey(), NO_WORD);
        losses.request(context.safetySettings(), NO_WORD);
    }

    private static boolean isText(Json modalities) {
        return modalities instanceof Json.Arr list
                && list.items().stream()
                        .allMatch(each ->
                                each instanceof Json.Text word && word.string().equalsIgnoreCase("text"));
    }
}
