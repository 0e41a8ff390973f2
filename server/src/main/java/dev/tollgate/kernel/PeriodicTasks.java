package dev.tollgate.kernel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that are done again and again, each on a thread of its own: none waits for one that takes its time. Of a row of failures the
 * log hears the first and the end.
 */
public final class PeriodicTasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTasks.class);

    private final List<ScheduledExecutorService> threads = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** What is done each time. It may block. */
    @FunctionalInterface
    public interface Task {
        /** One round. */
        void run() throws Exception;
    }

    /**
     * Begins one. When it fails, it is tried again at its next time.
     *
     * @param name of the thread, and in the log
     * @param first how long from now until the first round
     * @param pause from the end of a round to the beginning of the next
     */
    public void every(String name, Duration first, Duration pause, Task task) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        threads.add(thread);
        var _ = thread.scheduleWithFixedDelay(
                new Rounds(name, pause, task), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends them: no round begins any more, and those under way are interrupted, not waited for. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(ScheduledExecutorService::shutdownNow);
    }

    /** Of one task; on its thread. */
    private final class Rounds implements Runnable {
        private final String name;
        private final Duration pause;
        private final Task task;
        private long failures;

        Rounds(String name, Duration pause, Task task) {
            this.name = name;
            this.pause = pause;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
            } catch (Throwable e) { // whatever escapes would end the rounds for good
                failed(e);
                return;
            }
            if (failures > 0) {
                LOG.info("{} works again. It had failed {} times", name, failures);
                failures = 0;
            }
        }

        private void failed(Throwable e) {
            if (!closed && failures++ == 0) {
                LOG.warn(
                        "{} failed. It is tried again every {} ms; the log hears when it works",
                        name,
                        pause.toMillis(),
                        e);
            }
        }
    }
}
