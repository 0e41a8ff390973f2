package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a request's settings. */
final class SettingsWriter {
    private static final long LEAST_MAX_TOKENS = 16;
    private static final int LONGEST_USER = 64;
    private static final long LOW_BUDGET = 4096;
    private static final long MEDIUM_BUDGET = 16_384;
    private static final Set<String> VERBOSITIES = Set.of("low", "medium", "high");

    private final Writing writing;
    private final JsonBytes out;
    private final Losses losses;
    private final Request request;

    SettingsWriter(Writing writing, Request request) {
        this.writing = writing;
        this.out = writing.out();
        this.losses = writing.losses();
        this.request = request;
    }

    void write() {
        sampling(request.sampling());
        output(request.output());
        boolean encrypted = thinking(request.thinking());
        include(encrypted, request.output().logprobs());
        context(request.context());
    }

    private void sampling(Request.Sampling sampling) {
        number("temperature", sampling.temperature());
        number("top_p", sampling.topP());
        losses.sampling(sampling.topK(), "Responses has no top_k");
        losses.sampling(sampling.frequencyPenalty(), "Responses has no penalties");
        losses.sampling(sampling.presencePenalty(), "Responses has no penalties");
        losses.request(sampling.seed(), "Responses has no seed");
    }

    private void number(String name, @Nullable Said<Json.Num> said) {
        if (said == null) {
            return;
        }
        if (writing.takes(Takes.SAMPLING)) {
            out.field(name, said.value());
        } else {
            losses.sampling(said, "the model takes no sampling settings");
        }
    }

    private void output(Request.Output output) {
        Said<Long> max = output.maxTokens();
        if (max != null) {
            if (max.value() < LEAST_MAX_TOKENS) {
                losses.incidental(max, "raised to " + LEAST_MAX_TOKENS + ", the least that Responses takes");
            }
            out.field("max_output_tokens", Math.max(max.value(), LEAST_MAX_TOKENS));
        }
        losses.request(output.stopSequences(), "Responses has no stop sequences");
        Said<Integer> choices = output.choices();
        if (choices != null && choices.value() > 1) {
            writing.refuse(choices.at(), "Responses gives one answer; ask once for each.");
        }
        Said<Json> modalities = output.modalities();
        if (modalities != null && !textOnly(modalities.value())) {
            writing.refuse(modalities.at(), "Responses answers in text only.");
        }
        text(output);
    }

    private static boolean textOnly(Json modalities) {
        return modalities instanceof Json.Arr array
                && array.items().stream()
                        .allMatch(item ->
                                item instanceof Json.Text text && text.string().equalsIgnoreCase("text"));
    }

    private void text(Request.Output output) {
        Said<OutputFormat> format = output.format();
        if (format != null
                && format.value() instanceof OutputFormat.JsonSchema
                && !writing.takes(Takes.STRUCTURED_OUTPUT)) {
            losses.request(format, "the model takes no schema of its output");
            format = null;
        }
        Said<String> verbosity = output.verbosity();
        if (verbosity != null && !VERBOSITIES.contains(verbosity.value())) {
            losses.request(verbosity, "OpenAI's verbosities are low, medium and high");
            verbosity = null;
        }
        if (format == null && verbosity == null) {
            return;
        }
        out.name("text").beginObject();
        if (format != null) {
            out.name("format").beginObject();
            format(format.value(), out);
            out.endObject();
        }
        if (verbosity != null) {
            out.field("verbosity", verbosity.value());
        }
        out.endObject();
    }

    /** The members of {@code text.format}. */
    static void format(OutputFormat format, JsonBytes out) {
        switch (format) {
            case OutputFormat.Text _ -> out.field("type", "text");
            case OutputFormat.JsonObject _ -> out.field("type", "json_object");
            case OutputFormat.JsonSchema of -> {
                out.field("type", "json_schema").field("name", of.name() == null ? "answer" : of.name());
                if (of.description() != null) {
                    out.field("description", of.description());
                }
                out.field("schema", of.openApiSubset() ? OpenApiSchema.toJsonSchema(of.schema()) : of.schema());
                if (of.strict() != null) {
                    out.field("strict", of.strict().value());
                }
            }
        }
    }

    /** Whether the model reasons, so that its encrypted reasoning can be asked for. */
    private boolean thinking(Thinking thinking) {
        Said<Thinking.Mode> mode = thinking.mode();
        Said<Thinking.Effort> effort = thinking.effort();
        Said<Thinking.Display> display = thinking.display();
        if (!writing.takes(Takes.EFFORT)) {
            boolean off = mode != null && mode.value() instanceof Thinking.Mode.Off;
            losses.request(off ? null : mode, "the model does not reason");
            losses.request(effort, "the model does not reason");
            losses.incidental(display, "the model does not reason");
            return false;
        }
        String word = effort(mode, effort);
        Thinking.Display shown =
                display == null || display.value() == Thinking.Display.OMITTED ? null : display.value();
        if (word != null || shown != null) {
            out.name("reasoning").beginObject();
            if (word != null) {
                out.field("effort", word);
            }
            if (shown != null) {
                out.field("summary", Words.word(shown));
            }
            out.endObject();
        }
        return thinking.encrypted();
    }

    private @Nullable String effort(@Nullable Said<Thinking.Mode> mode, @Nullable Said<Thinking.Effort> effort) {
        switch (mode == null ? null : mode.value()) {
            case Thinking.Mode.Off _ -> {
                losses.incidental(effort, "without thinking there is no effort");
                return fitting(mode, Thinking.Effort.NONE);
            }
            case Thinking.Mode.Budget(long tokens) -> {
                losses.incidental(mode, "OpenAI has efforts and no budget: the nearest effort");
                if (effort == null) {
                    return fitting(mode, nearest(tokens));
                }
            }
            case Thinking.Mode.BetweenTools _ -> losses.incidental(mode, "OpenAI's models think as they see fit");
            case Thinking.Mode.Adaptive _ -> {} // as OpenAI's models always do
            case null -> {}
        }
        return effort == null ? null : fitting(effort, effort.value());
    }

    private static Thinking.Effort nearest(long budget) {
        if (budget <= LOW_BUDGET) {
            return Thinking.Effort.LOW;
        }
        return budget <= MEDIUM_BUDGET ? Thinking.Effort.MEDIUM : Thinking.Effort.HIGH;
    }

    private String fitting(@Nullable Said<?> said, Thinking.Effort effort) {
        Thinking.Effort fitting = writing.destination().nearest(effort);
        if (fitting != effort) {
            losses.incidental(said, "the nearest effort that the model takes is " + fitting.wireName());
        }
        return fitting.wireName();
    }

    private void include(boolean encrypted, @Nullable Said<Integer> logprobs) {
        if (encrypted || logprobs != null) {
            out.name("include").beginArray();
            if (encrypted) {
                out.text("reasoning.encrypted_content");
            }
            if (logprobs != null) {
                out.text("message.output_text.logprobs");
            }
            out.endArray();
        }
        if (logprobs != null && logprobs.value() > 0) {
            out.field("top_logprobs", logprobs.value());
        }
    }

    private void context(Request.Context context) {
        // Nobody else keeps answers unasked, so OpenAI is not to do so either.
        out.field("store", context.store() != null && context.store().value());
        if (context.previousResponseId() != null) {
            out.field("previous_response_id", context.previousResponseId().value());
        }
        if (context.promptCacheKey() != null) {
            out.field("prompt_cache_key", context.promptCacheKey().value());
        }
        Said<String> user = context.user();
        if (user != null && user.value().length() <= LONGEST_USER) {
            out.field("safety_identifier", user.value());
        } else {
            losses.incidental(user, "OpenAI takes at most " + LONGEST_USER + " characters");
        }
        if (context.metadata() != null) {
            out.field("metadata", context.metadata().value());
        }
        Said<String> tier = context.serviceTier();
        String word = tier == null ? null : Words.serviceTier(tier.value());
        if (word != null) {
            out.field("service_tier", word);
        } else {
            losses.incidental(tier, "OpenAI has no such tier");
        }
        if (context.cachedContent() != null) {
            writing.refuse(
                    context.cachedContent().at(), "a part of the prompt lies at another provider; send it in full.");
        }
        losses.request(context.safetySettings(), "OpenAI has no such settings");
    }
}
