package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code chat.completion.chunk}s, up to {@code [DONE]}; {@link ChatChoiceReader} reads what is of one choice. */
final class ChatEventReader implements EventReader {
    /** Bytes of one event, and of what is kept of one part. */
    static final int MOST_KEPT = 8 << 20;
    /** OpenAI's most {@code n}. */
    private static final int MOST_CHOICES = 128;

    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    private final Exchange exchange;
    private final SseData events = new SseData(MOST_KEPT);
    private final Map<Integer, ChatChoiceReader> choices = new TreeMap<>();
    private boolean started;
    private boolean over;

    ChatEventReader(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void feed(byte[] bytes, int offset, int length, EventSink sink) {
        if (!over && !events.feed(bytes, offset, length, data(sink)) && !over) {
            fail(ErrorKind.BAD_GATEWAY, "The provider sent an event of more than " + MOST_KEPT + " bytes.", sink);
        }
    }

    @Override
    public void end(EventSink sink) {
        if (!over) {
            events.end(data(sink));
        }
        if (!over) {
            fail(ErrorKind.BAD_GATEWAY, "The provider's stream was cut off.", sink);
        }
    }

    private SseData.Sink data(EventSink sink) {
        return new SseData.Sink() {
            @Override
            public void event(byte[] bytes, int from, int to) {
                if (!over) {
                    data(bytes, from, to, sink);
                }
            }

            @Override
            public void empty() {
                if (started && !over) {
                    sink.accept(new Event.Ping());
                }
            }
        };
    }

    private void data(byte[] bytes, int from, int to, EventSink sink) {
        if (isDone(bytes, from, to)) {
            done(sink);
            return;
        }
        switch (Json.parse(bytes, from, to)) {
            case ParsedJson.Whole(Json.Obj chunk) -> chunk(chunk, sink);
            case ParsedJson.Whole _ ->
                fail(ErrorKind.BAD_GATEWAY, "The provider sent an event that is no object.", sink);
            case ParsedJson.Broken(String problem) ->
                fail(ErrorKind.BAD_GATEWAY, "The provider sent an event that is no JSON: " + problem + ".", sink);
        }
    }

    private static boolean isDone(byte[] bytes, int from, int to) {
        int first = from;
        int end = to;
        while (first < end && bytes[first] == ' ') {
            first++;
        }
        while (end > first && bytes[end - 1] == ' ') {
            end--;
        }
        return Arrays.equals(bytes, first, end, DONE, 0, DONE.length);
    }

    private void done(EventSink sink) {
        if (choices.isEmpty() || !choices.values().stream().allMatch(ChatChoiceReader::ended)) {
            fail(ErrorKind.BAD_GATEWAY, "The provider's stream ended without a finish_reason.", sink);
            return;
        }
        over = true;
        sink.accept(new Event.Ended());
    }

    private void chunk(Json.Obj object, EventSink sink) {
        Json error = object.get("error");
        if (error != null && !(error instanceof Json.Null)) {
            var read = ChatErrorReader.read(0, error);
            fail(read.kind(), read.message(), sink);
            return;
        }
        Reading reading = new Reading();
        Fields chunk = new Fields(Path.ROOT, object, reading);
        String id = chunk.string("id");
        String model = chunk.string("model");
        long created = chunk.count("created");
        Usage usage = ChatUsage.read(chunk.at("usage"), chunk.object("usage"), reading);
        Json.Arr array = chunk.array("choices");
        List<Json> items = array == null ? List.of() : array.items();
        if (!started && (usage != null || !items.isEmpty())) {
            started = true;
            String known = id == null || id.isEmpty() ? exchange.mint().id("chatcmpl-") : id;
            sink.accept(new Event.Started(known, model, created, null));
        }
        for (int i = 0; i < items.size() && !over; i++) {
            choice(chunk.at("choices").element(i), items.get(i), reading, sink);
        }
        if (usage != null && !over) {
            sink.accept(new Event.UsageReported(usage));
        }
        chunk.skip("object");
        chunk.skip("obfuscation");
        chunk.skip("service_tier"); // the provider's bookkeeping, as is the build that answered
        chunk.skip("system_fingerprint");
        chunk.end();
        reading.extras().forEach(exchange.losses()::answer);
        check(reading, sink);
    }

    private void choice(Path at, Json item, Reading reading, EventSink sink) {
        if (!(item instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields choice = new Fields(at, object, reading);
        long index = Math.max(0, choice.count("index"));
        if (index >= MOST_CHOICES) {
            reading.malformed(choice.at("index"), "a smaller number is expected.");
        }
        check(reading, sink);
        if (over) {
            return;
        }
        choices.computeIfAbsent((int) index, of -> new ChatChoiceReader(of, exchange))
                .read(choice, reading, event -> {
                    if (!over) {
                        sink.accept(event);
                    }
                });
        choice.end();
        check(reading, sink);
    }

    private void check(Reading reading, EventSink sink) {
        if (!over && reading.outcome(reading) instanceof Outcome.Malformed<Reading>(String message)) {
            fail(ErrorKind.BAD_GATEWAY, "The provider sent what is no chunk: " + message, sink);
        }
    }

    private void fail(ErrorKind kind, String message, EventSink sink) {
        over = true;
        sink.accept(new Event.Failed(kind, message));
    }
}
