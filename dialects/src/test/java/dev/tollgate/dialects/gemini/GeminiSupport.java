package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.kit.Golden;
import dev.tollgate.dialects.kit.Pathless;
import dev.tollgate.dialects.kit.Streams;
import java.util.List;
import java.util.Set;

/** What the tests of this package share. Documents are written with single quotes. */
final class GeminiSupport {
    static final Codec CODEC = GeminiCodec.codec();
    static final String MODEL = "gemini-3-pro";
    static final Set<Destination.Takes> ALL = Set.of(Destination.Takes.values());

    private GeminiSupport() {}

    static byte[] bytes(String document) {
        return document.replace('\'', '"').getBytes(UTF_8);
    }

    static Json json(String document) {
        byte[] bytes = bytes(document);
        return assertInstanceOf(ParsedJson.Whole.class, Json.parse(bytes, 0, bytes.length), document)
                .value();
    }

    static Outcome<Request> reading(byte[] body) {
        return CODEC.requestReader().read(body, 0, body.length, new RequestReader.FromPath(MODEL, false));
    }

    @SuppressWarnings("unchecked")
    static Request request(String document) {
        return ((Outcome.Done<Request>) assertInstanceOf(Outcome.Done.class, reading(bytes(document)))).value();
    }

    /** A request of one user text with further members. */
    static Request asking(String members) {
        return request("{'contents':[{'parts':[{'text':'Hi'}]}]" + (members.isEmpty() ? "" : "," + members) + "}");
    }

    static String malformed(String document) {
        return assertInstanceOf(Outcome.Malformed.class, reading(bytes(document)), document)
                .message();
    }

    static Outcome<byte[]> writing(Request request, Losses losses, Set<Destination.Takes> takes) {
        return writing(request, losses, new Destination(MODEL, 8192, takes));
    }

    static Outcome<byte[]> writing(Request request, Losses losses, Destination to) {
        return CODEC.requestWriter().write(request, to, new ToolNames(Protocol.GENERATE_CONTENT, request), losses);
    }

    /** What the provider gets, with single quotes. */
    static String written(Request request, Losses losses, Set<Destination.Takes> takes) {
        return written(request, losses, new Destination(MODEL, 8192, takes));
    }

    static String written(Request request, Losses losses, Destination to) {
        byte[] body = (byte[]) assertInstanceOf(Outcome.Done.class, writing(request, losses, to))
                .value();
        assertInstanceOf(ParsedJson.Whole.class, Json.parse(body, 0, body.length));
        return new String(body, UTF_8).replace('"', '\'');
    }

    static String refused(Request request) {
        return assertInstanceOf(Outcome.NotExpressible.class, writing(request, new Losses(), ALL))
                .message();
    }

    static Exchange exchange(Request request) {
        Mint mint = new Mint() {
            private int made;

            @Override
            public String id(String prefix) {
                return prefix + "minted" + ++made;
            }

            @Override
            public long epochSecond() {
                return 1_700_000_000;
            }
        };
        return new Exchange(request, MODEL, new ToolNames(Protocol.GENERATE_CONTENT, request), new Losses(), mint);
    }

    static Exchange exchange() {
        return exchange(asking(""));
    }

    static Outcome<Answer> answering(byte[] body, Exchange exchange) {
        return CODEC.wholeReader().read(body, 0, body.length, exchange);
    }

    static Answer answer(String document, Exchange exchange) {
        return (Answer) assertInstanceOf(Outcome.Done.class, answering(bytes(document), exchange))
                .value();
    }

    /** The events of a stream, held against the rules, in pieces of that size; JSON in them is detached. */
    static List<Event> events(byte[] stream, int piece, Exchange exchange) {
        return Streams.events(CODEC, stream, piece, exchange, GeminiSupport::placeless);
    }

    static String stream(List<Event> events, Exchange exchange) {
        return Streams.written(CODEC, events, exchange);
    }

    /** The same without places, so that what was read can be compared to what was made; JSON is detached. */
    static <T> T placeless(T value) {
        return Pathless.of(value, each -> each instanceof Citation citation ? withoutItsForm(citation) : each);
    }

    /** A citation's own form is that of the place it was read from. */
    private static Citation withoutItsForm(Citation of) {
        return new Citation(
                of.at(), of.url(), of.title(), of.citedText(), of.start(), of.end(), of.home(), Json.Null.NULL);
    }

    static byte[] golden(String name) {
        return Golden.bytes(name);
    }
}
