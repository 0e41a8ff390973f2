package dev.tollgate.bench.mock;

import dev.tollgate.bench.http.EventMark;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Whole HTTP answers of one dialect, encoded once: sending one costs no more than a write. Only the marks in events are
 * written anew for each.
 *
 * @param json head and body of a whole answer
 * @param streamOpening head of a streamed answer and the events that stand before the text
 * @param event one event with text, as an HTTP chunk
 * @param markIndex where the event's mark belongs
 * @param streamClosing the events after the text and the last chunk
 * @param streamClosingWithUsage the same with the usage that an OpenAI client asked for
 */
record CannedAnswers(
        ByteBuf json,
        ByteBuf streamOpening,
        ByteBuf event,
        int markIndex,
        ByteBuf streamClosing,
        ByteBuf streamClosingWithUsage) {
    private static final int INPUT_TOKENS = 250;
    private static final String MARK_PLACE = "~".repeat(EventMark.LENGTH);
    private static final String LAST_CHUNK = "0\r\n\r\n";
    private static final String STREAM_HEAD = """
            HTTP/1.1 200 OK\r
            content-type: text/event-stream; charset=utf-8\r
            cache-control: no-cache\r
            x-request-id: req_bench\r
            transfer-encoding: chunked\r
            \r
            """;

    /** The answers of {@code POST /v1/chat/completions}. */
    static CannedAnswers openAi(MockSpec spec) {
        String usage =
                "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":0}}"
                        .formatted(INPUT_TOKENS, spec.events(), INPUT_TOKENS + spec.events());
        String before =
                "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1764000000,\"model\":\"bench-model\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"";
        String after = "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]," + usage + "}";
        String chunk =
                "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1764000000,\"model\":\"bench-model\",\"choices\":[";
        String text =
                chunk + "{\"index\":0,\"delta\":{\"content\":\"" + MARK_PLACE + "\"},\"finish_reason\":null}]}\n\n";
        String stop = chunk + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        String done = "data: [DONE]\n\n";
        return of(
                jsonAnswer(before, after, spec.answerBytes()),
                "",
                text,
                stop + done,
                stop + chunk + "]," + usage + "}\n\n" + done);
    }

    /** The answers of {@code POST /v1/messages}. */
    static CannedAnswers anthropic(MockSpec spec) {
        String input =
                "\"input_tokens\":" + INPUT_TOKENS + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0";
        String before = "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"";
        String after = "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{" + input
                + ",\"output_tokens\":" + spec.events() + "}}";
        String opening = event(
                        "message_start",
                        "\"message\":{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-model\",\"content\":[],"
                                + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{" + input
                                + ",\"output_tokens\":1}}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        String text = event(
                "content_block_delta",
                "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + MARK_PLACE + "\"}");
        String closing = event("content_block_stop", "\"index\":0")
                + event(
                        "message_delta",
                        "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                                + spec.events() + "}")
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        return of(jsonAnswer(before, after, spec.answerBytes()), opening, text, closing, closing);
    }

    /** A new copy of the event, with its mark. */
    ByteBuf event(ByteBufAllocator allocator, int sequence, int total, long sentNanos) {
        ByteBuf copy = allocator.directBuffer(event.readableBytes());
        copy.writeBytes(event, event.readerIndex(), event.readableBytes());
        EventMark.write(copy, markIndex, sequence, total, sentNanos);
        return copy;
    }

    /** A small JSON answer that is no model's: an empty list, an error. */
    static ByteBuf plain(String status, String json) {
        return constant(jsonHead(status, json.length()) + json);
    }

    private static CannedAnswers of(
            String json, String opening, String event, String closing, String closingWithUsage) {
        String eventChunk = chunk(event);
        return new CannedAnswers(
                constant(json),
                constant(STREAM_HEAD + (opening.isEmpty() ? "" : chunk(opening))),
                constant(eventChunk),
                eventChunk.indexOf(MARK_PLACE),
                constant(chunk(closing) + LAST_CHUNK),
                constant(chunk(closingWithUsage) + LAST_CHUNK));
    }

    private static String jsonAnswer(String before, String after, int bytes) {
        String text = "Every answer of the mock is the same. ";
        int fill = Math.max(text.length(), bytes - before.length() - after.length());
        String body = before + text.repeat(fill / text.length() + 1).substring(0, fill) + after;
        return jsonHead("200 OK", body.length()) + body;
    }

    private static String jsonHead(String status, int length) {
        return "HTTP/1.1 " + status
                + "\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: " + length
                + "\r\n\r\n";
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }

    /** Outside the heap, since the socket would copy it there for each write; releasing it does nothing. */
    private static ByteBuf constant(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes));
    }
}
