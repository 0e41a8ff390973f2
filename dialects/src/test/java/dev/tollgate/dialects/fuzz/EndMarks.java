package dev.tollgate.dialects.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.conversation.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What must have come before a stream may be taken for finished. */
public final class EndMarks {
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");
    private static final Pattern MARKS = Pattern.compile("\"(finish|block)_?[rR]eason\"");

    private EndMarks() {}

    /** Whether an event that has come to its end has the mark in it; for a reader that does not parse. */
    public static boolean named(Operation operation, byte[] stream) {
        return Reference.events(stream).stream()
                .map(event -> new String(event, ISO_8859_1).strip())
                .anyMatch(event -> switch (operation.dialect()) {
                    case ANTHROPIC -> closed(event) && event.contains("\"message_stop\"");
                    case OPENAI ->
                        operation == Operation.CHAT_COMPLETIONS
                                ? event.startsWith("[DONE]")
                                : closed(event)
                                        && (event.contains("\"response.completed\"")
                                                || event.contains("\"response.incomplete\"")
                                                || event.contains("\"response.failed\""));
                    case GEMINI ->
                        closed(event) && (event.contains("\"finishReason\"") || event.contains("\"blockReason\""));
                    case CONVERSE -> closed(event) && event.contains("\"metadata\"");
                });
    }

    private static boolean closed(String event) {
        return event.endsWith("}") || event.endsWith("]");
    }

    /** Whether strict JSON says it, for a reader that parses. */
    static boolean said(Protocol protocol, byte[] stream) {
        List<byte[]> events = Reference.events(stream);
        List<JsonNode> parsed =
                events.stream().map(Reference::json).flatMap(Optional::stream).toList();
        return switch (protocol) {
            case MESSAGES ->
                parsed.stream().anyMatch(event -> is(event, "message_stop"))
                        && parsed.stream()
                                .anyMatch(event ->
                                        event.path("delta").path("stop_reason").isString());
            case CHAT_COMPLETIONS ->
                events.stream()
                                .anyMatch(event ->
                                        new String(event, ISO_8859_1).strip().equals("[DONE]"))
                        && parsed.stream().anyMatch(event -> anyOf(event.path("choices"), "finish_reason"));
            case RESPONSES ->
                parsed.stream().anyMatch(event -> is(event, "response.completed") || is(event, "response.incomplete"));
            case GENERATE_CONTENT ->
                parsed.stream().anyMatch(EndMarks::endsGeminis) || (isArray(stream) && namesGeminis(stream));
            case CONVERSE ->
                parsed.stream().anyMatch(event -> event.path("metadata").isObject());
        };
    }

    /** Whether it is no stream of server-sent events but one array of chunks, or an error outside of it. */
    private static boolean isArray(byte[] stream) {
        for (byte b : stream) {
            if (b > ' ' || b < 0) {
                return b == '[' || b == '{';
            }
        }
        return false;
    }

    /** The names may be written with escapes. */
    private static boolean namesGeminis(byte[] stream) {
        String text = ESCAPE.matcher(new String(stream, ISO_8859_1)).replaceAll(match -> {
            char unit = (char) Integer.parseInt(match.group(1), 16);
            return Matcher.quoteReplacement(String.valueOf(unit));
        });
        return MARKS.matcher(text).find();
    }

    /** Gemini reads both spellings of each name. */
    private static boolean endsGeminis(JsonNode chunk) {
        return anyOf(chunk.path("candidates"), "finishReason")
                || anyOf(chunk.path("candidates"), "finish_reason")
                || chunk.findValue("blockReason") != null
                || chunk.findValue("block_reason") != null;
    }

    private static boolean is(JsonNode event, String type) {
        return event.path("type").isString() && event.path("type").stringValue().equals(type);
    }

    private static boolean anyOf(JsonNode array, String name) {
        return array.valueStream().anyMatch(item -> item.has(name));
    }
}
