package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNamesTest {
    private static final NearestNames NAMES = new NearestNames(
            List.of("fast", "claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-4-5", "gpt-5", "gpt-5-mini", "o3"));

    @Test
    void findsTypingErrorsNearestFirst() {
        assertEquals(List.of("claude-haiku-4-5", "claude-haiku-5-5"), NAMES.near("claude-haiku-4.5"));
        assertEquals(List.of("claude-sonnet-4-5"), NAMES.near("cluade-sonnet-4-5"));
        assertEquals(List.of("fast"), NAMES.near("fest"));
    }

    @Test
    void ignoresCase() {
        assertEquals("gpt-5-mini", NAMES.near("GPT-5-Mini").getFirst());
    }

    @Test
    void findsNamesThatBeginAlike() {
        assertEquals(List.of("claude-haiku-5-5", "claude-haiku-4-5"), NAMES.near("claude-haiku"));
        assertEquals(List.of("gpt-5", "gpt-5-mini"), NAMES.near("gpt-5-mini-2099-01-01"));
    }

    @Test
    void findsNothingWhereNothingIsNear() {
        assertEquals(List.of(), NAMES.near("mistral-large"));
        assertEquals(List.of(), NAMES.near(""));
        assertEquals(List.of(), NAMES.near("x".repeat(100_000)));
    }

    @Test
    void givesAtMostFive() {
        NearestNames many = new NearestNames(
                IntStream.range(0, 50).mapToObj(i -> "model-" + i).toList());
        assertEquals(5, many.near("model-").size());
    }

    @Test
    void staysCheapWithManyLongNames() {
        NearestNames many = new NearestNames(
                IntStream.range(0, 20_000).mapToObj(i -> "a".repeat(70) + i).toList());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> many.near("b".repeat(70) + 12345));
    }
}
