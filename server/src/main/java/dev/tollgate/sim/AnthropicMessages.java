package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's {@code POST /v1/messages} (platform.claude.com: API reference, "Streaming messages"). */
record AnthropicMessages() implements GenerationApi {

    private static final Event PING = event("ping", Json.object().put("type", "ping"));

    @Override
    public Reading read(ObjectNode body, String pathModel) {
        return AnthropicRequest.read(body);
    }

    @Override
    public ObjectNode whole(Prompt prompt, Answer answer) {
        ObjectNode message = message(answer);
        ArrayNode content = message.putArray("content");
        answer.pieces().forEach(piece -> content.add(block(answer, piece)));
        message.put("stop_reason", stopReason(answer));
        if (answer.usage() != null) {
            message.set(
                    "usage",
                    thinkingDetails(usage(answer.usage(), answer.usage().output()), answer.usage()));
        }
        return message;
    }

    @Override
    public Script script(Prompt prompt, Answer answer) {
        ObjectNode message = message(answer);
        message.putArray("content");
        if (answer.usage() != null) {
            message.set("usage", usage(answer.usage(), 1));
        }
        ObjectNode start = Json.object().put("type", "message_start").set("message", message);

        Stream<Event> events = Stream.of(event("message_start", start));
        for (int i = 0; i < answer.pieces().size(); i++) {
            events = Stream.concat(events, blockEvents(answer, answer.pieces().get(i), i));
        }
        events = Stream.concat(
                events,
                Stream.of(
                        event("message_delta", messageDelta(answer)),
                        event("message_stop", Json.object().put("type", "message_stop"))));
        int deltas = answer.pieces().stream().mapToInt(Piece::deltas).sum();
        return new Script(Framing.NAMED_EVENTS, deltas, events.iterator(), PING, failure(answer));
    }

    private static ObjectNode message(Answer answer) {
        return Json.object()
                .put("model", answer.model())
                .put("id", answer.id("msg_01", 22))
                .put("type", "message")
                .put("role", "assistant")
                .putNull("container")
                .putNull("stop_reason")
                .putNull("stop_sequence")
                .putNull("stop_details");
    }

    private static String stopReason(Answer answer) {
        return switch (answer.stop()) {
            case END -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALL -> "tool_use";
        };
    }

    private static ObjectNode usage(Tokens tokens, long output) {
        CacheUse cache = tokens.cache();
        ObjectNode usage = Json.object()
                .put("input_tokens", tokens.input())
                .put("cache_creation_input_tokens", cache.write5m() + cache.write1h())
                .put("cache_read_input_tokens", cache.read());
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", cache.write5m())
                .put("ephemeral_1h_input_tokens", cache.write1h());
        usage.put("output_tokens", output);
        return usage.put("service_tier", "standard").put("inference_geo", "not_available");
    }

    private static ObjectNode messageDelta(Answer answer) {
        ObjectNode event = Json.object().put("type", "message_delta");
        event.putObject("delta")
                .putNull("container")
                .put("stop_reason", stopReason(answer))
                .putNull("stop_sequence")
                .putNull("stop_details");
        Tokens tokens = answer.usage();
        if (tokens != null) {
            CacheUse cache = tokens.cache();
            ObjectNode usage = event.putObject("usage")
                    .put("input_tokens", tokens.input())
                    .put("cache_creation_input_tokens", cache.write5m() + cache.write1h())
                    .put("cache_read_input_tokens", cache.read())
                    .put("output_tokens", tokens.output());
            thinkingDetails(usage, tokens);
        }
        return event;
    }

    private static ObjectNode thinkingDetails(ObjectNode usage, Tokens tokens) {
        if (tokens.reasoning() > 0) {
            usage.putObject("output_tokens_details").put("thinking_tokens", tokens.reasoning());
        }
        return usage;
    }

    private static ObjectNode block(Answer answer, Piece piece) {
        return switch (piece) {
            case Thinking thinking ->
                Json.object()
                        .put("type", "thinking")
                        .put("thinking", thinking.shown() ? String.join("", thinking.chunks()) : "")
                        .put("signature", thinking.signature());
            case Text text -> Json.object().put("type", "text").put("text", String.join("", text.chunks()));
            case ToolCall call -> toolUse(answer, call, call.arguments());
        };
    }

    private static ObjectNode toolUse(Answer answer, ToolCall call, ObjectNode input) {
        ObjectNode block = Json.object()
                .put("type", "tool_use")
                .put("id", answer.id("toolu_01", 22))
                .put("name", call.name())
                .set("input", input);
        block.putObject("caller").put("type", "direct");
        return block;
    }

    private static Stream<Event> blockEvents(Answer answer, Piece piece, int index) {
        ObjectNode empty = switch (piece) {
            case Thinking _ ->
                Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
            case Text _ -> Json.object().put("type", "text").put("text", "");
            case ToolCall call -> toolUse(answer, call, Json.object());
        };
        ObjectNode start = Json.object().put("type", "content_block_start").put("index", index);
        start.set("content_block", empty);

        Stream<Event> opening = Stream.of(event("content_block_start", start));
        if (index == 0) {
            opening = Stream.concat(opening, Stream.of(PING));
        }
        Stream<Event> deltas = switch (piece) {
            case Thinking thinking -> thinkingDeltas(thinking, index);
            case Text text -> text.chunks().stream().map(chunk -> delta(index, "text_delta", "text", chunk));
            case ToolCall call ->
                call.chunks().stream().map(chunk -> delta(index, "input_json_delta", "partial_json", chunk));
        };
        ObjectNode stop = Json.object().put("type", "content_block_stop").put("index", index);
        return Stream.concat(Stream.concat(opening, deltas), Stream.of(event("content_block_stop", stop)));
    }

    private static Stream<Event> thinkingDeltas(Thinking thinking, int index) {
        ObjectNode signature = Json.object().put("type", "content_block_delta").put("index", index);
        signature.putObject("delta").put("type", "signature_delta").put("signature", thinking.signature());
        Stream<Event> text = thinking.shown()
                ? thinking.chunks().stream().map(chunk -> delta(index, "thinking_delta", "thinking", chunk))
                : Stream.empty();
        return Stream.concat(text, Stream.of(event("content_block_delta", signature)));
    }

    private static Event delta(int index, String type, String field, String text) {
        String head = "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":{\"type\":\"" + type
                + "\",\"" + field + "\":";
        return new Event.Delta("content_block_delta", head, text, "}", false);
    }

    private static Event event(String name, ObjectNode json) {
        return new Event.Whole(name, false, json);
    }

    private static Event failure(Answer answer) {
        String requestId = VendorHeaders.requestId(Vendor.ANTHROPIC, answer.seed());
        return event("error", VendorError.of(Vendor.ANTHROPIC, 529).body(requestId, Optional.empty()));
    }
}
