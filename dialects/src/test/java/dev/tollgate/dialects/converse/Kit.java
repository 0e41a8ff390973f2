package dev.tollgate.dialects.converse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventRules;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;

/** What the tests of this package share. In documents, single quotes stand for double ones. */
final class Kit {
    static final String CLAUDE = "eu.anthropic.claude-sonnet-4-6-v1:0";
    private static final Mint MINT = new Mint() {
        @Override
        public String id(String prefix) {
            return prefix + "minted0123456789";
        }

        @Override
        public long epochSecond() {
            return 1_764_500_001;
        }
    };

    private Kit() {}

    static Destination all(String model) {
        return new Destination(model, 4096, EnumSet.allOf(Takes.class));
    }

    static Destination without(String model, Takes... missing) {
        EnumSet<Takes> takes = EnumSet.allOf(Takes.class);
        List.of(missing).forEach(takes::remove);
        return new Destination(model, 4096, takes);
    }

    static Outcome<Conversion.Converted> converted(Codec client, String request, Destination to) {
        byte[] body = request.replace('\'', '"').getBytes(UTF_8);
        RequestReader.FromPath path = new RequestReader.FromPath("m", false);
        return new Conversion(client, ConverseCodec.codec()).request(body, 0, body.length, path, to, false, MINT);
    }

    /** The request that Bedrock gets, with single quotes, or why there is none; then the losses, a line each. */
    static String said(Codec client, String request, Destination to) {
        return switch (converted(client, request, to)) {
            case Outcome.Done<Conversion.Converted>(var converted) ->
                (new String(converted.body(), UTF_8) + losses(converted.exchange())).replace('"', '\'');
            case Outcome.Malformed<Conversion.Converted>(String message) -> "malformed: " + message;
            case Outcome.NotExpressible<Conversion.Converted> field -> "refused: " + field.message();
        };
    }

    static String losses(Exchange exchange) {
        return exchange.losses().list().stream()
                .map(loss -> "\n" + (loss.weight() == Loss.Weight.MEANING ? "" : "incidental ") + loss.at())
                .collect(Collectors.joining());
    }

    static Exchange exchange(Codec client, String request) {
        if (converted(client, request, all(CLAUDE)) instanceof Outcome.Done<Conversion.Converted>(var converted)) {
            return converted.exchange();
        }
        throw new AssertionError(said(client, request, all(CLAUDE)));
    }

    /** The events of a stream that comes in pieces of so many bytes, held against the rules. */
    static List<Event> events(Exchange exchange, byte[] stream, int firstPiece, int piece) {
        List<Event> events = new ArrayList<>();
        EventRules rules = new EventRules(event -> events.add(kept(event)));
        EventReader reader = ConverseCodec.codec().eventReader().apply(exchange);
        int at = Math.min(firstPiece, stream.length);
        reader.feed(stream, 0, at, rules);
        for (; at < stream.length; at += piece) {
            reader.feed(stream, at, Math.min(piece, stream.length - at), rules);
        }
        reader.end(rules);
        if (!rules.over()) {
            throw new AssertionError("neither ended nor failed");
        }
        return events;
    }

    /** JSON in an event is good until the sink returns. */
    private static Event kept(Event event) {
        return switch (event) {
            case Event.TextDelta(int choice, int part, var text, var logprobs) ->
                new Event.TextDelta(choice, part, (Json.Text) text.detached(), logprobs);
            case Event.ReasoningDelta(int choice, int part, int paragraph, var text) ->
                new Event.ReasoningDelta(choice, part, paragraph, (Json.Text) text.detached());
            case Event.InputDelta(int choice, int part, var text) ->
                new Event.InputDelta(choice, part, (Json.Text) text.detached());
            default -> event;
        };
    }
}
