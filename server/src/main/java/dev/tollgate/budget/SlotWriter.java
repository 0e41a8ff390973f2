package dev.tollgate.budget;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Puts fields together for a slot: numbers as eight bytes, texts as their length in bytes (two bytes) and their UTF-8. */
final class SlotWriter {
    static final int NULL = 0xffff;
    private static final int LENGTH_BYTES = 2;

    private final byte[] bytes;
    private int length;
    private int textsToCome;

    /** @param texts how many will be put: each finds room for its length, if for nothing else */
    SlotWriter(int room, int texts) {
        bytes = new byte[room];
        textsToCome = texts;
    }

    void putLong(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    /** Cut short at {@code max} bytes, or at what room there is, but never within a character. */
    void putText(String text, int max) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int room = Math.max(0, Math.min(max, bytes.length - length - LENGTH_BYTES * textsToCome));
        int size = utf8.length <= room ? utf8.length : cut(utf8, room);
        putLength(size);
        System.arraycopy(utf8, 0, bytes, length, size);
        length += size;
    }

    void putTextOrNull(@Nullable String text, int max) {
        if (text == null) {
            putLength(NULL);
        } else {
            putText(text, max);
        }
    }

    private void putLength(int size) {
        textsToCome--;
        bytes[length++] = (byte) size;
        bytes[length++] = (byte) (size >>> 8);
    }

    /** The longest whole characters within {@code room} bytes: a byte 10xxxxxx continues a character (RFC 3629, 3). */
    private static int cut(byte[] utf8, int room) {
        int end = room;
        while (end > 0 && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int checksum() {
        return checksum(bytes, length);
    }

    /** CRC-32C (RFC 3720, appendix B.4), which processors compute by themselves. */
    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
