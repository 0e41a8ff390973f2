package dev.tollgate.dialects;

import dev.tollgate.dialects.json.Bytes;

/**
 * Finds the events in a stream of server-sent events as its bytes pass, and hands their data on (<a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">HTML standard §9.2.6</a>).
 * Lines end with LF, CR LF or CR; an event ends with an empty line; a byte order mark may come first. Field names other than
 * {@code data} are passed over: what an event is stands in its data, in every dialect.
 */
final class SseFramer {
    /** Takes the data of an event, piece by piece. */
    interface Data {
        void data(byte[] bytes, int from, int to);
    }

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] NEW_LINE = {'\n'};

    private enum State {
        STREAM_START,
        LINE_START,
        NAME,
        BEFORE_VALUE,
        DATA_VALUE,
        OTHER_LINE
    }

    private State state = State.STREAM_START;
    private int matched;
    private boolean anyDataLine;
    private boolean afterCarriageReturn;
    private boolean eventEndedByCarriageReturn;
    private int emptyLineStart;

    /**
     * Reads on in {@code bytes[from, to)} up to the end of the event, and hands its data on.
     *
     * @return the index just after the empty line, or -1 where the event goes on
     */
    int readEvent(byte[] bytes, int from, int to, Data data) {
        int i = from;
        while (i < to) {
            byte b = bytes[i];
            switch (state) {
                case STREAM_START -> i = streamStart(b, i);
                case LINE_START -> {
                    if (b == '\n' && afterCarriageReturn) {
                        afterCarriageReturn = false; // the second half of the last line's end
                        i++;
                    } else if (b == '\n' || b == '\r') {
                        return emptyLine(bytes, i, to);
                    } else {
                        afterCarriageReturn = false;
                        matched = 0;
                        state = State.NAME;
                    }
                }
                case NAME -> i = name(b, i);
                case BEFORE_VALUE -> {
                    if (anyDataLine) {
                        data.data(NEW_LINE, 0, 1);
                    }
                    anyDataLine = true;
                    state = State.DATA_VALUE;
                    i += b == ' ' ? 1 : 0;
                }
                case DATA_VALUE, OTHER_LINE -> {
                    int end = Bytes.firstOf(bytes, i, to, '\n', '\r');
                    if (state == State.DATA_VALUE && end > i) {
                        data.data(bytes, i, end);
                    }
                    if (end < to) {
                        lineEnded(bytes[end]);
                    }
                    i = end + 1;
                }
            }
        }
        return -1;
    }

    /**
     * Whether the first byte after a piece is the second half of the empty line that ended it, and so belongs to the event before.
     * To be asked once at the start of each piece.
     */
    boolean completesEmptyLine(byte first) {
        boolean completes = eventEndedByCarriageReturn && first == '\n';
        eventEndedByCarriageReturn = false;
        return completes;
    }

    /** Where the empty line began that ended the last event. */
    int emptyLineStart() {
        return emptyLineStart;
    }

    private int streamStart(byte b, int i) {
        if (b == BYTE_ORDER_MARK[matched]) {
            if (++matched == BYTE_ORDER_MARK.length) {
                state = State.LINE_START;
            }
            return i + 1;
        }
        state = matched == 0 ? State.LINE_START : State.OTHER_LINE;
        return i;
    }

    private int name(byte b, int i) {
        if (matched < DATA.length && b == DATA[matched]) {
            matched++;
            return i + 1;
        }
        if (matched == DATA.length && b == ':') {
            state = State.BEFORE_VALUE;
            return i + 1;
        }
        // A line that is the bare word "data" has empty data, which no dialect sends.
        state = State.OTHER_LINE;
        return i;
    }

    private int emptyLine(byte[] bytes, int i, int to) {
        emptyLineStart = i;
        anyDataLine = false;
        afterCarriageReturn = false;
        if (bytes[i] == '\r' && i + 1 < to && bytes[i + 1] == '\n') {
            return i + 2;
        }
        eventEndedByCarriageReturn = bytes[i] == '\r' && i + 1 == to;
        return i + 1;
    }

    private void lineEnded(byte b) {
        afterCarriageReturn = b == '\r';
        state = State.LINE_START;
    }
}
