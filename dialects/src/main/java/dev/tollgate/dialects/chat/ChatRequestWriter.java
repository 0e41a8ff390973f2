package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.EffortOnly;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.StrictSchema;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.codec.UserIds;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request's own fields; its messages and tools are written by {@link ChatMessagesWriter} and {@link ChatToolsWriter}. */
final class ChatRequestWriter {
    private static final String NO_WORD = "Chat Completions has no word for it";
    private static final String NOT_BY_MODEL = "the model does not take it";
    private static final String OPENAI_ONLY = "of the servers of Chat Completions, only OpenAI's takes it";
    private static final int MOST_STOPS = 4;
    private static final int MOST_LOGPROBS = 20;

    private final Request request;
    private final Destination destination;
    private final ToolNames names;
    private final Losses losses;
    private final Reading refused = new Reading();
    private final JsonBytes out = new JsonBytes(1 << 12);
    /** Compatible servers take the older fields only, and some refuse whatever they do not know. */
    private final boolean openAi;

    private ChatRequestWriter(Request request, Destination destination, ToolNames names, Losses losses) {
        this.request = request;
        this.destination = destination;
        this.names = names;
        this.losses = losses;
        this.openAi = destination.takes(Takes.MAX_COMPLETION_TOKENS);
    }

    static Outcome<byte[]> write(Request request, Destination destination, ToolNames names, Losses losses) {
        return new ChatRequestWriter(request, destination, names, losses).write();
    }

    private Outcome<byte[]> write() {
        out.beginObject().field("model", destination.model());
        stream();
        sampling(request.sampling());
        output(request.output());
        Effort effort = new EffortOnly(destination, losses, NO_WORD).of(request.thinking());
        if (effort != null) {
            out.field("reasoning_effort", effort.wireName());
        }
        context(request.context());
        new ChatToolsWriter(destination, names, losses, refused, out).write(request.tools());
        new ChatMessagesWriter(destination, names, losses, refused, out).write(request);
        if (request.cache() != null && !destination.takes(Takes.CACHE_BREAKPOINTS)) {
            losses.incidental(request.cache().at(), "the provider caches, or does not, by itself");
        }
        out.endObject();
        return refused.outcome(out.toBytes());
    }

    private void stream() {
        if (request.stream()) {
            out.field("stream", true);
            if (destination.takes(Takes.STREAM_USAGE)) {
                out.name("stream_options")
                        .beginObject()
                        .field("include_usage", true)
                        .endObject();
            }
        }
    }

    private void sampling(Request.Sampling sampling) {
        number("temperature", sampling.temperature());
        number("top_p", sampling.topP());
        number("frequency_penalty", sampling.frequencyPenalty());
        number("presence_penalty", sampling.presencePenalty());
        losses.sampling(sampling.topK(), NO_WORD);
        if (sampling.seed() != null) {
            out.field("seed", sampling.seed().value());
        }
    }

    private void number(String name, @Nullable Said<Json.Num> said) {
        if (said == null) {
            return;
        }
        if (destination.takes(Takes.SAMPLING)) {
            out.field(name, said.value());
        } else {
            losses.sampling(said, NOT_BY_MODEL);
        }
    }

    private void output(Request.Output output) {
        if (output.maxTokens() != null) {
            out.field(
                    openAi ? "max_completion_tokens" : "max_tokens",
                    output.maxTokens().value());
        }
        stops(output.stopSequences());
        if (output.choices() != null) {
            out.field("n", output.choices().value());
        }
        if (output.format() != null) {
            format(output.format());
        }
        if (openAi && output.verbosity() != null) {
            out.field("verbosity", output.verbosity().value());
        } else {
            losses.request(output.verbosity(), OPENAI_ONLY);
        }
        if (output.logprobs() != null) {
            logprobs(output.logprobs());
        }
        if (output.modalities() != null) {
            refused.notExpressible(output.modalities().at(), "Only text can be asked for here. Leave it out.");
        }
    }

    private void stops(@Nullable Said<List<String>> said) {
        if (said == null || said.value().isEmpty()) {
            return;
        }
        out.name("stop").beginArray();
        said.value().stream().limit(MOST_STOPS).forEach(out::text);
        out.endArray();
        if (said.value().size() > MOST_STOPS) {
            losses.request(said, "all but the first " + MOST_STOPS);
        }
    }

    private void logprobs(Said<Integer> said) {
        int alternatives = Math.min(said.value(), MOST_LOGPROBS);
        out.field("logprobs", true);
        if (alternatives > 0) {
            out.field("top_logprobs", alternatives);
        }
        if (alternatives < said.value()) {
            losses.request(said, "no more than " + MOST_LOGPROBS + " alternatives");
        }
    }

    private void format(Said<OutputFormat> said) {
        switch (said.value()) {
            case OutputFormat.Text _ -> type("text");
            case OutputFormat.JsonObject _ -> type("json_object");
            case OutputFormat.JsonSchema schema -> {
                if (destination.takes(Takes.STRUCTURED_OUTPUT)) {
                    schema(schema);
                } else {
                    losses.request(said, NOT_BY_MODEL);
                }
            }
        }
    }

    private void type(String type) {
        out.name("response_format").beginObject().field("type", type).endObject();
    }

    private void schema(OutputFormat.JsonSchema schema) {
        out.name("response_format").beginObject().field("type", "json_schema");
        out.name("json_schema").beginObject().field("name", schema.name() == null ? "answer" : schema.name());
        if (schema.description() != null) {
            out.field("description", schema.description());
        }
        Json.Obj written = schema.openApiSubset() ? OpenApiSchema.toJsonSchema(schema.schema()) : schema.schema();
        Said<Boolean> strict = schema.strict();
        Json.Obj closed = strict != null && strict.value() ? StrictSchema.of(written) : null;
        out.field("schema", closed == null ? written : closed);
        if (strict != null) {
            out.field("strict", closed != null);
            losses.request(strict.value() && closed == null ? strict : null, StrictSchema.OTHER_FORM);
        }
        out.endObject().endObject();
    }

    private void context(Request.Context context) {
        if (context.user() != null) {
            out.field(
                    openAi ? "safety_identifier" : "user",
                    UserIds.fit(context.user().value()));
        }
        if (context.serviceTier() != null) {
            String tier = ChatWords.serviceTier(context.serviceTier().value());
            if (tier == null) {
                losses.incidental(context.serviceTier(), "OpenAI has no such tier");
            } else {
                ofOpenAi("service_tier", new Said<>(context.serviceTier().at(), tier));
            }
        }
        kept(context.store(), context.metadata());
        ofOpenAi("prompt_cache_key", context.promptCacheKey());
        if (context.previousResponseId() != null) {
            refused.notExpressible(
                    context.previousResponseId().at(),
                    "The conversation so far lies at another provider. Send it whole.");
        }
        if (context.cachedContent() != null) {
            refused.notExpressible(
                    context.cachedContent().at(), "The cached prompt lies at another provider. Send it whole.");
        }
        losses.request(context.safetySettings(), NO_WORD);
    }

    /** OpenAI takes metadata for what it keeps, only. */
    private void kept(@Nullable Said<Boolean> store, @Nullable Said<Json.Obj> metadata) {
        boolean keeps = openAi && store != null && store.value();
        if (store != null && openAi) {
            out.field("store", store.value());
        } else if (store != null && store.value()) {
            losses.incidental(store, OPENAI_ONLY);
        }
        if (keeps && metadata != null) {
            out.field("metadata", metadata.value());
        } else {
            losses.incidental(metadata, "OpenAI takes it with store: true only");
        }
    }

    private void ofOpenAi(String name, @Nullable Said<String> said) {
        if (said == null) {
            return;
        }
        if (openAi) {
            out.field(name, said.value());
        } else {
            losses.incidental(said, OPENAI_ONLY);
        }
    }
}
