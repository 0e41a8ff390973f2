package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** {@code stop_reason}, {@code stop_sequence} and {@code stop_details}. */
final class StopReasons {
    private static final Path AT = Path.ROOT.member("stop_reason");

    private StopReasons() {}

    /** Null where none is said, as while an answer streams. */
    static @Nullable Stop read(Fields fields, Reading reading) {
        String word = fields.string("stop_reason");
        String sequence = fields.string("stop_sequence");
        Json.Text explanation = explanation(fields, reading);
        return word == null ? null : new Stop(reason(word), word, sequence, explanation);
    }

    private static Json.@Nullable Text explanation(Fields fields, Reading reading) {
        Json.Obj details = fields.object("stop_details");
        if (details == null) {
            return null;
        }
        Fields of = new Fields(fields.at("stop_details"), details, reading);
        of.skip("type");
        of.extra("category", Extra.Weight.HINT, "only Anthropic knows it");
        Json.Text explanation = of.text("explanation");
        of.end();
        return explanation;
    }

    private static Stop.Reason reason(String word) {
        return switch (word) {
            case "end_turn" -> Stop.Reason.END;
            case "max_tokens" -> Stop.Reason.MAX_TOKENS;
            case "stop_sequence" -> Stop.Reason.STOP_SEQUENCE;
            case "tool_use" -> Stop.Reason.TOOL_CALLS;
            case "refusal" -> Stop.Reason.REFUSED;
            case "pause_turn" -> Stop.Reason.PAUSED;
            case "model_context_window_exceeded" -> Stop.Reason.CONTEXT_FULL;
            case "compaction" -> Stop.Reason.COMPACTED;
            default -> Stop.Reason.OTHER;
        };
    }

    /**
     * The three members.
     *
     * @param refused whether the model has declined in a part of the answer, which OpenAI does not call a reason to stop
     */
    static void write(Stop stop, boolean refused, JsonBytes out, Losses losses) {
        boolean refusal = stop.reason() == Stop.Reason.REFUSED || (refused && stop.reason() == Stop.Reason.END);
        out.field("stop_reason", refusal ? "refusal" : word(stop.reason(), losses));
        if (stop.sequence() == null) {
            out.name("stop_sequence").nothing();
        } else {
            out.field("stop_sequence", stop.sequence());
        }
        if (stop.explanation() != null && refusal) {
            out.name("stop_details").beginObject().field("type", "refusal");
            out.name("category")
                    .nothing()
                    .field("explanation", stop.explanation())
                    .endObject();
        } else if (stop.explanation() != null) {
            losses.answer(AT, "Anthropic explains refusals only");
        }
    }

    private static String word(Stop.Reason reason, Losses losses) {
        return switch (reason) {
            case END -> "end_turn";
            case MAX_TOKENS -> "max_tokens";
            case STOP_SEQUENCE -> "stop_sequence";
            case TOOL_CALLS -> "tool_use";
            case REFUSED -> "refusal";
            case PAUSED -> "pause_turn";
            case CONTEXT_FULL -> "model_context_window_exceeded";
            case COMPACTED -> "compaction";
            case BAD_CALL, OTHER -> {
                losses.answer(AT, "Anthropic has no word for it: end_turn");
                yield "end_turn";
            }
        };
    }
}
