package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.SseData;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads the <a href="https://platform.openai.com/docs/api-reference/responses-streaming">streaming events</a>. What an event is
 * stands in the {@code type} of its data; the order is that of arrival.
 */
final class ResponsesEventReader implements EventReader {
    /** The last event repeats the request's instructions and tools, and the whole output. */
    private static final int LONGEST_EVENT = 32 << 20;

    private static final Path RESPONSE = Path.ROOT.member("response");

    private final Exchange exchange;
    private final SseData data = new SseData(LONGEST_EVENT);
    private final Told told;
    private final OutputEvents output;
    private boolean started;
    private boolean over;

    ResponsesEventReader(Exchange exchange) {
        this.exchange = exchange;
        this.told = new Told(exchange);
        this.output = new OutputEvents(exchange, told);
    }

    @Override
    public void feed(byte[] bytes, int offset, int length, EventSink sink) {
        if (!over && !data.feed(bytes, offset, length, new Sink(sink))) {
            fail(ErrorKind.BAD_GATEWAY, "The provider sent an event that is too long.", sink);
        }
    }

    @Override
    public void end(EventSink sink) {
        if (!over) {
            data.end(new Sink(sink));
        }
        if (!over) {
            fail(ErrorKind.BAD_GATEWAY, "The provider's stream was cut before its end.", sink);
        }
    }

    /** Between server-sent events and ours. */
    private final class Sink implements SseData.Sink {
        private final EventSink sink;

        Sink(EventSink sink) {
            this.sink = sink;
        }

        @Override
        public void event(byte[] bytes, int from, int to) {
            if (!over) {
                read(bytes, from, to, sink);
            }
        }

        @Override
        public void empty() {
            ping(sink);
        }
    }

    private void read(byte[] bytes, int from, int to, EventSink sink) {
        if (to - from == 6 && bytes[from] == '[' && bytes[from + 1] == 'D') {
            return; // [DONE], which some servers add, says nothing here
        }
        switch (Json.parse(bytes, from, to)) {
            case ParsedJson.Whole(Json.Obj event) -> event(event, sink);
            case ParsedJson.Whole _ -> garbage("an event that is no object.", sink);
            case ParsedJson.Broken(String problem) -> garbage("an event that is not JSON: " + problem, sink);
        }
    }

    private void event(Json.Obj event, EventSink sink) {
        String type = event.get("type") instanceof Json.Text text ? text.string() : "";
        switch (type) {
            case "response.created", "response.in_progress", "response.queued" -> started(event, sink);
            case "response.completed", "response.incomplete" -> last(event, sink);
            case "response.failed", "response.cancelled" -> failed(event, sink);
            case "error" -> error(event, sink);
            case "keepalive", "ping" -> ping(sink);
            case "" -> {
                if (event.get("error") instanceof Json.Obj) {
                    error(event, sink);
                } else {
                    garbage("an event without a type.", sink);
                }
            }
            default -> {
                ensureStarted(sink);
                output.event(type, event, sink);
                if (told.problem() != null) {
                    garbage("what is not as it should be: " + told.problem(), sink);
                }
            }
        }
    }

    private void ping(EventSink sink) {
        if (started && !over) {
            sink.accept(new Event.Ping());
        }
    }

    private void started(Json.Obj event, EventSink sink) {
        if (started) {
            return;
        }
        Reading reading = new Reading();
        ResponseHead head = head(event, reading, sink);
        if (head != null) {
            started = true;
            sink.accept(new Event.Started(head.id(), head.model(), head.createdEpochSecond(), null));
        }
    }

    private void ensureStarted(EventSink sink) {
        if (!started) {
            started = true;
            sink.accept(new Event.Started(exchange.mint().id("resp_"), null, -1, null));
        }
    }

    /** Null where it is malformed, and the stream has failed. */
    private @Nullable ResponseHead head(Json.Obj event, Reading reading, EventSink sink) {
        if (!(event.get("response") instanceof Json.Obj object)) {
            garbage("an event without its response.", sink);
            return null;
        }
        ResponseHead head = ResponseHead.read(new Fields(RESPONSE, object, reading), reading);
        return wellFormed(reading, sink) ? head : null;
    }

    private boolean wellFormed(Reading reading, EventSink sink) {
        if (reading.outcome(reading) instanceof Outcome.Malformed<Reading>(String message)) {
            garbage("what is not as it should be: " + message, sink);
            return false;
        }
        return true;
    }

    private void last(Json.Obj event, EventSink sink) {
        if (!(event.get("response") instanceof Json.Obj object)) {
            garbage("an event without its response.", sink);
            return;
        }
        Reading reading = new Reading();
        Fields response = new Fields(RESPONSE, object, reading);
        ResponseHead head = ResponseHead.read(response, reading);
        Json.Arr items = response.array("output");
        UsageForm.read(response, reading, 0);
        response.end();
        if (!wellFormed(reading, sink)) {
            return;
        }
        if (head.failure() != null) {
            fail(head.failure(), sink);
            return;
        }
        if (!started) {
            started = true;
            sink.accept(new Event.Started(head.id(), head.model(), head.createdEpochSecond(), null));
        }
        output.end(items, sink);
        if (told.problem() != null) {
            garbage("what is not as it should be: " + told.problem(), sink);
            return;
        }
        reading.extras().forEach(exchange.losses()::answer);
        Usage usage = UsageForm.read(new Fields(RESPONSE, object, new Reading()), new Reading(), output.searches());
        if (usage != null) {
            sink.accept(new Event.UsageReported(usage));
        }
        over = true;
        sink.accept(new Event.ChoiceEnded(0, Words.stop(head.incomplete(), told.called(), told.refused())));
        sink.accept(new Event.Ended());
    }

    private void failed(Json.Obj event, EventSink sink) {
        ProviderError error = null;
        if (event.get("response") instanceof Json.Obj response && response.get("error") instanceof Json.Obj of) {
            error = ResponseHead.error(of, ErrorKind.API_ERROR);
        }
        fail(error == null ? new ProviderError(ErrorKind.API_ERROR, "The provider failed to answer.") : error, sink);
    }

    /** The error stands in the event itself, or, of some servers, in its {@code error}. */
    private void error(Json.Obj event, EventSink sink) {
        fail(ResponseHead.error(event.get("error") instanceof Json.Obj of ? of : event, ErrorKind.API_ERROR), sink);
    }

    private void garbage(String what, EventSink sink) {
        fail(ErrorKind.BAD_GATEWAY, "The provider sent " + what, sink);
    }

    private void fail(ProviderError error, EventSink sink) {
        fail(error.kind(), error.message(), sink);
    }

    private void fail(ErrorKind kind, String message, EventSink sink) {
        if (!over) {
            over = true;
            sink.accept(new Event.Failed(kind, message));
        }
    }
}
