package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.responses.StreamedPart.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The output of a streamed response as parts, of which one is open at a time. An item whose deltas come while another's part is open
 * is told whole when it is done, and so is all that comes without deltas: each item's last event repeats it.
 */
final class OutputEvents {
    private static final int MOST_HELD = 8 << 20;
    private static final int MOST_ITEMS = 4096;
    private static final int LONGEST_TYPE = 80;

    /** How far an item has come. */
    private static final class Item {
        /** Contents of a message that were told. */
        int contents;
        /** Whether an item that is one part has begun. */
        boolean begun;
        /** Whether it is to be told when it is done. */
        boolean late;

        boolean done;
    }

    private record Held(long output, int contents, Json.Obj item) {}

    private final Exchange exchange;
    private final Told told;
    private final Map<Long, Item> items = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private long heldBytes;
    private @Nullable StreamedPart open;
    private long searches;

    OutputEvents(Exchange exchange, Told told) {
        this.exchange = exchange;
        this.told = told;
    }

    /** How often the provider has searched the web. */
    long searches() {
        return searches;
    }

    /** An event of the output; others are ignored. */
    void event(String type, Json.Obj event, EventSink sink) {
        switch (type) {
            case "response.output_item.added" -> added(event, sink);
            case "response.output_item.done" -> itemDone(index(event, "output_index"), event.get("item"), sink);
            case "response.content_part.done" -> contentDone(event, sink);
            case "response.output_text.delta" -> delta(at(event, Kind.TEXT, sink), event, sink);
            case "response.refusal.delta" -> delta(at(event, Kind.REFUSAL, sink), event, sink);
            case "response.reasoning_summary_text.delta" -> delta(at(event, Kind.SUMMARY, sink), event, sink);
            case "response.reasoning_text.delta" -> delta(at(event, Kind.THOUGHTS, sink), event, sink);
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                delta(at(event, Kind.CALL, sink), event, sink);
            case "response.output_text.done" -> whole(at(event, Kind.TEXT, sink), event, "text", sink);
            case "response.refusal.done" -> whole(at(event, Kind.REFUSAL, sink), event, "refusal", sink);
            case "response.function_call_arguments.done" -> whole(at(event, Kind.CALL, sink), event, "arguments", sink);
            case "response.custom_tool_call_input.done" -> whole(at(event, Kind.CALL, sink), event, "input", sink);
            case "response.output_text.annotation.added" -> {
                StreamedPart text = at(event, Kind.TEXT, sink);
                if (text != null) {
                    text.citation(event.get("annotation"), sink);
                }
            }
            default -> other(type);
        }
    }

    /** Steps of an item say nothing that its last event does not repeat. */
    private void other(String type) {
        boolean step = type.endsWith(".added")
                || type.endsWith(".done")
                || type.contains("_call")
                || type.startsWith("response.mcp_list_tools.");
        if (!step && type.length() <= LONGEST_TYPE) {
            exchange.losses().answer(Path.ROOT.member(type), "unknown event");
        }
    }

    /** The response has ended: tells what no event has told, and closes what is open. */
    void end(Json.@Nullable Arr output, EventSink sink) {
        for (int i = 0; output != null && i < output.items().size(); i++) {
            itemDone(i, output.items().get(i), sink);
        }
        close(sink);
    }

    /** Only a call begins with its item: it needs the name. */
    private void added(Json.Obj event, EventSink sink) {
        long index = index(event, "output_index");
        Item item = item(index);
        if (!(event.get("item") instanceof Json.Obj added) || item.done || item.begun) {
            return;
        }
        String type = string(added, "type");
        boolean free = "custom_tool_call".equals(type);
        if (!free && !"function_call".equals(type)) {
            return;
        }
        String id = string(added, "call_id");
        String name = string(added, "name");
        if (open != null || id == null || name == null || id.isEmpty() || name.isEmpty()) {
            item.late = true;
            return;
        }
        String namespace = string(added, "namespace");
        ToolNames.Named named =
                namespace == null ? exchange.names().atClient(name) : new ToolNames.Named(namespace, name, free);
        told.call();
        item.begun = true;
        start(index, 0, Kind.CALL, new Opening.ToolCall(id, named.namespace(), named.name(), free), sink);
    }

    private StreamedPart start(long output, long content, Kind kind, Opening opening, EventSink sink) {
        StreamedPart part = new StreamedPart(output, content, kind, told);
        open = part;
        part.start(opening, sink);
        return part;
    }

    /** The open part that the event is of, opened now if it can be; null where the item is to be told when it is done. */
    private @Nullable StreamedPart at(Json.Obj event, Kind kind, EventSink sink) {
        long output = index(event, "output_index");
        long content = kind.inMessage() ? index(event, "content_index") : 0;
        StreamedPart current = open;
        if (current != null && current.is(output, content, kind)) {
            return current;
        }
        Item item = item(output);
        if (item.done || item.late || kind == Kind.CALL) {
            return null;
        }
        if (current != null && current.output == output && kind.inMessage() && content == current.content + 1) {
            close(sink); // of a server that tells the end of the item only
        }
        if (open != null) {
            item.late = open.output != output;
            if (kind == Kind.THOUGHTS && !item.late) {
                exchange.losses().answer(Told.OUTPUT.member("content"), "the summary goes in its place");
            }
            return null;
        }
        if (kind.inMessage() ? content != item.contents : item.begun) {
            return null;
        }
        item.begun = !kind.inMessage();
        Opening opening = switch (kind) {
            case TEXT -> new Opening.Text();
            case REFUSAL -> {
                told.refuse();
                yield new Opening.Refusal();
            }
            case SUMMARY, THOUGHTS, CALL -> new Opening.Reasoning(kind == Kind.SUMMARY, false);
        };
        return start(output, content, kind, opening, sink);
    }

    private void delta(@Nullable StreamedPart of, Json.Obj event, EventSink sink) {
        if (!(event.get("delta") instanceof Json.Text text)) {
            told.problem("delta: a string is expected.");
        } else if (of != null) {
            of.delta(event, text, sink);
        }
    }

    private static void whole(@Nullable StreamedPart of, Json.Obj event, String name, EventSink sink) {
        if (of != null) {
            of.whole(event, event.get(name), sink);
        }
    }

    private void contentDone(Json.Obj event, EventSink sink) {
        StreamedPart current = open;
        if (current != null
                && current.kind.inMessage()
                && current.output == index(event, "output_index")
                && current.content == index(event, "content_index")) {
            current.finishContent(event.get("part"), sink);
            close(sink);
        }
    }

    private void itemDone(long index, @Nullable Json value, EventSink sink) {
        Item item = item(index);
        if (item.done) {
            return;
        }
        if (!(value instanceof Json.Obj whole)) {
            told.problem("item: an object is expected.");
            return;
        }
        item.done = true;
        searches += AnswerReader.isSearch(whole) ? 1 : 0;
        if (open != null && open.output == index) {
            open.finish(whole, sink);
            close(sink);
        }
        if (item.begun) {
            return;
        }
        if (open == null) {
            told.item(index, item.contents, whole, sink);
        } else {
            hold(new Held(index, item.contents, (Json.Obj) whole.detached()));
        }
    }

    private void hold(Held item) {
        heldBytes += item.item().size();
        if (heldBytes > MOST_HELD) {
            told.problem("output: items overlap for too long.");
        } else {
            held.add(item);
        }
    }

    private void close(EventSink sink) {
        StreamedPart closing = open;
        if (closing == null) {
            return;
        }
        sink.accept(new Event.PartEnded(0, told.part()));
        told.partEnded();
        open = null;
        if (closing.kind.inMessage()) {
            item(closing.output).contents = (int) closing.content + 1;
        }
        held.forEach(one -> told.item(one.output(), one.contents(), one.item(), sink));
        held.clear();
        heldBytes = 0;
    }

    private Item item(long index) {
        if (items.size() >= MOST_ITEMS && !items.containsKey(index)) {
            told.problem("output: more than " + MOST_ITEMS + " items.");
            return new Item();
        }
        return items.computeIfAbsent(index, _ -> new Item());
    }

    /** 0 where it is absent, as of servers that give one item. */
    static long index(Json.Obj event, String name) {
        long index =
                event.get(name) instanceof Json.Num number ? number.asLong().orElse(0) : 0;
        return Math.clamp(index, 0, Integer.MAX_VALUE);
    }

    private static @Nullable String string(Json.Obj object, String name) {
        return object.get(name) instanceof Json.Text text ? text.string() : null;
    }
}
