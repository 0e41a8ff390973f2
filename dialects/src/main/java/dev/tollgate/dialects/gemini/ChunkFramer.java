package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.SseData;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a streamed answer, each whole: the data of server-sent events, or, without {@code alt=sse}, the elements of one JSON
 * array (an object outside of it, such as an error, counts as well). The first byte that is no space tells which. One thread at a
 * time; keeps at most one chunk.
 */
final class ChunkFramer {
    private static final int LEAST_ROOM = 1 << 10;

    private final int longest;
    private final SseData events;
    private @Nullable Boolean array;
    private boolean inBrackets;
    private long read;
    private long whole;

    private byte[] kept = new byte[0];
    private int length;
    private int depth;
    private boolean inText;
    private boolean escaped;

    ChunkFramer(int longest) {
        this.longest = longest;
        this.events = new SseData(longest);
    }

    /** False where a chunk is too long: the stream cannot be read on. */
    boolean feed(byte[] bytes, int offset, int length, SseData.Sink sink) {
        for (int i = offset; array == null && i < offset + length; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                inBrackets = bytes[i] == '[';
                array = inBrackets || bytes[i] == '{';
            }
        }
        boolean readable = (array == null || !array)
                ? events.feed(bytes, offset, length, sink)
                : elements(bytes, offset, offset + length, sink);
        read += length;
        return readable;
    }

    /** How many bytes of the stream, from its first one on, are an array's beginning and whole elements; 0 of anything else. */
    long wholeBytes() {
        return inBrackets ? whole : 0;
    }

    /** The stream has closed. What is left of a chunk counts as one, and is no JSON then. */
    void end(SseData.Sink sink) {
        events.end(sink);
        if (length > 0) {
            sink.event(kept, 0, length);
            length = 0;
        }
    }

    private boolean elements(byte[] bytes, int from, int to, SseData.Sink sink) {
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (inText) {
                inText = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '{' || (b == '[' && depth > 0)) {
                start = depth++ == 0 ? i : start;
            } else if ((b == '}' || b == ']') && depth > 0 && --depth == 0) {
                if (!keep(bytes, start, i + 1)) {
                    return false;
                }
                int told = length;
                length = 0;
                whole = read + (i + 1 - from);
                sink.event(kept, 0, told);
            } else if (b == '"') {
                inText = depth > 0;
            }
        }
        return depth == 0 || keep(bytes, start, to);
    }

    private boolean keep(byte[] bytes, int from, int to) {
        int more = to - from;
        if (more > longest - length) {
            return false;
        }
        if (length + more > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(LEAST_ROOM, Math.max(length + more, 2 * kept.length)));
        }
        System.arraycopy(bytes, from, kept, length, more);
        length += more;
        return true;
    }
}
