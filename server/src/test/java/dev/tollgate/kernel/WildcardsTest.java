package dev.tollgate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WildcardsTest {
    @Test
    void aMarkIsOneCharacterOnlyWherePatternsHaveMarks() {
        assertTrue(Wildcards.starsAndMarks("gpt-?", "gpt-5"));
        assertFalse(Wildcards.stars("gpt-?", "gpt-5"));
        assertTrue(Wildcards.stars("gpt-?", "gpt-?"));
    }

    @Test
    void agreesWithTheRegularExpressionThatSaysTheSame() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            String pattern = random(random, "ab*?");
            String text = random(random, "ab?");
            String said = "seed " + seed + ": " + pattern + " against " + text;
            String stars = pattern.replace("?", "[?]").replace("*", ".*");
            assertEquals(Pattern.matches(stars, text), Wildcards.stars(pattern, text), said);
            String marks = pattern.replace("?", ".").replace("*", ".*");
            assertEquals(Pattern.matches(marks, text), Wildcards.starsAndMarks(pattern, text), said);
        }
    }

    private static String random(SplittableRandom random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void manyStarsAgainstALongNameStayCheap() {
        String pattern = "*a".repeat(100);
        String text = "a".repeat(99) + "b".repeat(100_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(Wildcards.starsAndMarks(pattern, text)));
    }
}
