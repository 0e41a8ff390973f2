package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Why a choice has ended.
 *
 * @param raw the provider's own word, for a client that speaks the same and for the loss report
 * @param sequence the stop sequence that was met (only Anthropic says it)
 * @param explanation for people: of a refusal (Anthropic's {@code stop_details}, Gemini's {@code finishMessage})
 */
public record Stop(
        Reason reason, @Nullable String raw, @Nullable String sequence, Json.@Nullable Text explanation) {

    /** In the order Anthropic; Chat; Responses; Gemini. */
    public enum Reason {
        /** end_turn; stop; completed; STOP */
        END,
        /** max_tokens; length; incomplete, max_output_tokens; MAX_TOKENS */
        MAX_TOKENS,
        /** stop_sequence; stop; none; STOP */
        STOP_SEQUENCE,
        /** tool_use; tool_calls; completed, with a call; STOP, with a call. A reader derives it where its wire does not say it. */
        TOOL_CALLS,
        /** refusal; content_filter; incomplete, content_filter; SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII … */
        REFUSED,
        /** pause_turn, the client is to send the answer back; elsewhere as END, a loss */
        PAUSED,
        /** model_context_window_exceeded; length; incomplete; MAX_TOKENS */
        CONTEXT_FULL,
        /** compaction; elsewhere as END, a loss */
        COMPACTED,
        /** elsewhere as END; Gemini: MALFORMED_FUNCTION_CALL, UNEXPECTED_TOOL_CALL, TOO_MANY_TOOL_CALLS */
        BAD_CALL,
        /** A word that is not known. As END, a loss. */
        OTHER
    }

    public static Stop of(Reason reason, String raw) {
        return new Stop(reason, raw, null, null);
    }
}
