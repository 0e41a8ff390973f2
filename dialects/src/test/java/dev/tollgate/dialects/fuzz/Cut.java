package dev.tollgate.dialects.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Ways in which the same bytes arrive. */
public enum Cut {
    WHOLE,
    BYTE_BY_BYTE,
    /** At places drawn from the bytes themselves, so that the same input always does the same. */
    ANYWHERE;

    /** Takes {@code bytes[offset, offset + length)}, which is overwritten when this returns. */
    @FunctionalInterface
    public interface Piece {
        void feed(byte[] bytes, int offset, int length);
    }

    private static final int MARGIN = 3;
    private static final int LONGEST_DRAWN = 40;
    /** A long stream is cut into longer pieces: at least so many. */
    private static final int FEWEST_DRAWN = 64;

    /** Feeds the stream piece by piece, each out of an array of its own, between line ends that are none of the stream's. */
    public void feed(byte[] stream, Piece to) {
        Random random = new Random(Arrays.hashCode(stream));
        for (int from = 0; from < stream.length; ) {
            int length = Math.min(length(stream.length, random), stream.length - from);
            byte[] piece = new byte[length + 2 * MARGIN];
            Arrays.fill(piece, (byte) '\n');
            ByteBuffer.wrap(piece).put(MARGIN, stream, from, length);
            to.feed(piece, MARGIN, length);
            Arrays.fill(piece, (byte) '#');
            from += length;
        }
    }

    private int length(int total, Random random) {
        return switch (this) {
            case WHOLE -> total;
            case BYTE_BY_BYTE -> 1;
            case ANYWHERE -> 1 + random.nextInt(Math.max(LONGEST_DRAWN, total / FEWEST_DRAWN));
        };
    }
}
