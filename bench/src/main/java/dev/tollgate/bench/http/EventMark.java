package dev.tollgate.bench.http;

import io.netty.buffer.ByteBuf;

/**
 * The stamp inside the text of every streamed event: which event this is, of how many, and when the mock sent it. By it
 * the loader knows that none was lost and how long each was under way.
 *
 * <p>{@code ~}, then 8 hexadecimal digits for the sequence (from 0), 8 for the number of events, 16 for
 * {@link System#nanoTime()} at the sender. On Linux that clock is the machine's own, the same in every process.
 */
public final class EventMark {
    /** Characters, all of them ASCII. */
    public static final int LENGTH = 33;

    /** Stands nowhere else in what the mock sends. */
    private static final byte START = '~';

    private static final int DIGITS = LENGTH - 1;

    private EventMark() {}

    /** Writes the mark into an event's text, at this index of the buffer. */
    public static void write(ByteBuf event, int index, int sequence, int total, long sentNanos) {
        event.setByte(index, START);
        hex(event, index + 1, sequence, 8);
        hex(event, index + 9, total, 8);
        hex(event, index + 17, sentNanos, 16);
    }

    private static void hex(ByteBuf event, int index, long value, int digits) {
        for (int i = 0; i < digits; i++) {
            event.setByte(index + i, Character.forDigit((int) (value >>> (4 * (digits - 1 - i))) & 0xF, 16));
        }
    }

    /** Takes the marks of a stream, in order. */
    @FunctionalInterface
    public interface Sink {
        void event(int sequence, int total, long sentNanos);
    }

    /** Finds the marks in an answer's bytes as they come, however they were cut into pieces. One reader for each answer. */
    public static final class Reader {
        private static final int OUTSIDE = -1;

        private int digits = OUTSIDE;
        private long numbers;
        private long sentNanos;

        /** Reads the piece without moving its reader index. */
        public void accept(ByteBuf piece, Sink sink) {
            int at = piece.readerIndex();
            int end = piece.writerIndex();
            while (at < end) {
                if (digits == OUTSIDE) {
                    int start = piece.indexOf(at, end, START);
                    if (start < 0) {
                        return;
                    }
                    at = start + 1;
                    digits = 0;
                } else {
                    digit(piece.getByte(at++), sink);
                }
            }
        }

        private void digit(byte character, Sink sink) {
            int value = Character.digit(character, 16);
            if (value < 0) {
                digits = OUTSIDE; // a tilde that was no mark
                return;
            }
            if (digits < 16) {
                numbers = (numbers << 4) | value;
            } else {
                sentNanos = (sentNanos << 4) | value;
            }
            if (++digits == DIGITS) {
                digits = OUTSIDE;
                sink.event((int) (numbers >>> 32), (int) numbers, sentNanos);
            }
        }
    }
}
