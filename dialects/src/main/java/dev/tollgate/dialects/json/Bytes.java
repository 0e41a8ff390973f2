package dev.tollgate.dialects.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches in byte arrays, eight bytes at a time. */
public final class Bytes {
    public static final byte[] EMPTY = {};

    /** A {@code long} read from a byte array at any index, first byte lowest. */
    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Bytes() {}

    /** The index of the first {@code a} or {@code b} (both ASCII) in {@code [from, to)}, or {@code to}. */
    public static int firstOf(byte[] bytes, int from, int to, char a, char b) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i);
            long hits = (borrows(word ^ (ONES * a)) | borrows(word ^ (ONES * b))) & ~word & HIGH_BITS;
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == a || bytes[i] == b) {
                return i;
            }
        }
        return to;
    }

    /** The index of the first quote, backslash or control character (below U+0020) in {@code [from, to)}, or {@code to}. */
    public static int endOfPlainText(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i);
            long hits = (borrows(word ^ (ONES * '"')) | borrows(word ^ (ONES * '\\')) | (word - ONES * ' '))
                    & ~word
                    & HIGH_BITS;
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == '"' || bytes[i] == '\\' || (bytes[i] >= 0 && bytes[i] < ' ')) {
                return i;
            }
        }
        return to;
    }

    /**
     * Of the bytes below 0x80, sets the high bit of each zero byte. A byte above a zero byte may be marked wrongly (the subtraction
     * borrows), so only the lowest mark counts; what stands in the high bits of other bytes is for the caller to leave out. As no
     * sought byte has its own high bit set, that is once for all of them, on the word itself.
     */
    private static long borrows(long word) {
        return word - ONES;
    }
}
