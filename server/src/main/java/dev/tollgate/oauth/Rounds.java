package dev.tollgate.oauth;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done again and again, each in a thread of its own: news of what was revoked never wait for something that takes its time. */
final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final List<ScheduledExecutorService> threads = new CopyOnWriteArrayList<>();

    /** Begins one. A round that fails is logged, and the next one comes all the same. */
    void every(String name, long firstMillis, long millis, Runnable round) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        threads.add(thread);
        var _ = thread.scheduleWithFixedDelay(() -> quietly(name, round), firstMillis, millis, TimeUnit.MILLISECONDS);
    }

    private static void quietly(String name, Runnable round) {
        try {
            round.run();
        } catch (RuntimeException | Error e) { // whatever escapes would end the rounds for good
            LOG.warn("A round of {} failed; there will be another: {}", name, e.toString());
        }
    }

    @Override
    public void close() {
        threads.forEach(ScheduledExecutorService::shutdown);
    }
}
