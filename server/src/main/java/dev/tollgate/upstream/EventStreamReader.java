package dev.tollgate.upstream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.Message;

/**
 * Puts the messages of an {@code application/vnd.amazon.eventstream} together from pieces (<a
 * href="https://smithy.io/2.0/aws/amazon-eventstream.html">Amazon Event Stream Specification</a>): total length, length of the
 * headers, a checksum over those two, headers, payload, a checksum over all. AWS's own library decodes a message once it is
 * whole; its own reader of pieces would take 2 MiB for each stream.
 *
 * <p>The first fault ends it: nothing behind a wrong length can be found again. Never throws for what the stream holds.
 */
final class EventStreamReader {
    /** One event of a model's answer is far smaller. */
    static final int LONGEST = 4 << 20;

    private static final int PRELUDE = 12;
    private static final int LEAST = PRELUDE + 4;
    private static final int LEAST_ROOM = 1 << 10;

    private final CRC32 checksum = new CRC32();
    private byte[] kept = {};
    private int used;
    private @Nullable String fault;

    /** Takes the next piece and hands on every message that it completes. */
    void feed(byte[] bytes, int offset, int length, Consumer<Message> sink) {
        if (fault != null) {
            return;
        }
        keep(bytes, offset, length);
        int from = 0;
        while (fault == null && used - from >= PRELUDE) {
            int total = totalLength(from);
            if (fault != null || used - from < total) {
                break;
            }
            decode(from, total, sink);
            from += total;
        }
        if (from > 0) {
            System.arraycopy(kept, from, kept, 0, used - from);
            used -= from;
        }
        if (used == 0 || fault != null) {
            kept = new byte[0];
            used = 0;
        }
    }

    /** What is wrong with the stream, or null. Names no byte of it. */
    @Nullable
    String fault() {
        return fault;
    }

    /** Judged before any of it is waited for: a length that is wrong would make the gate wait for ever. */
    private int totalLength(int from) {
        ByteBuffer prelude = ByteBuffer.wrap(kept, from, PRELUDE);
        int total = prelude.getInt();
        int headers = prelude.getInt();
        checksum.reset();
        checksum.update(kept, from, PRELUDE - 4);
        if ((int) checksum.getValue() != prelude.getInt()) {
            fault = "the checksum of a message's lengths is wrong";
        } else if (total < LEAST || headers < 0 || headers > total - LEAST) {
            fault = "a message's lengths contradict each other";
        } else if (total > LONGEST) {
            fault = "a message is longer than " + LONGEST + " bytes";
        }
        return total;
    }

    private void decode(int from, int total, Consumer<Message> sink) {
        Message message;
        try {
            message = Message.decode(ByteBuffer.wrap(kept, from, total).slice());
        } catch (RuntimeException e) { // a wrong checksum, or headers that end too early
            fault = "a message is damaged";
            return;
        }
        sink.accept(message);
    }

    private void keep(byte[] bytes, int offset, int length) {
        int needed = used + length;
        if (needed > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(needed, Math.max(LEAST_ROOM, 2 * used)));
        }
        System.arraycopy(bytes, offset, kept, used, length);
        used = needed;
    }
}
