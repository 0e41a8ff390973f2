package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;

/** Ids that count once on all nodes together: {@code jti} of proofs and assertions. */
public final class ShownOnce {
    private final Store store;
    private final InstantSource clock;

    ShownOnce(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Notes it. Blocking.
     *
     * @param kind and whose: ids of different kinds never meet
     * @param seconds for which it would be believed again
     * @return false if it has been shown before
     */
    public boolean first(String kind, String id, long seconds) {
        return store.write(tx -> first(tx, kind, id, seconds));
    }

    /** The same within a transaction: what comes of it is kept together with it, or neither is. */
    boolean first(WriteSession tx, String kind, String id, long seconds) {
        String hash = Secrets.hash(kind + "\n" + id);
        long now = clock.millis();
        return tx.handle()
                        .createUpdate("INSERT INTO oauth_shown (hash, expires_at) VALUES (:hash, :expires)"
                                + " ON CONFLICT (hash) DO UPDATE SET expires_at = :expires"
                                + " WHERE oauth_shown.expires_at <= :now")
                        .bind("hash", hash)
                        .bind("expires", now + seconds * 1_000)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** Whether it has been shown, and would still be believed. Notes nothing. Blocking. */
    boolean before(String kind, String id) {
        String hash = Secrets.hash(kind + "\n" + id);
        long now = clock.millis();
        return store.read(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM oauth_shown WHERE hash = :hash AND expires_at > :now")
                        .bind("hash", hash)
                        .bind("now", now)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }
}
