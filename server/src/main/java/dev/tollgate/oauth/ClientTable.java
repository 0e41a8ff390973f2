package dev.tollgate.oauth;

import dev.tollgate.identity.AppGrants;
import dev.tollgate.identity.AppGrants.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The SQL of clients. */
final class ClientTable {
    /** A client as it is kept. */
    record Row(String id, String kind, String metadata, String secretHash, long createdAt, long consentedAt) {}

    private ClientTable() {}

    static Optional<Row> byId(Handle handle, String id, long nowMillis) {
        return handle.createQuery("SELECT * FROM oauth_client WHERE id = :id AND (expires_at = 0 OR expires_at > :now)")
                .bind("id", id)
                .bind("now", nowMillis)
                .map((row, context) -> row(row))
                .findOne();
    }

    /** The metadata of all that are registered. */
    static List<String> metadata(Handle handle, long nowMillis) {
        return handle.createQuery("SELECT metadata FROM oauth_client WHERE expires_at = 0 OR expires_at > :now")
                .bind("now", nowMillis)
                .mapTo(String.class)
                .list();
    }

    /** The ids, which are addresses, of those that are a document and have been allowed something. */
    static List<String> documents(Handle handle) {
        return handle.createQuery(
                        "SELECT DISTINCT client_id FROM oauth_grant WHERE client_id LIKE 'https:%' AND revoked_at = 0")
                .mapTo(String.class)
                .list();
    }

    /** Those that an administrator made, the oldest first. */
    static List<Row> vouchedFor(Handle handle) {
        return handle.createQuery("SELECT * FROM oauth_client WHERE kind = 'static' ORDER BY created_at, id")
                .map((row, context) -> row(row))
                .list();
    }

    /** Those that no administrator made and that people have allowed something, by their ids. Reads all grants. */
    static List<AppGrants.UnvouchedApp> unvouched(Handle handle, long nowMillis, Function<String, Origin> origin) {
        return handle.createQuery("SELECT client_id, MAX(client_name) AS name, COUNT(DISTINCT person_id) AS people,"
                        + " COUNT(*) AS grants, MAX(created_at) AS allowed_at FROM oauth_grant WHERE person_id <> ''"
                        + " AND revoked_at = 0 AND (expires_at = 0 OR expires_at > :now) AND NOT EXISTS (SELECT 1"
                        + " FROM oauth_client k WHERE k.id = oauth_grant.client_id AND k.kind = 'static')"
                        + " GROUP BY client_id ORDER BY client_id")
                .bind("now", nowMillis)
                .map((row, context) -> new AppGrants.UnvouchedApp(
                        row.getString("client_id"),
                        row.getString("name"),
                        origin.apply(row.getString("client_id")),
                        row.getLong("people"),
                        row.getLong("grants"),
                        Instant.ofEpochMilli(row.getLong("allowed_at"))))
                .list();
    }

    /** The one of that id, if an administrator made it. */
    static Optional<Row> vouchedFor(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM oauth_client WHERE kind = 'static' AND id = :id")
                .bind("id", id)
                .map((row, context) -> row(row))
                .findOne();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("id"),
                row.getString("kind"),
                row.getString("metadata"),
                row.getString("secret_hash"),
                row.getLong("created_at"),
                row.getLong("consented_at"));
    }

    static void insert(Handle handle, Row row, long expiresAt) {
        handle.createUpdate("INSERT INTO oauth_client (id, kind, metadata, secret_hash, created_at, expires_at,"
                        + " consented_at) VALUES (:id, :kind, :metadata, :secret, :created, :expires, :consented)")
                .bind("id", row.id)
                .bind("kind", row.kind)
                .bind("metadata", row.metadata)
                .bind("secret", row.secretHash)
                .bind("created", row.createdAt)
                .bind("expires", expiresAt)
                .bind("consented", row.consentedAt)
                .execute();
    }

    /** False if it is not as it was any more. */
    static boolean update(Handle handle, Row before, Row after) {
        return handle.createUpdate("UPDATE oauth_client SET metadata = :metadata, secret_hash = :secret"
                                + " WHERE id = :id AND metadata = :former AND secret_hash = :formerSecret")
                        .bind("metadata", after.metadata)
                        .bind("secret", after.secretHash)
                        .bind("id", before.id)
                        .bind("former", before.metadata)
                        .bind("formerSecret", before.secretHash)
                        .execute()
                == 1;
    }

    /** Makes room for one more: beyond so many strangers that no person has allowed anything, the oldest go. */
    static void makeRoom(Handle handle, int most) {
        handle.createUpdate("DELETE FROM oauth_client WHERE id IN (SELECT id FROM oauth_client WHERE kind = 'dynamic'"
                        + " AND consented_at = 0 ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET :most)")
                .bind("most", (long) most - 1)
                .execute();
    }

    /** A person has allowed it something, or it has used what it was allowed. */
    static void used(Handle handle, String id, long nowMillis, long expiresAt) {
        handle.createUpdate("UPDATE oauth_client SET expires_at = :expires,"
                        + " consented_at = CASE WHEN consented_at = 0 THEN :now ELSE consented_at END"
                        + " WHERE id = :id AND kind = 'dynamic'")
                .bind("now", nowMillis)
                .bind("expires", expiresAt)
                .bind("id", id)
                .execute();
    }

    static boolean delete(Handle handle, String id) {
        return handle.createUpdate("DELETE FROM oauth_client WHERE id = :id")
                        .bind("id", id)
                        .execute()
                == 1;
    }
}
