package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of identities at OpenID providers. */
final class OutsideTable {
    private static final String SELECT =
            "SELECT issuer, subject, person_id, email, linked_at, last_used_at FROM outside_identity ";

    private static final RowMapper<OutsideIdentity> TO_IDENTITY = (row, context) -> {
        long used = row.getLong("last_used_at");
        return new OutsideIdentity(
                row.getString("issuer"),
                row.getString("subject"),
                row.getString("person_id"),
                row.getString("email"),
                Instant.ofEpochMilli(row.getLong("linked_at")),
                used == 0 ? null : Instant.ofEpochMilli(used));
    };

    private OutsideTable() {}

    static List<OutsideIdentity> of(Handle handle, String personId) {
        return handle.createQuery(SELECT + "WHERE person_id = :person ORDER BY linked_at, issuer, subject")
                .bind("person", personId)
                .map(TO_IDENTITY)
                .list();
    }

    static Optional<OutsideIdentity> find(Handle handle, String issuer, String subject) {
        return handle.createQuery(SELECT + "WHERE issuer = :issuer AND subject = :subject")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .map(TO_IDENTITY)
                .findOne();
    }

    /** False if this identity is linked, to whomever. */
    static boolean insert(Handle handle, OutsideIdentity identity) {
        return handle.createUpdate("INSERT INTO outside_identity"
                                + " (issuer, subject, person_id, email, linked_at, last_used_at)"
                                + " VALUES (:issuer, :subject, :person, :email, :linkedAt, 0)"
                                + " ON CONFLICT (issuer, subject) DO NOTHING")
                        .bind("issuer", identity.issuer())
                        .bind("subject", identity.subject())
                        .bind("person", identity.personId())
                        .bind("email", identity.email())
                        .bind("linkedAt", identity.linkedAt().toEpochMilli())
                        .execute()
                == 1;
    }

    static void used(Handle handle, String issuer, String subject, long nowMillis) {
        handle.createUpdate("UPDATE outside_identity SET last_used_at = :now"
                        + " WHERE issuer = :issuer AND subject = :subject")
                .bind("now", nowMillis)
                .bind("issuer", issuer)
                .bind("subject", subject)
                .execute();
    }

    static void delete(Handle handle, OutsideIdentity identity) {
        handle.createUpdate("DELETE FROM outside_identity WHERE issuer = :issuer AND subject = :subject")
                .bind("issuer", identity.issuer())
                .bind("subject", identity.subject())
                .execute();
    }
}
