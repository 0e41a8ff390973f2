package dev.tollgate.oauth;

import dev.tollgate.oauth.SpendingCap.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The SQL of grants. */
final class GrantTable {
    private static final long NO_CAP = -1;

    /**
     * A grant, and the number of its last change.
     *
     * @param change 0: it has not changed since it was made
     */
    record Numbered(AccessGrant grant, long change) {}

    private static final RowMapper<AccessGrant> TO_GRANT = (row, context) -> grant(row);
    private static final RowMapper<Numbered> TO_NUMBERED =
            (row, context) -> new Numbered(grant(row), row.getLong("change"));

    private GrantTable() {}

    private static AccessGrant grant(ResultSet row) throws SQLException {
        String person = row.getString("person_id");
        return new AccessGrant(
                row.getString("id"),
                person.isEmpty() ? null : person,
                row.getString("subject"),
                row.getString("account"),
                row.getString("client_id"),
                row.getString("client_name"),
                Scopes.split(row.getString("scopes")),
                row.getString("resource"),
                cap(row.getLong("cap_nano_usd"), row.getString("cap_window")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                instant(row.getLong("expires_at")),
                instant(row.getLong("revoked_at")));
    }

    private static @Nullable SpendingCap cap(long nanoUsd, String window) {
        return nanoUsd == NO_CAP
                ? null
                : new SpendingCap(nanoUsd, window.equals(Window.DAY.wireName()) ? Window.DAY : Window.MONTH);
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static long millis(@Nullable Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli();
    }

    /** False if there is one of that id. */
    static boolean insert(Handle handle, AccessGrant grant) {
        SpendingCap cap = grant.cap();
        String person = grant.personId();
        return handle.createUpdate(
                                "INSERT INTO oauth_grant (id, person_id, subject, account, client_id, client_name, scopes,"
                                        + " resource, cap_nano_usd, cap_window, created_at, expires_at, revoked_at, change) VALUES (:id,"
                                        + " :person, :subject, :account, :client, :clientName, :scopes, :resource, :cap, :window,"
                                        + " :created, :expires, 0, 0) ON CONFLICT (id) DO NOTHING")
                        .bind("id", grant.id())
                        .bind("person", person == null ? "" : person)
                        .bind("subject", grant.subject())
                        .bind("account", grant.account())
                        .bind("client", grant.clientId())
                        .bind("clientName", grant.clientName())
                        .bind("scopes", Scopes.joined(grant.scopes()))
                        .bind("resource", grant.resource())
                        .bind("cap", cap == null ? NO_CAP : cap.nanoUsd())
                        .bind("window", cap == null ? "" : cap.window().wireName())
                        .bind("created", grant.createdAt().toEpochMilli())
                        .bind("expires", millis(grant.expiresAt()))
                        .execute()
                == 1;
    }

    /** What a person may change of it later. False if it is gone or revoked. */
    static boolean update(
            Handle handle, String id, List<String> scopes, @Nullable SpendingCap cap, @Nullable Instant expires) {
        return handle.createUpdate("UPDATE oauth_grant SET scopes = :scopes, cap_nano_usd = :cap, cap_window = :window,"
                                + " expires_at = :expires WHERE id = :id AND revoked_at = 0")
                        .bind("scopes", Scopes.joined(scopes))
                        .bind("cap", cap == null ? NO_CAP : cap.nanoUsd())
                        .bind("window", cap == null ? "" : cap.window().wireName())
                        .bind("expires", millis(expires))
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Those with a cap that were revoked or have expired since. */
    static List<AccessGrant> endedWithCap(Handle handle, long sinceMillis, long nowMillis) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE cap_nano_usd <> " + NO_CAP
                        + " AND (revoked_at > :since OR (expires_at > :since AND expires_at <= :now))")
                .bind("since", sinceMillis)
                .bind("now", nowMillis)
                .map(TO_GRANT)
                .list();
    }

    static Optional<AccessGrant> byId(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE id = :id")
                .bind("id", id)
                .map(TO_GRANT)
                .findOne();
    }

    /** A person's, newest first. */
    static List<AccessGrant> of(Handle handle, String personId) {
        return handle.createQuery(
                        "SELECT * FROM oauth_grant WHERE person_id = :person ORDER BY created_at DESC, id DESC")
                .bind("person", personId)
                .map(TO_GRANT)
                .list();
    }

    static List<AccessGrant> ofClient(Handle handle, String clientId) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE client_id = :client AND revoked_at = 0")
                .bind("client", clientId)
                .map(TO_GRANT)
                .list();
    }

    /** The last by which a client acts in its own name, in force or not. */
    static Optional<AccessGrant> lastOfClientItself(Handle handle, String clientId) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE client_id = :client AND person_id = ''"
                        + " AND subject = client_id ORDER BY created_at DESC, id DESC LIMIT 1")
                .bind("client", clientId)
                .map(TO_GRANT)
                .findOne();
    }

    /** Those not revoked whose ids begin so. Reads them all. */
    static List<AccessGrant> beginningWith(Handle handle, String idPrefix) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE revoked_at = 0 AND substr(id, 1, :length) = :prefix")
                .bind("length", idPrefix.length())
                .bind("prefix", idPrefix)
                .map(TO_GRANT)
                .list();
    }

    /** False if it was revoked before. */
    static boolean revoke(Handle handle, String id, long nowMillis) {
        return handle.createUpdate("UPDATE oauth_grant SET revoked_at = :now WHERE id = :id AND revoked_at = 0")
                        .bind("now", nowMillis)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static void numbered(Handle handle, String id, long change) {
        handle.createUpdate("UPDATE oauth_grant SET change = :change WHERE id = :id")
                .bind("change", change)
                .bind("id", id)
                .execute();
    }

    /** Of the whole store: what follows is read in the order of the commits. */
    static long lastChange(Handle handle) {
        return handle.createQuery("SELECT change FROM oauth_state WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** Takes the next number; whoever else wants one waits until this transaction is over. */
    static long nextChange(Handle handle) {
        return handle.createQuery("UPDATE oauth_state SET change = change + 1 WHERE id = 1 RETURNING change")
                .mapTo(Long.class)
                .one();
    }

    static List<Numbered> after(Handle handle, long change) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE change > :change ORDER BY change")
                .bind("change", change)
                .map(TO_NUMBERED)
                .list();
    }

    /** A page of those in force, in the order of their ids. */
    static List<Numbered> alive(Handle handle, String afterId, long nowMillis, int page) {
        return handle.createQuery("SELECT * FROM oauth_grant WHERE id > :after AND revoked_at = 0"
                        + " AND (expires_at = 0 OR expires_at > :now) ORDER BY id LIMIT :page")
                .bind("after", afterId)
                .bind("now", nowMillis)
                .bind("page", (long) page)
                .map(TO_NUMBERED)
                .list();
    }

    static List<String> revokedSince(Handle handle, long sinceMillis) {
        return handle.createQuery("SELECT id FROM oauth_grant WHERE change > 0 AND revoked_at > :since")
                .bind("since", sinceMillis)
                .mapTo(String.class)
                .list();
    }
}
