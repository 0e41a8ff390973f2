package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the content blocks of a streamed message, one of which is open at a time. */
final class BlockEventReader {
    private enum Kind {
        NONE,
        TEXT,
        THINKING,
        CALL,
        /** A call whose input is free text at the client: known when it is whole. */
        FREE_CALL,
        OPAQUE
    }

    private final ToolNames names;
    private Kind kind = Kind.NONE;
    private long index;
    private int part;
    /** A signature, or the JSON that a free text stands in. */
    private final StringBuilder gathered = new StringBuilder();

    private int citations;

    BlockEventReader(ToolNames names) {
        this.names = names;
    }

    boolean isOpen() {
        return kind != Kind.NONE;
    }

    List<Event> start(Fields fields, Reading reading) {
        index = fields.count("index");
        Json.Obj block = fields.object("content_block");
        if (isOpen() || index < 0 || block == null) {
            reading.malformed(fields.at(), "an index and a content_block are expected, when no other is open.");
            return List.of();
        }
        gathered.setLength(0);
        citations = 0;
        Fields of = new Fields(fields.at("content_block"), block, reading);
        List<Event> events = new ArrayList<>(2);
        String type = of.required("type");
        switch (type) {
            case "text" -> {
                open(Kind.TEXT, new Opening.Text(), events);
                text(of.text("text"), events);
                of.skip("citations");
            }
            case "thinking" -> {
                open(Kind.THINKING, new Opening.Reasoning(true, false), events);
                thinking(of.text("thinking"), events);
                gather(of.text("signature"), of.at(), reading);
            }
            case "redacted_thinking" -> {
                open(Kind.THINKING, new Opening.Reasoning(true, true), events);
                gathered.append(of.required("data"));
            }
            case "tool_use" -> call(of, reading, events);
            default -> {
                Part whole = new Part.Opaque(of.at(), Protocol.MESSAGES, type, block, Extra.Weight.HINT);
                open(Kind.OPAQUE, new Opening.Whole(whole), events);
                return events;
            }
        }
        of.end();
        return events;
    }

    List<Event> delta(Fields fields, Reading reading) {
        Json.Obj delta = fields.object("delta");
        if (!isOpen() || fields.count("index") != index || delta == null) {
            reading.malformed(fields.at(), "the index of the open block and a delta are expected.");
            return List.of();
        }
        if (kind == Kind.OPAQUE) {
            return List.of();
        }
        Fields of = new Fields(fields.at("delta"), delta, reading);
        List<Event> events = new ArrayList<>(1);
        String type = of.required("type");
        Kind expected = switch (type) {
            case "text_delta" -> {
                text(of.text("text"), events);
                yield Kind.TEXT;
            }
            case "citations_delta" -> {
                citation(of, reading, events);
                yield Kind.TEXT;
            }
            case "thinking_delta" -> {
                thinking(of.text("thinking"), events);
                of.skip("estimated_tokens");
                yield Kind.THINKING;
            }
            case "signature_delta" -> {
                gather(of.text("signature"), of.at(), reading);
                yield Kind.THINKING;
            }
            case "input_json_delta" -> {
                input(of, reading, events);
                yield kind == Kind.FREE_CALL ? Kind.FREE_CALL : Kind.CALL;
            }
            default -> {
                reading.extra(of.at(), delta, Extra.Weight.HINT, "a delta of unknown type");
                yield Kind.NONE;
            }
        };
        if (expected == Kind.NONE) {
            return List.of();
        }
        if (kind != expected) {
            reading.malformed(of.at("type"), "a delta of the open block's type is expected.");
        }
        of.end();
        return events;
    }

    List<Event> stop(Fields fields, Reading reading) {
        if (!isOpen() || fields.count("index") != index) {
            reading.malformed(fields.at(), "the index of the open block is expected.");
            return List.of();
        }
        List<Event> events = new ArrayList<>(2);
        if (kind == Kind.THINKING && !gathered.isEmpty()) {
            Signature signature = Signature.open(Protocol.MESSAGES, null, gathered.toString());
            events.add(new Event.SignatureDelta(0, part, signature));
        } else if (kind == Kind.FREE_CALL && !gathered.isEmpty()) {
            ToolInput.Free freed = new ToolInput.Encoded(Json.Text.of(gathered.toString())).freed();
            events.add(new Event.InputDelta(0, part, freed.text()));
        }
        events.add(new Event.PartEnded(0, part++));
        kind = Kind.NONE;
        return events;
    }

    private void open(Kind of, Opening opening, List<Event> events) {
        kind = of;
        events.add(new Event.PartStarted(0, part, opening));
    }

    private void text(Json.@Nullable Text text, List<Event> events) {
        if (text != null && !text.isEmpty()) {
            events.add(new Event.TextDelta(0, part, text, List.of()));
        }
    }

    private void thinking(Json.@Nullable Text text, List<Event> events) {
        if (text != null && !text.isEmpty()) {
            events.add(new Event.ReasoningDelta(0, part, 0, text));
        }
    }

    /** A call's input comes in deltas; some servers say it whole at the start. */
    private void call(Fields of, Reading reading, List<Event> events) {
        String id = of.required("id");
        ToolNames.Named named = names.atClient(of.required("name"));
        Json.Obj input = of.object("input");
        of.extra("caller", Extra.Weight.HINT, "only Anthropic knows it");
        open(
                named.free() ? Kind.FREE_CALL : Kind.CALL,
                new Opening.ToolCall(id, named.namespace(), named.name(), named.free()),
                events);
        if (input != null && !input.members().isEmpty()) {
            fragment(Json.Text.encoding(input), of.at("input"), reading, events);
        }
    }

    private void input(Fields of, Reading reading, List<Event> events) {
        Json.Text fragment = of.text("partial_json");
        if (fragment != null && !fragment.isEmpty()) {
            fragment(fragment, of.at("partial_json"), reading, events);
        }
    }

    private void fragment(Json.Text fragment, Path at, Reading reading, List<Event> events) {
        if (kind == Kind.FREE_CALL) {
            gather(fragment, at, reading);
        } else {
            events.add(new Event.InputDelta(0, part, fragment));
        }
    }

    private void citation(Fields of, Reading reading, List<Event> events) {
        Json.Obj citation = of.object("citation");
        if (citation == null) {
            reading.malformed(of.at("citation"), "required, an object.");
            return;
        }
        Path at = Path.ROOT
                .member("content")
                .element((int) Math.min(index, Integer.MAX_VALUE))
                .member("citations")
                .element(citations++);
        events.add(new Event.CitationAdded(0, part, Citations.one(at, citation, reading)));
    }

    private void gather(Json.@Nullable Text more, Path at, Reading reading) {
        if (more == null) {
            return;
        }
        if (more.size() > MessagesEventReader.LONGEST - gathered.length()) {
            reading.malformed(at, "longer than 8 MiB.");
        } else {
            gathered.append(more.string());
        }
    }
}
