package dev.tollgate.kernel;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Identifiers: a prefix that says what it is, the time, and enough randomness that two never meet. */
public final class Ids {
    private static final SecureRandom SECURE = new SecureRandom();
    private static final char[] CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final char[] BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();

    // An id is a name, not a secret: a seeded generator per thread costs nanoseconds where SecureRandom costs a lock.
    private static final ThreadLocal<SplittableRandom> FAST =
            ThreadLocal.withInitial(() -> new SplittableRandom(SECURE.nextLong()));

    private Ids() {}

    /**
     * A sortable id, such as {@code req_06e7…}: 48 bits of epoch milliseconds and 77 random bits in Crockford's base 32,
     * 25 characters after the prefix and its underscore.
     */
    public static String sortable(String prefix, long epochMillis) {
        SplittableRandom random = FAST.get();
        int start = prefix.length() + 1;
        char[] id = new char[start + 25];
        prefix.getChars(0, prefix.length(), id, 0);
        id[prefix.length()] = '_';
        encode(epochMillis << 2, id, start, 10);
        encode(random.nextLong(), id, start + 10, 8);
        encode(random.nextLong(), id, start + 18, 7);
        return new String(id);
    }

    /** When a {@link #sortable} id was made, in epoch milliseconds. */
    public static long epochMillis(String sortable) {
        int start = sortable.indexOf('_') + 1;
        long bits = 0;
        for (char digit : sortable.substring(start, start + 10).toCharArray()) {
            bits = bits << 5 | Arrays.binarySearch(CROCKFORD, digit);
        }
        return bits >>> 2;
    }

    private static void encode(long bits, char[] into, int at, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            into[at + i] = CROCKFORD[(int) (bits & 31)];
            bits >>>= 5;
        }
    }

    /** Unguessable text of base-62 characters (5.95 bits each) from the system's secure generator. */
    public static String secret(int length) {
        char[] text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = BASE62[SECURE.nextInt(BASE62.length)];
        }
        return new String(text);
    }
}
