package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.conversation.Stop;
import org.jspecify.annotations.Nullable;

/** OpenAI's words for what the neutral model has enumerations for. */
final class ChatWords {
    private ChatWords() {}

    /**
     * What a {@code finish_reason} means.
     *
     * @param called whether the choice calls tools: where one was demanded, OpenAI says {@code stop}
     * @param refused whether it has a {@code refusal}, which ends with {@code stop}, too
     */
    static Stop stop(String word, boolean called, boolean refused) {
        Stop.Reason reason = switch (word) {
            case "stop" -> called ? Stop.Reason.TOOL_CALLS : refused ? Stop.Reason.REFUSED : Stop.Reason.END;
            case "length" -> Stop.Reason.MAX_TOKENS;
            case "tool_calls", "function_call" -> Stop.Reason.TOOL_CALLS;
            case "content_filter" -> Stop.Reason.REFUSED;
            default -> Stop.Reason.OTHER;
        };
        return Stop.of(reason, word);
    }

    /** The {@code finish_reason}. */
    static String word(Stop.Reason reason, boolean refusalInWords) {
        return switch (reason) {
            case END, STOP_SEQUENCE, PAUSED, COMPACTED, BAD_CALL, OTHER -> "stop";
            case MAX_TOKENS, CONTEXT_FULL -> "length";
            case TOOL_CALLS -> "tool_calls";
            case REFUSED -> refusalInWords ? "stop" : "content_filter";
        };
    }

    /** The {@code service_tier} of that meaning, or null. */
    static @Nullable String serviceTier(String word) {
        return switch (word) {
            case "auto", "default", "flex", "scale", "priority", "fast" -> word;
            case "standard", "standard_only" -> "default";
            default -> null;
        };
    }
}
