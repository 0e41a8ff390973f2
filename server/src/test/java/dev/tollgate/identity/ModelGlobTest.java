package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
