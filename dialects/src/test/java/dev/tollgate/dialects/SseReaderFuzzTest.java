package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.fuzz.Cut;
import dev.tollgate.dialects.fuzz.EndMarks;
import dev.tollgate.dialects.fuzz.Reference;
import dev.tollgate.dialects.fuzz.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The readers of server-sent events, whatever the events hold: that of whole events, and the one that meters them as they pass. */
class SseReaderFuzzTest {
    private static final int LONGEST_KEPT = 1 << 20;
    /** Short, so that the limit is met often. */
    private static final int LONGEST_EVENT = 200;

    /** In a seed this byte stands for so many letters as bring an event near the limit of what is kept. */
    private static final byte LONG_TEXT = 0x1F;

    private static final byte[] LETTERS = "a".repeat(LONGEST_KEPT * 2 / 5).getBytes(ISO_8859_1);

    private record Passed(String forwarded, String held, boolean complete, boolean failed, UsageReading usage) {}

    private record Read(List<String> events, boolean whole) {}

    static Stream<Arguments> seeds() {
        return Seeds.golden(".sse");
    }

    @MethodSource("seeds")
    @FuzzTest
    void theCutChangesNothingAndNoEventIsMissed(byte[] input) {
        eventsAreThoseOfThePlainestReader(input);
        byte[] stream = lengthened(input);
        for (Operation operation : List.of(
                Operation.MESSAGES, Operation.CHAT_COMPLETIONS, Operation.RESPONSES, Operation.GENERATE_CONTENT)) {
            Passed whole = passed(operation, false, stream, Cut.WHOLE);
            assertEquals(new String(stream, ISO_8859_1), whole.forwarded() + whole.held());
            assertEquals(whole, passed(operation, false, stream, Cut.ANYWHERE));
            if (stream.length == input.length) {
                assertEquals(whole, passed(operation, false, stream, Cut.BYTE_BY_BYTE));
            }
            assertTrue(whole.complete() || whole.held().isEmpty());
            assertTrue(!whole.complete() || EndMarks.named(operation, stream), "looks finished");
        }
        Passed hidden = passed(Operation.CHAT_COMPLETIONS, true, stream, Cut.WHOLE);
        assertEquals(hidden, passed(Operation.CHAT_COMPLETIONS, true, stream, Cut.ANYWHERE));
    }

    private static void eventsAreThoseOfThePlainestReader(byte[] stream) {
        Read whole = read(stream, Cut.WHOLE);
        assertEquals(whole, read(stream, Cut.BYTE_BY_BYTE));
        assertEquals(whole, read(stream, Cut.ANYWHERE));
        List<String> expected = new ArrayList<>();
        boolean fits = true;
        for (byte[] event : Reference.events(stream)) {
            fits &= event.length <= LONGEST_EVENT;
            if (fits) {
                expected.add(new String(event, ISO_8859_1));
            }
        }
        assertEquals(new Read(expected, fits), whole);
    }

    private static Read read(byte[] stream, Cut cut) {
        SseData reader = new SseData(LONGEST_EVENT);
        List<String> events = new ArrayList<>();
        SseData.Sink sink = (bytes, from, to) -> events.add(new String(bytes, from, to - from, ISO_8859_1));
        boolean[] whole = {true};
        cut.feed(stream, (bytes, offset, length) -> whole[0] = whole[0] && reader.feed(bytes, offset, length, sink));
        reader.end(sink);
        return new Read(events, whole[0]);
    }

    private static Passed passed(Operation operation, boolean hideUsage, byte[] stream, Cut cut) {
        StreamReader reader = new StreamReader(operation, hideUsage);
        Recorder sink = new Recorder();
        int[] fed = {0};
        cut.feed(stream, (bytes, offset, length) -> {
            reader.feed(bytes, offset, length, sink);
            fed[0] += length;
            int handed = sink.forwarded.size() + sink.held.size();
            assertTrue(hideUsage || fed[0] - handed <= 2 * LONGEST_KEPT, "keeps more than it says");
        });
        reader.end(sink);
        return new Passed(
                sink.forwarded.toString(ISO_8859_1),
                sink.held.toString(ISO_8859_1),
                reader.complete(),
                reader.failed(),
                reader.usage());
    }

    private static byte[] lengthened(byte[] input) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int times = 0;
        for (byte b : input) {
            if (b == LONG_TEXT && ++times <= 6) {
                stream.writeBytes(LETTERS);
            } else {
                stream.write(b);
            }
        }
        return stream.toByteArray();
    }
}
