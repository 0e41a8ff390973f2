package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
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
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.kit.Golden;
import dev.tollgate.dialects.kit.Pathless;
import dev.tollgate.dialects.kit.Streams;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share. */
final class ChatKit {
    static final Codec CODEC = ChatCodec.codec();
    static final String MODEL = "gpt-5.6-luna";
    static final Destination OPENAI = new Destination(MODEL, 4096, EnumSet.allOf(Destination.Takes.class));
    /** A small server that copied the protocol. */
    static final Destination PLAIN = new Destination("llama", 4096, Set.of(Destination.Takes.SAMPLING));

    static final Mint MINT = new Mint() {
        @Override
        public String id(String prefix) {
            return prefix + "minted0123456789";
        }

        @Override
        public long epochSecond() {
            return 1_764_500_001;
        }
    };

    private ChatKit() {}

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] golden(String name) {
        return Golden.bytes(name);
    }

    static Json json(String document) {
        byte[] bytes = bytes(document);
        return switch (Json.parse(bytes, 0, bytes.length)) {
            case ParsedJson.Whole(Json value) -> value;
            case ParsedJson.Broken(String problem) -> throw new IllegalArgumentException(problem + ": " + document);
        };
    }

    static Json.Obj object(String document) {
        return (Json.Obj) json(document);
    }

    static Json.Num number(String digits) {
        return (Json.Num) json(digits);
    }

    static Outcome<Request> tryRead(byte[] body) {
        return CODEC.requestReader().read(body, 0, body.length, RequestReader.FromPath.NOTHING);
    }

    static Request read(String body) {
        return done(tryRead(bytes(body)));
    }

    static String written(Request request, Destination destination, Losses losses) {
        return new String(done(tryWrite(request, destination, losses)), UTF_8);
    }

    static Outcome<byte[]> tryWrite(Request request, Destination destination, Losses losses) {
        ToolNames names = new ToolNames(Protocol.CHAT_COMPLETIONS, request);
        return CODEC.requestWriter().write(request, destination, names, losses);
    }

    static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Malformed<T>(String message) -> throw new AssertionError(message);
            case Outcome.NotExpressible<T> not -> throw new AssertionError(not.message());
        };
    }

    /** A result without structure. */
    @SuppressWarnings("NullAway") // the class file of a record with a compact constructor loses Json.@Nullable
    static Part.ToolResult toolResult(String callId, @Nullable Said<Boolean> error, List<? extends Part> content) {
        return new Part.ToolResult(Path.ROOT.member("x"), callId, null, List.copyOf(content), null, error, null);
    }

    @SuppressWarnings("NullAway") // as above
    static Answer.TokenLogprob tokenLogprob(
            Json.Text token, Json.Num logprob, Json.@Nullable Arr bytes, List<Answer.TokenLogprob> top) {
        return new Answer.TokenLogprob(token, logprob, bytes, top);
    }

    /** A request with nothing but these. */
    static Request request(List<Turn> turns, Request.Tools tools) {
        return new Request(
                MODEL,
                List.of(),
                turns,
                tools,
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID,
                null,
                true,
                true,
                List.of());
    }

    static Request user(Part... parts) {
        return request(List.of(new Turn(Path.ROOT, Turn.Role.USER, List.of(parts))), Request.Tools.NONE);
    }

    static Part.Text text(String text) {
        return Part.Text.of(Path.ROOT.member("text"), Json.Text.of(text));
    }

    static Exchange exchange(Tool... tools) {
        return exchange(request(List.of(), new Request.Tools(List.of(tools), null, null)));
    }

    static Exchange exchange(Request request) {
        return new Exchange(request, MODEL, new ToolNames(Protocol.CHAT_COMPLETIONS, request), new Losses(), MINT);
    }

    static Answer answer(String body, Exchange exchange) {
        byte[] bytes = bytes(body);
        return done(CODEC.wholeReader().read(bytes, 0, bytes.length, exchange));
    }

    /** The events of a stream that is fed in pieces of that many bytes, held against the rules, which must be over at the end. */
    static List<Event> events(byte[] stream, int piece, Exchange exchange) {
        return Streams.events(CODEC, stream, piece, exchange, Pathless::of);
    }

    /** What the client gets for these events. */
    static String stream(List<Event> events, Exchange exchange) {
        return Streams.written(CODEC, events, exchange);
    }
}
