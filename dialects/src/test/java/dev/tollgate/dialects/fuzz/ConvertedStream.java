package dev.tollgate.dialects.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventRules;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.kit.CountingMint;
import dev.tollgate.dialects.kit.Pathless;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What holds of any bytes that come as a provider's stream. */
final class ConvertedStream {
    static final Codec CHAT = ChatCodec.codec();

    private static final List<Codec> CODECS =
            List.of(MessagesCodec.codec(), CHAT, ResponsesCodec.codec(), GeminiCodec.codec());

    private static final Request PLAIN = request("");
    private static final Request RICH = request("""
            ,"n":2,"logprobs":true,"stream_options":{"include_usage":true},"web_search_options":{},"tools":[
            {"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{}}}},
            {"type":"custom","custom":{"name":"shell"}}]""");

    record Read(List<Event> events, List<Loss> losses) {
        boolean ended() {
            return events.getLast() instanceof Event.Ended;
        }
    }

    private record Heard(byte[] bytes, boolean ended, boolean failed, List<Loss> losses) {}

    private ConvertedStream() {}

    /**
     * The events keep the rules and are the same however the bytes are cut; the stream ends as finished only where the provider said
     * so; and each client hears strict JSON that its own reader takes, finished where the provider's is.
     */
    static void verify(Codec provider, byte[] stream) {
        for (Request request : List.of(PLAIN, RICH)) {
            Read whole = read(provider, request, stream, Cut.WHOLE);
            assertEquals(whole, read(provider, request, stream, Cut.BYTE_BY_BYTE));
            assertEquals(whole, read(provider, request, stream, Cut.ANYWHERE));
            for (Codec client : CODECS) {
                if (client.protocol() != provider.protocol()) {
                    heard(client, provider, request, stream, whole.ended());
                }
            }
        }
        byte[] cut = Arrays.copyOf(stream, Math.floorMod(Arrays.hashCode(stream), stream.length + 1));
        for (byte[] each : List.of(stream, cut)) {
            assertTrue(
                    !read(provider, PLAIN, each, Cut.WHOLE).ended() || EndMarks.said(provider.protocol(), each),
                    "looks finished");
        }
    }

    static Read read(Codec provider, byte[] stream, Cut cut) {
        return read(provider, PLAIN, stream, cut);
    }

    private static Read read(Codec provider, Request request, byte[] stream, Cut cut) {
        Exchange exchange = exchange(provider, request);
        List<Event> events = new ArrayList<>();
        EventRules rules = new EventRules(event -> events.add(Pathless.of(event)));
        EventReader reader = provider.eventReader().apply(exchange);
        cut.feed(stream, (bytes, offset, length) -> reader.feed(bytes, offset, length, rules));
        reader.end(rules);
        assertTrue(rules.over(), "neither ended nor failed");
        return new Read(events, exchange.losses().list());
    }

    private static void heard(Codec client, Codec provider, Request request, byte[] stream, boolean ended) {
        String pair = provider.protocol() + " to " + client.protocol();
        Heard whole = heard(client, provider, request, stream, Cut.WHOLE);
        Heard pieces = heard(client, provider, request, stream, Cut.ANYWHERE);
        assertEquals(new String(whole.bytes(), UTF_8), new String(pieces.bytes(), UTF_8), pair);
        assertEquals(whole.losses(), pieces.losses(), pair);
        assertEquals(ended, whole.ended(), pair);
        assertEquals(!ended, whole.failed(), pair);
        for (byte[] event : Reference.events(whole.bytes())) {
            String text = new String(event, UTF_8);
            assertTrue(text.equals("[DONE]") || Reference.json(event).isPresent(), text);
        }
        Read again = read(client, request, whole.bytes(), Cut.WHOLE);
        assertEquals(ended, again.ended(), () -> pair + ": " + new String(whole.bytes(), UTF_8) + again.events());
    }

    private static Heard heard(Codec client, Codec provider, Request request, byte[] stream, Cut cut) {
        Exchange exchange = exchange(provider, request);
        StreamConversion conversion = new Conversion(client, provider).stream(exchange);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cut.feed(stream, (bytes, offset, length) -> out.writeBytes(conversion.feed(bytes, offset, length)));
        out.writeBytes(conversion.end());
        return new Heard(
                out.toByteArray(),
                conversion.ended(),
                conversion.failed(),
                exchange.losses().list());
    }

    private static Exchange exchange(Codec provider, Request request) {
        return new Exchange(
                request, "a-model", new ToolNames(provider.protocol(), request), new Losses(), new CountingMint());
    }

    private static Request request(String more) {
        byte[] body = ("{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more
                        + "}")
                .getBytes(UTF_8);
        return switch (CHAT.requestReader().read(body, 0, body.length, RequestReader.FromPath.NOTHING)) {
            case Outcome.Done<Request>(Request read) -> read;
            case Outcome.Malformed<Request>(String message) -> throw new AssertionError(message);
            case Outcome.NotExpressible<Request> not -> throw new AssertionError(not.message());
        };
    }
}
