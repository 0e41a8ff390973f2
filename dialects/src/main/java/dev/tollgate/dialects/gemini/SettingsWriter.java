package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code generationConfig}. */
final class SettingsWriter {
    /** Google's limit. */
    private static final int MOST_STOP_SEQUENCES = 5;

    private static final Set<String> MODALITIES = Set.of("TEXT", "IMAGE", "AUDIO", "VIDEO");

    private final Writing writing;
    private final Losses losses;
    private final Destination to;
    private final JsonBytes out;

    private SettingsWriter(Writing writing, JsonBytes out) {
        this.writing = writing;
        this.losses = writing.losses();
        this.to = writing.to();
        this.out = out;
    }

    static void write(Writing writing, JsonBytes out) {
        Request request = writing.request();
        out.name("generationConfig").beginObject();
        SettingsWriter settings = new SettingsWriter(writing, out);
        settings.sampling(request.sampling());
        settings.output(request.output());
        ThinkingWriter.write(writing, out);
        out.endObject();
    }

    private void sampling(Request.Sampling sampling) {
        boolean taken = to.takes(Destination.Takes.SAMPLING);
        sampled("temperature", sampling.temperature(), taken);
        sampled("topP", sampling.topP(), taken);
        sampled("topK", sampling.topK(), taken);
        sampled("frequencyPenalty", sampling.frequencyPenalty(), true);
        sampled("presencePenalty", sampling.presencePenalty(), true);
        Said<Json.Num> seed = sampling.seed();
        if (seed != null) {
            OptionalLong value = seed.value().asLong();
            if (value.isPresent() && value.getAsLong() == (int) value.getAsLong()) {
                out.field("seed", seed.value());
            } else {
                losses.request(seed, "Gemini's seeds have 32 bits");
            }
        }
    }

    private void sampled(String name, @Nullable Said<Json.Num> number, boolean taken) {
        if (number != null && taken) {
            out.field(name, number.value());
        } else {
            losses.sampling(number, "the model does not take it");
        }
    }

    private void output(Request.Output output) {
        if (output.maxTokens() != null) {
            out.field("maxOutputTokens", output.maxTokens().value());
        }
        if (output.stopSequences() != null) {
            stopSequences(output.stopSequences());
        }
        if (output.choices() != null) {
            out.field("candidateCount", output.choices().value());
        }
        if (output.format() != null) {
            format(output.format().at(), output.format().value());
        }
        losses.request(output.verbosity(), "Gemini has no word for it");
        if (output.logprobs() != null) {
            out.field("responseLogprobs", true);
            if (output.logprobs().value() > 0) {
                out.field("logprobs", output.logprobs().value());
            }
        }
        if (output.modalities() != null) {
            modalities(output.modalities());
        }
    }

    private void stopSequences(Said<List<String>> sequences) {
        out.name("stopSequences").beginArray();
        sequences.value().stream().limit(MOST_STOP_SEQUENCES).forEach(out::text);
        out.endArray();
        if (sequences.value().size() > MOST_STOP_SEQUENCES) {
            losses.request(sequences, "Gemini takes 5; the others are left out");
        }
    }

    private void modalities(Said<Json> modalities) {
        boolean known = modalities.value() instanceof Json.Arr;
        if (modalities.value() instanceof Json.Arr array) {
            for (Json modality : array) {
                known &= modality instanceof Json.Text text && MODALITIES.contains(text.string());
            }
        }
        if (known) {
            out.field("responseModalities", modalities.value());
        } else {
            writing.refused(modalities.at(), "an answer in text is all that can be converted.");
        }
    }

    private void format(Path at, OutputFormat format) {
        if (format instanceof OutputFormat.Text) {
            return;
        }
        if (!to.takes(Destination.Takes.STRUCTURED_OUTPUT)) {
            losses.request(at, "the model has no structured output");
            return;
        }
        out.field("responseMimeType", "application/json");
        if (format instanceof OutputFormat.JsonSchema schema) {
            if (schema.description() != null) {
                losses.request(at.member("description"), "Gemini has no word for it");
            }
            if (schema.openApiSubset()) {
                out.field("responseSchema", schema.schema());
            } else if (to.takes(Destination.Takes.JSON_SCHEMA)) {
                out.field("responseJsonSchema", schema.schema());
            } else {
                out.name("responseSchema");
                SchemaSubset.write(schema.schema(), out, at, losses);
            }
        }
    }
}
