package dev.tollgate.oauth;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of device codes. */
final class DeviceTable {
    static final String PENDING = "pending";
    static final String APPROVED = "approved";
    static final String DENIED = "denied";
    static final String USED = "used";

    /** A sign-in of a device. */
    record Row(
            String hash,
            String userCodeMac,
            String clientId,
            List<String> scopes,
            String resource,
            String address,
            String state,
            String grantId,
            long authTime,
            List<String> amr,
            long pollSeconds,
            long polledAt,
            long createdAt,
            long expiresAt) {}

    private DeviceTable() {}

    static void insert(Handle handle, Row row) {
        handle.createUpdate(
                        "INSERT INTO oauth_device (hash, user_code_mac, client_id, scopes, resource, address, state,"
                                + " grant_id, auth_time, amr, poll_seconds, polled_at, created_at, expires_at) VALUES (:hash,"
                                + " :mac, :client, :scopes, :resource, :address, :state, '', 0, '', :poll, 0, :created, :expires)")
                .bind("hash", row.hash)
                .bind("mac", row.userCodeMac)
                .bind("client", row.clientId)
                .bind("scopes", Scopes.joined(row.scopes))
                .bind("resource", row.resource)
                .bind("address", row.address)
                .bind("state", row.state)
                .bind("poll", row.pollSeconds)
                .bind("created", row.createdAt)
                .bind("expires", row.expiresAt)
                .execute();
    }

    static Optional<Row> byHash(Handle handle, String hash) {
        return by(handle, "hash", hash);
    }

    static Optional<Row> byUserCode(Handle handle, String mac) {
        return by(handle, "user_code_mac", mac);
    }

    private static Optional<Row> by(Handle handle, String column, String value) {
        return handle.createQuery("SELECT * FROM oauth_device WHERE " + column + " = :value")
                .bind("value", value)
                .map((row, context) -> new Row(
                        row.getString("hash"),
                        row.getString("user_code_mac"),
                        row.getString("client_id"),
                        Scopes.split(row.getString("scopes")),
                        row.getString("resource"),
                        row.getString("address"),
                        row.getString("state"),
                        row.getString("grant_id"),
                        row.getLong("auth_time"),
                        Scopes.split(row.getString("amr")),
                        row.getLong("poll_seconds"),
                        row.getLong("polled_at"),
                        row.getLong("created_at"),
                        row.getLong("expires_at")))
                .findOne();
    }

    static boolean approve(
            Handle handle, String hash, AccessGrant grant, long authTime, List<String> amr, long nowMillis) {
        return handle.createUpdate(
                                "UPDATE oauth_device SET state = 'approved', grant_id = :grant, auth_time = :authTime,"
                                        + " amr = :amr WHERE hash = :hash AND client_id = :client AND state = 'pending'"
                                        + " AND expires_at > :now")
                        .bind("grant", grant.id())
                        .bind("authTime", authTime)
                        .bind("amr", Scopes.joined(amr))
                        .bind("hash", hash)
                        .bind("client", grant.clientId())
                        .bind("now", nowMillis)
                        .execute()
                == 1;
    }

    static boolean deny(Handle handle, String hash, long nowMillis) {
        return handle.createUpdate("UPDATE oauth_device SET state = 'denied' WHERE hash = :hash AND state = 'pending'"
                                + " AND expires_at > :now")
                        .bind("hash", hash)
                        .bind("now", nowMillis)
                        .execute()
                == 1;
    }

    static boolean use(Handle handle, String hash) {
        return handle.createUpdate("UPDATE oauth_device SET state = 'used' WHERE hash = :hash AND state = 'approved'")
                        .bind("hash", hash)
                        .execute()
                == 1;
    }

    static void polled(Handle handle, String hash, long nowMillis, long pollSeconds) {
        handle.createUpdate("UPDATE oauth_device SET polled_at = :now, poll_seconds = :poll WHERE hash = :hash")
                .bind("now", nowMillis)
                .bind("poll", pollSeconds)
                .bind("hash", hash)
                .execute();
    }
}
