package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HashingRoomTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    private int work() {
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return inside.decrementAndGet();
    }

    private static void awaitWaiting(HashingRoom room, int waiting) throws InterruptedException {
        while (room.waiting() != waiting) {
            Thread.sleep(1); // until it is so; the test's own timeout ends it otherwise
        }
    }

    @Test
    void someAreInsideOthersWaitAndTheRestIsTurnedAwayAtOnce() throws Exception {
        HashingRoom room = new HashingRoom(2, 5, LONG);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Integer>>> taken = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                taken.add(executor.submit(() -> room.within(this::work)));
            }
            awaitWaiting(room, 5);
            assertEquals(Optional.empty(), room.within(this::work), "no eighth, and no wait");
            goOn.countDown();
            for (Future<Optional<Integer>> one : taken) {
                assertTrue(one.get().isPresent());
            }
        }
        assertEquals(2, mostInside.get());
        assertEquals(Optional.of("free again"), room.within(() -> "free again"));
    }

    @Test
    void whoeverHasWaitedTooLongIsTurnedAwayAndLeavesTheirPlace() {
        HashingRoom room = new HashingRoom(1, 1, Duration.ofMillis(1));
        Optional<Long> turnedAway = room.within(() -> IntStream.range(0, 3)
                .filter(i -> room.within(() -> "no turn").isEmpty())
                .count());
        assertEquals(Optional.of(3L), turnedAway);
        assertEquals(Optional.of("free again"), room.within(() -> "free again"));
    }

    @Test
    void whoeverIsInterruptedLeavesTheirPlaceAndStaysInterrupted() throws Exception {
        HashingRoom full = new HashingRoom(0, 1, LONG);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread waiting = Thread.startVirtualThread(() -> {
                Optional<String> outcome = full.within(() -> "never");
                seen.add(outcome + " " + Thread.currentThread().isInterrupted());
            });
            awaitWaiting(full, 1);
            waiting.interrupt();
            waiting.join();
        }
        assertEquals(List.of("Optional.empty true", "Optional.empty true"), seen);
    }

    @Test
    void workThatFailsLeavesTheRoomFree() {
        HashingRoom room = new HashingRoom(1, 0, Duration.ofMillis(1));
        assertThrows(
                IllegalStateException.class,
                () -> room.within(() -> {
                    throw new IllegalStateException("no memory");
                }));
        assertEquals(Optional.of(1), room.within(() -> 1));
    }
}
