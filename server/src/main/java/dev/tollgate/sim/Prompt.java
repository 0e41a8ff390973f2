package dev.tollgate.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request to generate, read into what all dialects share.
 *
 * @param body the request itself, for what one dialect alone knows
 * @param stream whether events are wanted
 * @param userText the last text that the user wrote; empty if there is none
 * @param toolResult what a tool answered, when that is the last word of the conversation
 * @param tools the functions offered, of which the {@code tools} model calls the first; empty too when calling is forbidden
 * @param schema of the JSON that the answer must be, for structured output
 * @param maxOutputTokens -1 for no limit
 * @param choices how many answers are wanted
 */
record Prompt(
        ObjectNode body,
        String model,
        boolean stream,
        String userText,
        @Nullable String toolResult,
        List<Tool> tools,
        Thinking thinking,
        @Nullable ObjectNode schema,
        long maxOutputTokens,
        int choices,
        Measure measure,
        CacheRequest cache) {

    enum Thinking {
        NONE,
        /** Counted, and signed where the dialect signs; the text is not shown. */
        HIDDEN,
        SHOWN
    }

    /** The tools that a call may take: all, none, or the one that the request insists on. */
    static List<Tool> callable(List<Tool> offered, boolean forbidden, String insistedOn) {
        if (forbidden) {
            return List.of();
        }
        List<Tool> named =
                offered.stream().filter(tool -> tool.name().equals(insistedOn)).toList();
        return named.isEmpty() ? offered : named;
    }
}
