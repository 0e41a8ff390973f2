package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.Arrays;

/**
 * The events of another writer as the elements of one JSON array, as Gemini streams to who does not ask for server-sent events (<a
 * href="https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent">{@code streamGenerateContent}</a> without
 * {@code alt=sse}). What fails, or is cut, ends with an element that is the error.
 */
final class ArrayEventWriter implements EventWriter {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};
    private static final byte[] FIRST = {'['};
    private static final byte[] NEXT = {',', '\r', '\n'};
    private static final byte[] END = {']'};

    private final EventWriter writer;
    private final JsonBytes events = new JsonBytes();
    private boolean begun;
    private boolean over;

    /** Of a writer whose events have data only, each in one line. */
    ArrayEventWriter(EventWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(Event event, JsonBytes out) {
        if (over) {
            return;
        }
        events.clear();
        writer.write(event, events);
        elements(events.toBytes(), out);
        if (event instanceof Event.Ended || event instanceof Event.Failed) {
            if (!begun) {
                out.outside(FIRST);
            }
            out.outside(END);
            over = true;
        }
    }

    private void elements(byte[] bytes, JsonBytes out) {
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (bytes[end] != '\n') {
                end++;
            }
            if (end > at) { // not the empty line between two events
                out.outside(begun ? NEXT : FIRST);
                out.outside(Arrays.copyOfRange(bytes, at + DATA.length, end));
                begun = true;
            }
            at = end + 1;
        }
    }
}
