package dev.tollgate.dialects;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;

/**
 * One line of a batch's results (<a href="https://platform.claude.com/docs/en/api/retrieving-message-batch-results">Retrieve
 * Message Batch results</a>).
 */
public sealed interface BatchResult {
    /**
     * The request was answered, and is billed.
     *
     * @param model as the answer names it; empty where it does not
     */
    record Succeeded(String model, UsageReading usage) implements BatchResult {}

    /** It failed, was canceled or expired: not billed. */
    record Unbilled() implements BatchResult {}

    /** Not a line of results. */
    record Unreadable() implements BatchResult {}

    /** Never throws for what the line holds. */
    static BatchResult read(byte[] line) {
        if (Json.parse(line, 0, line.length) instanceof ParsedJson.Whole(Json.Obj object)
                && object.get("result") instanceof Json.Obj result
                && result.get("type") instanceof Json.Text type) {
            return switch (type.string()) {
                case "succeeded" -> succeeded(result);
                case "errored", "canceled", "expired" -> new Unbilled();
                default -> new Unreadable();
            };
        }
        return new Unreadable();
    }

    private static BatchResult succeeded(Json.Obj result) {
        if (!(result.get("message") instanceof Json.Obj message)) {
            return new Unreadable();
        }
        byte[] answer = message.bytes();
        String model = message.get("model") instanceof Json.Text text ? text.string() : "";
        return new Succeeded(model, AnswerReader.read(Operation.MESSAGES, answer, 0, answer.length));
    }
}
