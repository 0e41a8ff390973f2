package dev.tollgate.dialects;

import java.util.Locale;

/** Streams of {@code streams/}, how they end and what they report. */
@SuppressWarnings("ImmutableEnumChecker") // Usage is a record of longs
enum GoldenStream {
    ANTHROPIC_THINKING_TOOLS(Operation.MESSAGES, "event: message_stop\n", new Usage(12, 20480, 500, 1000, 207, 90, 0)),
    ANTHROPIC_WEB_SEARCH(Operation.MESSAGES, "event: message_stop\n", new Usage(10682, 7, 40, 0, 510, 0, 2)),
    ANTHROPIC_COMPACTION(
            Operation.MESSAGES,
            "event: message_stop\n",
            new Usage(23000 + 180000 + 900, 100, 10, 20, 1000 + 3500 + 700, 0, 0)),
    CHAT_USAGE(Operation.CHAT_COMPLETIONS, "data: [DONE]\n", new Usage(26, 1920, 60, 0, 300, 200, 0)),
    CHAT_RUNNING_USAGE(Operation.CHAT_COMPLETIONS, "data: [DONE]\n", new Usage(26, 6, 0, 0, 103, 94, 0)),
    RESPONSES_SEARCH(Operation.RESPONSES, "event: response.completed\n", new Usage(11, 3, 18000, 0, 57, 21, 1)),
    GEMINI_THINKING(
            Operation.STREAM_GENERATE_CONTENT,
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"functionCall\"",
            new Usage(62 + 100, 1000, 0, 0, 74, 34, 2)),
    GEMINI_TWO_CANDIDATES(
            Operation.STREAM_GENERATE_CONTENT,
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"BB\"",
            new Usage(4, 0, 0, 0, 3, 0, 0)),
    GEMINI_BLOCKED(Operation.STREAM_GENERATE_CONTENT, "data: {\"promptFeedback\"", new Usage(8, 0, 0, 0, 0, 0, 0)),
    CONVERSE_CACHE(Operation.CONVERSE_STREAM, "data: {\"metadata\"", new Usage(5, 100, 12, 30, 70, 0, 0));

    final Operation operation;
    final String terminalEvent;
    final Usage usage;

    GoldenStream(Operation operation, String terminalEvent, Usage usage) {
        this.operation = operation;
        this.terminalEvent = terminalEvent;
        this.usage = usage;
    }

    byte[] bytes() {
        return Fixtures.bytes("streams/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".sse");
    }
}
