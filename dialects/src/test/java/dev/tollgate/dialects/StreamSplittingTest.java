package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a stream is cut into pieces changes nothing: not the bytes forwarded, not those held, not the usage. */
class StreamSplittingTest {
    private record Outcome(String forwarded, String held, boolean complete, boolean failed, UsageReading usage) {}

    private interface Cuts {
        /** The length of the piece that begins at {@code from}. */
        int length(int from, int total);
    }

    @ParameterizedTest
    @EnumSource
    void aCutAtAnyPlaceChangesNothing(GoldenStream golden) {
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] stream =
                    new String(golden.bytes(), UTF_8).replace("\n", lineEnd).getBytes(UTF_8);
            Outcome whole = run(golden.operation, stream, (from, total) -> total);
            assertEquals(new UsageReading.Reported(golden.usage), whole.usage());
            for (int cut = 1; cut < stream.length; cut++) {
                int at = cut;
                Outcome split = run(golden.operation, stream, (from, total) -> from == 0 ? at : total - at);
                assertEquals(whole, split, "cut at " + cut);
            }
            assertEquals(whole, run(golden.operation, stream, (from, total) -> 1), "byte by byte");
        }
    }

    @Test
    void aByteOrderMarkBelongsToTheFirstEvent() {
        byte[] stream = "\uFEFFdata: [DONE]\n\n".getBytes(UTF_8);
        Outcome whole = run(Operation.CHAT_COMPLETIONS, stream, (from, total) -> total);
        assertEquals(true, whole.complete());
        assertEquals(whole, run(Operation.CHAT_COMPLETIONS, stream, (from, total) -> 1));
    }

    @Test
    void linesOfEveryKindInAnyMixtureGiveTheSameHoweverCut() {
        RandomGenerator random = Fixtures.random("StreamSplittingTest.mixture");
        List<String> lines = List.of(
                "data: {\"choices\":[{\"delta\":{\"content\":\"ab\\u00e9c\"}}]}",
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}",
                "data: {\"choices\":[]",
                "data:,\"usage\":{\"prompt_tokens\":1",
                "data: [DONE]",
                "data",
                "data:",
                ": comment",
                "event: error",
                "\uFEFFdata: {\"error\":\"x\"}",
                "data: {\"error\":{\"message\":\"m\"}}",
                "",
                "");
        List<String> lineEnds = List.of("\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r", "\n\r", "\r\r\n", "");
        for (int round = 0; round < 4_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i >= 0; i--) {
                text.append(lines.get(random.nextInt(lines.size())))
                        .append(lineEnds.get(random.nextInt(lineEnds.size())));
            }
            byte[] stream = text.toString().getBytes(UTF_8);
            Outcome whole = run(Operation.CHAT_COMPLETIONS, stream, (from, total) -> total);
            assertEquals(whole, run(Operation.CHAT_COMPLETIONS, stream, (from, total) -> 1), text::toString);
            for (int times = 0; times < 3; times++) {
                assertEquals(
                        whole,
                        run(Operation.CHAT_COMPLETIONS, stream, (from, total) -> 1 + random.nextInt(30)),
                        text::toString);
            }
        }
    }

    @Test
    void eventsAroundTheLimitGiveTheSameHoweverCut() {
        RandomGenerator random = Fixtures.random("StreamSplittingTest.limit");
        int limit = 1 << 20;
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            for (int length = limit - 3; length <= limit + 3; length++) {
                String begin = "data: {\"x\":\"";
                String end = "\",\"type\":\"message_stop\"}" + lineEnd + lineEnd;
                String event = begin + "a".repeat(length - begin.length() - end.length()) + end;
                byte[] stream = ("data: {}" + lineEnd + lineEnd + event + ": after").getBytes(UTF_8);
                Outcome whole = run(Operation.MESSAGES, stream, (from, total) -> total);
                assertEquals(true, whole.complete());
                int tail = stream.length - 12;
                Outcome tailByByte = run(Operation.MESSAGES, stream, (from, total) -> from == 0 ? tail : 1);
                assertEquals(whole, tailByByte, "length " + length);
                assertEquals(whole, run(Operation.MESSAGES, stream, (from, total) -> 1 + random.nextInt(100_000)));
            }
        }
    }

    @Test
    void damagedStreamsNeverThrowAndGiveTheSameHoweverCut() {
        RandomGenerator random = Fixtures.random("StreamSplittingTest.damaged");
        for (GoldenStream golden : GoldenStream.values()) {
            for (int round = 0; round < 150; round++) {
                byte[] stream = golden.bytes();
                for (int edits = random.nextInt(12); edits >= 0; edits--) {
                    stream[random.nextInt(stream.length)] = (byte)
                            (random.nextBoolean() ? random.nextInt() : "\n\r\"\\{}[]:,".charAt(random.nextInt(10)));
                }
                stream = Arrays.copyOf(stream, random.nextInt(stream.length + 1));
                Outcome whole = run(golden.operation, stream, (from, total) -> total);
                assertEquals(whole, run(golden.operation, stream, (from, total) -> 1 + random.nextInt(50)));
            }
        }
    }

    @Test
    void garbageNeverThrowsAndAllOfItComesOut() {
        RandomGenerator random = Fixtures.random("StreamSplittingTest.garbage");
        for (int round = 0; round < 300; round++) {
            byte[] stream = new byte[random.nextInt(5000)];
            random.nextBytes(stream);
            for (Operation operation : Operation.values()) {
                Outcome outcome = run(operation, stream, (from, total) -> 1 + random.nextInt(700));
                assertEquals(new String(stream, ISO_8859_1), outcome.forwarded() + outcome.held());
            }
        }
    }

    /** Feeds each piece from the middle of an array of its own. */
    private static Outcome run(Operation operation, byte[] stream, Cuts cuts) {
        StreamReader reader = new StreamReader(operation, true);
        Recorder sink = new Recorder();
        for (int from = 0; from < stream.length; ) {
            int length = Math.min(cuts.length(from, stream.length), stream.length - from);
            byte[] piece = new byte[length + 6];
            Arrays.fill(piece, (byte) '\n');
            System.arraycopy(stream, from, piece, 3, length);
            reader.feed(piece, 3, length, sink);
            from += length;
        }
        reader.end(sink);
        sink.verifyUntouched();
        return new Outcome(
                sink.forwarded.toString(ISO_8859_1),
                sink.held.toString(ISO_8859_1),
                reader.complete(),
                reader.failed(),
                reader.usage());
    }
}
