package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Edits of single values in place. Every byte outside an edit stays as it came: signed thinking blocks, prompt caches and unknown
 * fields depend on it.
 */
public final class Splices {
    private Splices() {}

    /**
     * A copy of {@code body[offset, offset + length)} with the splices applied.
     *
     * @param splices sorted by start, not overlapping, inside the range; indexes are into {@code body}
     * @throws IllegalArgumentException where they are not
     */
    public static byte[] apply(byte[] body, int offset, int length, List<Splice> splices) {
        int grown = length;
        int from = offset;
        for (Splice splice : splices) {
            if (splice.start() < from || splice.end() > offset + length) {
                throw new IllegalArgumentException("splices overlap, are unsorted or leave the body");
            }
            grown += splice.replacement().length - (splice.end() - splice.start());
            from = splice.end();
        }
        byte[] edited = new byte[grown];
        int to = 0;
        from = offset;
        for (Splice splice : splices) {
            int kept = splice.start() - from;
            System.arraycopy(body, from, edited, to, kept);
            System.arraycopy(splice.replacement(), 0, edited, to + kept, splice.replacement().length);
            to += kept + splice.replacement().length;
            from = splice.end();
        }
        System.arraycopy(body, from, edited, to, offset + length - from);
        return edited;
    }

    /**
     * Puts the provider's model in the place of the one that the caller named.
     *
     * @throws IllegalArgumentException where the body names none (Gemini: see {@link #innerModels})
     */
    public static Splice model(RequestFields fields, String upstreamModel) {
        if (fields.modelStart() < 0) {
            throw new IllegalArgumentException("the body names no model");
        }
        return new Splice(fields.modelStart(), fields.modelEnd(), jsonString(upstreamModel), "model");
    }

    /**
     * Makes every model mentioned inside a Gemini body the one of the path, so that the provider finds them equal, and so that no
     * mention smuggles in another model. Mentions that are right already, with or without {@code models/}, stay untouched.
     */
    public static List<Splice> innerModels(RequestFields fields, String upstreamModel) {
        String resourceName = "models/" + upstreamModel;
        List<Splice> splices = new ArrayList<>();
        for (RequestFields.InnerModel mention : fields.innerModels()) {
            if (!mention.value().equals(resourceName) && !mention.value().equals(upstreamModel)) {
                splices.add(new Splice(mention.start(), mention.end(), jsonString(resourceName), "model"));
            }
        }
        return splices;
    }

    /** Asks for usage in a chat stream that does not: inserts or changes that one value. Empty where nothing is to be asked. */
    public static Optional<Splice> includeUsage(RequestFields fields) {
        String text = switch (fields.includeUsage()) {
            case NOT_NEEDED, ASKED -> null;
            case NO_OPTIONS -> "\"stream_options\":{\"include_usage\":true},";
            case NULL_OPTIONS -> "{\"include_usage\":true}";
            case EMPTY_OPTIONS -> "\"include_usage\":true";
            case OTHER_OPTIONS -> "\"include_usage\":true,";
            case DECLINED -> "true";
        };
        return Optional.ofNullable(text)
                .map(json -> new Splice(
                        fields.includeUsageStart(),
                        fields.includeUsageEnd(),
                        json.getBytes(UTF_8),
                        "stream_options.include_usage"));
    }

    /**
     * Bounds the answer's length, in every place that bounds it already, else where it can be said. Empty where the operation's answers
     * have none.
     *
     * @param field what the bound is called where it has to be added; {@code max_completion_tokens} is not known to all servers that
     *     speak OpenAI's dialect
     * @param tokens for each choice
     */
    public static List<Splice> outputLimit(RequestFields fields, String field, long tokens) {
        String named = "\"" + field + "\":" + tokens;
        return fields.outputLimits().stream()
                .map(place -> {
                    String text = switch (place.kind()) {
                        case VALUE -> Long.toString(Math.min(tokens, place.tokens()));
                        case BEFORE_FIELDS -> named + ",";
                        case EMPTY_OBJECT -> named;
                        case NO_CONFIG -> "{" + named + "}";
                        case BEFORE_CONFIG -> "\"generationConfig\":{" + named + "},";
                    };
                    return new Splice(place.start(), place.end(), text.getBytes(UTF_8), field);
                })
                .toList();
    }

    /**
     * Bounds how often the provider's own tools may be used, where they take a bound and have none: Anthropic's by {@code max_uses} of
     * each, Responses' by one {@code max_tool_calls}.
     */
    public static List<Splice> toolUses(Operation operation, ServerWork work, long uses) {
        if (operation == Operation.RESPONSES) {
            return work.tools().isEmpty() || work.mostCalls() >= 0
                    ? List.of()
                    : List.of(bound(work.limitStart(), work.limitEnd(), "max_tool_calls", uses));
        }
        return work.tools().stream()
                .filter(tool -> tool.takesMaxUses() && tool.maxUses() < 0)
                .map(tool -> bound(tool.limitStart(), tool.limitEnd(), "max_uses", uses))
                .toList();
    }

    /** Where there is no null to replace, the field is put before those that are there. */
    private static Splice bound(int start, int end, String field, long most) {
        String text = start == end ? "\"" + field + "\":" + most + "," : Long.toString(most);
        return new Splice(start, end, text.getBytes(UTF_8), field);
    }

    private static byte[] jsonString(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString().getBytes(UTF_8);
    }
}
