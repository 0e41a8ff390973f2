package dev.tollgate.vault;

import dev.tollgate.kernel.SealedColumn;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The texts in the columns that rooms have named. */
final class SealedTextRows {
    /** One text, and the place that it is sealed for. */
    record Row(String place, String text) {}

    private SealedTextRows() {}

    /** Texts that are not wrapped in this term, by their places, after the one given. */
    static List<Row> notInTerm(Handle handle, SealedColumn column, int term, String afterPlace, int limit) {
        return handle.createQuery("SELECT " + column.place() + ", " + column.text() + " FROM " + column.table()
                        + " WHERE " + column.text() + " <> '' AND " + column.text() + " NOT LIKE :prefix AND "
                        + column.place() + " > :after ORDER BY " + column.place() + " LIMIT :limit")
                .bind("prefix", TermSealer.prefix(term) + "%")
                .bind("after", afterPlace)
                .bind("limit", limit)
                .map((row, context) -> new Row(row.getString(1), row.getString(2)))
                .list();
    }

    static boolean isInUse(Handle handle, SealedColumn column, int term) {
        return handle.createQuery(
                        "SELECT 1 FROM " + column.table() + " WHERE " + column.text() + " LIKE :prefix LIMIT 1")
                .bind("prefix", TermSealer.prefix(term) + "%")
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Does nothing to a text that its room has changed meanwhile. */
    static void replace(Handle handle, SealedColumn column, Row row, String text) {
        handle.createUpdate("UPDATE " + column.table() + " SET " + column.text() + " = :text WHERE " + column.place()
                        + " = :place AND " + column.text() + " = :before")
                .bind("text", text)
                .bind("place", row.place)
                .bind("before", row.text)
                .execute();
    }
}
