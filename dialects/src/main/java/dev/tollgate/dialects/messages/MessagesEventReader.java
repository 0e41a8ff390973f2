package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.SseData;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads the events of a message. What breaks the protocol ends the answer: a client is never told what cannot be vouched for. */
final class MessagesEventReader implements EventReader {
    /** Bytes of one event, and of what is gathered for one block. */
    static final int LONGEST = 8 << 20;

    private final Exchange exchange;
    private final SseData sse = new SseData(LONGEST);
    private final UsageFigures usage = new UsageFigures();
    private final BlockEventReader block;
    private boolean started;
    private boolean stopped;
    private boolean over;

    MessagesEventReader(Exchange exchange) {
        this.exchange = exchange;
        this.block = new BlockEventReader(exchange.names());
    }

    @Override
    public void feed(byte[] bytes, int offset, int length, EventSink sink) {
        if (!over && !sse.feed(bytes, offset, length, (data, from, to) -> event(data, from, to, sink)) && !over) {
            fail("an event is longer than 8 MiB", sink);
        }
    }

    @Override
    public void end(EventSink sink) {
        if (!over) {
            sse.end((data, from, to) -> event(data, from, to, sink));
        }
        if (!over) {
            fail("it was cut before its end", sink);
        }
    }

    private void event(byte[] data, int from, int to, EventSink sink) {
        if (over) {
            return;
        }
        switch (Json.parse(data, from, to)) {
            case ParsedJson.Whole(Json.Obj object) -> event(object, sink);
            case ParsedJson.Whole _ -> fail("an event is no object", sink);
            case ParsedJson.Broken(String problem) -> fail(problem, sink);
        }
    }

    private void event(Json.Obj object, EventSink sink) {
        String type = object.get("type") instanceof Json.Text text ? text.string() : "";
        if (type.equals("error")) {
            error(object, sink);
            return;
        }
        Reading reading = new Reading();
        Fields fields = new Fields(Path.ROOT.member(type), object, reading);
        fields.skip("type");
        List<Event> events = switch (type) {
            case "message_start" -> start(fields, reading);
            case "content_block_start" -> ofBlock(fields, reading, () -> block.start(fields, reading));
            case "content_block_delta" -> ofBlock(fields, reading, () -> block.delta(fields, reading));
            case "content_block_stop" -> ofBlock(fields, reading, () -> block.stop(fields, reading));
            case "message_delta" -> delta(fields, reading);
            case "message_stop" -> stop(reading);
            case "ping" -> started ? List.of(new Event.Ping()) : List.of();
            default -> {
                // "New event types may be added": they are passed over.
                exchange.losses().answer(Path.ROOT.member("event"), "an event of unknown type");
                yield List.of();
            }
        };
        switch (reading.outcome(events)) {
            case Outcome.Done<List<Event>>(List<Event> done) -> {
                reading.extras().forEach(exchange.losses()::answer);
                done.forEach(each -> {
                    over |= each instanceof Event.Ended;
                    sink.accept(each);
                });
            }
            case Outcome.Malformed<List<Event>>(String message) -> fail(message, sink);
            case Outcome.NotExpressible<List<Event>> not -> fail(not.message(), sink);
        }
    }

    private List<Event> start(Fields fields, Reading reading) {
        Json.Obj message = fields.object("message");
        if (started || message == null) {
            reading.malformed(fields.at("message"), started ? "a message starts once." : "required, an object.");
            return List.of();
        }
        started = true;
        Fields of = new Fields(fields.at("message"), message, reading);
        String id = of.required("id");
        String model = of.string("model");
        boolean figured = usage.read(of, reading);
        for (String empty : List.of("type", "role", "content", "stop_reason", "stop_sequence", "stop_details")) {
            of.skip(empty);
        }
        ours(of);
        of.end();
        fields.end();
        return List.of(new Event.Started(id, model, -1, figured ? usage.usage() : null));
    }

    private List<Event> ofBlock(Fields fields, Reading reading, Supplier<List<Event>> read) {
        if (!started || stopped) {
            reading.malformed(fields.at(), "belongs between the message's start and its end.");
            return List.of();
        }
        List<Event> events = read.get();
        fields.end();
        return events;
    }

    private List<Event> delta(Fields fields, Reading reading) {
        List<Event> events = new ArrayList<>(2);
        Json.Obj delta = fields.object("delta");
        if (!started || block.isOpen()) {
            reading.malformed(fields.at(), "belongs after the message's start and the end of its blocks.");
        }
        if (delta != null) {
            Fields of = new Fields(fields.at("delta"), delta, reading);
            Stop stop = StopReasons.read(of, reading);
            if (stop != null && !stopped) {
                stopped = true;
                events.add(new Event.ChoiceEnded(0, stop));
            }
            ours(of);
            of.end();
        }
        if (usage.read(fields, reading)) {
            events.add(new Event.UsageReported(usage.usage()));
        }
        ours(fields);
        fields.end();
        return events;
    }

    private List<Event> stop(Reading reading) {
        if (!stopped) {
            reading.malformed(Path.ROOT.member("message_stop"), "belongs after a stop_reason.");
        }
        return List.of(new Event.Ended());
    }

    private static void ours(Fields fields) {
        for (String name : List.of("container", "context_management", "diagnostics", "input_transformations")) {
            fields.extra(name, Extra.Weight.HINT, "only Anthropic knows it");
        }
    }

    private void error(Json.Obj event, EventSink sink) {
        over = true;
        Json.Obj error = event.get("error") instanceof Json.Obj inner ? inner : Json.Obj.EMPTY;
        String type = error.get("type") instanceof Json.Text text ? text.string() : null;
        String message = error.get("message") instanceof Json.Text text ? text.string() : "The provider has failed.";
        sink.accept(new Event.Failed(MessagesErrorReader.kind(type, ErrorKind.API_ERROR.status(), message), message));
    }

    private void fail(String problem, EventSink sink) {
        over = true;
        sink.accept(new Event.Failed(ErrorKind.BAD_GATEWAY, "The provider's stream is broken: " + problem));
    }
}
