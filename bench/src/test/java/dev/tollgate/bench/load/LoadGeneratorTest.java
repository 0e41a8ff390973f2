package dev.tollgate.bench.load;

import static dev.tollgate.bench.load.ScriptedServer.ascii;
import static dev.tollgate.bench.load.ScriptedServer.chunk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.http.EventMark;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {
    private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    private static final byte[] STREAM_HEAD = ascii("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    private final LoadGenerator loader = new LoadGenerator(1);

    @AfterEach
    void end() {
        loader.close();
    }

    @Test
    void aStallIsFeltByEveryCallThatWasDueMeanwhile() throws Exception {
        var calls = new AtomicInteger();
        try (var server = new ScriptedServer(out -> {
            if (calls.incrementAndGet() == 1) {
                Thread.sleep(1000);
            }
            out.write(OK);
            return true;
        })) {
            var oneConnection = new Arrival.OpenLoop(100, 1);
            LoadResult result = run(server, false, oneConnection, 1_000);
            // One call in a hundred was slow to answer. A loader that counts from the sending would see only that one.
            assertTrue(result.calls() >= 90, () -> "calls: " + result.calls());
            assertTrue(
                    result.latency().quantileNanos(0.5) > 300_000_000,
                    () -> "p50: " + result.latency().quantileNanos(0.5));
            assertEquals(0, result.failedCalls());
        }
    }

    @Test
    void refusalsAreCountedByStatusAndTheFirstIsQuoted() throws Exception {
        try (var server = new ScriptedServer(out -> {
            out.write(ascii("HTTP/1.1 503 Busy\r\ncontent-length: 9\r\n\r\ncome back"));
            return true;
        })) {
            LoadResult result = run(server, false, new Arrival.ClosedLoop(2), 10);
            assertEquals(0, result.calls());
            assertEquals(Map.of("status 503", 10L), result.failures());
            assertEquals("status 503: come back", result.firstFailure());
            assertEquals(0, result.latency().count());
        }
    }

    @Test
    void anAnswerThatIsCutIsNoAnswer() throws Exception {
        try (var server = new ScriptedServer(out -> {
            out.write(ascii("HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{}"));
            return false;
        })) {
            LoadResult result = run(server, false, new Arrival.ClosedLoop(1), 3);
            assertEquals(0, result.calls());
            assertEquals(Map.of("connection closed", 3L), result.failures());
        }
    }

    @Test
    void anAnswerThatNeverComesIsUnanswered() throws Exception {
        try (var server = new ScriptedServer(_ -> {
            Thread.sleep(30_000);
            return false;
        })) {
            var spec = new LoadSpec(
                    server.target(),
                    "{}",
                    false,
                    new Arrival.ClosedLoop(3),
                    Duration.ofMillis(200),
                    100,
                    Duration.ofMillis(200));
            LoadResult result = loader.run(spec);
            assertEquals(Map.of("unanswered", 3L), result.failures());
        }
    }

    @Test
    void nobodyListeningIsAFailureForEachCall() throws Exception {
        Target target;
        try (var server = new ScriptedServer(_ -> false)) {
            target = server.target();
        }
        var spec = LoadSpec.timed(target, "{}", false, new Arrival.OpenLoop(50, 8), Duration.ofSeconds(1));
        LoadResult result = loader.run(spec);
        assertEquals(0, result.calls());
        assertTrue(result.failures().getOrDefault("cannot connect", 0L) > 10, () -> "" + result.failures());
    }

    @Test
    void missingAndRepeatedEventsAreSeen() throws Exception {
        try (var server = new ScriptedServer(out -> {
            out.write(STREAM_HEAD);
            for (int sequence : new int[] {0, 1, 1, 4, 5}) { // 1 twice, 2 and 3 missing
                out.write(event(sequence, 6));
            }
            out.write(LAST_CHUNK);
            return true;
        })) {
            LoadResult result = run(server, true, new Arrival.ClosedLoop(1), 2);
            assertEquals(2, result.calls());
            assertEquals(10, result.events());
            assertEquals(2 * 2, result.droppedEvents());
            assertEquals(2, result.misplacedEvents());
        }
    }

    @Test
    void aStreamThatEndsBeforeItsLastEventIsCutShort() throws Exception {
        try (var server = new ScriptedServer(out -> {
            out.write(STREAM_HEAD);
            out.write(event(0, 10));
            out.write(LAST_CHUNK);
            return true;
        })) {
            LoadResult result = run(server, true, new Arrival.ClosedLoop(1), 2);
            assertEquals(Map.of("stream cut short", 2L), result.failures());
            assertEquals(2 * 9, result.droppedEvents());
        }
    }

    @Test
    void eventsUnderWayForMoreThan50MillisecondsAreLate() throws Exception {
        try (var server = new ScriptedServer(out -> {
            long now = System.nanoTime();
            out.write(STREAM_HEAD);
            out.write(event(0, 2, now - 51_000_000));
            out.write(event(1, 2, now + 3_600_000_000_000L)); // from a sender whose clock is an hour ahead: never late
            out.write(LAST_CHUNK);
            return true;
        })) {
            LoadResult result = run(server, true, new Arrival.ClosedLoop(1), 1);
            assertEquals(1, result.lateEvents());
            assertEquals(0, result.droppedEvents());
        }
    }

    private LoadResult run(ScriptedServer server, boolean stream, Arrival arrival, long calls)
            throws InterruptedException {
        Duration time = arrival instanceof Arrival.OpenLoop ? Duration.ofSeconds(1) : Duration.ofSeconds(20);
        return loader.run(new LoadSpec(server.target(), "{}", stream, arrival, time, calls, Duration.ofSeconds(30)));
    }

    private static byte[] event(int sequence, int total) throws IOException {
        return event(sequence, total, System.nanoTime());
    }

    private static byte[] event(int sequence, int total, long sentNanos) {
        ByteBuf mark = Unpooled.buffer(EventMark.LENGTH).writeZero(EventMark.LENGTH);
        EventMark.write(mark, 0, sequence, total, sentNanos);
        return chunk("data: " + mark.toString(StandardCharsets.US_ASCII) + "\n\n");
    }
}
