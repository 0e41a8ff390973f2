package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the queue what became of an attempt: sent, to be tried again, given up, or its destination out of use. Each is one
 * transaction, with the notice that it gives; noted twice, it is as noted once. Blocking.
 */
final class Marks {
    private static final Logger LOG = LoggerFactory.getLogger(Marks.class);
    private static final int MOST_ERROR = 300;
    private static final String ACTOR = "server";

    private final Store store;
    private final AuditTrail audit;
    private final Events events;
    private final InstantSource clock;
    private final RandomGenerator random;

    Marks(Store store, AuditTrail audit, Events events, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
        this.random = random;
    }

    void mark(Message message, Destination destination, Outcome outcome) {
        switch (outcome) {
            case Outcome.Delivered delivered ->
                store.write(tx -> {
                    MessageRows.sent(tx.handle(), message.id(), clock.millis());
                    return true;
                });
            case Outcome.Failed(String said, long retryAfter) -> {
                String error = StoredText.clean(said, MOST_ERROR);
                OptionalLong wait = Retries.waitMillis(message.attempts(), retryAfter, random);
                if (wait.isPresent()) {
                    again(message, destination, clock.millis() + wait.getAsLong(), error);
                } else {
                    giveUp(message, destination, error);
                }
            }
            case Outcome.Gone gone -> disable(destination);
        }
    }

    private void again(Message message, Destination destination, long atMillis, String error) {
        long due = message.urgent() ? atMillis : destination.timetable().afterQuiet(atMillis);
        store.write(tx -> {
            MessageRows.again(tx.handle(), message.id(), due, error);
            return true;
        });
        LOG.info(
                "The destination {} did not take {}: {}. Next attempt: {}",
                destination.name(),
                message.id(),
                error,
                Instant.ofEpochMilli(due));
    }

    private void giveUp(Message message, Destination destination, String error) {
        String name = destination.name();
        Notice notice = new Notice(
                clock.instant(),
                NoticeType.ALERT_UNDELIVERED.kind(),
                name,
                "A message to the destination " + name + " was given up: " + error + ".",
                "See what it was with: tollgate alert dead list; try the destination with: tollgate alert test "
                        + name);
        boolean given = store.write(tx -> {
            boolean first = MessageRows.giveUp(tx.handle(), message.id(), clock.millis(), error);
            if (first) {
                events.keep(tx, notice);
            }
            return first;
        });
        if (given) {
            LOG.warn("{} {}", notice.message(), notice.cure());
        }
    }

    private void disable(Destination destination) {
        String name = destination.name();
        String why = "it answered 410 (Gone)";
        Notice notice = new Notice(
                clock.instant(),
                NoticeType.ALERT_DISABLED.kind(),
                name,
                "The destination " + name + " is out of use: " + why + ".",
                "Remove it with: tollgate alert remove " + name + "; if it takes messages again: tollgate alert test "
                        + name);
        boolean disabled = store.write(tx -> {
            MessageRows.giveUpAll(tx.handle(), destination.id(), clock.millis(), why);
            boolean first = DestinationRows.disable(tx.handle(), destination.id(), clock.millis(), why);
            if (first) {
                audit.record(tx, ACTOR, "alert.disabled", name, why);
                events.keep(tx, notice);
            }
            return first;
        });
        if (disabled) {
            LOG.warn("{} {}", notice.message(), notice.cure());
        }
    }
}
