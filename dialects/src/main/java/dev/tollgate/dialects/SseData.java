package dev.tollgate.dialects;

import java.util.Arrays;

/**
 * The data of server-sent events, each whole, out of a stream that arrives in pieces. One thread at a time; keeps at most one event.
 */
public final class SseData {
    /** Takes the data of one event, without its line's last end. */
    @FunctionalInterface
    public interface Sink {
        /** {@code bytes[from, to)}, which is overwritten when this returns. */
        void event(byte[] bytes, int from, int to);

        /** An event without data: a comment, with which a server keeps the connection alive. */
        default void empty() {}
    }

    private static final int LEAST_ROOM = 1 << 10;

    private final int longest;
    private final SseFramer framer = new SseFramer();
    private byte[] kept = new byte[LEAST_ROOM];
    private int length;
    private boolean tooLong;

    /**
     * For one stream.
     *
     * @param longest bytes of data that one event may have
     */
    public SseData(int longest) {
        this.longest = longest;
    }

    /**
     * Takes {@code bytes[offset, offset + length)}.
     *
     * @return false where an event is too long: the stream cannot be read on
     */
    public boolean feed(byte[] bytes, int offset, int length, Sink sink) {
        int end = offset + length;
        int from = offset;
        if (length > 0 && framer.completesEmptyLine(bytes[offset])) {
            from++;
        }
        int next = framer.readEvent(bytes, from, end, this::keep);
        while (next >= 0 && !tooLong) {
            if (this.length == 0) {
                sink.empty();
            }
            tell(sink);
            next = framer.readEvent(bytes, next, end, this::keep);
        }
        return !tooLong;
    }

    /** The stream has closed. An event without its empty line counts as one. */
    public void end(Sink sink) {
        if (!tooLong) {
            tell(sink);
        }
    }

    private void tell(Sink sink) {
        int told = length;
        length = 0;
        if (told > 0) {
            sink.event(kept, 0, told);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        int more = to - from;
        if (tooLong || more > longest - length) {
            tooLong = true;
            return;
        }
        if (length + more > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(length + more, 2 * kept.length));
        }
        System.arraycopy(bytes, from, kept, length, more);
        length += more;
    }
}
