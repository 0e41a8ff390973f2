package dev.tollgate.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventMarkTest {
    private record Mark(int sequence, int total, long sentNanos) {}

    @Test
    void marksAreFoundHoweverTheStreamIsCut() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var written = new ArrayList<Mark>();
            ByteBuf stream = Unpooled.buffer();
            for (int i = 0; i < 20; i++) {
                var mark = new Mark(i, 20, random.nextLong());
                written.add(mark);
                stream.writeBytes(event(mark));
            }
            assertEquals(written, read(stream, random), () -> "seed " + seed);
        }
    }

    @Test
    void aTildeInATextIsNoMark() {
        ByteBuf stream = Unpooled.copiedBuffer("data: about ~40 ~~00zz\n\n", StandardCharsets.UTF_8);
        stream.writeBytes(event(new Mark(7, 8, -1)));
        assertEquals(List.of(new Mark(7, 8, -1)), read(stream, new Random(1)));
    }

    private static ByteBuf event(Mark mark) {
        ByteBuf event = Unpooled.copiedBuffer(
                "data: {\"content\":\"" + "?".repeat(EventMark.LENGTH) + "\"}\n\n", StandardCharsets.UTF_8);
        EventMark.write(
                event, event.indexOf(0, event.writerIndex(), (byte) '?'), mark.sequence, mark.total, mark.sentNanos);
        return event;
    }

    private static List<Mark> read(ByteBuf stream, Random random) {
        var found = new ArrayList<Mark>();
        var reader = new EventMark.Reader();
        while (stream.isReadable()) {
            ByteBuf piece = stream.readSlice(Math.min(stream.readableBytes(), random.nextInt(60)));
            reader.accept(piece, (sequence, total, sentNanos) -> found.add(new Mark(sequence, total, sentNanos)));
        }
        return found;
    }
}
