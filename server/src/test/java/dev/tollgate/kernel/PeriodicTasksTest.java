package dev.tollgate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What is done again and again. */
@Timeout(60)
class PeriodicTasksTest {
    private static final Duration SOON = Duration.ofMillis(1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(PeriodicTasks.class);
    private final BlockingQueue<ILoggingEvent> log = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            log.add(event);
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null); // the one above it decides
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
                log.stream()
                        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                        .toList());
        assertEquals("a file", log.element().getThrowableProxy().getMessage());
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
        assertTrue(log.stream().noneMatch(event -> event.getLevel() == Level.WARN), log.toString());
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
