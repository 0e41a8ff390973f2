package dev.tollgate.alert;

import dev.tollgate.kernel.Notice;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables of messages and of the notices in them. */
final class MessageRows {
    private MessageRows() {}

    static void insert(Handle handle, String id, Destination to, boolean urgent, long dueMillis, long nowMillis) {
        handle.execute(
                "INSERT INTO alert_message (id, destination_id, urgent, digest, state, due_at, lease_until, attempts,"
                        + " created_at, ended_at, last_error) VALUES (?, ?, ?, ?, 'waiting', ?, 0, 0, ?, 0, '')",
                id,
                to.id(),
                urgent ? 1 : 0,
                to.timetable().gathers() && !urgent ? 1 : 0,
                dueMillis,
                nowMillis);
    }

    /** A notice in a message; nothing where that destination has had it. */
    static void insert(Handle handle, String messageId, String destinationId, KeptNotice kept) {
        Notice notice = kept.notice();
        handle.execute(
                "INSERT INTO alert_item (notice_id, destination_id, message_id, at, kind, subject, message, cure)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (notice_id, destination_id) DO NOTHING",
                kept.id(),
                destinationId,
                messageId,
                notice.at().toEpochMilli(),
                notice.kind(),
                notice.subject(),
                notice.message(),
                notice.cure());
    }

    static boolean hasNotice(Handle handle, String noticeId, String destinationId) {
        return handle.createQuery("SELECT 1 FROM alert_item WHERE notice_id = ? AND destination_id = ?")
                .bind(0, noticeId)
                .bind(1, destinationId)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static long waiting(Handle handle, String destinationId) {
        return handle.createQuery("SELECT COUNT(*) FROM alert_message WHERE destination_id = ? AND state = 'waiting'")
                .bind(0, destinationId)
                .mapTo(Long.class)
                .one();
    }

    /** The digest that is due then, has not been tried and has room; none that is due now: somebody may be sending it. */
    static Optional<String> openDigest(
            Handle handle, String destinationId, long dueMillis, long nowMillis, int mostNotices) {
        return handle.createQuery(
                        "SELECT m.id FROM alert_message m WHERE m.destination_id = ? AND m.state = 'waiting'"
                                + " AND m.digest = 1 AND m.attempts = 0 AND m.due_at = ? AND m.due_at > ?"
                                + " AND (SELECT COUNT(*) FROM alert_item i WHERE i.message_id = m.id) < ? ORDER BY m.id LIMIT 1")
                .bind(0, destinationId)
                .bind(1, dueMillis)
                .bind(2, nowMillis)
                .bind(3, mostNotices)
                .mapTo(String.class)
                .findOne();
    }

    /** The destinations that something may be sent to now. */
    static List<String> destinationsDue(Handle handle, long nowMillis) {
        return handle.createQuery("SELECT DISTINCT destination_id FROM alert_message WHERE state = 'waiting'"
                        + " AND due_at <= ? AND lease_until <= ?")
                .bind(0, nowMillis)
                .bind(1, nowMillis)
                .mapTo(String.class)
                .list();
    }

    /** Takes the first message that is due there for an attempt; empty if there is none, or somebody else was quicker. */
    static Optional<Message> claim(Handle handle, String destinationId, long nowMillis, long untilMillis) {
        return handle.createQuery("UPDATE alert_message SET lease_until = ?, attempts = attempts + 1 WHERE id ="
                        + " (SELECT id FROM alert_message WHERE destination_id = ? AND state = 'waiting' AND due_at <= ?"
                        + " AND lease_until <= ? ORDER BY due_at, id LIMIT 1) AND state = 'waiting' AND lease_until <= ?"
                        + " RETURNING id, urgent, attempts")
                .bind(0, untilMillis)
                .bind(1, destinationId)
                .bind(2, nowMillis)
                .bind(3, nowMillis)
                .bind(4, nowMillis)
                .map((row, context) -> new Message(
                        row.getString(1),
                        destinationId,
                        row.getLong(2) == 1,
                        row.getInt(3),
                        notices(handle, row.getString(1))))
                .findOne();
    }

    static List<KeptNotice> notices(Handle handle, String messageId) {
        return handle.createQuery("SELECT notice_id, at, kind, subject, message, cure FROM alert_item"
                        + " WHERE message_id = ? ORDER BY at, notice_id")
                .bind(0, messageId)
                .map((row, context) -> NoticeRows.kept(row))
                .list();
    }

    static void sent(Handle handle, String id, long atMillis) {
        handle.execute(
                "UPDATE alert_message SET state = 'sent', ended_at = ?, last_error = '' WHERE id = ?", atMillis, id);
    }

    static void again(Handle handle, String id, long dueMillis, String error) {
        handle.execute(
                "UPDATE alert_message SET due_at = ?, lease_until = 0, last_error = ?"
                        + " WHERE id = ? AND state = 'waiting'",
                dueMillis,
                error,
                id);
    }

    /** Whether it was waiting until now. */
    static boolean giveUp(Handle handle, String id, long atMillis, String error) {
        return handle.execute(
                        "UPDATE alert_message SET state = 'dead', ended_at = ?, last_error = ?"
                                + " WHERE id = ? AND state = 'waiting'",
                        atMillis,
                        error,
                        id)
                == 1;
    }

    static void giveUpAll(Handle handle, String destinationId, long atMillis, String error) {
        handle.execute(
                "UPDATE alert_message SET state = 'dead', ended_at = ?, last_error = ?"
                        + " WHERE destination_id = ? AND state = 'waiting'",
                atMillis,
                error,
                destinationId);
    }

    static void deleteAll(Handle handle, String destinationId) {
        handle.execute("DELETE FROM alert_item WHERE destination_id = ?", destinationId);
        handle.execute("DELETE FROM alert_message WHERE destination_id = ?", destinationId);
    }

    /** Whether there is anything to {@link #prune}. */
    static boolean ended(Handle handle, long sentBefore, long deadBefore) {
        return handle.createQuery("SELECT 1 FROM alert_message WHERE (state = 'sent' AND ended_at < ?)"
                        + " OR (state = 'dead' AND ended_at < ?) LIMIT 1")
                .bind(0, sentBefore)
                .bind(1, deadBefore)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Deletes some messages of that state that ended before then. */
    static void prune(Handle handle, String state, long beforeMillis, int most) {
        List<String> ids = handle.createQuery(
                        "SELECT id FROM alert_message WHERE state = ? AND ended_at < ? ORDER BY due_at LIMIT ?")
                .bind(0, state)
                .bind(1, beforeMillis)
                .bind(2, most)
                .mapTo(String.class)
                .list();
        for (String id : ids) {
            delete(handle, id);
        }
    }

    static void delete(Handle handle, String id) {
        handle.execute("DELETE FROM alert_item WHERE message_id = ?", id);
        handle.execute("DELETE FROM alert_message WHERE id = ?", id);
    }
}
