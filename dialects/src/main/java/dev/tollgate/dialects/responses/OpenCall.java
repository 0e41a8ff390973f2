package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;

/**
 * A call of a tool. Where the client knows the tool as a custom one and the provider as a function, the text is within the
 * function's JSON, so it goes in one piece when that is whole.
 */
final class OpenCall implements OpenPart {
    private final EventOut events;
    private final Exchange exchange;
    private final int outputIndex;
    private final String itemId;
    private final Opening.ToolCall call;
    private final boolean custom;
    private final Collected input = new Collected();

    OpenCall(EventOut events, Exchange exchange, int outputIndex, Opening.ToolCall call) {
        this.events = events;
        this.exchange = exchange;
        this.outputIndex = outputIndex;
        this.call = call;
        this.custom = call.free() || ItemWriter.isCustom(exchange, call.namespace(), call.name());
        this.itemId = exchange.mint().id(custom ? "ctc_" : "fc_");
    }

    String callId() {
        return call.id();
    }

    @Override
    public int size() {
        return input.size();
    }

    void start(JsonBytes out) {
        ItemWriter.Call empty = new ItemWriter.Call(call.id(), call.namespace(), call.name(), custom, Json.Text.EMPTY);
        events.item(out, "response.output_item.added", outputIndex, ItemWriter.call(itemId, "in_progress", empty));
    }

    void delta(JsonBytes out, Json.Text fragment) {
        input.append(fragment);
        if (custom == call.free()) {
            send(out, fragment);
        }
    }

    private void send(JsonBytes out, Json.Text fragment) {
        String type = custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
        events.begin(out, type, outputIndex, itemId).field("delta", fragment);
        events.end(out);
    }

    /** Ends the item, which is returned whole. */
    byte[] end(JsonBytes out) {
        boolean sent = custom == call.free() && !input.isEmpty();
        Json.Text whole = input.text();
        ItemWriter.Call done = ItemWriter.call(
                exchange,
                call.id(),
                call.namespace(),
                call.name(),
                call.free() ? new ToolInput.Free(whole) : new ToolInput.Encoded(whole));
        if (!sent && !done.input().isEmpty()) {
            send(out, done.input());
        }
        String type = custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done";
        events.begin(out, type, outputIndex, itemId)
                .field("name", call.name())
                .field(custom ? "input" : "arguments", done.input());
        events.end(out);
        byte[] item = ItemWriter.call(itemId, ItemWriter.COMPLETED, done);
        events.item(out, "response.output_item.done", outputIndex, item);
        return item;
    }
}
