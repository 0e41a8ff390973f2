package dev.tollgate.dialects.conversation;

import java.util.List;

/**
 * What one side says. Adjacent turns have different roles ({@link Turns} sees to it), but for {@link Role#SYSTEM}. Tool results are
 * parts of {@link Role#USER} turns and stand before other parts there, as Anthropic demands.
 */
public record Turn(Path at, Role role, List<Part> parts) {
    /**
     * Anthropic: user, assistant, system (newer models only). Chat: user and tool, assistant, system and developer. Responses: the
     * same, and items that are no messages: reasoning and calls are the assistant's, outputs the user's. Gemini: user and function,
     * model; none for system within the conversation.
     */
    public enum Role {
        USER,
        ASSISTANT,
        /** Instructions that came within the conversation. Those before its first turn are {@link Request#instructions}. */
        SYSTEM
    }

    public Turn {
        parts = List.copyOf(parts);
    }
}
