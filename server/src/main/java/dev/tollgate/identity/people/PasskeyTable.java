package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The SQL of passkeys. */
final class PasskeyTable {
    /**
     * A passkey as it is kept.
     *
     * @param credential attested credential data (WebAuthn section 6.5.1), base64url
     * @param transports separated by spaces
     */
    record Kept(PasskeyInfo info, String personId, String credential, String transports, long signCount) {}

    private static final String SELECT = "SELECT credential_id, person_id, name, credential, transports, sign_count,"
            + " backup_able, created_at, last_used_at, cloned_at FROM passkey ";

    private static final RowMapper<Kept> TO_KEPT = (row, context) -> new Kept(
            new PasskeyInfo(
                    row.getString("credential_id"),
                    row.getString("name"),
                    row.getLong("backup_able") != 0,
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    instant(row.getLong("last_used_at")),
                    instant(row.getLong("cloned_at"))),
            row.getString("person_id"),
            row.getString("credential"),
            row.getString("transports"),
            row.getLong("sign_count"));

    private PasskeyTable() {}

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    static List<Kept> keptOf(Handle handle, String personId) {
        return handle.createQuery(SELECT + "WHERE person_id = :person ORDER BY created_at, credential_id")
                .bind("person", personId)
                .map(TO_KEPT)
                .list();
    }

    static List<PasskeyInfo> of(Handle handle, String personId) {
        return keptOf(handle, personId).stream().map(Kept::info).toList();
    }

    static Optional<Kept> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE credential_id = :id")
                .bind("id", id)
                .map(TO_KEPT)
                .findOne();
    }

    /** False if this credential is registered, to whomever (WebAuthn section 7.1, step 26). */
    static boolean insert(Handle handle, Kept passkey) {
        return handle.createUpdate("INSERT INTO passkey (credential_id, person_id, name, credential, transports,"
                                + " sign_count, backup_able, created_at, last_used_at, cloned_at)"
                                + " VALUES (:id, :person, :name, :credential, :transports, :count, :backupAble,"
                                + " :createdAt, 0, 0) ON CONFLICT (credential_id) DO NOTHING")
                        .bind("id", passkey.info().id())
                        .bind("person", passkey.personId())
                        .bind("name", passkey.info().name())
                        .bind("credential", passkey.credential())
                        .bind("transports", passkey.transports())
                        .bind("count", passkey.signCount())
                        .bind("backupAble", passkey.info().synced() ? 1L : 0L)
                        .bind("createdAt", passkey.info().createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    /** False if it is gone, or somebody else has used it since it was read. */
    static boolean used(Handle handle, Kept passkey, long signCount, long nowMillis) {
        return handle.createUpdate("UPDATE passkey SET sign_count = :count, last_used_at = :now"
                                + " WHERE credential_id = :id AND sign_count = :former")
                        .bind("count", signCount)
                        .bind("now", nowMillis)
                        .bind("id", passkey.info().id())
                        .bind("former", passkey.signCount())
                        .execute()
                == 1;
    }

    static void cloned(Handle handle, String id, long nowMillis) {
        handle.createUpdate("UPDATE passkey SET cloned_at = :now WHERE credential_id = :id")
                .bind("now", nowMillis)
                .bind("id", id)
                .execute();
    }

    static void rename(Handle handle, String id, String name) {
        handle.createUpdate("UPDATE passkey SET name = :name WHERE credential_id = :id")
                .bind("name", name)
                .bind("id", id)
                .execute();
    }

    static void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM passkey WHERE credential_id = :id")
                .bind("id", id)
                .execute();
    }
}
