package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of sessions. */
final class SessionTable {
    private static final RowMapper<Session> TO_SESSION = (row, context) -> new Session(
            row.getString("session_id"),
            row.getString("person_id"),
            Instant.ofEpochMilli(row.getLong("began_at")),
            Instant.ofEpochMilli(row.getLong("seen_at")),
            SignInWay.of(row.getString("way")),
            row.getString("device"),
            row.getString("address"));

    private static final String COLUMNS =
            "s.id AS session_id, s.person_id, s.created_at AS began_at, s.seen_at, s.way, s.device, s.address";

    private SessionTable() {}

    /** The session and its person, if the person is active; the session may be over. */
    static Optional<SignedIn> byHash(Handle handle, String hash) {
        return handle.createQuery("SELECT " + COLUMNS + ", " + PersonTable.COLUMNS
                        + " FROM person_session s JOIN person p ON p.id = s.person_id"
                        + " WHERE s.hash = :hash AND p.status = 'active'")
                .bind("hash", hash)
                .map((row, context) ->
                        new SignedIn(TO_SESSION.map(row, context), PersonTable.TO_PERSON.map(row, context)))
                .findOne();
    }

    static List<Session> of(Handle handle, String personId) {
        return handle.createQuery("SELECT " + COLUMNS
                        + " FROM person_session s WHERE s.person_id = :person ORDER BY s.seen_at DESC, s.id DESC")
                .bind("person", personId)
                .map(TO_SESSION)
                .list();
    }

    static boolean exists(Handle handle, String personId, String id) {
        return handle.createQuery("SELECT COUNT(*) FROM person_session WHERE id = :id AND person_id = :person")
                        .bind("id", id)
                        .bind("person", personId)
                        .mapTo(Long.class)
                        .one()
                == 1;
    }

    static void insert(Handle handle, Session session, String hash) {
        handle.createUpdate("INSERT INTO person_session"
                        + " (id, hash, person_id, created_at, seen_at, way, device, address)"
                        + " VALUES (:id, :hash, :person, :createdAt, :seenAt, :way, :device, :address)")
                .bind("id", session.id())
                .bind("hash", hash)
                .bind("person", session.personId())
                .bind("createdAt", session.createdAt().toEpochMilli())
                .bind("seenAt", session.seenAt().toEpochMilli())
                .bind("way", session.way().wireName())
                .bind("device", session.device())
                .bind("address", session.address())
                .execute();
    }

    static void seen(Handle handle, String id, long nowMillis) {
        handle.createUpdate("UPDATE person_session SET seen_at = :now WHERE id = :id AND seen_at < :now")
                .bind("now", nowMillis)
                .bind("id", id)
                .execute();
    }

    static boolean delete(Handle handle, String personId, String id) {
        return handle.createUpdate("DELETE FROM person_session WHERE id = :id AND person_id = :person")
                        .bind("id", id)
                        .bind("person", personId)
                        .execute()
                > 0;
    }

    static void deleteByHash(Handle handle, String hash) {
        handle.createUpdate("DELETE FROM person_session WHERE hash = :hash")
                .bind("hash", hash)
                .execute();
    }

    /**
     * Ends a person's sessions.
     *
     * @param except the id of one that goes on; empty: none does
     */
    static int deleteAll(Handle handle, String personId, String except) {
        return handle.createUpdate("DELETE FROM person_session WHERE person_id = :person AND id <> :except")
                .bind("person", personId)
                .bind("except", except)
                .execute();
    }

    static void deleteOver(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM person_session WHERE seen_at <= :idle OR created_at <= :longest")
                .bind("idle", now.minus(Session.IDLE).toEpochMilli())
                .bind("longest", now.minus(Session.LONGEST).toEpochMilli())
                .execute();
    }

    /** Ends all but the latest of a person's sessions. */
    static void deleteBeyond(Handle handle, String personId, int most) {
        handle.createUpdate("DELETE FROM person_session WHERE person_id = :person AND id NOT IN"
                        + " (SELECT id FROM person_session WHERE person_id = :person"
                        + " ORDER BY seen_at DESC, id DESC LIMIT :most)")
                .bind("person", personId)
                .bind("most", most)
                .execute();
    }
}
