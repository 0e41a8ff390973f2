package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** Forgets what opens nothing any more; what was used up stays for a while, so that its reuse is still known as such. */
final class Sweeper {
    private static final long REMEMBERED_MILLIS = Duration.ofDays(1).toMillis();
    private static final long GRANTS_MILLIS = Duration.ofDays(90).toMillis();

    private final Store store;
    private final InstantSource clock;

    Sweeper(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    void sweep() {
        long now = clock.millis();
        store.write(tx -> {
            Handle handle = tx.handle();
            delete(handle, "DELETE FROM oauth_code WHERE expires_at < :before", now - REMEMBERED_MILLIS);
            delete(handle, "DELETE FROM oauth_device WHERE expires_at < :before", now - REMEMBERED_MILLIS);
            delete(handle, "DELETE FROM oauth_pushed WHERE expires_at < :before", now);
            delete(handle, "DELETE FROM oauth_shown WHERE expires_at < :before", now);
            delete(handle, "DELETE FROM oauth_client WHERE expires_at > 0 AND expires_at < :before", now);
            delete(
                    handle,
                    "DELETE FROM oauth_refresh WHERE family_id IN"
                            + " (SELECT id FROM oauth_family WHERE expires_at < :before)",
                    now - REMEMBERED_MILLIS);
            delete(handle, "DELETE FROM oauth_family WHERE expires_at < :before", now - REMEMBERED_MILLIS);
            delete(
                    handle,
                    "DELETE FROM oauth_grant WHERE (expires_at > 0 AND expires_at < :before"
                            + " OR revoked_at > 0 AND revoked_at < :before)"
                            + " AND NOT EXISTS (SELECT 1 FROM oauth_family f WHERE f.grant_id = oauth_grant.id)"
                            + " AND NOT EXISTS (SELECT 1 FROM oauth_code c WHERE c.grant_id = oauth_grant.id)",
                    now - GRANTS_MILLIS);
            return now;
        });
    }

    private static void delete(Handle handle, String sql, long before) {
        handle.createUpdate(sql).bind("before", before).execute();
    }
}
