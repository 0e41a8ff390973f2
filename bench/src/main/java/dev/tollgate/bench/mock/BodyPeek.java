package dev.tollgate.bench.mock;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Tells whether a request asks for a stream and for its usage, from no more than the first KiB and the last half KiB of
 * the body: that is where clients (and gates that edit in place) put those fields, and reading 100 KB for them would
 * cost more than the answer.
 */
final class BodyPeek {
    private static final int HEAD = 1024;
    private static final int TAIL = 512;
    private static final byte[] STREAM = "\"stream\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INCLUDE_USAGE = "\"include_usage\"".getBytes(StandardCharsets.US_ASCII);

    /** The head, then the tail, of which the oldest bytes are shifted out. */
    private final byte[] kept = new byte[HEAD + TAIL];

    private int length;

    void reset() {
        length = 0;
    }

    /** Takes the next piece of the body, all of it in order. */
    void accept(ByteBuf piece) {
        int from = piece.readerIndex();
        int bytes = piece.readableBytes();
        int direct = Math.min(bytes, kept.length - length);
        piece.getBytes(from, kept, length, direct);
        length += direct;
        int rest = bytes - direct;
        if (rest > 0) {
            int fresh = Math.min(rest, TAIL);
            System.arraycopy(kept, HEAD + fresh, kept, HEAD, TAIL - fresh);
            piece.getBytes(from + bytes - fresh, kept, kept.length - fresh, fresh);
        }
    }

    boolean wantsStream() {
        return isTrue(STREAM);
    }

    boolean wantsUsage() {
        return isTrue(INCLUDE_USAGE);
    }

    /** Whether this name stands before a colon and a {@code true}. Inside a text its quotes would be escaped. */
    private boolean isTrue(byte[] name) {
        for (int at = 0; at <= length - name.length; at++) {
            if (kept[at] == '"' && matches(name, at)) {
                int value = skipBlanks(at + name.length);
                if (value < length && kept[value] == ':') {
                    value = skipBlanks(value + 1);
                    return value < length && kept[value] == 't';
                }
            }
        }
        return false;
    }

    private boolean matches(byte[] name, int at) {
        for (int i = 1; i < name.length; i++) {
            if (kept[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < length && (kept[at] == ' ' || kept[at] == '\n' || kept[at] == '\r' || kept[at] == '\t')) {
            at++;
        }
        return at;
    }
}
