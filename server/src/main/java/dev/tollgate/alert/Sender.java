package dev.tollgate.alert;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the queue. Each destination has a lane of its own, with one message under way at a time, in the order in
 * which they are due: whoever does not answer holds up nobody else, and there are no more lanes than there may be destinations. A
 * message that fails leaves the lane until its next attempt.
 *
 * <p>A message is leased before it is sent, and marked after: whoever dies in between leaves a lease that runs out, and the message
 * goes out once more under the same id.
 */
final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    /** For one attempt, whatever the other side does. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final Duration LEASE = Duration.ofMinutes(3);
    private static final Duration SENT_KEPT = Duration.ofDays(7);
    private static final Duration DEAD_KEPT = Duration.ofDays(30);
    private static final int PRUNED_AT_ONCE = 200;

    /** A message that is leased, and where it goes. */
    private record Claimed(Message message, DestinationRows.Row to) {
        Destination destination() {
            return to.destination();
        }
    }

    private final Store store;
    private final Destinations destinations;
    private final Courier courier;
    private final Marks marks;
    private final InstantSource clock;
    private final Duration patience;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** By the destinations' ids. */
    private final Map<String, Thread> lanes = new ConcurrentHashMap<>();

    /** @param patience for one attempt; well below {@link #LEASE} */
    Sender(
            Store store,
            Destinations destinations,
            Courier courier,
            Marks marks,
            InstantSource clock,
            Duration patience) {
        this.store = store;
        this.destinations = destinations;
        this.courier = courier;
        this.marks = marks;
        this.clock = clock;
        this.patience = patience;
    }

    void start() {
        Thread.ofVirtual().name("alert-sender").start(this::run);
    }

    private void run() {
        try {
            do {
                try {
                    round();
                    prune();
                } catch (Throwable e) {
                    // The store is away, or worse: without another round nothing would be sent any more.
                    logUnlessClosing("Notices could not be sent: {}", e);
                }
            } while (!closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens the lanes that something is due in, and returns those that were not open. */
    List<Thread> round() {
        long now = clock.millis();
        List<Thread> opened = new ArrayList<>();
        for (String destinationId : store.read(handle -> MessageRows.destinationsDue(handle, now))) {
            Thread lane = Thread.ofVirtual().name("alert-lane").unstarted(() -> work(destinationId));
            if (lanes.putIfAbsent(destinationId, lane) == null) {
                lane.start();
                opened.add(lane);
            }
        }
        return opened;
    }

    private void work(String destinationId) {
        try {
            Optional<Claimed> next = claim(destinationId);
            while (next.isPresent()) {
                mark(next.get(), attempt(next.get()));
                next = claim(destinationId);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the gate is stopping: the lease runs out
        } catch (Throwable e) { // the store is away: a later round opens the lane again
            logUnlessClosing("Messages to a destination could not be sent: {}", e);
        } finally {
            lanes.remove(destinationId);
        }
    }

    private Optional<Claimed> claim(String destinationId) {
        if (closing.getCount() == 0) {
            return Optional.empty();
        }
        long now = clock.millis();
        return store.write(tx -> DestinationRows.byId(tx.handle(), destinationId)
                .flatMap(row -> MessageRows.claim(tx.handle(), destinationId, now, now + LEASE.toMillis())
                        .map(message -> new Claimed(message, row))));
    }

    /** Whatever happens, it has an outcome; and when this returns, nothing of it is under way any more. */
    private Outcome attempt(Claimed claimed) throws InterruptedException {
        if (claimed.message.attempts() > Retries.MOST_ATTEMPTS) {
            return new Outcome.Failed("nobody knows what became of its last attempt", 0);
        }
        FutureTask<Outcome> task = new FutureTask<>(
                () -> courier.deliver(claimed.destination().kind(), destinations.open(claimed.to), claimed.message));
        Thread thread = Thread.ofVirtual().name("alert-attempt").start(task);
        boolean inTime;
        try {
            inTime = thread.join(patience);
            if (!inTime) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
        if (task.state() == FutureTask.State.FAILED) {
            return failed(claimed.destination(), task.exceptionNow());
        }
        Outcome outcome = task.resultNow();
        return inTime || outcome instanceof Outcome.Delivered
                ? outcome
                : new Outcome.Failed("it took longer than a minute", 0);
    }

    private static Outcome failed(Destination destination, Throwable thrown) {
        if (thrown instanceof Refusal refusal) {
            return new Outcome.Failed(refusal.text(), 0);
        }
        // Of the exception its kind alone: whatever made it may have put the address into its message.
        LOG.error(
                "A message to {} failed: {}",
                destination.name(),
                thrown.getClass().getName());
        return new Outcome.Failed("it failed inside the gate", 0);
    }

    /** Where the store is away, as long as the lease holds: else the message would go out again though it was taken. */
    private void mark(Claimed claimed, Outcome outcome) throws InterruptedException {
        long since = System.nanoTime();
        boolean marked = false;
        while (!marked) {
            try {
                marks.mark(claimed.message, claimed.destination(), outcome);
                marked = true;
            } catch (StoreUnavailable e) {
                boolean over = System.nanoTime() - since > LEASE.minus(patience).toNanos();
                if (e.isRejected() || over || closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
        }
    }

    /** Forgets what was sent or given up long ago, a little at a time. */
    void prune() {
        long now = clock.millis();
        long sentBefore = now - SENT_KEPT.toMillis();
        long deadBefore = now - DEAD_KEPT.toMillis();
        if (store.read(handle -> MessageRows.ended(handle, sentBefore, deadBefore))) {
            store.write(tx -> {
                MessageRows.prune(tx.handle(), "sent", sentBefore, PRUNED_AT_ONCE);
                MessageRows.prune(tx.handle(), "dead", deadBefore, PRUNED_AT_ONCE);
                return true;
            });
        }
    }

    private void logUnlessClosing(String what, Throwable e) {
        if (closing.getCount() > 0) {
            LOG.warn(what, e.toString());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        lanes.values().forEach(Thread::interrupt);
    }
}
