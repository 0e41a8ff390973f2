package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.kit.Golden;
import dev.tollgate.dialects.kit.Streams;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share. */
final class Sample {
    static final String MODEL = "claude-sonnet-4-6";
    static final Path AT = Path.ROOT.member("x");
    static final Destination ALL = destination(EnumSet.allOf(Destination.Takes.class));

    private static final Mint MINT = new Mint() {
        private int count;

        @Override
        public String id(String prefix) {
            return prefix + "%016d".formatted(++count);
        }

        @Override
        public long epochSecond() {
            return 1_790_000_000;
        }
    };

    private Sample() {}

    static Destination destination(EnumSet<Destination.Takes> takes) {
        return new Destination(MODEL, 8192, takes);
    }

    static Destination without(Destination.Takes... missing) {
        EnumSet<Destination.Takes> takes = EnumSet.allOf(Destination.Takes.class);
        takes.removeAll(List.of(missing));
        return destination(takes);
    }

    static byte[] golden(String feature, String kind) {
        return Golden.bytes(feature + "/messages." + kind);
    }

    static Json json(String document) {
        byte[] bytes = document.replace('\'', '"').getBytes(UTF_8);
        return switch (Json.parse(bytes, 0, bytes.length)) {
            case ParsedJson.Whole(Json value) -> value;
            case ParsedJson.Broken(String problem) -> throw new IllegalArgumentException(problem);
        };
    }

    static Json.Obj object(String document) {
        return (Json.Obj) json(document);
    }

    static String text(Json value) {
        return new String(new JsonBytes().value(value).toBytes(), UTF_8);
    }

    /** Single quotes stand for double ones. */
    static Outcome<Request> reading(String document) {
        return reading(document.replace('\'', '"').getBytes(UTF_8));
    }

    static Outcome<Request> reading(byte[] body) {
        return MessagesCodec.codec().requestReader().read(body, 0, body.length, RequestReader.FromPath.NOTHING);
    }

    static Request read(String document) {
        return done(reading(document));
    }

    /** A request of that conversation, with the rest of it. */
    static Request asking(String rest) {
        return read("{'model':'m','max_tokens':100,'messages':[{'role':'user','content':'Hi'}]" + rest + "}");
    }

    /** What must be there. */
    static <T> T given(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("absent");
        }
        return value;
    }

    static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome);
    }

    static Outcome<byte[]> writing(Request request, Destination destination, Losses losses) {
        return MessagesCodec.codec()
                .requestWriter()
                .write(request, destination, new ToolNames(Protocol.MESSAGES, request), losses);
    }

    static Json.Obj written(Request request, Destination destination, Losses losses) {
        return (Json.Obj) parse(done(writing(request, destination, losses)));
    }

    static Json parse(byte[] document) {
        return json(new String(document, UTF_8).replace("'", "\\u0027"));
    }

    static Request request(List<Part> instructions, List<Turn> turns, List<Tool> tools) {
        return new Request(
                "m",
                instructions,
                turns,
                new Request.Tools(tools, null, null),
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID,
                null,
                false,
                true,
                List.of());
    }

    /** The compiled constructor of a record with a compact one forgets that {@code structured} may be null. */
    @SuppressWarnings("NullAway")
    static Part.ToolResult result(
            Path at, String callId, List<Part> content, @Nullable Said<Boolean> error, @Nullable CacheHint cache) {
        return new Part.ToolResult(at, callId, null, content, null, error, cache);
    }

    static Request saying(Turn.Role role, Part... parts) {
        return request(List.of(), List.of(new Turn(AT, role, List.of(parts))), List.of());
    }

    static Request with(
            Request.Tools tools,
            Request.@Nullable Sampling sampling,
            Request.@Nullable Output output,
            @Nullable Thinking thinking,
            Request.@Nullable Context context) {
        return new Request(
                "m",
                List.of(),
                List.of(new Turn(AT, Turn.Role.USER, List.of(Part.Text.of(AT, Json.Text.of("Hi"))))),
                tools,
                sampling == null ? Request.Sampling.UNSAID : sampling,
                output == null ? Request.Output.UNSAID : output,
                thinking == null ? Thinking.UNSAID : thinking,
                context == null ? Request.Context.UNSAID : context,
                null,
                false,
                true,
                List.of());
    }

    static Exchange exchange(Tool... tools) {
        Request request = request(List.of(), List.of(), List.of(tools));
        return new Exchange(request, MODEL, new ToolNames(Protocol.MESSAGES, request), new Losses(), MINT);
    }

    static Outcome<Answer> answer(byte[] body, Exchange exchange) {
        return MessagesCodec.codec().wholeReader().read(body, 0, body.length, exchange);
    }

    static List<Event> events(byte[] stream, Exchange exchange) {
        return events(stream, stream.length, exchange);
    }

    /** Reads in pieces of that size out of an array that is overwritten after each; checks the rules. */
    static List<Event> events(byte[] stream, int piece, Exchange exchange) {
        return Streams.events(MessagesCodec.codec(), stream, piece, exchange, Kept::of);
    }

    static String stream(List<Event> events, Exchange exchange) {
        return Streams.written(MessagesCodec.codec(), events, exchange);
    }
}
