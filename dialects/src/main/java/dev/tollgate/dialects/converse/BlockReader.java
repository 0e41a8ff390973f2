package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the content blocks of a whole answer. Each is an object with one member, its kind. */
final class BlockReader {
    private final Reading reading;
    private final ToolNames names;

    BlockReader(Reading reading, ToolNames names) {
        this.reading = reading;
        this.names = names;
    }

    List<Part> blocks(Path at, Json.Arr blocks) {
        List<Part> parts = new ArrayList<>(blocks.items().size());
        int index = 0;
        for (Json each : blocks) {
            Path place = at.element(index++);
            if (each instanceof Json.Obj block && block.members().size() == 1) {
                Part part = block(place, block);
                if (part != null) {
                    parts.add(part);
                }
            } else {
                reading.malformed(place, "a content block, an object of one member, is expected.");
            }
        }
        return parts;
    }

    private @Nullable Part block(Path at, Json.Obj block) {
        Json.Member kind = block.members().getFirst();
        Path inner = at.member(kind.name());
        return switch (kind.value()) {
            case Json.Text text when kind.name().equals("text") -> Part.Text.of(at, text);
            case Json.Obj object ->
                switch (kind.name()) {
                    case "toolUse" -> toolUse(at, new Fields(inner, object, reading), object);
                    case "reasoningContent" -> reasoning(at, new Fields(inner, object, reading));
                    case "citationsContent" -> cited(at, new Fields(inner, object, reading));
                    case "image" -> image(at, object);
                    default -> opaque(at, kind.name(), object);
                };
            default -> {
                reading.malformed(inner, "the content of such a block is expected.");
                yield null;
            }
        };
    }

    /** A tool of the client's; what Bedrock runs itself is its own. */
    private Part toolUse(Path at, Fields fields, Json.Obj object) {
        if (fields.string("type") != null) {
            return opaque(at, "toolUse", object);
        }
        String id = fields.required("toolUseId");
        ToolNames.Named named = names.atClient(fields.required("name"));
        ToolInput input = switch (fields.any("input")) {
            case Json.Obj whole -> new ToolInput.Plain(whole);
            case Json.Text text -> new ToolInput.Encoded(text);
            case null -> new ToolInput.Plain(Json.Obj.EMPTY);
            default -> {
                reading.malformed(fields.at("input"), "an object is expected.");
                yield new ToolInput.Plain(Json.Obj.EMPTY);
            }
        };
        fields.end();
        return new Part.ToolCall(
                at, id, named.namespace(), named.name(), named.free() ? input.freed() : input, null, null);
    }

    private Part reasoning(Path at, Fields fields) {
        String redacted = fields.string("redactedContent");
        Json.Obj object = fields.object("reasoningText");
        fields.end();
        if (object == null) {
            return new Part.Reasoning(at, true, List.of(), signature(redacted), true);
        }
        Fields of = new Fields(fields.at("reasoningText"), object, reading);
        Json.Text text = of.text("text");
        String signature = of.string("signature");
        of.end();
        return new Part.Reasoning(
                at, true, text == null || text.isEmpty() ? List.of() : List.of(text), signature(signature), false);
    }

    static @Nullable Signature signature(@Nullable String value) {
        return value == null || value.isEmpty() ? null : new Signature(Protocol.CONVERSE, null, value);
    }

    private Part cited(Path at, Fields fields) {
        List<Json.Text> texts = new ArrayList<>();
        Json.Arr content = fields.array("content");
        if (content != null) {
            for (Json each : content) {
                if (each instanceof Json.Obj object && object.get("text") instanceof Json.Text text) {
                    texts.add(text);
                } else {
                    reading.malformed(fields.at("content"), "texts are expected.");
                }
            }
        }
        Json.Text whole = texts.size() == 1
                ? texts.getFirst()
                : Json.Text.of(texts.stream().map(Json.Text::string).collect(Collectors.joining()));
        Part.Text text = new Part.Text(at, whole, Citations.read(fields, reading), null, null);
        fields.end();
        return text;
    }

    private static Part image(Path at, Json.Obj object) {
        return object.get("format") instanceof Json.Text format
                        && object.get("source") instanceof Json.Obj source
                        && source.get("bytes") instanceof Json.Text bytes
                ? new Part.Media(
                        at,
                        Part.Media.Kind.IMAGE,
                        "image/" + format.string(),
                        new Part.Source.Base64(bytes),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null)
                : opaque(at, "image", object);
    }

    private static Part opaque(Path at, String kind, Json.Obj raw) {
        return new Part.Opaque(at, Protocol.CONVERSE, kind, raw, Extra.Weight.HINT);
    }
}
