package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the queue. A message is leased before it is sent, and marked after: whoever dies in between leaves a
 * lease that runs out, and the message goes out once more under the same id.
 */
final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int AT_ONCE = 16;
    /** For one attempt, whatever the other side does. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static final Duration LEASE = Duration.ofMinutes(3);
    private static final Duration SENT_KEPT = Duration.ofDays(7);
    private static final Duration DEAD_KEPT = Duration.ofDays(30);
    private static final int PRUNED_AT_ONCE = 200;
    private static final int MOST_ERROR = 300;
    private static final String ACTOR = "server";

    private record Tried(Message message, Destination destination, Outcome outcome) {}

    private final Store store;
    private final AuditTrail audit;
    private final Events events;
    private final Destinations destinations;
    private final Courier courier;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService attempts = Executors.newVirtualThreadPerTaskExecutor();

    Sender(
            Store store,
            AuditTrail audit,
            Events events,
            Destinations destinations,
            Courier courier,
            InstantSource clock,
            RandomGenerator random) {
        this.store = store;
        this.audit = audit;
        this.events = events;
        this.destinations = destinations;
        this.courier = courier;
        this.clock = clock;
        this.random = random;
    }

    void start() {
        Thread.ofVirtual().name("alert-sender").start(this::run);
    }

    private void run() {
        try {
            do {
                try {
                    while (round() == AT_ONCE && closing.getCount() > 0) {
                        // more is due
                    }
                    prune();
                } catch (RuntimeException e) { // the store is away: the next round tries again
                    if (closing.getCount() > 0) {
                        LOG.warn("Notices could not be sent: {}", e.toString());
                    }
                }
            } while (!closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends some of what is due and says how many messages that were. */
    int round() {
        long now = clock.millis();
        List<String> due = store.read(handle -> MessageRows.due(handle, now, AT_ONCE));
        if (due.isEmpty()) {
            return 0;
        }
        List<Message> claimed = store.write(tx -> {
            List<Message> got = new ArrayList<>();
            for (String id : due) {
                MessageRows.claim(tx.handle(), id, now, now + LEASE.toMillis()).ifPresent(got::add);
            }
            return got;
        });
        List<Future<Optional<Tried>>> under = claimed.stream()
                .map(message -> attempts.submit(() -> attempt(message)))
                .toList();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < under.size(); i++) {
            outcome(claimed.get(i), under.get(i), deadline).ifPresent(this::mark);
        }
        return due.size();
    }

    private Optional<Tried> attempt(Message message) {
        return store.read(handle -> DestinationRows.byId(handle, message.destinationId()))
                .map(row -> new Tried(message, row.destination(), deliver(row, message)));
    }

    private Outcome deliver(DestinationRows.Row row, Message message) {
        try {
            return courier.deliver(row.destination().kind(), destinations.open(row), message);
        } catch (Refusal e) {
            return new Outcome.Failed(e.text(), 0);
        } catch (RuntimeException e) {
            // Of the exception its kind alone: whatever made it may have put the address into its message.
            LOG.error(
                    "A message to {} failed: {}",
                    row.destination().name(),
                    e.getClass().getName());
            return new Outcome.Failed("it failed inside the gate", 0);
        }
    }

    private Optional<Tried> outcome(Message message, Future<Optional<Tried>> attempt, long deadlineNanos) {
        try {
            return attempt.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            attempt.cancel(true);
            return store.read(handle -> DestinationRows.byId(handle, message.destinationId()))
                    .map(row -> new Tried(
                            message, row.destination(), new Outcome.Failed("it took longer than a minute", 0)));
        } catch (ExecutionException e) { // the store is away: the lease runs out
            LOG.warn("A message could not be sent: {}", String.valueOf(e.getCause()));
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void mark(Tried tried) {
        long now = clock.millis();
        Message message = tried.message;
        switch (tried.outcome) {
            case Outcome.Delivered delivered ->
                store.write(tx -> {
                    MessageRows.sent(tx.handle(), message.id(), now);
                    return true;
                });
            case Outcome.Failed(String said, long retryAfter) -> {
                String error = StoredText.clean(said, MOST_ERROR);
                OptionalLong wait = Retries.waitMillis(message.attempts(), retryAfter, random);
                if (wait.isPresent()) {
                    again(tried, now + wait.getAsLong(), error);
                } else {
                    giveUp(tried, now, error);
                }
            }
            case Outcome.Gone gone -> disable(tried, now);
        }
    }

    private void again(Tried tried, long atMillis, String error) {
        Message message = tried.message;
        long due = message.urgent() ? atMillis : tried.destination.timetable().afterQuiet(atMillis);
        store.write(tx -> {
            MessageRows.again(tx.handle(), message.id(), due, error);
            return true;
        });
        LOG.info(
                "The destination {} did not take {}: {}. Next attempt: {}",
                tried.destination.name(),
                message.id(),
                error,
                Instant.ofEpochMilli(due));
    }

    private void giveUp(Tried tried, long now, String error) {
        boolean given = store.write(tx -> MessageRows.giveUp(tx.handle(), tried.message.id(), now, error));
        if (given) {
            String name = tried.destination.name();
            events.publish(new Notice(
                    clock.instant(),
                    NoticeType.ALERT_UNDELIVERED.kind(),
                    name,
                    "A message to the destination " + name + " was given up: " + error + ".",
                    "See what it was with: tollgate alert dead list; try the destination with: tollgate alert test "
                            + name));
        }
    }

    private void disable(Tried tried, long now) {
        Destination destination = tried.destination;
        String why = "it answered 410 (Gone)";
        boolean first = store.write(tx -> disable(tx, destination, now, why));
        if (first) {
            events.publish(new Notice(
                    clock.instant(),
                    NoticeType.ALERT_DISABLED.kind(),
                    destination.name(),
                    "The destination " + destination.name() + " is out of use: " + why + ".",
                    "Remove it with: tollgate alert remove " + destination.name()
                            + "; if it takes messages again: tollgate alert test " + destination.name()));
        }
    }

    private boolean disable(WriteSession tx, Destination destination, long now, String why) {
        MessageRows.giveUpAll(tx.handle(), destination.id(), now, why);
        boolean first = DestinationRows.disable(tx.handle(), destination.id(), now, why);
        if (first) {
            audit.record(tx, ACTOR, "alert.disabled", destination.name(), why);
        }
        return first;
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

    @Override
    public void close() {
        closing.countDown();
        attempts.shutdownNow();
    }
}
