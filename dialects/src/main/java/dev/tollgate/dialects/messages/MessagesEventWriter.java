package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.EventWriter;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** Writes a message as events. Why it stopped and what it used are told together, when all is over. */
final class MessagesEventWriter implements EventWriter {
    private final Exchange exchange;
    private final Losses losses;
    private final BlockEventWriter block;
    private boolean refused;
    private @Nullable Stop stop;
    private Usage usage = Usage.ZERO;

    MessagesEventWriter(Exchange exchange) {
        this.exchange = exchange;
        this.losses = exchange.losses();
        this.block = new BlockEventWriter(exchange.losses());
    }

    @Override
    public void write(Event event, JsonBytes out) {
        switch (event) {
            case Event.Started started -> start(started, out);
            case Event.PartStarted(int choice, var _, Event.Opening opening) -> {
                if (isFirst(choice)) {
                    refused |= opening instanceof Event.Opening.Refusal;
                    block.start(opening, out);
                }
            }
            case Event.TextDelta(int choice, var _, Json.Text text, var logprobs) -> {
                if (!logprobs.isEmpty()) {
                    losses.answer(Path.ROOT.member("logprobs"), "Anthropic has no word for it");
                }
                if (isFirst(choice)) {
                    block.text(text, out);
                }
            }
            case Event.RefusalDelta(int choice, var _, Json.Text text) -> {
                if (isFirst(choice)) {
                    block.text(text, out);
                }
            }
            case Event.ReasoningDelta(int choice, var _, int paragraph, Json.Text text) -> {
                if (isFirst(choice)) {
                    block.thinking(paragraph, text, out);
                }
            }
            case Event.InputDelta(int choice, var _, Json.Text fragment) -> {
                if (isFirst(choice)) {
                    block.input(fragment, out);
                }
            }
            case Event.SignatureDelta(int choice, var _, var signature) -> {
                if (isFirst(choice)) {
                    block.signature(signature, out);
                }
            }
            case Event.CitationAdded(int choice, var _, var citation) -> {
                if (isFirst(choice)) {
                    block.citation(citation, out);
                }
            }
            case Event.PartEnded(int choice, var _) -> {
                if (isFirst(choice)) {
                    block.end(out);
                }
            }
            case Event.ChoiceEnded(int choice, Stop why) -> stop = isFirst(choice) ? why : stop;
            case Event.UsageReported(Usage reported) -> usage = reported;
            case Event.Ping _ -> empty("ping", out);
            // The gate's id of the request is in a header.
            case Event.Failed(var kind, String message) ->
                out.outside(ErrorBodies.event(Operation.MESSAGES, kind, message, exchange.requestId()));
            case Event.Ended _ -> end(out);
        }
    }

    private boolean isFirst(int choice) {
        if (choice != 0) {
            losses.answer(Path.ROOT.member("choices"), "Anthropic's clients take one answer");
        }
        return choice == 0;
    }

    private void start(Event.Started started, JsonBytes out) {
        String id = started.id().isEmpty() ? exchange.mint().id("msg_") : started.id();
        out.beginEvent("message_start").beginObject().field("type", "message_start");
        out.name("message").beginObject().field("id", id).field("type", "message");
        out.field("role", "assistant").field("model", exchange.model());
        out.name("content").beginArray().endArray();
        out.name("stop_reason").nothing().name("stop_sequence").nothing();
        UsageFigures.write(started.usage(), null, out);
        out.endObject().endObject().endEvent();
    }

    private void end(JsonBytes out) {
        out.beginEvent("message_delta").beginObject().field("type", "message_delta");
        out.name("delta").beginObject();
        Stop said = stop == null ? Stop.of(Stop.Reason.END, "") : stop;
        StopReasons.write(said, refused, out, losses);
        out.endObject();
        UsageFigures.write(usage, null, out);
        out.endObject().endEvent();
        empty("message_stop", out);
    }

    private static void empty(String type, JsonBytes out) {
        out.beginEvent(type).beginObject().field("type", type).endObject().endEvent();
    }
}
