package dev.tollgate.dialects.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void findsWhatAByteByByteSearchFinds() {
        RandomGenerator random = Fixtures.random("BytesTest");
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                // Neighbours of the two, and both with the high bit set, are what a word-wise search confuses.
                bytes[i] = (byte) "!\"#[\\]\u0000a\u001f ".charAt(random.nextInt(10));
                if (random.nextInt(3) == 0) {
                    bytes[i] |= (byte) 0x80;
                }
                if (random.nextInt(2) == 0) {
                    bytes[i] = 'x';
                }
            }
            int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            int expected = from;
            while (expected < bytes.length && bytes[expected] != '"' && bytes[expected] != '\\') {
                expected++;
            }
            assertEquals(expected, Bytes.firstOf(bytes, from, bytes.length, '"', '\\'));
            int end = from;
            while (end < expected && (bytes[end] < 0 || bytes[end] >= ' ')) {
                end++;
            }
            assertEquals(end, Bytes.endOfPlainText(bytes, from, bytes.length));
        }
    }
}
