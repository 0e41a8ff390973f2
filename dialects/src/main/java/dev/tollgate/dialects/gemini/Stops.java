package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/** {@code finishReason} (<a href="https://ai.google.dev/api/generate-content#FinishReason">FinishReason</a>). */
final class Stops {
    private Stops() {}

    /**
     * What Gemini's word means.
     *
     * @param raw null where the provider gave none
     * @param called whether the candidate calls a tool, which has no word of its own
     */
    static Stop read(@Nullable String raw, Json.@Nullable Text message, boolean called) {
        return new Stop(reason(raw == null ? "STOP" : raw, called), raw, null, message);
    }

    private static Stop.Reason reason(String raw, boolean called) {
        return switch (raw) {
            case "STOP" -> called ? Stop.Reason.TOOL_CALLS : Stop.Reason.END;
            case "MAX_TOKENS" -> Stop.Reason.MAX_TOKENS;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "MODEL_ARMOR",
                    "JAILBREAK" -> Stop.Reason.REFUSED;
            case "MALFORMED_FUNCTION_CALL",
                    "UNEXPECTED_TOOL_CALL",
                    "TOO_MANY_TOOL_CALLS",
                    "MISSING_THOUGHT_SIGNATURE",
                    "MALFORMED_RESPONSE" -> Stop.Reason.BAD_CALL;
            default -> Stop.Reason.OTHER;
        };
    }

    /** Gemini's word; another provider's own word, where it says more than Gemini's, is lost. */
    static String write(Stop stop, Losses losses) {
        if (stop.sequence() != null) {
            losses.answer(Path.ROOT.member("stop_sequence"), "Gemini does not tell the sequence that was met");
        }
        String raw = stop.raw();
        return switch (stop.reason()) {
            case END, TOOL_CALLS, STOP_SEQUENCE -> "STOP";
            case MAX_TOKENS, CONTEXT_FULL -> "MAX_TOKENS";
            case REFUSED -> raw != null && reason(raw, false) == Stop.Reason.REFUSED ? raw : "SAFETY";
            case BAD_CALL ->
                raw != null && reason(raw, false) == Stop.Reason.BAD_CALL ? raw : "MALFORMED_FUNCTION_CALL";
            case PAUSED, COMPACTED, OTHER -> {
                losses.answer(Path.ROOT.member("stop_reason"), "Gemini has no such reason; it says STOP");
                yield "STOP";
            }
        };
    }
}
