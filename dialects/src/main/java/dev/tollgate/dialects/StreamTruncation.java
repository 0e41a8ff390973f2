package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.json.Bytes;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a stream before its provider does, as the vendor itself ends an answer that has reached its {@code max_tokens}: what official
 * clients take for a whole stream of a truncated answer, and not for a fault that is worth another try.
 *
 * <ul>
 *   <li>Anthropic: the open block is closed, then {@code message_delta} with {@code stop_reason: max_tokens}, and {@code message_stop}.
 *   <li>Chat Completions: {@code finish_reason: length} for each choice, the usage where it was asked for, {@code [DONE]}.
 *   <li>Responses: {@code response.incomplete} with {@code reason: max_output_tokens}. Its {@code output} is empty: the events before
 *       it had the items.
 *   <li>Gemini: a chunk with {@code finishReason: MAX_TOKENS} for each candidate.
 * </ul>
 */
public final class StreamTruncation {
    /** The first event of Responses is repeated by the last; no honest one is longer. */
    private static final int LONGEST_FIRST = 1 << 18;

    private final Operation operation;
    private final RequestFields fields;
    /** The events before any content, where the last one repeats of them. */
    private byte[] first = Bytes.EMPTY;

    /** Of a stream that this endpoint answers such a request with. */
    public StreamTruncation(Operation operation, RequestFields fields) {
        this.operation = operation;
        this.fields = fields;
    }

    /** Takes note of whole events that the client gets. Only what the end must repeat is kept. */
    public void passed(byte[] bytes, int offset, int length) {
        if (operation == Operation.RESPONSES && first.length == 0) {
            first = Arrays.copyOfRange(bytes, offset, offset + Math.min(length, LONGEST_FIRST));
        }
    }

    /**
     * The events that end the stream after those, which have just been passed; empty where these do not tell how: then it can be ended
     * after later ones.
     *
     * @param usage what the client is told
     */
    public Optional<byte[]> after(byte[] bytes, int offset, int length, Usage usage) {
        List<Json.Obj> events = events(bytes, offset, length);
        if (events.isEmpty()) {
            return Optional.empty();
        }
        return switch (operation.dialect()) {
            case ANTHROPIC -> messages(events, usage);
            case OPENAI -> operation == Operation.RESPONSES ? responses(events, usage) : chat(events, usage);
            case GEMINI -> gemini(events, usage);
            case CONVERSE -> Optional.empty();
        };
    }

    private static Optional<byte[]> messages(List<Json.Obj> events, Usage usage) {
        long open = -1;
        boolean started = false;
        for (Json.Obj event : events) {
            switch (text(event, "type")) {
                case "content_block_start", "content_block_delta" -> {
                    started = true;
                    open = number(event, "index", 0);
                }
                case "message_start", "content_block_stop" -> {
                    started = true;
                    open = -1;
                }
                case "message_delta", "message_stop", "error" -> {
                    return Optional.empty(); // it is ending
                }
                default -> {}
            }
        }
        if (!started) {
            return Optional.empty();
        }
        JsonBytes out = new JsonBytes();
        if (open >= 0) {
            out.beginEvent("content_block_stop").beginObject().field("type", "content_block_stop");
            out.field("index", open).endObject().endEvent();
        }
        out.beginEvent("message_delta").beginObject().field("type", "message_delta");
        out.name("delta").beginObject().field("stop_reason", "max_tokens");
        out.name("stop_sequence").nothing().endObject();
        out.name("usage").beginObject().field("output_tokens", usage.outputTokens());
        out.endObject().endObject().endEvent();
        out.beginEvent("message_stop").beginObject().field("type", "message_stop");
        return Optional.of(out.endObject().endEvent().toBytes());
    }

    private Optional<byte[]> chat(List<Json.Obj> events, Usage usage) {
        Json.Obj last = events.getLast();
        boolean goesOn = last.get("choices") instanceof Json.Arr choices
                && choices.items().stream().anyMatch(StreamTruncation::goesOn);
        if (!goesOn) {
            return Optional.empty();
        }
        JsonBytes out = new JsonBytes();
        for (int choice = 0; choice < fields.choices(); choice++) {
            chunk(out, last).name("choices").beginArray().beginObject().field("index", choice);
            out.name("delta").beginObject().endObject();
            out.field("finish_reason", "length").endObject().endArray();
            out.endObject().endEvent();
        }
        if (fields.includeUsage() == IncludeUsage.ASKED) {
            chunk(out, last)
                    .name("choices")
                    .beginArray()
                    .endArray()
                    .name("usage")
                    .beginObject();
            out.field("prompt_tokens", usage.totalInputTokens());
            out.field("completion_tokens", usage.outputTokens());
            out.field("total_tokens", usage.totalInputTokens() + usage.outputTokens());
            out.endObject().endObject().endEvent();
        }
        return Optional.of(out.outside("data: [DONE]\n\n".getBytes(US_ASCII)).toBytes());
    }

    private static boolean goesOn(Json choice) {
        return choice instanceof Json.Obj object && !(object.get("finish_reason") instanceof Json.Text);
    }

    /** A chunk of the same answer, left open. */
    private static JsonBytes chunk(JsonBytes out, Json.Obj like) {
        out.beginEvent().beginObject();
        for (String name : List.of("id", "object", "created", "model")) {
            Json value = like.get(name);
            if (value != null) {
                out.field(name, value);
            }
        }
        return out;
    }

    private Optional<byte[]> responses(List<Json.Obj> events, Usage usage) {
        Json.Obj response = events(first, 0, first.length).stream()
                .map(event -> event.get("response"))
                .filter(Json.Obj.class::isInstance)
                .map(Json.Obj.class::cast)
                .findFirst()
                .orElse(null);
        if (response == null || text(events.getLast(), "type").equals("error")) {
            return Optional.empty();
        }
        JsonBytes out = new JsonBytes();
        out.beginEvent("response.incomplete").beginObject().field("type", "response.incomplete");
        out.field("sequence_number", number(events.getLast(), "sequence_number", 0) + 1);
        out.name("response").beginObject();
        for (Json.Member member : response) {
            switch (member.name()) {
                case "status", "incomplete_details", "output", "usage" -> {}
                default -> out.field(member.name(), member.value());
            }
        }
        out.field("status", "incomplete");
        out.name("incomplete_details").beginObject().field("reason", "max_output_tokens");
        out.endObject().name("output").beginArray().endArray().name("usage").beginObject();
        out.field("input_tokens", usage.totalInputTokens());
        out.name("input_tokens_details").beginObject().field("cached_tokens", usage.cacheReadTokens());
        out.endObject().field("output_tokens", usage.outputTokens());
        out.name("output_tokens_details").beginObject().field("reasoning_tokens", usage.reasoningTokens());
        out.endObject().field("total_tokens", usage.totalInputTokens() + usage.outputTokens());
        return Optional.of(out.endObject().endObject().endObject().endEvent().toBytes());
    }

    private Optional<byte[]> gemini(List<Json.Obj> events, Usage usage) {
        Json.Obj last = events.getLast();
        if (last.get("candidates") == null) {
            return Optional.empty();
        }
        JsonBytes out = new JsonBytes();
        out.beginEvent().beginObject().name("candidates").beginArray();
        for (int candidate = 0; candidate < fields.choices(); candidate++) {
            out.beginObject().name("content").beginObject().name("parts").beginArray();
            out.beginObject().field("text", "").endObject().endArray();
            out.field("role", "model").endObject().field("finishReason", "MAX_TOKENS");
            out.field("index", candidate).endObject();
        }
        out.endArray().name("usageMetadata").beginObject();
        out.field("promptTokenCount", usage.totalInputTokens());
        out.field("candidatesTokenCount", usage.outputTokens());
        out.field("totalTokenCount", usage.totalInputTokens() + usage.outputTokens());
        out.endObject();
        for (String name : List.of("modelVersion", "responseId")) {
            Json value = last.get(name);
            if (value != null) {
                out.field(name, value);
            }
        }
        return Optional.of(out.endObject().endEvent().toBytes());
    }

    private static String text(Json.Obj event, String name) {
        return event.get(name) instanceof Json.Text text ? text.string() : "";
    }

    static long number(Json.Obj event, String name, long otherwise) {
        return event.get(name) instanceof Json.Num number ? number.asLong().orElse(otherwise) : otherwise;
    }

    /** The documents of the whole events; what is no JSON object is passed over. */
    static List<Json.Obj> events(byte[] bytes, int offset, int length) {
        List<Json.Obj> events = new ArrayList<>();
        SseFramer framer = new SseFramer();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int at = offset;
        while (at >= 0 && at < offset + length) {
            at = framer.readEvent(
                    bytes, at, offset + length, (from, start, end) -> data.write(from, start, end - start));
            Json.Obj event = at < 0 ? null : object(data.toByteArray());
            if (event != null) {
                events.add(event);
            }
            data.reset();
        }
        return events;
    }

    private static Json.@Nullable Obj object(byte[] document) {
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Obj object) ? object : null;
    }
}
