package dev.tollgate.budget;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes the fields of a slot apart, in the order in which {@link SlotWriter} put them together. */
final class SlotReader {
    private final byte[] bytes;
    private int at;

    SlotReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long getLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            value |= (bytes[at++] & 0xffL) << shift;
        }
        return value;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    String getText() {
        String text = getTextOrNull();
        if (text == null) {
            throw new IllegalStateException("a field of a slot is absent");
        }
        return text;
    }

    @Nullable
    String getTextOrNull() {
        int size = (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
        at += 2;
        if (size == SlotWriter.NULL) {
            return null;
        }
        String text = new String(bytes, at, size, StandardCharsets.UTF_8);
        at += size;
        return text;
    }
}
