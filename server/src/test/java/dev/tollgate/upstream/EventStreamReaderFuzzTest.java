package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/**
 * Messages are those that AWS's own decoder finds, however the bytes are cut, and each is told as soon as it is whole. The input is a
 * plan: bytes at random hardly ever have a right checksum, so the checksums of most of its frames are put right.
 */
class EventStreamReaderFuzzTest {
    private static final int PRELUDE = 12;

    /** What is wrong with a frame. */
    private enum Fault {
        NONE,
        PRELUDE_CHECKSUM,
        MESSAGE_CHECKSUM,
        LENGTHS;

        static Fault of(int code) {
            return code < 0xF0 ? NONE : values()[code % values().length];
        }
    }

    private record Read(List<String> messages, @Nullable String fault) {}

    /** A frame of the plan: how long its headers and its payload are, what is wrong, and then its bytes. */
    static Stream<byte[]> seeds() {
        byte[] event = Frames.message(Frames.headers("event", ":event-type", "chunk"), "{\"bytes\":\"e30=\"}");
        int headers = ByteBuffer.wrap(event).getInt(4);
        byte[] content = Arrays.copyOfRange(event, 12, event.length - 4);
        byte[] planned = planned(headers, content, 0);
        return Stream.of(
                planned,
                Frames.joined(planned, planned),
                Frames.joined(planned, planned(headers, content, 0xF1)),
                Frames.joined(planned, planned(headers, content, 0xF2)),
                Frames.joined(planned, planned(headers, content, 0xF3)),
                planned(0, "payload".getBytes(UTF_8), 0),
                planned(5, "no header, and no payload".getBytes(UTF_8), 0));
    }

    private static byte[] planned(int headers, byte[] content, int fault) {
        return ByteBuffer.allocate(3 + content.length)
                .put((byte) headers)
                .put((byte) (content.length - headers))
                .put((byte) fault)
                .put(content)
                .array();
    }

    @MethodSource("seeds")
    @FuzzTest
    void theMessagesAreThoseOfAwssDecoder(byte[] plan) {
        for (byte[] stream : List.of(plan, framed(plan))) {
            Random random = new Random(Arrays.hashCode(stream));
            Read whole = read(stream, from -> stream.length);
            assertEquals(whole, read(stream, from -> 1));
            assertEquals(whole, read(stream, from -> 1 + random.nextInt(40)));
            assertEquals(whole.messages(), awss(stream));
        }
    }

    /** After each piece, just the messages are told that are whole: nothing of them waits, and nothing early is made up. */
    private static Read read(byte[] stream, IntUnaryOperator length) {
        EventStreamReader reader = new EventStreamReader();
        List<String> messages = new ArrayList<>();
        int[] told = {0}; // the bytes of the messages so far
        for (int from = 0; from < stream.length; ) {
            int to = Math.min(stream.length, from + length.applyAsInt(from));
            byte[] piece = new byte[to - from + 2];
            System.arraycopy(stream, from, piece, 1, to - from);
            reader.feed(piece, 1, to - from, message -> {
                told[0] += intAt(stream, told[0]);
                messages.add(shown(message));
            });
            Arrays.fill(piece, (byte) '#');
            from = to;
            if (reader.fault() == null && from - told[0] >= PRELUDE) {
                int awaited = intAt(stream, told[0]);
                assertTrue(awaited > from - told[0] && awaited <= EventStreamReader.LONGEST, "it waits for nothing");
                byte[] lengths = Arrays.copyOfRange(stream, told[0], told[0] + 8);
                assertEquals(Frames.crc(lengths, lengths.length), intAt(stream, told[0] + 8));
            }
        }
        return new Read(messages, reader.fault());
    }

    private static List<String> awss(byte[] stream) {
        List<String> messages = new ArrayList<>();
        MessageDecoder decoder = new MessageDecoder(message -> messages.add(shown(message)));
        try {
            for (byte each : stream) {
                decoder.feed(new byte[] {each});
            }
            return messages;
        } catch (RuntimeException e) { // a fault, behind which it tells nothing any more
            return messages;
        }
    }

    private static String shown(Message message) {
        return message.getHeaders() + " " + Arrays.toString(message.getPayload());
    }

    private static int intAt(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes, at, 4).getInt();
    }

    private static byte[] framed(byte[] plan) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int at = 0;
        while (at + 3 <= plan.length) {
            int headers = plan[at] & 0xFF;
            int from = at + 3;
            int to = Math.min(plan.length, from + headers + (plan[at + 1] & 0xFF));
            stream.writeBytes(frame(headers, Arrays.copyOfRange(plan, from, to), Fault.of(plan[at + 2] & 0xFF)));
            at = to;
        }
        byte[] whole = stream.toByteArray();
        int cut = at < plan.length ? plan[at] & 0xFF : 0; // what is left of the plan
        return Arrays.copyOf(whole, Math.max(0, whole.length - cut));
    }

    private static byte[] frame(int headers, byte[] content, Fault fault) {
        int total = 12 + content.length + 4;
        int said = fault == Fault.LENGTHS ? 12 + headers : headers;
        ByteBuffer frame = ByteBuffer.allocate(total)
                .putInt(fault == Fault.LENGTHS ? 12 : total)
                .putInt(said);
        int prelude = Frames.crc(frame.array(), 8);
        frame.putInt(fault == Fault.PRELUDE_CHECKSUM ? ~prelude : prelude).put(content);
        int message = Frames.crc(frame.array(), total - 4);
        return frame.putInt(fault == Fault.MESSAGE_CHECKSUM ? ~message : message)
                .array();
    }
}
