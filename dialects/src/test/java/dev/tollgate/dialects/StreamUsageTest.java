package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stream says of its usage, and what is estimated where it does not. */
class StreamUsageTest {
    private final Recorder sink = new Recorder();

    @Test
    void anErrorInsideAStreamIsSeenAndTheTextBefore() {
        StreamReader reader =
                sink.read(Operation.MESSAGES, false, new String(Fixtures.bytes("streams/anthropic-error.sse"), UTF_8));
        assertTrue(reader.failed());
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(40, 0, 0, 0, 10, 0, 0)), reader.usage());
        assertEquals("", sink.heldText());
    }

    @Test
    void aConverseStreamWithoutItsMetadataIsCut() {
        String whole = new String(GoldenStream.CONVERSE_CACHE.bytes(), UTF_8);
        StreamReader reader =
                sink.read(Operation.CONVERSE_STREAM, false, whole.substring(0, whole.indexOf("data: {\"meta")));
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 3, 0, 0)), reader.usage());
        assertEquals("", sink.heldText());
    }

    @Test
    void anExceptionInsideAConverseStreamIsSeen() {
        String error = "data: {\"error\":{\"type\":\"throttlingException\",\"message\":\"m\"}}\n\n";
        StreamReader reader = sink.read(Operation.CONVERSE_STREAM, false, error);
        assertTrue(reader.failed());
        assertEquals(new UsageReading.Refused(), reader.usage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"inputTokens\":-1,\"outputTokens\":1} | inputTokens",
                "{\"inputTokens\":1,\"outputTokens\":\"7\"} | outputTokens",
                "{\"inputTokens\":1,\"outputTokens\":1.5} | outputTokens",
                "{\"inputTokens\":1,\"outputTokens\":1,\"cacheReadInputTokens\":1000000001} | cacheReadInputTokens",
                "{\"inputTokens\":1,\"outputTokens\":1,\"cacheWriteInputTokens\":5,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":6}]}"
                        + " | cacheDetails",
            })
    void figuresOfConverseThatCannotBeAreNotBilled(String usage, String field) {
        String event = "data: {\"metadata\":{\"usage\":" + usage + "}}\n\n";
        assertEquals(
                new UsageReading.Absurd(field),
                sink.read(Operation.CONVERSE_STREAM, false, event).usage());
    }

    @Test
    void anErrorInsideAChatStreamIsSeen() {
        StreamReader reader = sink.read(
                Operation.CHAT_COMPLETIONS, false, new String(Fixtures.bytes("streams/chat-tools-error.sse"), UTF_8));
        assertTrue(reader.failed());
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 7, 0, 0)), reader.usage());
    }

    @Test
    void aFailedResponseIsTheEndAndAFailure() {
        StreamReader reader = sink.read(
                Operation.RESPONSES, false, new String(Fixtures.bytes("streams/responses-failed.sse"), UTF_8));
        assertTrue(reader.failed());
        assertTrue(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 7, 0, 0)), reader.usage());
        assertTrue(sink.heldText().startsWith("event: response.failed"));
    }

    @Test
    void anErrorInAGeminiOrResponsesStreamIsSeen() {
        assertTrue(sink.read(Operation.STREAM_GENERATE_CONTENT, false, "data: {\"error\":{\"code\":503}}\n\n")
                .failed());
        assertTrue(sink.read(Operation.RESPONSES, false, "data: {\"type\":\"error\",\"code\":\"x\"}\n\n")
                .failed());
        assertFalse(sink.read(Operation.CHAT_COMPLETIONS, false, "data: {\"error\":null,\"choices\":[]}\n\n")
                .failed());
    }

    @Test
    void aStreamCutBeforeItsEndIsPartialWithTheOutputEstimated() {
        String stream = new String(GoldenStream.ANTHROPIC_THINKING_TOOLS.bytes(), UTF_8);
        StreamReader reader =
                sink.read(Operation.MESSAGES, false, stream.substring(0, stream.indexOf("event: message_delta")));
        assertFalse(reader.complete());
        Usage partial =
                assertInstanceOf(UsageReading.Partial.class, reader.usage()).usage();
        assertEquals(12 + 20480 + 1500, partial.totalInputTokens());
        String text = "The user asks about {\"usage\":{\"output_tokens\":999999}} — "
                + "A stream ends with data: [DONE]\n\nor with \"type\":\"message_stop\" — naïve readers 混淆 them."
                + "{\"city\": \"Zürich\", \"usage\": {\"input_tokens\": -5}}";
        assertEquals((text.getBytes(UTF_8).length + 3) / 4, partial.outputTokens());
    }

    @Test
    void finalFiguresCountEvenWhereTheLastEventNeverCame() {
        String stream = new String(GoldenStream.CHAT_USAGE.bytes(), UTF_8);
        StreamReader reader =
                sink.read(Operation.CHAT_COMPLETIONS, false, stream.substring(0, stream.indexOf("data: [DONE]")));
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Reported(GoldenStream.CHAT_USAGE.usage), reader.usage());
    }

    @Test
    void figuresAreNotFinalOnceMoreTextFollows() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}

                data: {"type":"message_delta","usage":{"output_tokens":2}}

                data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"more, and more"}}

                """;
        assertEquals(
                new UsageReading.Partial(new Usage(9, 0, 0, 0, 4, 0, 0)),
                sink.read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void anEndWithoutFiguresIsPartialAndWithNoneAtAllAbsent() {
        String start = "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9}}}\n\n";
        String stop = "data: {\"type\":\"message_stop\"}\n\n";
        assertEquals(
                new UsageReading.Partial(new Usage(9, 0, 0, 0, 0, 0, 0)),
                sink.read(Operation.MESSAGES, false, start + stop).usage());
        Recorder unused = new Recorder();
        StreamReader silent = new StreamReader(Operation.CHAT_COMPLETIONS, false);
        byte[] done = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n".getBytes(UTF_8);
        silent.feed(done, 0, done.length, unused);
        assertEquals(new UsageReading.Absent(), silent.usage());
    }

    @Test
    void thePlaceholderAtTheStartIsNotTheFinalFigure() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}

                data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"sixteen letters."}}

                data: {"type":"message_stop"}

                """;
        assertEquals(
                new UsageReading.Partial(new Usage(9, 0, 0, 0, 4, 0, 0)),
                sink.read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void runningFiguresOfACutChatArePartial() {
        String stream = new String(GoldenStream.CHAT_RUNNING_USAGE.bytes(), UTF_8);
        assertEquals(
                new UsageReading.Partial(new Usage(32, 0, 0, 0, 2, 1, 0)),
                sink.read(
                                Operation.CHAT_COMPLETIONS,
                                false,
                                stream.substring(0, stream.indexOf("data: {\"id\":\"c3\"", 10)))
                        .usage());
    }

    @Test
    void aStreamWhoseFirstEventIsAnErrorCostsNothing() {
        assertEquals(
                new UsageReading.Refused(),
                sink.read(Operation.CHAT_COMPLETIONS, false, "data: {\"error\":{\"code\":503}}\n\n")
                        .usage());
        String overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n";
        assertEquals(
                new UsageReading.Refused(),
                sink.read(Operation.MESSAGES, false, overloaded).usage());
        String failed = "data: {\"type\":\"response.failed\",\"response\":{\"usage\":null}}\n\n";
        assertEquals(
                new UsageReading.Refused(),
                sink.read(Operation.RESPONSES, false, failed).usage());
    }

    @Test
    void theTierOfAStreamIsRead() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1,"speed":"fast"}}}

                data: {"type":"message_delta","usage":{"output_tokens":2}}

                data: {"type":"message_stop"}

                """;
        Usage usage = assertInstanceOf(
                        UsageReading.Reported.class,
                        sink.read(Operation.MESSAGES, false, stream).usage())
                .usage();
        assertEquals(ServiceTier.FAST, usage.tier());
        String responses = "data: {\"type\":\"response.completed\",\"response\":{\"service_tier\":\"flex\","
                + "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n";
        assertEquals(
                new UsageReading.Reported(new Usage(9, 0, 0, 0, 1, 0, 0, ServiceTier.FLEX)),
                sink.read(Operation.RESPONSES, false, responses).usage());
    }

    @Test
    void audioIsNotCountedAsText() {
        String stream = "data: {\"type\":\"response.audio.delta\",\"delta\":\"" + "A".repeat(4000) + "\"}\n\n";
        assertEquals(0, estimated(sink.read(Operation.RESPONSES, false, stream)));
    }

    @Test
    void escapesCountAsTheCharactersTheyStandFor() {
        String stream = "data: {\"choices\":[{\"delta\":{\"content\":\"" + "\\u4e2d".repeat(40) + "\\n".repeat(80)
                + "\"}}]}\n\n";
        assertEquals((40 * 3 + 80) / 4, estimated(sink.read(Operation.CHAT_COMPLETIONS, false, stream)));
    }

    @Test
    void explicitZerosAtTheEndReplaceEarlierFigures() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":5}}}

                data: {"type":"message_delta","usage":{"input_tokens":0,"output_tokens":0}}

                data: {"type":"message_stop"}

                """;
        assertEquals(
                new UsageReading.Reported(Usage.ZERO),
                sink.read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void absurdFiguresInAStreamStayAbsurd() {
        String stream = """
                data: {"type":"message_start","message":{"usage":{"input_tokens":-9,"output_tokens":5}}}

                data: {"type":"message_delta","usage":{"input_tokens":9,"output_tokens":5}}

                data: {"type":"message_stop"}

                """;
        assertEquals(
                new UsageReading.Absurd("input_tokens"),
                sink.read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void everyTokenSizedEventCountsAtLeastOne() {
        String stream = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n".repeat(40);
        assertEquals(40, estimated(sink.read(Operation.CHAT_COMPLETIONS, false, stream)));
    }

    /** What is billed where the answer breaks off here. */
    private static long estimated(StreamReader cut) {
        return assertInstanceOf(UsageReading.Partial.class, cut.usage()).usage().outputTokens();
    }
}
