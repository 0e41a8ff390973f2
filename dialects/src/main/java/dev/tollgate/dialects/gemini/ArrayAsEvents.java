package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An answer that is streamed as one JSON array (<a
 * href="https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent">{@code streamGenerateContent}</a> without
 * {@code alt=sse}), as the server-sent events that it would have been: for whoever reads those. One thread at a time; keeps at most
 * one element.
 */
public final class ArrayAsEvents {
    private static final int LONGEST = 1 << 20;
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = ",\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ChunkFramer framer = new ChunkFramer(LONGEST);
    private boolean readable = true;

    /** The events of the elements that end in these bytes; none any more after an element that is too long to be kept. */
    public byte[] events(byte[] bytes, int offset, int length) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        readable =
                readable && framer.feed(bytes, offset, length, (from, start, end) -> write(events, from, start, end));
        return events.toByteArray();
    }

    /** One line: what ends a line in JSON is a space, for strings have none. */
    private static void write(ByteArrayOutputStream events, byte[] bytes, int from, int to) {
        events.writeBytes(DATA);
        for (int i = from; i < to; i++) {
            events.write(bytes[i] == '\n' || bytes[i] == '\r' ? ' ' : bytes[i]);
        }
        events.writeBytes(END_OF_EVENT);
    }

    /** Whether the array can be ended: it is one, and has a whole element. */
    public boolean canEnd() {
        return framer.wholeBytes() > 0;
    }

    /**
     * The whole array, ended after its last whole element.
     *
     * @param array as it has come
     * @param event the last element, as an event of one line
     */
    public byte[] ended(byte[] array, byte[] event) {
        JsonBytes out = new JsonBytes();
        out.outside(Arrays.copyOf(array, (int) framer.wholeBytes()));
        out.outside(NEXT);
        out.outside(Arrays.copyOfRange(event, DATA.length, event.length - END_OF_EVENT.length));
        out.outside(new byte[] {']'});
        return out.toBytes();
    }
}
