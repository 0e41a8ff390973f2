package dev.tollgate.gateway;

import dev.tollgate.dialects.StreamReader;
import dev.tollgate.dialects.StreamTruncation;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.gateway.Stages.Replied;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer that must not cost more than is held for it. One whose provider keeps to no bound is ended here, in the dialect's
 * own way, as an answer that has reached its longest. One event loop only.
 */
final class CappedStream {
    /** Pieces after which a stream that cannot be ended in its own way is broken off. */
    private static final int MOST_BEYOND_BOUND = 16;

    private static final byte[] BROKEN_OFF = {};

    private final RunningCost cost;
    private final StreamTruncation truncation;
    /** Of the present piece, what has gone to the client last. */
    private byte[] passed = BROKEN_OFF;

    private int passedOffset;
    private int passedLength;
    private int piecesBeyondBound;

    private CappedStream(RunningCost cost, StreamTruncation truncation) {
        this.cost = cost;
        this.truncation = truncation;
    }

    /** Null where no cap has to hold: no budget covers the call, or nobody knows what it costs. */
    static @Nullable CappedStream of(Replied replied, long bodyBytes) {
        RunningCost cost = RunningCost.of(replied, bodyBytes);
        return cost == null
                ? null
                : new CappedStream(
                        cost,
                        new StreamTruncation(
                                replied.translation().operation(),
                                replied.routed().reserved().permitted().fields()));
    }

    /** A piece is about to be read. */
    void begin() {
        passedLength = 0;
    }

    /** These events go to the client; the array stays as it is while the piece is being read. */
    void passed(byte[] bytes, int offset, int length) {
        truncation.passed(bytes, offset, length);
        passed = bytes;
        passedOffset = offset;
        passedLength = length;
    }

    /**
     * After a piece that was read: the bytes that end the stream, if it is to be ended; none at all where it must be broken off.
     *
     * @param conversion through which the events go; null where they pass as they are
     */
    Optional<byte[]> end(StreamReader reader, @Nullable StreamConversion conversion) {
        if (reader.complete() || !cost.passesBound(reader)) {
            return Optional.empty();
        }
        Usage used = reader.usedAtLeast();
        byte[] end = conversion == null
                ? truncation.after(passed, passedOffset, passedLength, used).orElse(BROKEN_OFF)
                : conversion.truncate(used);
        boolean later = end.length == 0 && ++piecesBeyondBound < MOST_BEYOND_BOUND;
        return later ? Optional.empty() : Optional.of(end);
    }
}
