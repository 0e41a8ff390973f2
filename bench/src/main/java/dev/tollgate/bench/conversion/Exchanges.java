package dev.tollgate.bench.conversion;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Requests and streams in each protocol: the same conversation, made from Anthropic's form of it by the conversion itself. */
final class Exchanges {
    static final int EVENTS = 500;

    private static final int REQUEST_BYTES = 10 * 1024;
    private static final int WORDS_OF_AN_EVENT = 4;
    private static final Mint MINT = new Mint() {
        @Override
        public String id(String prefix) {
            return prefix + "0123456789abcdef01234567";
        }

        @Override
        public long epochSecond() {
            return 1_764_500_001;
        }
    };

    private Exchanges() {}

    static Codec codec(Protocol protocol) {
        return switch (protocol) {
            case MESSAGES -> MessagesCodec.codec();
            case CHAT_COMPLETIONS -> ChatCodec.codec();
            case RESPONSES -> ResponsesCodec.codec();
            case GENERATE_CONTENT -> GeminiCodec.codec();
            case CONVERSE -> throw new IllegalArgumentException("no client speaks Converse");
        };
    }

    /** About 10 KB, half of the messages as strings and half as blocks. */
    static byte[] request(Protocol client) {
        byte[] body = ChatBodies.body("model", REQUEST_BYTES, true).getBytes(UTF_8);
        return client == Protocol.MESSAGES
                ? body
                : convert(new Conversion(codec(Protocol.MESSAGES), codec(client)), Protocol.MESSAGES, body)
                        .body();
    }

    static Conversion.Converted convert(Conversion conversion, Protocol client, byte[] body) {
        String pathModel = client == Protocol.GENERATE_CONTENT ? "model" : null;
        var destination = new Destination("model", 4096, EnumSet.allOf(Destination.Takes.class));
        return switch (conversion.request(
                body,
                0,
                body.length,
                new RequestReader.FromPath(pathModel, pathModel != null),
                destination,
                false,
                MINT)) {
            case Outcome.Done<Conversion.Converted>(var converted) -> converted;
            case Outcome.Malformed<Conversion.Converted>(String message) -> throw new BenchException(message);
            case Outcome.NotExpressible<Conversion.Converted> field -> throw new BenchException(field.message());
        };
    }

    /** What a provider streams, cut as it would arrive: an event at a time. */
    static List<byte[]> stream(Protocol provider) {
        List<byte[]> events = events(messagesStream());
        if (provider == Protocol.MESSAGES) {
            return events;
        }
        Conversion conversion = new Conversion(codec(provider), codec(Protocol.MESSAGES));
        Exchange exchange = convert(conversion, provider, request(provider)).exchange();
        StreamConversion stream = conversion.stream(exchange);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] event : events) {
            out.writeBytes(stream.feed(event, 0, event.length));
        }
        out.writeBytes(stream.end());
        return events(out.toString(UTF_8));
    }

    private static List<byte[]> events(String stream) {
        List<byte[]> events = new ArrayList<>();
        for (String event : stream.split("(?<=\n\n)", -1)) {
            if (!event.isEmpty()) {
                events.add(event.getBytes(UTF_8));
            }
        }
        return events;
    }

    private static String messagesStream() {
        StringBuilder text = new StringBuilder();
        event(
                text,
                "message_start",
                "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"model\",\"content\":[],"
                        + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":2500,\"output_tokens\":1}}");
        event(text, "content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        for (int i = 0; i < EVENTS; i++) {
            String words = "token %d, ".formatted(i).repeat(WORDS_OF_AN_EVENT);
            event(
                    text,
                    "content_block_delta",
                    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + words + "\"}");
        }
        event(text, "content_block_stop", "\"index\":0");
        event(
                text,
                "message_delta",
                "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":2000}");
        event(text, "message_stop", "");
        return text.toString();
    }

    private static void event(StringBuilder text, String type, String fields) {
        text.append("event: ")
                .append(type)
                .append("\ndata: {\"type\":\"")
                .append(type)
                .append('"');
        text.append(fields.isEmpty() ? "" : "," + fields).append("}\n\n");
    }
}
