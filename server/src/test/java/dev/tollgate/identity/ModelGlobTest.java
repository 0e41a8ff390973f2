package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ModelGlobTest {
    @Test
    void starIsAnyCharactersAndQuestionMarkExactlyOne() {
        assertTrue(ModelGlob.matches("*", ""));
        assertTrue(ModelGlob.matches("anthropic/*", "anthropic/claude-haiku-4-5"));
        assertTrue(ModelGlob.matches("*/*haiku*", "anthropic/claude-haiku-4-5"));
        assertTrue(ModelGlob.matches("gpt-?", "gpt-5"));
        assertFalse(ModelGlob.matches("gpt-?", "gpt-"));
        assertFalse(ModelGlob.matches("gpt-?", "gpt-51"));
        assertFalse(ModelGlob.matches("anthropic/*", "openai/anthropic/x"));
        assertFalse(ModelGlob.matches("fast", "faster"));
        assertFalse(ModelGlob.matches("", "x"));
    }

    @Test
    void everyOtherCharacterStandsForItself() {
        assertFalse(ModelGlob.matches("gpt-4.1", "gpt-4x1"));
        assertTrue(ModelGlob.matches("a[bc]", "a[bc]"));
        assertFalse(ModelGlob.matches("a[bc]", "ab"));
    }

    @Test
    void agreesWithTheRegularExpressionThatSaysTheSame() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            String glob = random(random, "ab*?");
            String text = random(random, "abc");
            Pattern regex = Pattern.compile(glob.replace("*", ".*").replace("?", "."));
            assertEquals(
                    regex.matcher(text).matches(),
                    ModelGlob.matches(glob, text),
                    "seed " + seed + ": " + glob + " against " + text);
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
        String glob = "*a".repeat(100);
        String text = "a".repeat(99) + "b".repeat(100_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(ModelGlob.matches(glob, text)));
    }
}
