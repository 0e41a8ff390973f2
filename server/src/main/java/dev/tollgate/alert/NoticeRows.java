package dev.tollgate.alert;

import dev.tollgate.kernel.Notice;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of notices. */
final class NoticeRows {
    private static final String COLUMNS = "id, at, kind, subject, message, cure";

    private NoticeRows() {}

    /** What a notice was, as it was put onto the board. */
    enum Put {
        /** Nothing on the board said the same. */
        NEW,
        /** It has taken the place of an earlier one that said the same. */
        AGAIN,
        /** This very notice was there. */
        KNOWN
    }

    /** Puts a notice in the place of an earlier one that said the same. */
    static Put put(Handle handle, KeptNotice kept) {
        Notice notice = kept.notice();
        int earlier = handle.execute(
                "DELETE FROM notice WHERE kind = ? AND subject = ? AND message = ? AND id <> ?",
                notice.kind(),
                notice.subject(),
                notice.message(),
                kept.id());
        int added = handle.execute(
                "INSERT INTO notice (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                kept.id(),
                notice.at().toEpochMilli(),
                notice.kind(),
                notice.subject(),
                notice.message(),
                notice.cure());
        if (added == 0) {
            return Put.KNOWN;
        }
        return earlier == 0 ? Put.NEW : Put.AGAIN;
    }

    /** Removes all but the newest. */
    static void trim(Handle handle, int newest) {
        handle.execute(
                "DELETE FROM notice WHERE id NOT IN (SELECT id FROM notice ORDER BY at DESC, id DESC LIMIT ?)", newest);
    }

    static Optional<Notice> remove(Handle handle, String id) {
        return handle.createQuery("DELETE FROM notice WHERE id = ? RETURNING " + COLUMNS)
                .bind(0, id)
                .map((row, context) -> kept(row).notice())
                .findOne();
    }

    static List<KeptNotice> all(Handle handle) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM notice")
                .map((row, context) -> kept(row))
                .list();
    }

    /** Of a row with id, moment, kind, subject, message and cure, in this order. */
    static KeptNotice kept(ResultSet row) throws SQLException {
        return new KeptNotice(
                row.getString(1),
                new Notice(
                        Instant.ofEpochMilli(row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)));
    }
}
