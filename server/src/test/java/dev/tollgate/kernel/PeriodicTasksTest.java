package dev.tollgate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done again and again. */
@Timeout(60)
class PeriodicTasksTest {
    private static final Duration SOON = Duration.ofMillis(1);

    private final CapturedLog log = CapturedLog.of(PeriodicTasks.class);

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void noneWaitsForAnotherThatHangs() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch news = new CountDownLatch(5);
        try (PeriodicTasks tasks = new PeriodicTasks()) {
            tasks.every("sweep", Duration.ZERO, SOON, () -> {
                hangs.countDown();
                over.await();
            });
            hangs.await();
            tasks.every("news", Duration.ZERO, SOON, news::countDown);
            news.await();
        } finally {
            over.countDown();
        }
    }

    @Test
    void ofARowOfFailuresTheLogHearsTheFirstAndTheEnd() throws InterruptedException {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(8);
        try (PeriodicTasks tasks = new PeriodicTasks()) {
            tasks.every("news", Duration.ZERO, SOON, () -> {
                done.countDown();
                switch (rounds.incrementAndGet()) {
                    case 2 -> throw new IOException("a file");
                    case 3 -> throw new IllegalStateException("a fault");
                    case 4, 6 -> throw new AssertionError("an error");
                    default -> {}
                }
            });
            done.await();
        }
        assertEquals(
                List.of(
                        "WARN news failed. It is tried again every 1 ms; the log hears when it works",
                        "INFO news works again. It had failed 3 times",
                        "WARN news failed. It is tried again every 1 ms; the log hears when it works",
                        "INFO news works again. It had failed 1 times"),
                log.lines());
        assertEquals("a file", log.events().getFirst().getThrowableProxy().getMessage());
    }

    @Test
    void whoClosesInterruptsWhatIsUnderWayAndTheLogHearsNothingOfIt() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        BlockingQueue<Thread> interrupted = new LinkedBlockingQueue<>();
        PeriodicTasks tasks = new PeriodicTasks();
        tasks.every("slow", Duration.ZERO, SOON, () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.add(Thread.currentThread());
            }
        });
        begun.await();
        tasks.close();
        Thread thread = interrupted.take();
        assertTrue(thread.join(Duration.ofMinutes(1)), "its thread ends");
        assertEquals(List.of(), log.lines());
    }

    @Test
    void aRoundComesAfterItsPauseNotBefore() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger rounds = new AtomicInteger();
        try (PeriodicTasks tasks = new PeriodicTasks()) {
            tasks.every("later", Duration.ofHours(1), Duration.ofHours(1), rounds::incrementAndGet);
            tasks.every("hourly", Duration.ZERO, Duration.ofHours(1), () -> {
                rounds.addAndGet(10);
                begun.countDown();
            });
            assertTrue(begun.await(1, TimeUnit.MINUTES));
        }
        assertEquals(10, rounds.get());
    }
}
