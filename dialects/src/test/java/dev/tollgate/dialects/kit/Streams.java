package dev.tollgate.dialects.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.EventWriter;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventRules;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Streams, read and written with their events held against the rules. */
public final class Streams {
    private Streams() {}

    /**
     * The events of a stream that is fed in pieces of that many bytes, each in an array of its own that is overwritten after it.
     *
     * @param kept an event's copy that outlives its piece
     */
    public static List<Event> events(
            Codec codec, byte[] stream, int piece, Exchange exchange, UnaryOperator<Event> kept) {
        List<Event> events = new ArrayList<>();
        EventRules rules = new EventRules(event -> events.add(kept.apply(event)));
        EventReader reader = codec.eventReader().apply(exchange);
        for (int at = 0; at < stream.length; at += piece) {
            byte[] fed = Arrays.copyOfRange(stream, at, Math.min(stream.length, at + piece));
            reader.feed(fed, 0, fed.length, rules);
            Arrays.fill(fed, (byte) '#');
        }
        reader.end(rules);
        if (!rules.over()) {
            throw new AssertionError("a stream without an end: " + events);
        }
        return events;
    }

    /** What the client gets for these events. */
    public static String written(Codec codec, List<Event> events, Exchange exchange) {
        EventWriter writer = codec.eventWriter().apply(exchange);
        JsonBytes out = new JsonBytes();
        EventRules rules = new EventRules(event -> writer.write(event, out));
        events.forEach(rules::accept);
        return new String(out.toBytes(), UTF_8);
    }
}
