package dev.tollgate.dialects.converse;

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

/**
 * Reads the content blocks of a streamed message, one of which is open at a time. Only calls and images have a start: what any other
 * block is, its first delta tells, and one without deltas is none.
 */
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
    private boolean anyCall;
    /** A signature, or the JSON that a free text stands in. */
    private final StringBuilder gathered = new StringBuilder();

    private int citations;

    BlockEventReader(ToolNames names) {
        this.names = names;
    }

    boolean isOpen() {
        return kind != Kind.NONE;
    }

    /** Whether a tool of the client's was called. */
    boolean anyCall() {
        return anyCall;
    }

    List<Event> start(Fields fields, Reading reading) {
        index = fields.count("contentBlockIndex");
        Json.Obj start = fields.object("start");
        if (isOpen() || index < 0 || start == null) {
            reading.malformed(fields.at(), "a contentBlockIndex and a start are expected, when no other is open.");
            return List.of();
        }
        List<Event> events = new ArrayList<>(1);
        if (start.get("toolUse") instanceof Json.Obj use && use.get("type") == null) {
            Fields of = new Fields(fields.at("start").member("toolUse"), use, reading);
            String id = of.required("toolUseId");
            ToolNames.Named named = names.atClient(of.required("name"));
            of.end();
            anyCall = true;
            open(
                    named.free() ? Kind.FREE_CALL : Kind.CALL,
                    new Opening.ToolCall(id, named.namespace(), named.name(), named.free()),
                    events);
        } else if (!start.members().isEmpty()) {
            String type = start.members().getFirst().name();
            Part whole = new Part.Opaque(fields.at("start"), Protocol.CONVERSE, type, start, Extra.Weight.HINT);
            open(Kind.OPAQUE, new Opening.Whole(whole), events);
        }
        return events;
    }

    List<Event> delta(Fields fields, Reading reading) {
        Json.Obj delta = fields.object("delta");
        long at = fields.count("contentBlockIndex");
        if (delta == null || delta.members().size() != 1 || at < 0 || (isOpen() && at != index)) {
            reading.malformed(fields.at(), "the index of the open block and a delta are expected.");
            return List.of();
        }
        if (kind == Kind.OPAQUE) {
            return List.of();
        }
        index = at;
        Fields of = new Fields(fields.at("delta"), delta, reading);
        List<Event> events = new ArrayList<>(2);
        switch (delta.members().getFirst().name()) {
            case "text" -> {
                Json.Text text = of.text("text");
                opened(Kind.TEXT, new Opening.Text(), of, reading, events);
                if (text != null && !text.isEmpty()) {
                    events.add(new Event.TextDelta(0, part, text, List.of()));
                }
            }
            case "reasoningContent" -> reasoning(of, reading, events);
            case "toolUse" -> input(of, reading, events);
            case "citation" -> {
                Json.Obj citation = of.object("citation");
                opened(Kind.TEXT, new Opening.Text(), of, reading, events);
                if (citation != null) {
                    events.add(new Event.CitationAdded(0, part, Citations.one(place(), citation)));
                }
            }
            default -> reading.extra(of.at(), delta, Extra.Weight.HINT, "a delta of unknown type");
        }
        return events;
    }

    List<Event> stop(Fields fields, Reading reading) {
        long at = fields.count("contentBlockIndex");
        if (!isOpen()) {
            return List.of(); // a block that said nothing
        }
        if (at != index) {
            reading.malformed(fields.at(), "the index of the open block is expected.");
            return List.of();
        }
        List<Event> events = new ArrayList<>(2);
        if (kind == Kind.THINKING && !gathered.isEmpty()) {
            Signature signature = new Signature(Protocol.CONVERSE, null, gathered.toString());
            events.add(new Event.SignatureDelta(0, part, signature));
        } else if (kind == Kind.FREE_CALL && !gathered.isEmpty()) {
            ToolInput.Free freed = new ToolInput.Encoded(Json.Text.of(gathered.toString())).freed();
            events.add(new Event.InputDelta(0, part, freed.text()));
        }
        events.add(new Event.PartEnded(0, part++));
        kind = Kind.NONE;
        return events;
    }

    private void reasoning(Fields of, Reading reading, List<Event> events) {
        Json.Obj object = of.object("reasoningContent");
        Fields inner = new Fields(of.at("reasoningContent"), object == null ? Json.Obj.EMPTY : object, reading);
        Json.Text text = inner.text("text");
        Json.Text redacted = inner.text("redactedContent");
        Json.Text signature = inner.text("signature");
        inner.end();
        opened(Kind.THINKING, new Opening.Reasoning(true, redacted != null), of, reading, events);
        if (text != null && !text.isEmpty()) {
            events.add(new Event.ReasoningDelta(0, part, 0, text));
        }
        gather(redacted, inner.at(), reading);
        gather(signature, inner.at(), reading);
    }

    private void input(Fields of, Reading reading, List<Event> events) {
        Json.Obj object = of.object("toolUse");
        Fields inner = new Fields(of.at("toolUse"), object == null ? Json.Obj.EMPTY : object, reading);
        Json.Text fragment = inner.text("input");
        inner.end();
        if (kind == Kind.FREE_CALL) {
            gather(fragment, inner.at(), reading);
        } else if (kind != Kind.CALL) {
            reading.malformed(inner.at(), "a delta of the open block's kind is expected.");
        } else if (fragment != null && !fragment.isEmpty()) {
            events.add(new Event.InputDelta(0, part, fragment));
        }
    }

    /** Opens the block, if this is its first delta. */
    private void opened(Kind of, Opening opening, Fields delta, Reading reading, List<Event> events) {
        if (kind == Kind.NONE) {
            open(of, opening, events);
        } else if (kind != of) {
            reading.malformed(delta.at(), "a delta of the open block's kind is expected.");
        }
    }

    private void open(Kind of, Opening opening, List<Event> events) {
        kind = of;
        gathered.setLength(0);
        citations = 0;
        events.add(new Event.PartStarted(0, part, opening));
    }

    private Path place() {
        return Path.ROOT
                .member("content")
                .element((int) Math.min(index, Integer.MAX_VALUE))
                .member("citations")
                .element(citations++);
    }

    private void gather(Json.@Nullable Text more, Path at, Reading reading) {
        if (more == null) {
            return;
        }
        if (more.size() > ConverseEventReader.LONGEST - gathered.length()) {
            reading.malformed(at, "longer than 8 MiB.");
        } else {
            gathered.append(more.string());
        }
    }
}
