package dev.tollgate.sim;

import tools.jackson.databind.JsonNode;

/** Finds in a list of messages what the simulated models answer to; Anthropic's and OpenAI's have these parts in common. */
final class Conversation {

    private Conversation() {}

    /** The last text of the last user message that has one; empty if there is none. */
    static String lastUserText(JsonNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.get(i);
            String text = message.path("role").stringValue("").equals("user") ? lastText(message.path("content")) : "";
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /** The last text of a content that is either a string or a list of parts. */
    static String lastText(JsonNode content) {
        String last = content.stringValue("");
        for (JsonNode part : content) {
            last = part.path("text").stringValue(last);
        }
        return last;
    }
}
