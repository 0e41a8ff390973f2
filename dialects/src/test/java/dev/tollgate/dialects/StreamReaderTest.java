package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the reader makes of streams, mostly recorded-like ones; {@link StreamSplittingTest} cuts them up. */
class StreamReaderTest {
    /** Streams of {@code streams/}, how they end and what they report. */
    @SuppressWarnings("ImmutableEnumChecker") // Usage is a record of longs
    enum Golden {
        ANTHROPIC_THINKING_TOOLS(
                Operation.MESSAGES, "event: message_stop\n", new Usage(12, 20480, 500, 1000, 207, 90, 0)),
        ANTHROPIC_WEB_SEARCH(Operation.MESSAGES, "event: message_stop\n", new Usage(10682, 7, 40, 0, 510, 0, 2)),
        ANTHROPIC_COMPACTION(
                Operation.MESSAGES,
                "event: message_stop\n",
                new Usage(23000 + 180000 + 900, 100, 10, 20, 1000 + 3500 + 700, 0, 0)),
        CHAT_USAGE(Operation.CHAT_COMPLETIONS, "data: [DONE]\n", new Usage(26, 1920, 60, 0, 300, 200, 0)),
        CHAT_RUNNING_USAGE(Operation.CHAT_COMPLETIONS, "data: [DONE]\n", new Usage(26, 6, 0, 0, 103, 94, 0)),
        RESPONSES_SEARCH(Operation.RESPONSES, "event: response.completed\n", new Usage(11, 3, 18000, 0, 57, 21, 1)),
        GEMINI_THINKING(
                Operation.STREAM_GENERATE_CONTENT,
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"functionCall\"",
                new Usage(62 + 100, 1000, 0, 0, 74, 34, 2)),
        GEMINI_TWO_CANDIDATES(
                Operation.STREAM_GENERATE_CONTENT,
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"BB\"",
                new Usage(4, 0, 0, 0, 3, 0, 0)),
        GEMINI_BLOCKED(Operation.STREAM_GENERATE_CONTENT, "data: {\"promptFeedback\"", new Usage(8, 0, 0, 0, 0, 0, 0)),
        CONVERSE_CACHE(Operation.CONVERSE_STREAM, "data: {\"metadata\"", new Usage(5, 100, 12, 30, 70, 0, 0));

        final Operation operation;
        final String terminalEvent;
        final Usage usage;

        Golden(Operation operation, String terminalEvent, Usage usage) {
            this.operation = operation;
            this.terminalEvent = terminalEvent;
            this.usage = usage;
        }

        byte[] bytes() {
            return Fixtures.bytes("streams/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".sse");
        }
    }

    private final Recorder sink = new Recorder();

    @ParameterizedTest
    @EnumSource
    void readsTheUsageAndHoldsTheLastEvent(Golden golden) {
        String stream = new String(golden.bytes(), UTF_8);
        StreamReader reader = read(golden.operation, false, stream);
        assertTrue(reader.complete());
        assertFalse(reader.failed());
        assertEquals(new UsageReading.Reported(golden.usage), reader.usage());
        assertTrue(sink.heldText().startsWith(golden.terminalEvent), sink.heldText());
        assertEquals(stream, sink.forwardedText() + sink.heldText());
    }

    @ParameterizedTest
    @EnumSource
    void aPieceThatIsWholeEventsIsForwardedAsItIs(Golden golden) {
        byte[] stream = golden.bytes();
        int terminal = new String(stream, UTF_8).indexOf(golden.terminalEvent);
        terminal = new String(stream, UTF_8).substring(0, terminal).getBytes(UTF_8).length;
        StreamReader reader = new StreamReader(golden.operation, false);
        reader.feed(stream, 0, stream.length, sink);
        assertEquals(terminal > 0 ? 2 : 1, sink.calls);
        assertSame(stream, sink.lastArray);
        assertEquals(terminal, sink.lastOffset);
        assertEquals(stream.length - terminal, sink.lastLength);
    }

    @Test
    void theUsageChunkThatTheGateAskedForIsDropped() {
        String stream = new String(Golden.CHAT_USAGE.bytes(), UTF_8);
        int chunk = stream.indexOf(
                "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1764500000,"
                        + "\"model\":\"gpt-5.6-luna\",\"choices\":[]");
        int done = stream.indexOf("data: [DONE]");
        StreamReader reader = read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream.substring(0, chunk), sink.forwardedText());
        assertEquals(stream.substring(done), sink.heldText());
        assertEquals(new UsageReading.Reported(Golden.CHAT_USAGE.usage), reader.usage());
    }

    @Test
    void chunksWithoutChoicesOrWithBothStay() {
        String stream = """
                data: {"choices":[],"prompt_filter_results":[{}]}

                data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}

                data: {"choices":[],"usage":null}

                """;
        read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream, sink.forwardedText());
    }

    @Test
    void onlyChatStreamsHaveAUsageChunk() {
        String stream = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n";
        read(Operation.RESPONSES, true, stream);
        assertEquals(stream, sink.forwardedText());
    }

    @Test
    void anErrorInsideAStreamIsSeenAndTheTextBefore() {
        StreamReader reader =
                read(Operation.MESSAGES, false, new String(Fixtures.bytes("streams/anthropic-error.sse"), UTF_8));
        assertTrue(reader.failed());
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(40, 0, 0, 0, 10, 0, 0)), reader.usage());
        assertEquals("", sink.heldText());
    }

    @Test
    void aConverseStreamWithoutItsMetadataIsCut() {
        String whole = new String(Golden.CONVERSE_CACHE.bytes(), UTF_8);
        StreamReader reader =
                read(Operation.CONVERSE_STREAM, false, whole.substring(0, whole.indexOf("data: {\"meta")));
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 3, 0, 0)), reader.usage());
        assertEquals("", sink.heldText());
    }

    @Test
    void anExceptionInsideAConverseStreamIsSeen() {
        String error = "data: {\"error\":{\"type\":\"throttlingException\",\"message\":\"m\"}}\n\n";
        StreamReader reader = read(Operation.CONVERSE_STREAM, false, error);
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
        StreamReader reader = read(Operation.CONVERSE_STREAM, false, event);
        assertEquals(new UsageReading.Absurd(field), reader.usage());
    }

    @Test
    void anErrorInsideAChatStreamIsSeen() {
        StreamReader reader = read(
                Operation.CHAT_COMPLETIONS, false, new String(Fixtures.bytes("streams/chat-tools-error.sse"), UTF_8));
        assertTrue(reader.failed());
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 7, 0, 0)), reader.usage());
    }

    @Test
    void aFailedResponseIsTheEndAndAFailure() {
        StreamReader reader =
                read(Operation.RESPONSES, false, new String(Fixtures.bytes("streams/responses-failed.sse"), UTF_8));
        assertTrue(reader.failed());
        assertTrue(reader.complete());
        assertEquals(new UsageReading.Partial(new Usage(0, 0, 0, 0, 7, 0, 0)), reader.usage());
        assertTrue(sink.heldText().startsWith("event: response.failed"));
    }

    @Test
    void anErrorInAGeminiOrResponsesStreamIsSeen() {
        assertTrue(read(Operation.STREAM_GENERATE_CONTENT, false, "data: {\"error\":{\"code\":503}}\n\n")
                .failed());
        assertTrue(read(Operation.RESPONSES, false, "data: {\"type\":\"error\",\"code\":\"x\"}\n\n")
                .failed());
        assertFalse(read(Operation.CHAT_COMPLETIONS, false, "data: {\"error\":null,\"choices\":[]}\n\n")
                .failed());
    }

    @Test
    void aStreamCutBeforeItsEndIsPartialWithTheOutputEstimated() {
        String stream = new String(Golden.ANTHROPIC_THINKING_TOOLS.bytes(), UTF_8);
        StreamReader reader =
                read(Operation.MESSAGES, false, stream.substring(0, stream.indexOf("event: message_delta")));
        assertFalse(reader.complete());
        Usage partial =
                assertInstanceOf(UsageReading.Partial.class, reader.usage()).usage();
        assertEquals(12 + 20480 + 1500, partial.totalInputTokens());
        String text = "The user asks about {\"usage\":{\"output_tokens\":999999}} — "
                + "A stream ends with data: [DONE]\n\nor with \"type\":\"message_stop\" — naïve readers 混淆 them."
                + "{\"city\": \"Zürich\", \"usage\": {\"input_tokens\": -5}}";
        assertEquals((text.getBytes(UTF_8).length + 3) / 4, partial.outputTokens());
        assertEquals(partial.outputTokens(), reader.estimatedOutputTokens());
    }

    @Test
    void finalFiguresCountEvenWhereTheLastEventNeverCame() {
        String stream = new String(Golden.CHAT_USAGE.bytes(), UTF_8);
        StreamReader reader =
                read(Operation.CHAT_COMPLETIONS, false, stream.substring(0, stream.indexOf("data: [DONE]")));
        assertFalse(reader.complete());
        assertEquals(new UsageReading.Reported(Golden.CHAT_USAGE.usage), reader.usage());
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
                read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void anEndWithoutFiguresIsPartialAndWithNoneAtAllAbsent() {
        String start = "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9}}}\n\n";
        String stop = "data: {\"type\":\"message_stop\"}\n\n";
        assertEquals(
                new UsageReading.Partial(new Usage(9, 0, 0, 0, 0, 0, 0)),
                read(Operation.MESSAGES, false, start + stop).usage());
        Recorder unused = new Recorder();
        StreamReader silent = new StreamReader(Operation.CHAT_COMPLETIONS, false);
        byte[] done = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n".getBytes(UTF_8);
        silent.feed(done, 0, done.length, unused);
        assertEquals(new UsageReading.Absent(), silent.usage());
        assertEquals(1, silent.estimatedOutputTokens());
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
                read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void runningFiguresOfACutChatArePartial() {
        String stream = new String(Golden.CHAT_RUNNING_USAGE.bytes(), UTF_8);
        assertEquals(
                new UsageReading.Partial(new Usage(32, 0, 0, 0, 2, 1, 0)),
                read(Operation.CHAT_COMPLETIONS, false, stream.substring(0, stream.indexOf("data: {\"id\":\"c3\"", 10)))
                        .usage());
    }

    @Test
    void theLastChunkOfAGeminiStreamMayHaveText() {
        String stream =
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"last word\"}]},\"finishReason\":\"STOP\"}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2}}\n\n";
        assertEquals(
                new UsageReading.Reported(new Usage(3, 0, 0, 0, 2, 0, 0)),
                read(Operation.STREAM_GENERATE_CONTENT, false, stream).usage());
    }

    @Test
    void aGeminiCandidateWithoutAReasonHasNotFinished() {
        String chunk = "data: {\"candidates\":[{\"finishReason\":\"FINISH_REASON_UNSPECIFIED\"}]}\n\n";
        assertFalse(read(Operation.STREAM_GENERATE_CONTENT, false, chunk).complete());
    }

    private static String candidate(int index, String text, boolean finished) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + text + "\"}]},\"index\":" + index
                + (finished ? ",\"finishReason\":\"STOP\"" : "")
                + "}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2}}\n\n";
    }

    @Test
    void aSecondCandidateThatBeginsLateIsNotCutOff() {
        StreamReader reader = new StreamReader(Operation.STREAM_GENERATE_CONTENT, false, 2);
        String first = candidate(0, "A", false) + candidate(0, "AA", true);
        feed(reader, first);
        assertFalse(reader.complete(), "one of two has finished");
        assertEquals("", sink.heldText());
        String begins = candidate(1, "B", false);
        feed(reader, begins);
        assertEquals(first + begins, sink.forwardedText());
        String last = candidate(1, "BB", true);
        feed(reader, last);
        assertTrue(reader.complete());
        assertEquals(last, sink.heldText());
        assertEquals(new UsageReading.Reported(new Usage(3, 0, 0, 0, 2, 0, 0)), reader.usage());
    }

    @Test
    void aCandidateThatNeverBeginsDoesNotKeepTheAnswerFromItsEnd() {
        StreamReader reader = new StreamReader(Operation.STREAM_GENERATE_CONTENT, false, 2);
        String only = candidate(0, "A", true);
        feed(reader, candidate(0, "A", false) + only);
        assertFalse(reader.complete());
        reader.end(sink);
        assertTrue(reader.complete());
        assertEquals(only, sink.heldText());
        assertEquals(new UsageReading.Reported(new Usage(3, 0, 0, 0, 2, 0, 0)), reader.usage());
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "1000000"})
    void aServerThatFinishesInEveryChunkIsReadToItsEnd(int pieceLength) {
        StreamReader reader = new StreamReader(Operation.STREAM_GENERATE_CONTENT, false);
        String stream = candidate(0, "one", true) + ": still here\n\n" + candidate(0, "two", true);
        String last = candidate(0, "three", true) + ": bye\n\n";
        byte[] bytes = (stream + last).getBytes(UTF_8);
        for (int from = 0; from < bytes.length; from += pieceLength) {
            reader.feed(bytes, from, Math.min(pieceLength, bytes.length - from), sink);
            assertFalse(reader.complete());
        }
        assertEquals(stream, sink.forwardedText(), "all but what may be the last chunk");
        reader.end(sink);
        assertTrue(reader.complete());
        assertEquals(last, sink.heldText());
        sink.verifyUntouched();
    }

    @Test
    void whatMayBeTheLastChunkIsKeptWithinBounds() {
        StreamReader reader = new StreamReader(Operation.STREAM_GENERATE_CONTENT, false);
        feed(reader, candidate(0, "one", true));
        String comment = ": still here\n\n".repeat(1 << 12);
        for (int i = 0; i < 64; i++) {
            feed(reader, comment);
        }
        assertTrue(sink.forwarded.size() > 1 << 20, "an endless wait is not kept");
    }

    @Test
    void aStreamWhoseFirstEventIsAnErrorCostsNothing() {
        assertEquals(
                new UsageReading.Refused(),
                read(Operation.CHAT_COMPLETIONS, false, "data: {\"error\":{\"code\":503}}\n\n")
                        .usage());
        String overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n";
        assertEquals(
                new UsageReading.Refused(),
                read(Operation.MESSAGES, false, overloaded).usage());
        String failed = "data: {\"type\":\"response.failed\",\"response\":{\"usage\":null}}\n\n";
        assertEquals(
                new UsageReading.Refused(),
                read(Operation.RESPONSES, false, failed).usage());
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
                        read(Operation.MESSAGES, false, stream).usage())
                .usage();
        assertEquals(ServiceTier.FAST, usage.tier());
        String responses = "data: {\"type\":\"response.completed\",\"response\":{\"service_tier\":\"flex\","
                + "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n";
        assertEquals(
                new UsageReading.Reported(new Usage(9, 0, 0, 0, 1, 0, 0, ServiceTier.FLEX)),
                read(Operation.RESPONSES, false, responses).usage());
    }

    private void feed(StreamReader reader, String stream) {
        byte[] bytes = stream.getBytes(UTF_8);
        reader.feed(bytes, 0, bytes.length, sink);
    }

    @Test
    void audioIsNotCountedAsText() {
        String stream = "data: {\"type\":\"response.audio.delta\",\"delta\":\"" + "A".repeat(4000) + "\"}\n\n";
        assertEquals(0, read(Operation.RESPONSES, false, stream).estimatedOutputTokens());
    }

    @Test
    void escapesCountAsTheCharactersTheyStandFor() {
        String stream = "data: {\"choices\":[{\"delta\":{\"content\":\"" + "\\u4e2d".repeat(40) + "\\n".repeat(80)
                + "\"}}]}\n\n";
        assertEquals(
                (40 * 3 + 80) / 4,
                read(Operation.CHAT_COMPLETIONS, false, stream).estimatedOutputTokens());
    }

    @Test
    void aUsageChunkOverTheLimitIsNotDroppedByHalf() {
        String stream = "data: {\"x\":\"" + "A".repeat(1 << 20)
                + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n";
        read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream, sink.forwardedText());
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
                read(Operation.MESSAGES, false, stream).usage());
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
                read(Operation.MESSAGES, false, stream).usage());
    }

    @Test
    void everyTokenSizedEventCountsAtLeastOne() {
        String stream = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n".repeat(40);
        assertEquals(40, read(Operation.CHAT_COMPLETIONS, false, stream).estimatedOutputTokens());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            data: [DONE]\\n\\n              | true
            data:[DONE]\\n\\n               | true
            data:  [DONE] \\n\\n            | true
            data: [DONE]                   | true
            : [DONE]\\n\\n                  | false
            event: [DONE]\\n\\n             | false
            datax: [DONE]\\n\\n             | false
            data: x[DONE]\\n\\n             | false
            data: "[DONE]"\\n\\n            | false
            data: [DON\\ndata: E]\\n\\n      | false
            """)
    void onlyDataThatIsDoneEndsAChat(String stream, boolean complete) {
        assertEquals(
                complete,
                read(Operation.CHAT_COMPLETIONS, false, stream.replace("\\n", "\n"))
                        .complete());
    }

    @Test
    void dataOverSeveralLinesIsOneDocument() {
        String stream = ": comment\ndata: {\"type\":\nid: 7\ndata:\"message_stop\"\nretry: 1\ndata:\ndata: }\n\n";
        StreamReader reader = read(Operation.MESSAGES, false, stream);
        assertTrue(reader.complete());
        assertEquals(stream, sink.heldText());
    }

    @Test
    void aLastEventWithoutItsEmptyLineCountsWhenTheStreamEnds() {
        StreamReader reader = new StreamReader(Operation.MESSAGES, false);
        byte[] stream = "event: message_stop\ndata: {\"type\":\"message_stop\"}".getBytes(UTF_8);
        reader.feed(stream, 0, stream.length, sink);
        assertFalse(reader.complete());
        assertEquals(0, sink.calls);
        reader.end(sink);
        assertTrue(reader.complete());
        assertArrayEquals(stream, sink.held.toByteArray());
    }

    @Test
    void aCutLastEventIsForwardedAndIsNoEnd() {
        StreamReader reader = read(Operation.MESSAGES, false, "data: {\"type\":\"message_stop\"");
        assertFalse(reader.complete());
        assertEquals("data: {\"type\":\"message_stop\"", sink.forwardedText());
    }

    @Test
    void whatFollowsTheLastEventIsHeldWithoutWaitingForItsEnd() {
        StreamReader reader = new StreamReader(Operation.CHAT_COMPLETIONS, false);
        byte[] stream = "data: [DONE]\n\n: bye\ndata: x".getBytes(UTF_8);
        reader.feed(stream, 0, stream.length, sink);
        assertArrayEquals(stream, sink.held.toByteArray());
        assertEquals(1, sink.calls);
    }

    @Test
    void anEventOverTheLimitPassesButItsEndWaits() {
        String huge = "A".repeat(3 << 20);
        String stream = "data: {\"type\":\"response.completed\",\"response\":{\"instructions\":\"" + huge
                + "\",\"usage\":{\"input_tokens\":5,\"output_tokens\":6}}}\n\n";
        byte[] bytes = stream.getBytes(UTF_8);
        StreamReader reader = new StreamReader(Operation.RESPONSES, false);
        for (int from = 0; from < bytes.length; from += 8192) {
            reader.feed(bytes, from, Math.min(8192, bytes.length - from), sink);
        }
        assertTrue(reader.complete());
        assertEquals(new UsageReading.Reported(new Usage(5, 0, 0, 0, 6, 0, 0)), reader.usage());
        assertEquals("\n", sink.heldText());
        assertEquals(bytes.length - 1, sink.forwarded.size());
    }

    @Test
    void aLineThatNeverEndsIsNotKept() {
        StreamReader reader = new StreamReader(Operation.MESSAGES, false);
        byte[] piece = "data: ".concat("x".repeat(1 << 16)).getBytes(UTF_8);
        for (int i = 0; i < 64; i++) {
            reader.feed(piece, 0, piece.length, sink);
        }
        assertTrue(sink.forwarded.size() > 62L * piece.length);
    }

    private StreamReader read(Operation operation, boolean hideUsageChunk, String stream) {
        StreamReader reader = new StreamReader(operation, hideUsageChunk);
        byte[] bytes = stream.getBytes(UTF_8);
        reader.feed(bytes, 0, bytes.length, sink);
        reader.end(sink);
        return reader;
    }
}
