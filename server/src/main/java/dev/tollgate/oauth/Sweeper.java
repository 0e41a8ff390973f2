package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Forgets what opens nothing any more; what was used up stays for a while, so that its reuse is still known as such. In small steps: who
 * else writes waits for one of them at most.
 */
final class Sweeper {
    private static final long REMEMBERED_MILLIS = Duration.ofDays(1).toMillis();
    private static final long GRANTS_MILLIS = Duration.ofDays(90).toMillis();
    private static final long STEP = 500;

    static final String EXPIRED_CLIENT = "expires_at > 0 AND expires_at < :before";

    /** The end of what a client may do in its own name is remembered for as long as there is that client. */
    static final String ENDED_GRANT =
            "(expires_at > 0 AND expires_at < :before OR revoked_at > 0 AND revoked_at < :before)"
                    + " AND NOT EXISTS (SELECT 1 FROM oauth_family f WHERE f.grant_id = oauth_grant.id)"
                    + " AND NOT EXISTS (SELECT 1 FROM oauth_code c WHERE c.grant_id = oauth_grant.id)"
                    + " AND NOT EXISTS (SELECT 1 FROM oauth_client k WHERE k.id = oauth_grant.client_id"
                    + " AND k.id = oauth_grant.subject)";

    private final Store store;
    private final InstantSource clock;

    Sweeper(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    void sweep() {
        long now = clock.millis();
        expired("oauth_code", "hash", now - REMEMBERED_MILLIS);
        expired("oauth_device", "hash", now - DeviceCodes.REMEMBERED.toMillis());
        expired("oauth_pushed", "hash", now);
        expired("oauth_shown", "hash", now);
        delete("oauth_client", "id", EXPIRED_CLIENT, now);
        delete(
                "oauth_refresh",
                "hash",
                "family_id IN (SELECT id FROM oauth_family WHERE expires_at < :before)",
                now - REMEMBERED_MILLIS);
        delete(
                "oauth_family",
                "id",
                "expires_at < :before AND NOT EXISTS (SELECT 1 FROM oauth_refresh r WHERE r.family_id = oauth_family.id)",
                now - REMEMBERED_MILLIS);
        delete("oauth_grant", "id", ENDED_GRANT, now - GRANTS_MILLIS);
    }

    private void expired(String table, String key, long before) {
        delete(table, key, "expires_at < :before", before);
    }

    private void delete(String table, String key, String which, long before) {
        String sql = "DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key + " FROM " + table + " WHERE "
                + which + " LIMIT " + STEP + ")";
        long gone;
        do {
            gone = store.write(
                    tx -> tx.handle().createUpdate(sql).bind("before", before).execute());
        } while (gone == STEP);
    }
}
