package dev.tollgate.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where a name may begin in JSON: a quote before a small letter, or an escape by number, behind which a letter may be. Other
 * quotes and escapes, which are many in prompts with code, are passed over eight bytes at a time.
 */
final class Openings {
    /** A {@code long} read from a byte array at any index, first byte lowest. */
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    private Openings() {}

    /** The index of the next quote before a small letter or backslash before a {@code u}, both below {@code end}; else {@code end}. */
    static int next(byte[] bytes, int from, int end) {
        int i = from;
        for (; i + Long.BYTES < end; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i);
            long after = (long) WORD.get(bytes, i + 1);
            // Bits 5 and 6 are set, and 7 is not, in small letters and five signs; of the letters that JSON escapes
            // (RFC 8259, 7: b f n r t u), u alone is odd.
            long small = (after << 1) & (after << 2) & ~after;
            long hits = small & (zeros(word ^ (ONES * '"')) | (zeros(word ^ (ONES * '\\')) & (after << 7)));
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        for (; i + 1 < end; i++) {
            boolean small = bytes[i + 1] >= 0x60;
            if (small && (bytes[i] == '"' || (bytes[i] == '\\' && (bytes[i + 1] & 1) != 0))) {
                return i;
            }
        }
        return end;
    }

    /** The high bit of each zero byte, and of no other. */
    private static long zeros(long word) {
        return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
    }
}
