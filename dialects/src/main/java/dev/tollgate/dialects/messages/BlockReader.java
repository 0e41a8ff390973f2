package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads content blocks, of a request and of an answer. */
final class BlockReader {
    /** Where blocks stand, and so which may. */
    enum Place {
        SYSTEM,
        USER,
        ASSISTANT,
        RESULT,
        DOCUMENT;

        private boolean takes(String type) {
            return switch (type) {
                case "text" -> true;
                case "image" -> this == USER || this == RESULT || this == DOCUMENT;
                case "document", "search_result" -> this == USER || this == RESULT;
                case "tool_result" -> this == USER;
                case "thinking", "redacted_thinking", "tool_use" -> this == ASSISTANT;
                default -> false;
            };
        }
    }

    /** Blocks that only Anthropic knows and without which the conversation would be another one. */
    private static final Set<String> ESSENTIAL =
            Set.of("container_upload", "compaction", "tool_addition", "tool_removal", "mid_conv_system");

    private static final Set<String> KNOWN = Set.of(
            "text", "image", "document", "search_result", "tool_result", "thinking", "redacted_thinking", "tool_use");

    private final Reading reading;
    private final MediaReader media;

    BlockReader(Reading reading) {
        this.reading = reading;
        this.media = new MediaReader(reading, this);
    }

    /** A content that is a text or a list of blocks. */
    List<Part> content(Path at, @Nullable Json content, Place place) {
        return switch (content) {
            case Json.Text text -> List.of(Part.Text.of(at, text));
            case Json.Arr blocks -> {
                List<Part> parts = new ArrayList<>(blocks.items().size());
                int index = 0;
                for (Json each : blocks) {
                    Part part = block(at.element(index++), each, place);
                    if (part != null) {
                        parts.add(part);
                    }
                }
                yield parts;
            }
            case null, default -> {
                reading.malformed(at, "required, a string or an array of content blocks.");
                yield List.of();
            }
        };
    }

    private @Nullable Part block(Path at, Json block, Place place) {
        if (!(block instanceof Json.Obj object)) {
            reading.malformed(at, "a content block, an object, is expected.");
            return null;
        }
        Fields fields = new Fields(at, object, reading);
        String type = fields.required("type");
        if (type.isEmpty()) {
            return null;
        }
        if (!place.takes(type)) {
            return stranger(fields, type, object, place);
        }
        Part part = switch (type) {
            case "image" -> media.image(fields);
            case "document" -> media.document(fields);
            case "search_result" -> media.searchResult(fields);
            case "tool_result" -> toolResult(fields);
            case "thinking" -> thinking(fields);
            case "redacted_thinking" -> redacted(fields);
            case "tool_use" -> toolUse(fields);
            default -> text(fields);
        };
        fields.end();
        return part;
    }

    private @Nullable Part stranger(Fields fields, String type, Json.Obj block, Place place) {
        if (KNOWN.contains(type) || place == Place.SYSTEM || place == Place.DOCUMENT) {
            reading.malformed(fields.at("type"), "a block of this type does not belong here.");
            return null;
        }
        boolean essential = ESSENTIAL.contains(type)
                || (place == Place.USER && !type.endsWith("_tool_result"))
                || (place == Place.RESULT && !type.equals("tool_reference"));
        return new Part.Opaque(
                fields.at(), Protocol.MESSAGES, type, block, essential ? Extra.Weight.ESSENTIAL : Extra.Weight.HINT);
    }

    Part.Text text(Fields fields) {
        return new Part.Text(
                fields.at(),
                Texts.required(fields, "text", reading),
                Citations.read(fields, reading),
                CacheHints.read(fields, reading),
                null);
    }

    /** Anthropic's models show a summary of what they think; an empty text is one that is not shown. */
    private Part thinking(Fields fields) {
        Json.Text text = Texts.required(fields, "thinking", reading);
        String signature = fields.string("signature");
        return new Part.Reasoning(
                fields.at(),
                true,
                text.isEmpty() ? List.of() : List.of(text),
                signature == null || signature.isEmpty() ? null : Signature.open(Protocol.MESSAGES, null, signature),
                false);
    }

    private Part redacted(Fields fields) {
        return new Part.Reasoning(
                fields.at(), true, List.of(), Signature.open(Protocol.MESSAGES, null, fields.required("data")), true);
    }

    private Part toolUse(Fields fields) {
        String id = fields.required("id");
        String name = fields.required("name");
        Json.Obj input = fields.object("input");
        if (input == null) {
            reading.malformed(fields.at("input"), "required, an object.");
            input = Json.Obj.EMPTY;
        }
        fields.extra("caller", Extra.Weight.INCIDENTAL, "only Anthropic knows it");
        return new Part.ToolCall(
                fields.at(), id, null, name, new ToolInput.Plain(input), CacheHints.read(fields, reading), null);
    }

    private Part toolResult(Fields fields) {
        Json content = fields.any("content");
        return new Part.ToolResult(
                fields.at(),
                fields.required("tool_use_id"),
                null,
                content == null ? List.of() : content(fields.at("content"), content, Place.RESULT),
                null,
                fields.saidFlag("is_error"),
                CacheHints.read(fields, reading));
    }
}
