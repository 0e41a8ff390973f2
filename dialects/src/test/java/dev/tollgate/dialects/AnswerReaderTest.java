package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerReaderTest {
    enum Golden {
        ANTHROPIC(Operation.MESSAGES),
        CHAT(Operation.CHAT_COMPLETIONS),
        RESPONSES(Operation.RESPONSES),
        EMBEDDINGS(Operation.EMBEDDINGS),
        GEMINI(Operation.GENERATE_CONTENT),
        GEMINI_ARRAY(Operation.STREAM_GENERATE_CONTENT),
        CONVERSE(Operation.CONVERSE);

        final Operation operation;

        Golden(Operation operation) {
            this.operation = operation;
        }

        byte[] body() {
            return Fixtures.bytes("answers/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ANTHROPIC, 0, 50, 0, 300, 77, 0, 0",
        "CHAT, 19, 0, 0, 0, 10, 4, 0",
        "RESPONSES, 6, 30, 0, 0, 87, 64, 1",
        "EMBEDDINGS, 8, 0, 0, 0, 0, 0, 0",
        "GEMINI, 40, 60, 0, 0, 35, 30, 0",
        "GEMINI_ARRAY, 7, 0, 0, 0, 12, 0, 0",
        "CONVERSE, 4, 50, 10, 300, 77, 0, 0",
    })
    void readsTheUsageOfAWholeAnswer(
            Golden golden,
            long input,
            long read,
            long write5m,
            long write1h,
            long output,
            long reasoning,
            long searches) {
        Usage expected = new Usage(input, read, write5m, write1h, output, reasoning, searches);
        assertEquals(new UsageReading.Reported(expected), read(golden.operation, golden.body()));
    }

    @Test
    void readsARangeOfTheArray() {
        byte[] body = "}}{\"usage\":{\"prompt_tokens\":8}}{{".getBytes(UTF_8);
        assertEquals(
                new UsageReading.Reported(new Usage(8, 0, 0, 0, 0, 0, 0)),
                AnswerReader.read(Operation.EMBEDDINGS, body, 2, body.length - 4));
    }

    @Test
    void explicitZerosAreReported() {
        String body = "{\"usage\":{\"input_tokens\":0,\"output_tokens\":0,\"cache_read_input_tokens\":0}}";
        assertEquals(new UsageReading.Reported(Usage.ZERO), read(Operation.MESSAGES, body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGES         | {"content":[{"type":"text","text":"hello"}]}
            MESSAGES         | {"usage":null}
            CHAT_COMPLETIONS | {"choices":[],"usage":null}
            CHAT_COMPLETIONS | {"choices":[],"usage":{}}
            CHAT_COMPLETIONS | {"choices":[],"x":{"usage":{"prompt_tokens":1,"completion_tokens":1}}}
            RESPONSES        | {"status":"queued","usage":null}
            GENERATE_CONTENT | {"candidates":[]}
            GENERATE_CONTENT | []
            CHAT_COMPLETIONS | <html>Bad gateway</html>
            """)
    void aWholeAnswerWithoutUsageIsAbsent(Operation operation, String body) {
        assertEquals(new UsageReading.Absent(), read(operation, body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGES         | {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}
            CHAT_COMPLETIONS | {"error":{"code":503,"message":"no capacity"}}
            CHAT_COMPLETIONS | {"error":"no capacity"}
            RESPONSES        | {"status":"failed","error":{"code":"server_error"},"output":[],"usage":null}
            EMBEDDINGS       | {"error":{"code":429}}
            GENERATE_CONTENT | {"error":{"code":503,"status":"UNAVAILABLE"}}
            GENERATE_CONTENT | [{"error":{"code":503,"status":"UNAVAILABLE"}}]
            """)
    void whatTheProviderRefusedCostsNothing(Operation operation, String body) {
        assertEquals(new UsageReading.Refused(), read(operation, body));
    }

    @Test
    void anErrorBesideTextOrFiguresIsNoRefusal() {
        assertEquals(
                new UsageReading.Reported(new Usage(9, 0, 0, 0, 2, 0, 0)),
                read(
                        Operation.RESPONSES,
                        "{\"status\":\"failed\",\"error\":{},\"usage\":{\"input_tokens\":9,\"output_tokens\":2}}"));
        assertEquals(
                new UsageReading.Partial(new Usage(0, 0, 0, 0, 2, 0, 0)),
                read(
                        Operation.CHAT_COMPLETIONS,
                        "{\"choices\":[{\"message\":{\"content\":\"half a\"}}],\"error\":{\"code\":500}}"));
        assertEquals(
                new UsageReading.Absent(),
                read(Operation.RESPONSES, "{\"status\":\"queued\",\"error\":null,\"usage\":null}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the count               | {"candidates":[{"content":{"parts":[{"text":"sixteen letters."}]}}],"usageMetadata":{"promptTokenCount":3}}
            the count, not thoughts | {"candidates":[{"content":{"parts":[{"text":"sixteen letters."}]}}],"usageMetadata":{"promptTokenCount":3,"thoughtsTokenCount":4}}
            """)
    void fieldMaskCannotHideOutputTokens(String hidden, String body) {
        Usage usage = assertInstanceOf(UsageReading.Partial.class, read(Operation.GENERATE_CONTENT, body), hidden)
                .usage();
        assertEquals(3, usage.inputTokens());
        assertEquals(4, usage.outputTokens());
    }

    @Test
    void theTotalSaysWhatAMissingCountWas() {
        String body =
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"abc\"}]}}],\"usageMetadata\":{\"promptTokenCount\":3,"
                        + "\"toolUsePromptTokenCount\":10,\"totalTokenCount\":63,\"thoughtsTokenCount\":20}}";
        assertEquals(
                new UsageReading.Reported(new Usage(13, 0, 0, 0, 50, 20, 0)), read(Operation.GENERATE_CONTENT, body));
    }

    @Test
    void anImageWhoseTokensAreHiddenIsAnAnswerWithoutUsage() {
        String body = "{\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"data\":\"AAAA\"}}]}}],"
                + "\"usageMetadata\":{\"promptTokenCount\":3}}";
        assertEquals(new UsageReading.Absent(), read(Operation.GENERATE_CONTENT, body));
    }

    @Test
    void anAnswerWithoutAnyPartHasNoOutput() {
        String body = "{\"candidates\":[{\"finishReason\":\"SAFETY\"}],\"usageMetadata\":{\"promptTokenCount\":3}}";
        assertEquals(new UsageReading.Reported(new Usage(3, 0, 0, 0, 0, 0, 0)), read(Operation.GENERATE_CONTENT, body));
    }

    @Test
    void searchesAreCountedOnceEachAndEmptyOnesNever() {
        String body =
                "[{\"candidates\":[{\"groundingMetadata\":{\"webSearchQueries\":[\"\",\"one\",\"two\",\"one\"]}}]},"
                        + "{\"candidates\":[{\"groundingMetadata\":{\"webSearchQueries\":[\"two\",\"\",\"three\"]}}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1}}]";
        assertEquals(
                new UsageReading.Reported(new Usage(3, 0, 0, 0, 1, 0, 3)),
                read(Operation.STREAM_GENERATE_CONTENT, body));
        String none = "{\"candidates\":[{\"groundingMetadata\":{\"webSearchQueries\":[\"\"]}}],"
                + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":1}}";
        assertEquals(new UsageReading.Reported(new Usage(3, 0, 0, 0, 1, 0, 0)), read(Operation.GENERATE_CONTENT, none));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGES         | fast     | {"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","speed":"fast"}}
            MESSAGES         | priority | {"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"priority","speed":"standard"}}
            MESSAGES         | batch    | {"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"batch"}}
            MESSAGES         |          | {"usage":{"input_tokens":1,"output_tokens":1,"service_tier":"standard","speed":"standard"}}
            CHAT_COMPLETIONS | priority | {"service_tier":"priority","usage":{"prompt_tokens":1,"completion_tokens":1}}
            CHAT_COMPLETIONS | flex     | {"service_tier":"flex","usage":{"prompt_tokens":1,"completion_tokens":1}}
            CHAT_COMPLETIONS |          | {"service_tier":"default","usage":{"prompt_tokens":1,"completion_tokens":1}}
            CHAT_COMPLETIONS |          | {"service_tier":null,"usage":{"prompt_tokens":1,"completion_tokens":1}}
            CHAT_COMPLETIONS | other    | {"service_tier":"ultrafast","usage":{"prompt_tokens":1,"completion_tokens":1}}
            RESPONSES        | priority | {"service_tier":"priority","usage":{"input_tokens":1,"output_tokens":1}}
            RESPONSES        |          | {"service_tier":"auto","usage":{"input_tokens":1,"output_tokens":1}}
            GENERATE_CONTENT | flex     | {"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"serviceTier":"flex"}}
            GENERATE_CONTENT |          | {"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"serviceTier":"standard","trafficType":"ON_DEMAND"}}
            GENERATE_CONTENT | priority | {"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"trafficType":"ON_DEMAND_PRIORITY"}}
            """)
    void readsTheServiceTier(Operation operation, @Nullable String tier, String body) {
        Usage usage = assertInstanceOf(UsageReading.Reported.class, read(operation, body))
                .usage();
        assertEquals(tier == null ? "standard" : tier, usage.tier().wireName());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MESSAGES         | {"usage":{"input_tokens":-1,"output_tokens":5}} | input_tokens
            MESSAGES         | {"usage":{"input_tokens":1,"output_tokens":1.5}} | output_tokens
            MESSAGES         | {"usage":{"input_tokens":1,"output_tokens":1e3}} | output_tokens
            MESSAGES         | {"usage":{"input_tokens":1000000001,"output_tokens":5}} | input_tokens
            MESSAGES         | {"usage":{"input_tokens":"12","output_tokens":5}} | input_tokens
            MESSAGES         | {"usage":{"input_tokens":1,"output_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":-3}}} | ephemeral_1h_input_tokens
            MESSAGES         | {"usage":{"input_tokens":1,"output_tokens":5,"output_tokens_details":{"thinking_tokens":6}}} | thinking_tokens
            CHAT_COMPLETIONS | {"usage":{"prompt_tokens":5136,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":10192}}} | cached_tokens
            CHAT_COMPLETIONS | {"usage":{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":6,"cache_write_tokens":5}}} | cache_write_tokens
            RESPONSES        | {"usage":{"input_tokens":10,"output_tokens":1,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":11}} | reasoning_tokens
            RESPONSES        | {"usage":{"input_tokens":99999999999999999999999,"output_tokens":1}} | input_tokens
            GENERATE_CONTENT | {"usageMetadata":{"promptTokenCount":5,"cachedContentTokenCount":6}} | cachedContentTokenCount
            """)
    void figuresThatCannotBeAreAbsurd(Operation operation, String body, String field) {
        assertEquals(new UsageReading.Absurd(field), read(operation, body));
    }

    @Test
    void cacheWritesAreCountedOnce() {
        String usage = "{\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"cache_creation_input_tokens\":%d,"
                + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":%d,\"ephemeral_1h_input_tokens\":%d}}}";
        assertEquals(
                new UsageReading.Reported(new Usage(1, 0, 30, 70, 1, 0, 0)),
                read(Operation.MESSAGES, usage.formatted(100, 30, 70)));
        // What the sum has beyond the parts goes the way of the part that is there.
        assertEquals(
                new UsageReading.Reported(new Usage(1, 0, 0, 90, 1, 0, 0)),
                read(Operation.MESSAGES, usage.formatted(90, 0, 70)));
        assertEquals(
                new UsageReading.Reported(new Usage(1, 0, 50, 70, 1, 0, 0)),
                read(Operation.MESSAGES, usage.formatted(120, 30, 70)));
        assertEquals(
                new UsageReading.Reported(new Usage(1, 0, 30, 70, 1, 0, 0)),
                read(Operation.MESSAGES, usage.formatted(0, 30, 70)));
        String sumOnly = "{\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"cache_creation_input_tokens\":9}}";
        assertEquals(new UsageReading.Reported(new Usage(1, 0, 9, 0, 1, 0, 0)), read(Operation.MESSAGES, sumOnly));
    }

    @Test
    void reasoningBesideTheOutputIsAddedWhereTheTotalSaysSo() {
        String body = "{\"usage\":{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":94}}}";
        assertEquals(
                new UsageReading.Reported(new Usage(32, 0, 0, 0, 103, 94, 0)), read(Operation.CHAT_COMPLETIONS, body));
    }

    @ParameterizedTest
    @EnumSource(names = {"COUNT_TOKENS", "GEMINI_COUNT_TOKENS"})
    void countingIsFree(Operation operation) {
        assertEquals(new UsageReading.Reported(Usage.ZERO), read(operation, "{\"input_tokens\":14,\"totalTokens\":3}"));
    }

    @Test
    void aCutAnswerIsPartialWithItsTextEstimated() {
        String body =
                "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"" + "abcd".repeat(25) + "\"}],\"usa";
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 25, 0, 0)), read(Operation.MESSAGES, body));
        String midUsage = "{\"content\":[],\"usage\":{\"input_tokens\":55,\"output_tokens\":12";
        assertEquals(new UsageReading.Partial(new Usage(55, 0, 0, 0, 0, 0, 0)), read(Operation.MESSAGES, midUsage));
    }

    @Test
    void figuresOfABodyThatIsDamagedAfterThemArePartial() {
        String body = "{\"usage\":{\"input_tokens\":55,\"output_tokens\":12}}\u0000";
        assertEquals(new UsageReading.Partial(new Usage(55, 0, 0, 0, 12, 0, 0)), read(Operation.MESSAGES, body));
    }

    @ParameterizedTest
    @EnumSource
    void aCutAnywhereNeverThrowsNorReportsMoreThanTheWhole(Golden golden) {
        byte[] body = golden.body();
        Usage whole = ((UsageReading.Reported) read(golden.operation, body)).usage();
        for (int length = 0; length < body.length - 2; length++) {
            UsageReading reading = AnswerReader.read(golden.operation, body, 0, length);
            Usage partial =
                    assertInstanceOf(UsageReading.Partial.class, reading).usage();
            assertTrue(partial.totalInputTokens() <= whole.totalInputTokens(), "cut at " + length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedAnswersNeverThrow(Golden golden) {
        RandomGenerator random = Fixtures.random("AnswerReaderTest");
        for (int round = 0; round < 3_000; round++) {
            byte[] body = golden.body();
            for (int edits = random.nextInt(8); edits >= 0; edits--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            assertNotNull(read(golden.operation, body));
        }
    }

    private static UsageReading read(Operation operation, String body) {
        return read(operation, body.getBytes(UTF_8));
    }

    private static UsageReading read(Operation operation, byte[] body) {
        return AnswerReader.read(operation, body, 0, body.length);
    }
}
