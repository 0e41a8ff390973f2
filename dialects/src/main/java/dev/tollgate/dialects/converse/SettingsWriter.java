package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.ClaudeThinking;
import dev.tollgate.dialects.codec.ClosedSchema;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.EffortOnly;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.dialects.conversation.Thinking.Mode;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a request says beside its conversation and its tools: {@code inferenceConfig}, which is one for all models, {@code
 * additionalModelRequestFields} in the words of each model's vendor, and {@code outputConfig}.
 */
final class SettingsWriter {
    private static final String NO_WORD = "Bedrock has no word for it";
    private static final double LEAST_TOP_P_THINKING = 0.95;

    private final Writing to;
    private final Destination destination;
    private final Losses losses;
    private final Reading refusals;
    /** Members of {@code inferenceConfig}, and those of {@code additionalModelRequestFields}. */
    private final JsonBytes common = new JsonBytes().beginObject();

    private final JsonBytes vendors = new JsonBytes().beginObject();

    SettingsWriter(Writing to) {
        this.to = to;
        this.destination = to.destination();
        this.losses = to.losses();
        this.refusals = to.refusals();
    }

    void write(Request request, Conversation conversation) {
        Said<Long> limit = request.output().maxTokens();
        if (limit != null) {
            common.field("maxTokens", limit.value());
        }
        boolean thinks = to.family() == ModelFamily.CLAUDE ? claude(request, conversation) : effort(request.thinking());
        sampling(request.sampling(), thinks);
        stopSequences(request.output().stopSequences());
        object("inferenceConfig", common);
        object("additionalModelRequestFields", vendors);
        format(request.output().format());
        output(request.output());
        context(request.context());
    }

    /** Writes it where it has any member. */
    private void object(String name, JsonBytes members) {
        byte[] document = members.endObject().toBytes();
        if (Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Obj object)
                && !object.members().isEmpty()) {
            to.out().field(name, object);
        }
    }

    /** @return whether it thinks; sampling is then out of the client's hands */
    private boolean claude(Request request, Conversation conversation) {
        Said<Long> said = request.output().maxTokens();
        long limit = said == null ? destination.defaultMaxTokens() : said.value();
        ClaudeThinking thinking =
                ClaudeThinking.of(request, conversation.inUnsignedToolLoop(), destination, limit, losses);
        if (thinking.mode() instanceof Mode.Budget && said == null) {
            common.field("maxTokens", limit); // a budget must stay below it
        }
        thinking.writeThinking(vendors);
        if (thinking.effort() != null) {
            vendors.name("output_config").beginObject();
            vendors.field("effort", thinking.effort().wireName()).endObject();
        }
        return thinking.on();
    }

    /** @return false: these models sample whether or not they think */
    private boolean effort(Thinking thinking) {
        boolean worded = to.family() == ModelFamily.NOVA || to.family() == ModelFamily.GPT_OSS;
        Destination told = worded ? destination : new Destination(destination.model(), 0, Set.of());
        Effort effort = new EffortOnly(told, losses, NO_WORD).of(thinking);
        if (effort != null && to.family() == ModelFamily.NOVA) {
            vendors.name("reasoningConfig").beginObject();
            if (effort == Effort.NONE) {
                vendors.field("type", "disabled");
            } else {
                vendors.field("type", "enabled").field("maxReasoningEffort", effort.wireName());
            }
            vendors.endObject();
        } else if (effort != null) {
            vendors.field("reasoning_effort", effort.wireName());
        }
        return false;
    }

    private void sampling(Request.Sampling sampling, boolean thinks) {
        boolean taken = destination.takes(Destination.Takes.SAMPLING);
        String why = taken ? "fixed where the model thinks" : "the model takes none";
        temperature(sampling.temperature(), taken, thinks, why);
        Said<Json.Num> topP = sampling.topP();
        if (topP != null) {
            double value = topP.value().asDouble().orElse(0);
            if (!taken || (thinks && value < LEAST_TOP_P_THINKING)) {
                losses.sampling(topP, why);
            } else if (to.family() == ModelFamily.CLAUDE && sampling.temperature() != null) {
                losses.sampling(topP, "Anthropic's models take it or the temperature, not both");
            } else {
                common.field("topP", topP.value());
            }
        }
        topK(sampling.topK(), taken && !thinks, why);
        losses.sampling(sampling.frequencyPenalty(), NO_WORD);
        losses.sampling(sampling.presencePenalty(), NO_WORD);
        losses.request(sampling.seed(), NO_WORD);
    }

    private void temperature(@Nullable Said<Json.Num> said, boolean taken, boolean thinks, String why) {
        if (said == null) {
            return;
        }
        double value = said.value().asDouble().orElse(1);
        if (!taken || (thinks && value != 1)) {
            losses.sampling(said, why);
        } else if (value > 1) {
            losses.request(said, "Bedrock's ends at 1: the nearest is sent");
            common.field("temperature", 1);
        } else {
            common.field("temperature", said.value());
        }
    }

    private void topK(@Nullable Said<Json.Num> said, boolean taken, String why) {
        if (said == null) {
            return;
        }
        if (!taken) {
            losses.sampling(said, why);
            return;
        }
        switch (to.family()) {
            case CLAUDE -> vendors.field("top_k", said.value());
            case NOVA ->
                vendors.name("inferenceConfig")
                        .beginObject()
                        .field("topK", said.value())
                        .endObject();
            case GPT_OSS, OTHER -> losses.sampling(said, NO_WORD);
        }
    }

    private void stopSequences(@Nullable Said<List<String>> stops) {
        if (stops == null) {
            return;
        }
        common.name("stopSequences").beginArray();
        for (int i = 0; i < stops.value().size(); i++) {
            String sequence = stops.value().get(i);
            if (sequence.isBlank()) {
                losses.request(stops.at().element(i), "Bedrock takes no blank stop sequence");
            } else {
                common.text(sequence);
            }
        }
        common.endArray();
    }

    private void format(@Nullable Said<OutputFormat> said) {
        switch (said) {
            case null -> {}
            case Said<OutputFormat>(var _, OutputFormat.Text _) -> {}
            case Said<OutputFormat>(var at, OutputFormat.JsonObject _) ->
                losses.request(at, "Bedrock has JSON of a schema only");
            case Said<OutputFormat>(var at, OutputFormat.JsonSchema _)
            when !destination.takes(Destination.Takes.STRUCTURED_OUTPUT) ->
                losses.request(at, "the model does not keep to a schema");
            case Said<OutputFormat>(var _, OutputFormat.JsonSchema schema) -> schema(schema);
        }
    }

    private void schema(OutputFormat.JsonSchema schema) {
        if (schema.strict() != null && !schema.strict().value()) {
            losses.incidental(schema.strict(), "Bedrock's schemas are always strict");
        }
        Json.Obj asked = schema.openApiSubset() ? OpenApiSchema.toJsonSchema(schema.schema()) : schema.schema();
        JsonBytes out = to.out();
        out.name("outputConfig").beginObject().name("textFormat").beginObject();
        out.field("type", "json_schema").name("structure").beginObject();
        out.name("jsonSchema").beginObject();
        out.name("schema").encoded(ClosedSchema.of(asked));
        if (schema.name() != null) {
            out.field("name", schema.name());
        }
        if (schema.description() != null) {
            out.field("description", schema.description());
        }
        out.endObject().endObject().endObject().endObject();
    }

    private void output(Request.Output output) {
        if (output.choices() != null && output.choices().value() > 1) {
            refusals.notExpressible(output.choices().at(), "Bedrock gives one answer; ask several times");
        }
        if (output.modalities() != null && !isText(output.modalities().value())) {
            refusals.notExpressible(output.modalities().at(), "an answer in text is all that can be converted");
        }
        losses.request(output.verbosity(), NO_WORD);
        losses.request(output.logprobs(), NO_WORD);
    }

    private void context(Request.Context context) {
        if (context.previousResponseId() != null) {
            refusals.notExpressible(
                    context.previousResponseId().at(), "the conversation lies at its provider; send all of it");
        }
        if (context.cachedContent() != null) {
            refusals.notExpressible(
                    context.cachedContent().at(), "the cached part of the prompt lies at its provider; send it");
        }
        losses.incidental(context.user(), NO_WORD);
        losses.incidental(context.metadata(), NO_WORD);
        if (context.serviceTier() != null) {
            switch (context.serviceTier().value()) {
                case "auto", "default", "standard", "standard_only" -> {}
                default -> losses.incidental(context.serviceTier(), "served at Bedrock's usual rates");
            }
        }
        if (context.store() != null && context.store().value()) {
            losses.incidental(context.store(), "Bedrock keeps no answers");
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
