package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a stream of Gemini's ends, which no event says. */
class GeminiStreamEndTest {
    private final Recorder sink = new Recorder();

    @Test
    void theLastChunkOfAGeminiStreamMayHaveText() {
        String stream =
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"last word\"}]},\"finishReason\":\"STOP\"}],"
                        + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2}}\n\n";
        assertEquals(
                new UsageReading.Reported(new Usage(3, 0, 0, 0, 2, 0, 0)),
                sink.read(Operation.STREAM_GENERATE_CONTENT, false, stream).usage());
    }

    @Test
    void aGeminiCandidateWithoutAReasonHasNotFinished() {
        String chunk = "data: {\"candidates\":[{\"finishReason\":\"FINISH_REASON_UNSPECIFIED\"}]}\n\n";
        assertFalse(sink.read(Operation.STREAM_GENERATE_CONTENT, false, chunk).complete());
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
        sink.feed(reader, first);
        assertFalse(reader.complete(), "one of two has finished");
        assertEquals("", sink.heldText());
        String begins = candidate(1, "B", false);
        sink.feed(reader, begins);
        assertEquals(first + begins, sink.forwardedText());
        String last = candidate(1, "BB", true);
        sink.feed(reader, last);
        assertTrue(reader.complete());
        assertEquals(last, sink.heldText());
        assertEquals(new UsageReading.Reported(new Usage(3, 0, 0, 0, 2, 0, 0)), reader.usage());
    }

    @Test
    void aCandidateThatNeverBeginsDoesNotKeepTheAnswerFromItsEnd() {
        StreamReader reader = new StreamReader(Operation.STREAM_GENERATE_CONTENT, false, 2);
        String only = candidate(0, "A", true);
        sink.feed(reader, candidate(0, "A", false) + only);
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
        sink.feed(reader, candidate(0, "one", true));
        String comment = ": still here\n\n".repeat(1 << 12);
        for (int i = 0; i < 64; i++) {
            sink.feed(reader, comment);
        }
        assertTrue(sink.forwarded.size() > 1 << 20, "an endless wait is not kept");
    }
}
