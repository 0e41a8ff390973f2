package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChunksTest {

    @Test
    void wordsKeepTheirBlanks() {
        assertEquals(List.of("one ", " ", "two ", "three"), Chunks.words("one  two three"));
        assertEquals(List.of(), Chunks.words(""));
    }

    @Test
    void piecesOfAnyTextJoinToItAndBreakNoCharacter() {
        long seed = System.nanoTime();
        System.out.println("ChunksTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder drawn = new StringBuilder();
            for (int c = random.nextInt(40); c > 0; c--) {
                drawn.appendCodePoint(random.nextBoolean() ? 'a' + random.nextInt(26) : 0x1F600 + random.nextInt(64));
            }
            String text = drawn.toString();
            int count = 1 + random.nextInt(50);
            List<String> pieces = Chunks.pieces(text, count);
            assertEquals(text, String.join("", pieces), "seed " + seed);
            assertTrue(pieces.size() <= count, "seed " + seed);
            for (String piece : pieces) {
                assertFalse(piece.isEmpty(), "seed " + seed);
                assertFalse(Character.isLowSurrogate(piece.charAt(0)), "seed " + seed);
            }
            String first = Chunks.first(text, count);
            assertTrue(text.startsWith(first) && first.length() <= count, "seed " + seed);
            assertTrue(first.isEmpty() || !Character.isHighSurrogate(first.charAt(first.length() - 1)), "seed " + seed);
        }
    }

    @Test
    void aTextOfSingleUnitsHasExactlyAsManyPiecesAsAsked() {
        for (int count = 1; count <= 100; count++) {
            assertEquals(count, Chunks.pieces("x".repeat(100), count).size());
        }
    }

    @Test
    void aLongTextHasAtMostAThousandPieces() {
        assertTrue(Chunks.words("a ".repeat(5_000)).size() <= 1_000);
    }
}
