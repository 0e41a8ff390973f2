package dev.tollgate.alert;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of destinations. */
final class DestinationRows {
    private static final String COLUMNS = "id, name, kind, shown, types, budgets, digest, quiet, time_zone, created_at,"
            + " disabled_at, disabled_why";

    /** A destination with what is secret of it, sealed. */
    record Row(Destination destination, String sealed) {}

    private DestinationRows() {}

    /** Whether the name was free. */
    static boolean insert(Handle handle, Destination wanted, String sealed) {
        return handle.execute(
                        "INSERT INTO alert_destination (" + COLUMNS + ", sealed) VALUES"
                                + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                        wanted.id(),
                        wanted.name(),
                        wanted.kind().wireName(),
                        wanted.shown(),
                        String.join(" ", wanted.types()),
                        String.join(" ", wanted.budgets()),
                        wanted.digest(),
                        wanted.quiet(),
                        wanted.timeZone(),
                        wanted.createdAtMillis(),
                        wanted.disabledAtMillis(),
                        wanted.disabledWhy(),
                        sealed)
                == 1;
    }

    static List<Destination> all(Handle handle) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM alert_destination ORDER BY name")
                .map((row, context) -> read(row))
                .list();
    }

    static Optional<Row> byName(Handle handle, String name) {
        return find(handle, "name", name);
    }

    static Optional<Row> byId(Handle handle, String id) {
        return find(handle, "id", id);
    }

    private static Optional<Row> find(Handle handle, String column, String value) {
        return handle.createQuery("SELECT " + COLUMNS + ", sealed FROM alert_destination WHERE " + column + " = ?")
                .bind(0, value)
                .map((row, context) -> new Row(read(row), row.getString("sealed")))
                .findOne();
    }

    /** Whether it still held what was sealed before. */
    static boolean reseal(Handle handle, String id, String before, String sealed) {
        return handle.execute("UPDATE alert_destination SET sealed = ? WHERE id = ? AND sealed = ?", sealed, id, before)
                == 1;
    }

    /** Whether it was in use until now. */
    static boolean disable(Handle handle, String id, long atMillis, String why) {
        return handle.execute(
                        "UPDATE alert_destination SET disabled_at = ?, disabled_why = ?"
                                + " WHERE id = ? AND disabled_at = 0",
                        atMillis,
                        why,
                        id)
                == 1;
    }

    /** Whether it was out of use until now. */
    static boolean enable(Handle handle, String id) {
        return handle.execute(
                        "UPDATE alert_destination SET disabled_at = 0, disabled_why = ''"
                                + " WHERE id = ? AND disabled_at <> 0",
                        id)
                == 1;
    }

    static void delete(Handle handle, String id) {
        handle.execute("DELETE FROM alert_destination WHERE id = ?", id);
    }

    private static Destination read(ResultSet row) throws SQLException {
        return new Destination(
                row.getString("id"),
                row.getString("name"),
                Destination.Kind.of(row.getString("kind")),
                row.getString("shown"),
                words(row.getString("types")),
                words(row.getString("budgets")),
                Timetable.stored(row.getString("digest"), row.getString("quiet"), row.getString("time_zone")),
                row.getLong("created_at"),
                row.getLong("disabled_at"),
                row.getString("disabled_why"));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
