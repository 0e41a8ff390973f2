package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Bedrock's stream of chunks as Anthropic's server-sent events (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html">ResponseStream</a>): each chunk
 * holds one of them, base64 in JSON. An exception becomes the in-band error that a client of Anthropic knows.
 */
final class BedrockEvents implements EventFraming {
    private static final Pattern EVENT_NAME = Pattern.compile("[a-z_]{1,64}");
    private static final byte[] EVENT = "event: ".getBytes(US_ASCII);
    private static final byte[] DATA = "\ndata: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);

    private final String requestId;
    private final EventStreamReader reader = new EventStreamReader();
    private @Nullable String problem;
    private Buffer events = Buffer.buffer();

    /** @param requestId Bedrock's own, shown in errors */
    BedrockEvents(String requestId) {
        this.requestId = requestId;
    }

    @Override
    public Buffer unframe(Buffer piece) {
        events = Buffer.buffer(piece.length());
        ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
        if (bytes.hasArray()) {
            int offset = bytes.arrayOffset() + bytes.readerIndex();
            reader.feed(bytes.array(), offset, bytes.readableBytes(), this::message);
        } else {
            reader.feed(piece.getBytes(), 0, piece.length(), this::message);
        }
        return events;
    }

    @Override
    public @Nullable Throwable fault() {
        String fault = problem == null ? reader.fault() : problem;
        return fault == null ? null : new IOException("Bedrock's event stream: " + fault);
    }

    private void message(Message message) {
        if (problem != null) {
            return;
        }
        switch (header(message, ":message-type")) {
            case "event" -> {
                if (header(message, ":event-type").equals("chunk")) {
                    chunk(message.getPayload());
                } // others may come to be; what does not know them passes over them
            }
            case "exception" -> {
                String type = header(message, ":exception-type");
                error(AwsErrors.kind(type), AwsErrors.message(message.getPayload(), type));
            }
            case "error" -> {
                String code = header(message, ":error-code");
                String text = header(message, ":error-message");
                error(AwsErrors.kind(code), text.isEmpty() ? code : text);
            }
            default -> problem = "a message of no known type";
        }
    }

    private void chunk(byte[] payload) {
        try {
            byte[] event = Base64.getDecoder().decode(TopLevel.text(payload, "bytes"));
            String name = TopLevel.text(event, "type");
            if (EVENT_NAME.matcher(name).matches()) {
                events.appendBytes(EVENT).appendString(name).appendBytes(DATA);
                events.appendBytes(oneLine(event)).appendBytes(END);
                return;
            }
        } catch (IllegalArgumentException e) { // no base64
            // told below; the cause could repeat a part of an answer
        }
        problem = "a chunk holds no event";
    }

    /** A line end between JSON's tokens is a blank to JSON, and would end the event to its reader. */
    private static byte[] oneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }

    private void error(ErrorKind kind, String message) {
        events.appendBytes(ErrorBodies.event(Operation.MESSAGES, kind, message, requestId));
    }

    private static String header(Message message, String name) {
        HeaderValue value = message.getHeaders().get(name);
        try {
            return value == null ? "" : value.getString();
        } catch (IllegalStateException e) { // it is a number, or another type; the library does not show which
            return "";
        }
    }
}
