package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code generationConfig}. */
final class SettingsReader {
    record Settings(Request.Sampling sampling, Request.Output output, Thinking thinking) {
        static final Settings UNSAID = new Settings(Request.Sampling.UNSAID, Request.Output.UNSAID, Thinking.UNSAID);
    }

    private SettingsReader() {}

    static Settings read(Fields request, Reading reading) {
        Json.Obj object = request.object("generationConfig");
        if (object == null) {
            return Settings.UNSAID;
        }
        Fields config = Fields.eitherSpelling(request.at("generationConfig"), object, reading);
        Request.Sampling sampling = new Request.Sampling(
                config.saidNumber("temperature"),
                config.saidNumber("topP"),
                config.saidNumber("topK"),
                config.saidNumber("frequencyPenalty"),
                config.saidNumber("presencePenalty"),
                config.saidNumber("seed"));
        Request.Output output = new Request.Output(
                config.saidCount("maxOutputTokens"),
                stopSequences(config, reading),
                choices(config, reading),
                format(config, reading),
                null,
                logprobs(config, reading),
                modalities(config));
        Thinking thinking = thinking(config, reading);
        config.extra(
                "responseFormat",
                Extra.Weight.ESSENTIAL,
                "not convertible; say it with responseMimeType and responseJsonSchema");
        config.extra("translationConfig", Extra.Weight.ESSENTIAL, "only Gemini translates by a setting");
        config.extra("mediaResolution", Extra.Weight.INCIDENTAL, "only Gemini knows it");
        for (String own : List.of("speechConfig", "imageConfig", "enableEnhancedCivicAnswers")) {
            config.extra(own, Extra.Weight.HINT, "only Gemini knows it");
        }
        config.end();
        return new Settings(sampling, output, thinking);
    }

    private static @Nullable Said<List<String>> stopSequences(Fields config, Reading reading) {
        List<String> sequences = new ArrayList<>();
        for (Item item : Item.of(config, "stopSequences")) {
            if (item.value() instanceof Json.Text text) {
                sequences.add(text.string());
            } else {
                reading.malformed(item.at(), "a string is expected.");
            }
        }
        return sequences.isEmpty() ? null : config.said("stopSequences", List.copyOf(sequences));
    }

    private static @Nullable Said<Integer> choices(Fields config, Reading reading) {
        Said<Long> count = config.saidCount("candidateCount");
        if (count != null && count.value() > Integer.MAX_VALUE) {
            reading.malformed(count.at(), "too large.");
        }
        return count == null || count.value() == 0
                ? null
                : new Said<>(count.at(), count.value().intValue());
    }

    private static @Nullable Said<Integer> logprobs(Fields config, Reading reading) {
        Said<Boolean> asked = config.saidFlag("responseLogprobs");
        if (asked == null || !asked.value()) {
            config.extra("logprobs", Extra.Weight.INCIDENTAL, "means nothing without responseLogprobs");
            return null;
        }
        long top = config.count("logprobs");
        if (top > Integer.MAX_VALUE) {
            reading.malformed(config.at("logprobs"), "too large.");
        }
        return new Said<>(asked.at(), (int) Math.max(0, top));
    }

    private static @Nullable Said<Json> modalities(Fields config) {
        Json.Arr modalities = config.array("responseModalities");
        if (modalities == null) {
            return null;
        }
        for (Json modality : modalities) {
            if (!(modality instanceof Json.Text text) || !text.string().equalsIgnoreCase("TEXT")) {
                return config.said("responseModalities", modalities);
            }
        }
        return null;
    }

    private static @Nullable Said<OutputFormat> format(Fields config, Reading reading) {
        Json.Obj jsonSchema = config.object("responseJsonSchema");
        Json.Obj subset = config.object("responseSchema");
        if (jsonSchema != null && subset != null) {
            reading.malformed(config.at("responseSchema"), "not beside responseJsonSchema.");
        }
        String said = config.string("responseMimeType");
        String mimeType = said == null ? "" : said;
        boolean json = mimeType.isEmpty() || mimeType.equals("application/json");
        if (!json && !mimeType.equals("text/plain")) {
            config.extra("responseMimeType", Extra.Weight.ESSENTIAL, "only Gemini answers in this form");
            return null;
        }
        Json.Obj schema = jsonSchema != null ? jsonSchema : subset;
        if (json && schema != null) {
            OutputFormat format = new OutputFormat.JsonSchema(null, null, schema, jsonSchema == null, null);
            return config.said(jsonSchema == null ? "responseSchema" : "responseJsonSchema", format);
        }
        return json && !mimeType.isEmpty() ? config.said("responseMimeType", new OutputFormat.JsonObject()) : null;
    }

    private static Thinking thinking(Fields config, Reading reading) {
        Json.Obj object = config.object("thinkingConfig");
        if (object == null) {
            return Thinking.UNSAID;
        }
        Fields thinking = Fields.eitherSpelling(config.at("thinkingConfig"), object, reading);
        Said<Thinking.Mode> mode = mode(thinking, reading);
        Said<Thinking.Effort> effort = effort(thinking);
        Boolean shown = thinking.flag("includeThoughts");
        Said<Thinking.Display> display = thinking.said(
                "includeThoughts", shown == null ? null : shown ? Thinking.Display.AUTO : Thinking.Display.OMITTED);
        thinking.end();
        return new Thinking(mode, effort, display, true);
    }

    private static @Nullable Said<Thinking.Mode> mode(Fields thinking, Reading reading) {
        Json.Num number = thinking.number("thinkingBudget");
        if (number == null) {
            return null;
        }
        Path at = thinking.at("thinkingBudget");
        OptionalLong tokens = number.asLong();
        if (tokens.isEmpty() || tokens.getAsLong() < -1) {
            reading.malformed(at, "a whole number of at least -1 is expected.");
            return null;
        }
        return new Said<>(
                at,
                switch ((int) Math.min(tokens.getAsLong(), 1)) {
                    case -1 -> new Thinking.Mode.Adaptive();
                    case 0 -> new Thinking.Mode.Off();
                    default -> new Thinking.Mode.Budget(tokens.getAsLong());
                });
    }

    private static @Nullable Said<Thinking.Effort> effort(Fields thinking) {
        String level = thinking.string("thinkingLevel");
        Thinking.Effort effort = switch (level == null ? "" : level) {
            case "MINIMAL", "minimal" -> Thinking.Effort.MINIMAL;
            case "LOW", "low" -> Thinking.Effort.LOW;
            case "MEDIUM", "medium" -> Thinking.Effort.MEDIUM;
            case "HIGH", "high" -> Thinking.Effort.HIGH;
            default -> null;
        };
        if (effort == null && level != null && !level.equals("THINKING_LEVEL_UNSPECIFIED")) {
            thinking.extra("thinkingLevel", Extra.Weight.HINT, "a level that is not known");
        }
        return thinking.said("thinkingLevel", effort);
    }
}
