package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.StreamReader;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.dialects.gemini.ArrayAsEvents;
import dev.tollgate.gateway.Stages.Replied;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that Gemini streams as one JSON array, and that must not cost more than is held for it: it passes whole, as it came, and is
 * ended as {@link CappedStream} ends a stream of events. One event loop only.
 */
final class CappedArray implements StreamReader.Sink {
    private final CappedStream cap;
    private final StreamReader reader;
    private final ArrayAsEvents array = new ArrayAsEvents();
    /** Null while it goes on. */
    private byte @Nullable [] end;

    private CappedArray(CappedStream cap, StreamReader reader) {
        this.cap = cap;
        this.reader = reader;
    }

    /** Null where no cap has to hold, or the answer is no such array. */
    static @Nullable CappedArray of(Replied replied, long bodyBytes) {
        Operation operation = replied.translation().operation();
        boolean passes = replied.translation() instanceof Translation.Untouched;
        CappedStream cap =
                operation == Operation.STREAM_GENERATE_CONTENT && passes ? CappedStream.of(replied, bodyBytes) : null;
        int choices = replied.routed().reserved().permitted().fields().choices();
        return cap == null ? null : new CappedArray(cap, new StreamReader(operation, false, choices));
    }

    /** Reads the next piece; false where the answer has cost what is held for it, and is to be ended. */
    boolean goesOn(Buffer piece) {
        byte[] bytes = piece.getBytes();
        byte[] events = array.events(bytes, 0, bytes.length);
        if (events.length > 0 && array.canEnd()) {
            cap.begin();
            reader.feed(events, 0, events.length, this);
            end = cap.end(reader, null).orElse(null);
        }
        return end == null;
    }

    @Override
    public void forward(byte[] bytes, int offset, int length) {
        cap.passed(bytes, offset, length);
    }

    @Override
    public void hold(byte[] bytes, int offset, int length) {}

    /** Whether {@link #goesOn} has said no. */
    boolean isOver() {
        return end != null;
    }

    UsageReading usage() {
        return reader.usage();
    }

    /**
     * What the client gets of an array that is over: ended as one that has reached its longest.
     *
     * @param collected all that has come
     * @return null where it cannot be ended so
     */
    byte @Nullable [] ended(byte[] collected) {
        return end == null || end.length == 0 ? null : array.ended(collected, end);
    }
}
