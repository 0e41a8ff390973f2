package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is done again and again. */
class RoundsTest {
    @Test
    void newsComeWhileASweepHangs() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch news = new CountDownLatch(5);
        try (Rounds rounds = new Rounds()) {
            rounds.every("sweep", 0, 1, () -> {
                hangs.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertTrue(hangs.await(1, TimeUnit.MINUTES));
            rounds.every("news", 0, 1, news::countDown);
            assertTrue(news.await(1, TimeUnit.MINUTES), "five rounds of news during one sweep");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aRoundThatFailsIsNotTheLast() throws InterruptedException {
        CountDownLatch rounds = new CountDownLatch(3);
        try (Rounds failing = new Rounds()) {
            failing.every("failing", 0, 1, () -> {
                rounds.countDown();
                if (rounds.getCount() == 1) {
                    throw new AssertionError("an error");
                }
                throw new IllegalStateException("a fault");
            });
            assertTrue(rounds.await(1, TimeUnit.MINUTES));
        }
    }
}
