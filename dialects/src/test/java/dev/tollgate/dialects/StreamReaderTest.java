package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which bytes of a stream go on, which wait, and where it ends; {@link StreamSplittingTest} cuts streams up. */
class StreamReaderTest {
    private final Recorder sink = new Recorder();

    @ParameterizedTest
    @EnumSource
    void readsTheUsageAndHoldsTheLastEvent(GoldenStream golden) {
        String stream = new String(golden.bytes(), UTF_8);
        StreamReader reader = sink.read(golden.operation, false, stream);
        assertTrue(reader.complete());
        assertFalse(reader.failed());
        assertEquals(new UsageReading.Reported(golden.usage), reader.usage());
        assertTrue(sink.heldText().startsWith(golden.terminalEvent), sink.heldText());
        assertEquals(stream, sink.forwardedText() + sink.heldText());
    }

    @ParameterizedTest
    @EnumSource
    void aPieceThatIsWholeEventsIsForwardedAsItIs(GoldenStream golden) {
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
        String stream = new String(GoldenStream.CHAT_USAGE.bytes(), UTF_8);
        int chunk = stream.indexOf(
                "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1764500000,"
                        + "\"model\":\"gpt-5.6-luna\",\"choices\":[]");
        int done = stream.indexOf("data: [DONE]");
        StreamReader reader = sink.read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream.substring(0, chunk), sink.forwardedText());
        assertEquals(stream.substring(done), sink.heldText());
        assertEquals(new UsageReading.Reported(GoldenStream.CHAT_USAGE.usage), reader.usage());
    }

    @Test
    void chunksWithoutChoicesOrWithBothStay() {
        String stream = """
                data: {"choices":[],"prompt_filter_results":[{}]}

                data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}

                data: {"choices":[],"usage":null}

                """;
        sink.read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream, sink.forwardedText());
    }

    @Test
    void onlyChatStreamsHaveAUsageChunk() {
        String stream = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n";
        sink.read(Operation.RESPONSES, true, stream);
        assertEquals(stream, sink.forwardedText());
    }

    @Test
    void aUsageChunkOverTheLimitIsNotDroppedByHalf() {
        String stream = "data: {\"x\":\"" + "A".repeat(1 << 20)
                + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n";
        sink.read(Operation.CHAT_COMPLETIONS, true, stream);
        assertEquals(stream, sink.forwardedText());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsForwardedOfAnHonestStreamEndsWithAnEvent(GoldenStream golden) {
        assertFalse(sink.read(golden.operation, false, new String(golden.bytes(), UTF_8))
                .amidEvent());
    }

    @Test
    void whatIsForwardedOfAnEventOverTheLimitEndsAmidItUntilItsEnd() {
        StreamReader reader = new StreamReader(Operation.RESPONSES, false);
        byte[] head = ("data: {\"x\":\"" + "A".repeat(1 << 20)).getBytes(UTF_8);
        reader.feed(head, 0, head.length, sink);
        assertTrue(reader.amidEvent());
        byte[] tail = "\"}\n\n".getBytes(UTF_8);
        reader.feed(tail, 0, tail.length, sink);
        assertFalse(reader.amidEvent());
    }

    /** Its empty line is held, and all the rest has gone. */
    @Test
    void aLastEventOverTheLimitIsForwardedButForItsEnd() {
        String stream =
                "data: {\"type\":\"response.completed\",\"response\":{\"x\":\"" + "A".repeat(1 << 20) + "\"}}\n\n";
        StreamReader reader = sink.read(Operation.RESPONSES, false, stream);
        assertEquals("\n", sink.heldText());
        assertTrue(reader.complete());
        assertTrue(reader.amidEvent());
    }

    @Test
    void aStreamThatEndsAmidAnEventIsForwardedSo() {
        assertTrue(sink.read(Operation.MESSAGES, false, "data: {\"type\":\"content_block_del")
                .amidEvent());
        assertFalse(sink.read(Operation.MESSAGES, false, "data: {\"type\":\"message_stop\"}")
                .amidEvent());
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
                sink.read(Operation.CHAT_COMPLETIONS, false, stream.replace("\\n", "\n"))
                        .complete());
    }

    @Test
    void dataOverSeveralLinesIsOneDocument() {
        String stream = ": comment\ndata: {\"type\":\nid: 7\ndata:\"message_stop\"\nretry: 1\ndata:\ndata: }\n\n";
        StreamReader reader = sink.read(Operation.MESSAGES, false, stream);
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
        StreamReader reader = sink.read(Operation.MESSAGES, false, "data: {\"type\":\"message_stop\"");
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
}
