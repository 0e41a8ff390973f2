package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NeedleTest {
    @Test
    void itFindsWhatASearchOfTextFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = word(random, random.nextInt(40));
            String pattern = word(random, 1 + random.nextInt(4)).replace('\u00e9', 't');
            int offset = random.nextInt(text.length() + 1);
            int length = random.nextInt(text.length() - offset + 1);
            assertEquals(
                    text.substring(offset, offset + length).contains(pattern),
                    new Needle(pattern).isIn(text.getBytes(ISO_8859_1), offset, length),
                    "seed " + seed + ": " + pattern + " in " + text + " at " + offset + " + " + length);
        }
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append("\"tg1.\u00e9".charAt(random.nextInt(6)));
        }
        return word.toString();
    }
}
