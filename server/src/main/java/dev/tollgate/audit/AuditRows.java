package dev.tollgate.audit;

import dev.tollgate.kernel.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads the trail's two tables. */
final class AuditRows {
    private static final String COLUMNS =
            "SELECT seq, at, actor, action, subject, detail, prev_hash, hash FROM audit_row ";

    private final Store store;

    AuditRows(Store store) {
        this.store = store;
    }

    /** The head as it is stored. */
    record Head(long seq, String hash, String seal) {}

    /** The head and the number of the last row, seen at one moment; each absent if there is none. */
    record End(Optional<Head> head, Optional<Long> lastRow) {}

    List<AuditRow> last(int limit) {
        return store.read(handle -> handle.createQuery(COLUMNS + "ORDER BY seq DESC LIMIT ?")
                .bind(0, limit)
                .map((rows, context) -> row(rows))
                .list());
    }

    List<AuditRow> after(long seq, int limit) {
        return between(seq, Long.MAX_VALUE, limit);
    }

    /** At most so many rows after {@code seq}, up to and including {@code last}. */
    List<AuditRow> between(long seq, long last, int limit) {
        return store.read(handle -> handle.createQuery(COLUMNS + "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?")
                .bind(0, seq)
                .bind(1, last)
                .bind(2, limit)
                .map((rows, context) -> row(rows))
                .list());
    }

    End end() {
        return store.read(AuditRows::end);
    }

    private static End end(Handle handle) {
        return handle.createQuery("""
                        SELECT h.seq, h.hash, h.seal, r.last
                        FROM (SELECT MAX(seq) AS last FROM audit_row) r LEFT JOIN audit_head h ON h.id = 1""").map((rows, context) -> end(rows)).one();
    }

    private static End end(ResultSet rows) throws SQLException {
        long headSeq = rows.getLong(1);
        Optional<Head> head = rows.wasNull()
                ? Optional.empty()
                : Optional.of(new Head(headSeq, text(rows.getString(2)), text(rows.getString(3))));
        long last = rows.getLong(4);
        return new End(head, rows.wasNull() ? Optional.empty() : Optional.of(last));
    }

    private static AuditRow row(ResultSet rows) throws SQLException {
        return new AuditRow(
                rows.getLong(1),
                rows.getLong(2),
                text(rows.getString(3)),
                text(rows.getString(4)),
                text(rows.getString(5)),
                text(rows.getString(6)),
                text(rows.getString(7)),
                text(rows.getString(8)));
    }

    /** A column that somebody emptied must be found out by its hash, not by an exception. */
    private static String text(@Nullable String column) {
        return column == null ? "" : column;
    }
}
