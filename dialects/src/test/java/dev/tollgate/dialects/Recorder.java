package dev.tollgate.dialects;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink that keeps what it is given, and checks that nothing is forwarded after something was held. */
final class Recorder implements StreamReader.Sink {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Handed(byte[] array, int offset, byte[] copy) {}

    final ByteArrayOutputStream forwarded = new ByteArrayOutputStream();
    final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final List<Handed> handed = new ArrayList<>();
    int calls;
    byte[] lastArray = {};
    int lastOffset;
    int lastLength;

    @Override
    public void forward(byte[] bytes, int offset, int length) {
        if (held.size() > 0) {
            throw new AssertionError("forwarded after holding");
        }
        forwarded.write(bytes, offset, length);
        remember(bytes, offset, length);
    }

    @Override
    public void hold(byte[] bytes, int offset, int length) {
        held.write(bytes, offset, length);
        remember(bytes, offset, length);
    }

    /** Reads the stream into this sink, to its end. */
    StreamReader read(Operation operation, boolean hideUsageChunk, String stream) {
        StreamReader reader = new StreamReader(operation, hideUsageChunk);
        feed(reader, stream);
        reader.end(this);
        return reader;
    }

    void feed(StreamReader reader, String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        reader.feed(bytes, 0, bytes.length, this);
    }

    String forwardedText() {
        return forwarded.toString(StandardCharsets.UTF_8);
    }

    String heldText() {
        return held.toString(StandardCharsets.UTF_8);
    }

    /** Fails where an array was written to after it was handed over. */
    void verifyUntouched() {
        for (Handed each : handed) {
            byte[] now = Arrays.copyOfRange(each.array(), each.offset(), each.offset() + each.copy().length);
            assertArrayEquals(each.copy(), now);
        }
    }

    private void remember(byte[] bytes, int offset, int length) {
        if (length == 0) {
            throw new AssertionError("an empty call");
        }
        calls++;
        handed.add(new Handed(bytes, offset, Arrays.copyOfRange(bytes, offset, offset + length)));
        lastArray = bytes;
        lastOffset = offset;
        lastLength = length;
    }
}
