package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.SseData;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the events of a message. Its last one is {@code metadata}, behind {@code messageStop}: without its figures the answer is not
 * over. What breaks the protocol ends the answer.
 */
final class ConverseEventReader implements EventReader {
    /** Bytes of one event, and of what is gathered for one block. */
    static final int LONGEST = 8 << 20;

    private final Exchange exchange;
    private final SseData sse = new SseData(LONGEST);
    private final BlockEventReader block;
    private boolean started;
    private boolean stopped;
    private boolean over;

    ConverseEventReader(Exchange exchange) {
        this.exchange = exchange;
        this.block = new BlockEventReader(exchange.names());
    }

    @Override
    public void feed(byte[] bytes, int offset, int length, EventSink sink) {
        if (!over && !sse.feed(bytes, offset, length, (data, from, to) -> event(data, from, to, sink))) {
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
            case ParsedJson.Whole(Json.Obj union)
            when union.members().size() == 1 && union.members().getFirst().value() instanceof Json.Obj event ->
                event(union.members().getFirst().name(), event, sink);
            case ParsedJson.Whole _ -> fail("an event is no object of one member", sink);
            case ParsedJson.Broken(String problem) -> fail(problem, sink);
        }
    }

    private void event(String type, Json.Obj object, EventSink sink) {
        if (type.equals("error")) {
            error(object, sink);
            return;
        }
        Reading reading = new Reading();
        Fields fields = new Fields(Path.ROOT.member(type), object, reading);
        fields.skip("p"); // padding, which hides how long the texts are
        List<Event> events = switch (type) {
            case "messageStart" -> start(fields, reading);
            case "contentBlockStart", "contentBlockDelta", "contentBlockStop" -> ofBlock(type, fields, reading);
            case "messageStop" -> stop(fields, reading);
            case "metadata" -> metadata(fields, reading);
            default -> {
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
        if (started) {
            reading.malformed(fields.at(), "a message starts once.");
        }
        started = true;
        fields.skip("role");
        fields.skip("conversationId");
        fields.end();
        return List.of(new Event.Started(
                exchange.mint().id(ConverseWholeReader.ID_PREFIX),
                null,
                exchange.mint().epochSecond(),
                null));
    }

    private List<Event> ofBlock(String type, Fields fields, Reading reading) {
        if (!started || stopped) {
            reading.malformed(fields.at(), "belongs between the message's start and its end.");
            return List.of();
        }
        List<Event> events = switch (type) {
            case "contentBlockStart" -> block.start(fields, reading);
            case "contentBlockDelta" -> block.delta(fields, reading);
            default -> block.stop(fields, reading);
        };
        fields.end();
        return events;
    }

    private List<Event> stop(Fields fields, Reading reading) {
        if (!started || stopped || block.isOpen()) {
            reading.malformed(fields.at(), "belongs after the message's start and the end of its blocks, once.");
        }
        stopped = true;
        fields.extra("additionalModelResponseFields", Extra.Weight.HINT, ConverseWholeReader.OURS);
        var stop = StopReasons.of(fields.required("stopReason"), block.anyCall());
        fields.end();
        return List.of(new Event.ChoiceEnded(0, stop));
    }

    private List<Event> metadata(Fields fields, Reading reading) {
        if (!stopped) {
            reading.malformed(fields.at(), "belongs after the message's end.");
        }
        List<Event> events = new ArrayList<>(2);
        Usage usage = UsageFigures.read(fields, reading);
        if (usage != null) {
            events.add(new Event.UsageReported(usage));
        }
        ConverseWholeReader.bookkeeping(fields, reading);
        fields.end();
        events.add(new Event.Ended());
        return events;
    }

    private void error(Json.Obj error, EventSink sink) {
        over = true;
        String type = error.get("type") instanceof Json.Text text ? text.string() : "";
        String message = error.get("message") instanceof Json.Text text ? text.string() : "The provider has failed.";
        sink.accept(new Event.Failed(ConverseErrorReader.kind(BedrockErrors.kind(type), message), message));
    }

    private void fail(String problem, EventSink sink) {
        over = true;
        sink.accept(new Event.Failed(ErrorKind.BAD_GATEWAY, "The provider's stream is broken: " + problem));
    }
}
