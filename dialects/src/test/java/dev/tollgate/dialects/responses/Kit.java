package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.kit.Golden;
import dev.tollgate.dialects.kit.Pathless;
import dev.tollgate.dialects.kit.Streams;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the tests of this package share. */
final class Kit {
    static final String MODEL = "gpt-5.6-sol";
    static final Codec CODEC = ResponsesCodec.codec();
    static final Destination ALL = new Destination(MODEL, 8192, EnumSet.allOf(Destination.Takes.class));
    static final Destination NOTHING = new Destination(MODEL, 8192, Set.of());

    private Kit() {}

    /** A body, with its apostrophes made quotes. */
    static byte[] body(String document) {
        return document.replace('\'', '"').getBytes(UTF_8);
    }

    static byte[] golden(String name) {
        return Golden.bytes(name);
    }

    static Outcome<Request> tryRead(byte[] body) {
        return CODEC.requestReader().read(body, 0, body.length, RequestReader.FromPath.NOTHING);
    }

    static Request read(byte[] body) {
        return done(tryRead(body));
    }

    static Request read(String document) {
        return read(body(document));
    }

    static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome.toString());
    }

    static String malformed(String document) {
        return assertInstanceOf(Outcome.Malformed.class, tryRead(body(document)))
                .message();
    }

    /** The places of the extras of that weight. */
    static List<String> extras(Request request, Extra.Weight weight) {
        return request.extras().stream()
                .filter(extra -> extra.weight() == weight)
                .map(extra -> extra.at().toString())
                .toList();
    }

    static Outcome<byte[]> tryWrite(Request request, Destination destination, Losses losses) {
        return CODEC.requestWriter().write(request, destination, new ToolNames(Protocol.RESPONSES, request), losses);
    }

    /** The document that a request is written as, with quotes made apostrophes. */
    static String written(Request request, Destination destination, Losses losses) {
        return new String(done(tryWrite(request, destination, losses)), UTF_8).replace('"', '\'');
    }

    static String written(Request request) {
        return written(request, ALL, new Losses());
    }

    /** The place at which the request is refused. */
    static String refused(Request request, Destination destination) {
        return assertInstanceOf(Outcome.NotExpressible.class, tryWrite(request, destination, new Losses()))
                .at()
                .toString();
    }

    static List<String> losses(Losses losses) {
        return losses.list().stream().map(Loss::at).map(Path::toString).toList();
    }

    static Request turns(Turn... turns) {
        return new Request(
                MODEL,
                List.of(),
                List.of(turns),
                Request.Tools.NONE,
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                dev.tollgate.dialects.conversation.Thinking.UNSAID,
                Request.Context.UNSAID,
                null,
                false,
                true,
                List.of());
    }

    /** Counts its ids. */
    static Mint mint() {
        return new Mint() {
            private int minted;

            @Override
            public String id(String prefix) {
                return String.format("%s%016d", prefix, minted++);
            }

            @Override
            public long epochSecond() {
                return 1_763_820_000;
            }
        };
    }

    static Exchange exchange(Request request) {
        return new Exchange(request, MODEL, new ToolNames(Protocol.RESPONSES, request), new Losses(), mint());
    }

    static Exchange exchange() {
        return exchange(turns());
    }

    static Answer answer(byte[] body, Exchange exchange) {
        return done(CODEC.wholeReader().read(body, 0, body.length, exchange));
    }

    /** The events of a stream, checked, fed in pieces of that size. */
    static List<Event> events(byte[] stream, int piece, Exchange exchange) {
        return Streams.events(CODEC, stream, piece, exchange, Pathless::of);
    }

    static List<Event> events(String stream) {
        byte[] bytes = body(stream);
        return events(bytes, bytes.length, exchange());
    }

    /** The events as the writer tells them to a client. */
    static String stream(List<Event> events, Exchange exchange) {
        return Streams.written(CODEC, events, exchange);
    }

    /** The types of a stream's events, in order. */
    static List<String> types(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring("event: ".length()))
                .toList();
    }

    static Json json(String document) {
        byte[] bytes = body(document);
        return Json.parse(bytes, 0, bytes.length) instanceof ParsedJson.Whole(Json value)
                ? value
                : org.junit.jupiter.api.Assertions.fail(document);
    }
}
