package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.conversation.Stop;

/** {@code stopReason}. */
final class StopReasons {
    private StopReasons() {}

    /** @param calls whether the answer has a call: some models say that their turn has ended all the same */
    static Stop of(String word, boolean calls) {
        Stop.Reason reason = switch (word) {
            case "end_turn" -> calls ? Stop.Reason.TOOL_CALLS : Stop.Reason.END;
            case "tool_use" -> Stop.Reason.TOOL_CALLS;
            case "max_tokens" -> Stop.Reason.MAX_TOKENS;
            case "stop_sequence" -> Stop.Reason.STOP_SEQUENCE;
            case "guardrail_intervened", "content_filtered" -> Stop.Reason.REFUSED;
            case "malformed_tool_use", "malformed_model_output" -> Stop.Reason.BAD_CALL;
            case "model_context_window_exceeded" -> Stop.Reason.CONTEXT_FULL;
            default -> Stop.Reason.OTHER;
        };
        return Stop.of(reason, word);
    }
}
