package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A collector that does not answer holds up nobody, and what is dropped takes no room. */
@Timeout(60)
class TelemetryForwardTest {
    @Test
    void aFullQueueDropsAndCountsAndGivesTheRoomBack() throws Exception {
        CountDownLatch posting = new CountDownLatch(4);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicLong posted = new AtomicLong();
        BodyRoom room = new BodyRoom(1 << 20);
        TelemetryForward forward = new TelemetryForward(
                (path, headers, body) -> {
                    posting.countDown();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return posted.incrementAndGet() == 1 ? 500 : 202;
                },
                room);
        try (forward) {
            for (int i = 0; i < 4; i++) {
                leave(forward, room);
            }
            posting.await(); // each sender has one
            for (int i = 0; i < 1_024 + 6; i++) {
                leave(forward, room);
            }
            assertEquals(6, forward.dropped());
            assertEquals(10 * (4 + 1_024), room.held());
            answer.countDown();
            while (room.held() > 0) {
                Thread.onSpinWait();
            }
            assertEquals(7, forward.dropped(), "one was refused");
            assertEquals(4 + 1_024 - 1, forward.forwarded());
        }
    }

    private static void leave(TelemetryForward forward, BodyRoom room) {
        room.take(10);
        forward.offer("/v1/logs", Map.of(), new byte[10]);
    }
}
