package dev.tollgate.dialects.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCounterTest {
    private static final int MOST = TokenEstimator.EXACT_BYTES;

    private static TokenEstimate count(List<String> texts, int most) {
        TextCounter counter = new TextCounter();
        texts.forEach(text -> counter.add(Json.Text.of(text)));
        return counter.count(most);
    }

    /** As OpenAI's own tokenizer counts them (its cookbook, "How to count tokens with tiktoken"). */
    @ParameterizedTest
    @CsvSource({
        "hello world, 2",
        "antidisestablishmentarianism, 6",
        "2 + 2 = 4, 7",
        "お誕生日おめでとう, 8",
        "The quick brown fox jumps over the lazy dog., 10",
        "'', 0"
    })
    void knownTextsHaveTheirKnownTokens(String text, int tokens) {
        assertEquals(new TokenEstimate(tokens, tokens), count(List.of(text), MOST));
    }

    @Test
    void aModelsSpecialWordIsTextLikeAnyOther() {
        assertTrue(count(List.of("a <|endoftext|> b"), MOST).tokens() > 4);
    }

    @Test
    void escapesCountAsWhatTheySay() {
        TextCounter counter = new TextCounter();
        byte[] body = "\"say \\\"\\u0068\\u0065llo\\\"\\n\"".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(Json.parse(body, 0, body.length) instanceof dev.tollgate.dialects.json.ParsedJson.Whole(Json value)
                && value instanceof Json.Text);
        if (Json.parse(body, 0, body.length) instanceof dev.tollgate.dialects.json.ParsedJson.Whole(Json.Text text)) {
            counter.add(text);
        }
        assertEquals(count(List.of("say \"hello\"\n"), MOST), counter.count(MOST));
    }

    /** Runs without a space, on which tokenizers are known to take minutes; a lone surrogate; base64. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "_", " ", "\n", "中", "é", "0", "👍🏽", "\ud800", "x9Zq/+"})
    void aLongRunCostsNoMoreThanTheBound(String unit) {
        String run = unit.repeat(8 * MOST / unit.length());
        assertTimeout(Duration.ofSeconds(20), () -> {
            TokenEstimate estimate = count(List.of(run), MOST);
            long exactOfOneNth = count(List.of(run.substring(0, MOST / unit.length() / 4 * unit.length())), MOST)
                    .tokens();
            assertTrue(estimate.tokens() > exactOfOneNth, estimate + " of " + exactOfOneNth);
            assertTrue(estimate.atLeast() <= estimate.tokens());
        });
    }

    /** The first seed is of texts where a sample of few large pieces was further off than it said. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsExtrapolatedLiesWithinItsMargin(long seed) {
        Random random = new Random(seed);
        List<String> kinds = List.of(
                "The quick brown fox jumps over the lazy dog, and nobody minds. ",
                "if (value == null) {\n            throw new IllegalStateException(\"no value\");\n        }\n",
                "{\"id\":\"9f8a7c66-5b1e-4d0a-9a77-0c4b2f7e1d33\",\"size\":481516,\"ok\":true},",
                "お誕生日おめでとうございます。今日はいい天気ですね。");
        List<String> texts = new java.util.ArrayList<>();
        for (int i = 0; i < 400; i++) {
            texts.add(kinds.get(random.nextInt(kinds.size())).repeat(1 + random.nextInt(40)));
        }
        long exact = count(texts, Integer.MAX_VALUE).tokens();
        TokenEstimate sampled = count(texts, 64 * 1_024);
        assertTrue(
                sampled.atLeast() <= exact && exact <= sampled.tokens(),
                "seed " + seed + ": " + sampled + ", " + exact);
        assertTrue(sampled.tokens() < 1.5 * exact && sampled.atLeast() > exact / 1.5, sampled + ", " + exact);
    }

    static LongStream seeds() {
        return LongStream.of(33457553636826L, System.nanoTime());
    }

    /** Where nearly all tokens are in few places, a sample tells less: the margin says so. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theMarginIsWideWhereTheTokensAreInFewPlaces(long seed) {
        Random random = new Random(seed);
        String empty = " ".repeat(256);
        String dense = "9f8a7c66-5b1e-4d0a-9a77-0c4b2f7e".repeat(8);
        List<String> texts = new java.util.ArrayList<>();
        for (int i = 0; i < 4_096; i++) {
            texts.add(random.nextInt(100) < 10 ? dense : empty);
        }
        long exact = count(texts, Integer.MAX_VALUE).tokens();
        TokenEstimate sampled = count(texts, MOST);
        assertTrue(sampled.atLeast() <= exact && exact <= sampled.tokens(), sampled + ", " + exact);
    }

    /** Turns of a conversation alternate; a sample that keeps step with them would see one side only. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void aPatternInTheTextsDoesNotFoolTheSample(int period) {
        String dense = "{\"id\":\"9f8a7c\",\"n\":481516},".repeat(35);
        String sparse = "The quick brown fox jumps over it. ".repeat(29);
        List<String> texts = new java.util.ArrayList<>();
        for (int i = 0; i < 2_048; i++) {
            texts.add(i % period == 0 ? dense : sparse);
        }
        long exact = count(texts, Integer.MAX_VALUE).tokens();
        TokenEstimate sampled = count(texts, MOST);
        assertTrue(sampled.atLeast() <= exact && exact <= sampled.tokens(), sampled + ", " + exact);
    }

    @Test
    void manySmallTextsAreSampledTogether() {
        List<String> texts = java.util.Collections.nCopies(100_000, "yes");
        TokenEstimate sampled = count(texts, 10_000);
        assertTrue(sampled.atLeast() < 100_000 && sampled.tokens() > 100_000, sampled.toString());
    }
}
