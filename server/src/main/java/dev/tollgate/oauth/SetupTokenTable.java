package dev.tollgate.oauth;

import dev.tollgate.identity.federation.Leases.Kept;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of setup tokens that are kept for jobs. */
final class SetupTokenTable {
    private static final String SELECT =
            "SELECT s.*, r.name FROM federation_setup_token s JOIN federation_rule r ON r.id = s.rule_id";

    /**
     * One of them.
     *
     * @param day of the last lease, in days since 1970 by UTC
     * @param leases on that day
     */
    record Row(
            String ruleId,
            String rule,
            String personId,
            String sealed,
            Instant keptAt,
            Instant expiresAt,
            long day,
            long leases) {
        long leasesOn(long thatDay) {
            return day == thatDay ? leases : 0;
        }

        /** As people see it on that day. */
        Kept kept(long today) {
            return new Kept(rule, personId, keptAt, expiresAt, leasesOn(today));
        }
    }

    private SetupTokenTable() {}

    /** By the rules' names. */
    static List<Row> all(Handle handle) {
        return handle.createQuery(SELECT + " ORDER BY r.name")
                .map((row, context) -> read(row))
                .list();
    }

    static List<Row> ofPerson(Handle handle, String personId) {
        return handle.createQuery(SELECT + " WHERE s.person_id = :person ORDER BY r.name")
                .bind("person", personId)
                .map((row, context) -> read(row))
                .list();
    }

    static Optional<Row> find(Handle handle, String ruleId) {
        return handle.createQuery(SELECT + " WHERE s.rule_id = :rule")
                .bind("rule", ruleId)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** In place of the same person's; how often that was lent still counts. False if there is another person's. */
    static boolean put(Handle handle, String ruleId, String personId, String sealed, Instant now, Instant expiresAt) {
        return handle.createUpdate("INSERT INTO federation_setup_token"
                                + " (rule_id, person_id, sealed, kept_at, expires_at, day, leases)"
                                + " VALUES (:rule, :person, :sealed, :now, :expires, 0, 0)"
                                + " ON CONFLICT (rule_id) DO UPDATE SET sealed = excluded.sealed,"
                                + " kept_at = excluded.kept_at, expires_at = excluded.expires_at"
                                + " WHERE federation_setup_token.person_id = excluded.person_id")
                        .bind("rule", ruleId)
                        .bind("person", personId)
                        .bind("sealed", sealed)
                        .bind("now", now.toEpochMilli())
                        .bind("expires", expiresAt.toEpochMilli())
                        .execute()
                == 1;
    }

    /** Counts one lease on that day. */
    static void count(Handle handle, String ruleId, long day) {
        handle.createUpdate("UPDATE federation_setup_token SET"
                        + " leases = CASE WHEN day = :day THEN leases + 1 ELSE 1 END, day = :day WHERE rule_id = :rule")
                .bind("rule", ruleId)
                .bind("day", day)
                .execute();
    }

    static void delete(Handle handle, String ruleId) {
        handle.createUpdate("DELETE FROM federation_setup_token WHERE rule_id = :rule")
                .bind("rule", ruleId)
                .execute();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getString("rule_id"),
                row.getString("name"),
                row.getString("person_id"),
                row.getString("sealed"),
                Instant.ofEpochMilli(row.getLong("kept_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                row.getLong("day"),
                row.getLong("leases"));
    }
}
