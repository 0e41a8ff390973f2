package dev.tollgate.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Bedrock's event stream as server-sent events: what a message says in them, the {@link Wording} of its API knows. */
final class BedrockEvents implements EventFraming {
    /** How one API's messages are told. */
    interface Wording {
        /**
         * Appends what an event means, or nothing where it is of a type that may have come to be.
         *
         * @return what is wrong with it, without any byte of it; null where it is well
         */
        @Nullable
        String event(String type, byte[] payload, Buffer events);

        /** Appends the error that ends the stream. */
        void error(String type, String message, Buffer events);
    }

    private final Wording wording;
    private final EventStreamReader reader = new EventStreamReader();
    private @Nullable String problem;
    private Buffer events = Buffer.buffer();

    BedrockEvents(Wording wording) {
        this.wording = wording;
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
            case "event" -> problem = wording.event(header(message, ":event-type"), message.getPayload(), events);
            case "exception" -> {
                String type = header(message, ":exception-type");
                wording.error(type, AwsErrors.message(message.getPayload(), type), events);
            }
            case "error" -> {
                String code = header(message, ":error-code");
                String text = header(message, ":error-message");
                wording.error(code, text.isEmpty() ? code : text, events);
            }
            default -> problem = "a message of no known type";
        }
    }

    /** A line end between JSON's tokens is a blank to JSON, and would end the event to its reader. */
    static byte[] oneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
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
