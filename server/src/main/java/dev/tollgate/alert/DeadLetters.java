package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;
import java.util.List;

/** Messages that were given up: listed, sent anew, dropped. Blocking. */
public final class DeadLetters {
    private static final int MOST = 200;

    /**
     * A message that was given up.
     *
     * @param destination by name
     * @param endedAtMillis when it was given up; epoch milliseconds
     * @param attempts how often it was tried
     * @param notices in it, at least one
     */
    public record DeadLetter(
            String id,
            String destination,
            long endedAtMillis,
            int attempts,
            String lastError,
            List<KeptNotice> notices) {}

    private record Row(String id, String destination, long endedAtMillis, int attempts, String lastError) {}

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;

    DeadLetters(Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** At most two hundred, the newest first. */
    public List<DeadLetter> list() {
        return store.read(handle -> {
            List<Row> rows = handle.createQuery(
                            "SELECT m.id, d.name, m.ended_at, m.attempts, m.last_error FROM alert_message m"
                                    + " JOIN alert_destination d ON d.id = m.destination_id"
                                    + " WHERE m.state = 'dead' ORDER BY m.ended_at DESC, m.id DESC LIMIT ?")
                    .bind(0, MOST)
                    .map((row, context) -> new Row(
                            row.getString(1), row.getString(2), row.getLong(3), row.getInt(4), row.getString(5)))
                    .list();
            return rows.stream()
                    .map(row -> new DeadLetter(
                            row.id,
                            row.destination,
                            row.endedAtMillis,
                            row.attempts,
                            row.lastError,
                            MessageRows.notices(handle, row.id)))
                    .toList();
        });
    }

    /**
     * Puts one back into the queue, to be sent now; it has all its attempts anew, under the same id.
     *
     * @throws Refusal if there is none of that id, or its destination is out of use
     */
    public void retry(String id, String actor) {
        store.write(tx -> {
            Destination destination = destinationOf(tx, id);
            if (destination.disabledAtMillis() != 0) {
                throw Refusal.conflict(
                        "The destination " + destination.name() + " is out of use: " + destination.disabledWhy() + ".",
                        "Try it with: tollgate alert test " + destination.name());
            }
            tx.handle()
                    .execute(
                            "UPDATE alert_message SET state = 'waiting', due_at = ?, lease_until = 0, attempts = 0,"
                                    + " ended_at = 0 WHERE id = ? AND state = 'dead'",
                            clock.millis(),
                            id);
            audit.record(tx, actor, "alert.dead_retried", id, destination.name());
            return true;
        });
    }

    /**
     * Deletes one.
     *
     * @throws Refusal if there is none of that id
     */
    public void drop(String id, String actor) {
        store.write(tx -> {
            Destination destination = destinationOf(tx, id);
            MessageRows.delete(tx.handle(), id);
            audit.record(tx, actor, "alert.dead_dropped", id, destination.name());
            return true;
        });
    }

    private static Destination destinationOf(WriteSession tx, String id) {
        return tx.handle()
                .createQuery("SELECT destination_id FROM alert_message WHERE id = ? AND state = 'dead'")
                .bind(0, id)
                .mapTo(String.class)
                .findOne()
                .flatMap(destinationId -> DestinationRows.byId(tx.handle(), destinationId))
                .map(DestinationRows.Row::destination)
                .orElseThrow(() -> Refusal.notFound(
                        "There is no such message among those that were given up.",
                        "See their ids with: tollgate alert dead list"));
    }
}
