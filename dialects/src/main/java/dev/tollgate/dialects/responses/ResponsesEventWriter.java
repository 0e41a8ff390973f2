package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.EventWriter;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer as the events of a stream. The last event repeats the whole output, so that is kept, up to {@value #MOST_KEPT}
 * bytes; an answer beyond that fails.
 */
final class ResponsesEventWriter implements EventWriter {
    static final int MOST_OF_PART = 8 << 20;
    static final int MOST_KEPT = 32 << 20;

    private static final byte[] PING = ": ping\n\n".getBytes(US_ASCII);

    private final Exchange exchange;
    private final EventOut events = new EventOut();
    private final List<byte[]> items = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final List<Signature> ofTexts = new ArrayList<>();
    private @Nullable ResponseObject response;
    private @Nullable String messageId;
    private @Nullable OpenPart open;
    private @Nullable Signature ofCall;
    private @Nullable Usage usage;
    private @Nullable Stop stop;
    private boolean refusal;
    private boolean over;
    private long kept;

    ResponsesEventWriter(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void write(Event event, JsonBytes out) {
        if (over) {
            return;
        }
        switch (event) {
            case Event.Started started -> start(started, out);
            case Event.PartStarted(int choice, int _, Opening opening) when heard(choice) -> open(opening, out);
            case Event.TextDelta(int choice, int _, Json.Text text, var tokens)
            when heard(choice) -> {
                if (open instanceof OpenText part) {
                    part.delta(out, text, tokens);
                }
            }
            case Event.RefusalDelta(int choice, int _, Json.Text text)
            when heard(choice) -> {
                if (open instanceof OpenText part) {
                    part.delta(out, text, List.of());
                }
            }
            case Event.ReasoningDelta(int choice, int _, int paragraph, Json.Text text)
            when heard(choice) -> {
                if (open instanceof OpenReasoning part) {
                    part.delta(out, paragraph, text);
                }
            }
            case Event.InputDelta(int choice, int _, Json.Text fragment)
            when heard(choice) -> {
                if (open instanceof OpenCall part) {
                    part.delta(out, fragment);
                }
            }
            case Event.SignatureDelta(int choice, int _, Signature signature) when heard(choice) -> sign(signature);
            case Event.CitationAdded(int choice, int _, var citation)
            when heard(choice) -> {
                if (open instanceof OpenText part) {
                    part.cite(citation);
                }
            }
            case Event.PartEnded(int choice, int _) when heard(choice) -> close(out);
            case Event.ChoiceEnded(int choice, Stop why) when heard(choice) -> endChoice(why, out);
            case Event.UsageReported(Usage reported) -> usage = reported;
            case Event.Ping _ -> out.outside(PING);
            case Event.Failed(ErrorKind kind, String message) -> fail(kind, message, out);
            case Event.Ended _ -> end(out);
            case Event.PartStarted _,
                    Event.TextDelta _,
                    Event.RefusalDelta _,
                    Event.ReasoningDelta _,
                    Event.InputDelta _,
                    Event.SignatureDelta _,
                    Event.CitationAdded _,
                    Event.PartEnded _,
                    Event.ChoiceEnded _ ->
                exchange.losses().answer(Path.ROOT.member("choices"), "Responses gives one answer");
        }
        if (!over && open != null && (open.size() > MOST_OF_PART || kept + open.size() > MOST_KEPT)) {
            fail(ErrorKind.BAD_GATEWAY, "The provider's answer is too long to convert.", out);
        }
    }

    private static boolean heard(int choice) {
        return choice == 0;
    }

    private void start(Event.Started started, JsonBytes out) {
        usage = started.usage();
        ResponseObject object = new ResponseObject(exchange, started.id(), started.createdEpochSecond());
        response = object;
        for (String type : List.of("response.created", "response.in_progress")) {
            events.begin(out, type).name("response");
            object.write(out, ResponseObject.State.IN_PROGRESS, List.of());
            events.end(out);
        }
    }

    private void open(Opening opening, JsonBytes out) {
        switch (opening) {
            case Opening.Text _ -> text(false, out);
            case Opening.Refusal _ -> text(true, out);
            case Opening.Reasoning of -> {
                closeMessage(out);
                OpenReasoning part = new OpenReasoning(events, exchange, items.size(), of);
                part.start(out);
                open = part;
            }
            case Opening.ToolCall of -> {
                closeMessage(out);
                OpenCall part = new OpenCall(events, exchange, items.size(), of);
                part.start(out);
                open = part;
            }
            case Opening.Whole whole -> exchange.losses().answer(whole.part().at(), "Responses has no such output");
        }
    }

    /** Neighbouring texts are contents of one message. */
    private void text(boolean isRefusal, JsonBytes out) {
        refusal |= isRefusal;
        String id = messageId;
        if (id == null) {
            id = exchange.mint().id("msg_");
            messageId = id;
            byte[] message = ItemWriter.message(id, "in_progress", List.of());
            events.item(out, "response.output_item.added", items.size(), message);
        }
        OpenText part = new OpenText(events, exchange, items.size(), id, contents.size(), isRefusal);
        part.start(out);
        open = part;
    }

    private void sign(Signature signature) {
        switch (open) {
            case OpenReasoning part -> part.sign(signature);
            case OpenText _ -> ofTexts.add(signature);
            case OpenCall _ -> ofCall = signature;
            case null -> {}
        }
    }

    private void close(JsonBytes out) {
        OpenPart closing = open;
        open = null;
        switch (closing) {
            case OpenText part -> {
                byte[] content = part.end(out);
                contents.add(content);
                kept += content.length;
            }
            case OpenReasoning part -> keep(part.end(out));
            case OpenCall part -> {
                keep(part.end(out));
                if (ofCall != null) {
                    signatureItem(ItemWriter.encrypted(ofCall, part.callId()), out);
                    ofCall = null;
                }
            }
            case null -> {}
        }
    }

    private void keep(byte[] item) {
        items.add(item);
        kept += item.length;
    }

    private void closeMessage(JsonBytes out) {
        if (messageId == null) {
            return;
        }
        byte[] message = ItemWriter.message(messageId, ItemWriter.COMPLETED, contents);
        events.item(out, "response.output_item.done", items.size(), message);
        items.add(message); // its contents are counted already
        contents.clear();
        messageId = null;
        ofTexts.forEach(signature -> signatureItem(ItemWriter.encrypted(signature, false), out));
        ofTexts.clear();
    }

    /** A signature that has no place in the part that it is of. */
    private void signatureItem(String encrypted, JsonBytes out) {
        String id = exchange.mint().id("rs_");
        int index = items.size();
        byte[] added = ItemWriter.reasoning(id, "in_progress", true, List.of(), null);
        events.item(out, "response.output_item.added", index, added);
        byte[] done = ItemWriter.reasoning(id, ItemWriter.COMPLETED, true, List.of(), encrypted);
        events.item(out, "response.output_item.done", index, done);
        keep(done);
    }

    private void endChoice(Stop why, JsonBytes out) {
        stop = why;
        AnswerWriter.lost(why, exchange);
        boolean inWords = refusal;
        if (why.explanation() != null) {
            text(true, out);
            if (open instanceof OpenText part) {
                part.delta(out, why.explanation(), List.of());
            }
            close(out);
        }
        refusal = inWords;
        closeMessage(out);
    }

    private void end(JsonBytes out) {
        over = true;
        String incomplete = stop == null ? null : Words.incomplete(stop.reason(), refusal);
        String status = incomplete == null ? ItemWriter.COMPLETED : "incomplete";
        last(new ResponseObject.State(status, incomplete, null, usage, null), items, out);
    }

    private void fail(ErrorKind kind, String message, JsonBytes out) {
        over = true;
        out.outside(ErrorBodies.event(Operation.RESPONSES, kind, message, exchange.requestId()));
        // Some clients know the one, some the other.
        ProviderError error = new ProviderError(kind, message);
        last(new ResponseObject.State("failed", null, error, usage, null), List.of(), out);
    }

    private void last(ResponseObject.State state, List<byte[]> output, JsonBytes out) {
        if (response != null) {
            events.begin(out, "response." + state.status()).name("response");
            response.write(out, state, output);
            events.end(out);
        }
    }
}
