package dev.tollgate.oauth;

import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Clients that are a document and that an administrator has turned out. The store is asked at each of their requests, as it is
 * for clients that are registered, so that all nodes know at once.
 */
final class BlockedClients {
    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;

    BlockedClients(Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    boolean contains(String id) {
        // What is no address was never blocked; and PostgreSQL refuses a query for U+0000.
        if (ClientDocumentReader.address(id).isEmpty()) {
            return false;
        }
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM oauth_blocked_client WHERE id = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** The last first. */
    List<Apps.Blocked> list() {
        return store.read(handle -> handle.createQuery(
                        "SELECT id, blocked_at FROM oauth_blocked_client ORDER BY blocked_at DESC, id")
                .map((row, context) ->
                        new Apps.Blocked(row.getString("id"), Instant.ofEpochMilli(row.getLong("blocked_at"))))
                .list());
    }

    /**
     * Blocks one; doing it again changes nothing.
     *
     * @param id an address of {@link ClientDocumentReader#address}
     */
    void add(String id, String actor) {
        store.write(tx -> {
            int added = tx.handle()
                    .createUpdate("INSERT INTO oauth_blocked_client (id, blocked_at) VALUES (:id, :now)"
                            + " ON CONFLICT (id) DO NOTHING")
                    .bind("id", id)
                    .bind("now", clock.millis())
                    .execute();
            if (added == 1) {
                audit.record(tx, actor, "client.blocked", id, "");
            }
            return id;
        });
    }

    /**
     * Ends it.
     *
     * @throws Refusal if it was not blocked
     */
    void remove(String id, String actor) {
        if (!contains(id)) {
            throw notBlocked();
        }
        store.write(tx -> {
            int removed = tx.handle()
                    .createUpdate("DELETE FROM oauth_blocked_client WHERE id = :id")
                    .bind("id", id)
                    .execute();
            if (removed == 0) {
                throw notBlocked();
            }
            audit.record(tx, actor, "client.unblocked", id, "");
            return id;
        });
    }

    private static Refusal notBlocked() {
        return Refusal.notFound("This app is not blocked.", "List those that are: tollgate app list --blocked");
    }
}
