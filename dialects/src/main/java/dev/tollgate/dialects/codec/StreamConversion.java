package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.json.JsonBytes;

/**
 * One answer's events on their way from a provider's form to a client's. One thread at a time. What the client gets for a piece is
 * returned by it, so the relay can flush piece by piece.
 */
public final class StreamConversion {
    private final EventReader reader;
    private final EventWriter writer;
    private final JsonBytes out = new JsonBytes();
    private boolean ended;
    private boolean failed;

    StreamConversion(EventReader reader, EventWriter writer) {
        this.reader = reader;
        this.writer = writer;
    }

    /** The next piece from the provider; the bytes for the client, none where no event was completed. */
    public byte[] feed(byte[] bytes, int offset, int length) {
        out.clear();
        reader.feed(bytes, offset, length, this::write);
        return out.toBytes();
    }

    /** The provider has closed; the last bytes for the client, an error where the stream had no end. */
    public byte[] end() {
        out.clear();
        reader.end(this::write);
        return out.toBytes();
    }

    /** Whether the answer has come to its end. Its last bytes, from the same piece on, wait for the settlement. */
    public boolean ended() {
        return ended;
    }

    /** Whether it has failed or was cut. */
    public boolean failed() {
        return failed;
    }

    private void write(Event event) {
        ended |= event instanceof Event.Ended;
        failed |= event instanceof Event.Failed;
        writer.write(event, out);
    }
}
