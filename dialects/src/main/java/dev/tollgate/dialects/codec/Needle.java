package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * A short text that is searched for in bytes that were not parsed. By Horspool's algorithm: of bytes that have little to do with it,
 * it looks at one in as many as it has itself.
 */
final class Needle {
    private final byte[] text;
    /** By the byte at which its end is held: how far on the next place is where it may stand. */
    private final byte[] skips = new byte[256];

    /** Of up to 127 ASCII characters, at least one. */
    Needle(String ascii) {
        text = ascii.getBytes(US_ASCII);
        Arrays.fill(skips, (byte) text.length);
        for (int i = 0; i < text.length - 1; i++) {
            skips[text[i]] = (byte) (text.length - 1 - i);
        }
    }

    /** Whether it stands in {@code bytes[offset, offset + length)}. */
    boolean isIn(byte[] bytes, int offset, int length) {
        int last = text.length - 1;
        int end = offset + length;
        int at = offset + last;
        while (at < end) {
            byte b = bytes[at];
            if (b == text[last] && Arrays.equals(bytes, at - last, at + 1, text, 0, text.length)) {
                return true;
            }
            at += skips[b & 0xff];
        }
        return false;
    }
}
