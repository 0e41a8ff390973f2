package dev.tollgate.alert;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of hourly spending, and of what has been said about it. */
final class SpendRows {
    private SpendRows() {}

    /** The hours from then on that are known whole. */
    static SortedSet<Long> observed(Handle handle, long fromMillis) {
        return new TreeSet<>(handle.createQuery("SELECT hour_at FROM spend_hour_done WHERE hour_at >= ?")
                .bind(0, fromMillis)
                .mapTo(Long.class)
                .list());
    }

    /** Notes a whole hour. */
    static void note(Handle handle, long hourMillis, Map<SpendScope, Long> costs) {
        if (handle.execute(
                                "INSERT INTO spend_hour_done (hour_at) VALUES (?) ON CONFLICT (hour_at) DO NOTHING",
                                hourMillis)
                        == 0
                || costs.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO spend_hour (scope_kind, scope, hour_at, cost) VALUES (?, ?, ?, ?)");
        costs.forEach((scope, cost) -> batch.add(scope.kind().wireName(), scope.id(), hourMillis, cost));
        batch.execute();
    }

    /** What the scope spent in each hour from then on, before that other hour; hours without spending are left out. */
    static Map<Long, Long> history(Handle handle, SpendScope scope, long fromMillis, long beforeMillis) {
        Map<Long, Long> costs = new HashMap<>();
        handle.createQuery("SELECT hour_at, cost FROM spend_hour WHERE scope_kind = ? AND scope = ? AND hour_at >= ?"
                        + " AND hour_at < ?")
                .bind(0, scope.kind().wireName())
                .bind(1, scope.id())
                .bind(2, fromMillis)
                .bind(3, beforeMillis)
                .map((row, context) -> Map.entry(row.getLong(1), row.getLong(2)))
                .list()
                .forEach(entry -> costs.put(entry.getKey(), entry.getValue()));
        return costs;
    }

    /** Whether nothing had been said of the scope on that day. */
    static boolean tell(Handle handle, SpendScope scope, long day) {
        return handle.execute(
                        "INSERT INTO spend_told (scope_kind, scope, day) VALUES (?, ?, ?)"
                                + " ON CONFLICT (scope_kind, scope, day) DO NOTHING",
                        scope.kind().wireName(),
                        scope.id(),
                        day)
                == 1;
    }

    static void prune(Handle handle, long beforeMillis, long beforeDay) {
        handle.execute("DELETE FROM spend_hour WHERE hour_at < ?", beforeMillis);
        handle.execute("DELETE FROM spend_hour_done WHERE hour_at < ?", beforeMillis);
        handle.execute("DELETE FROM spend_told WHERE day < ?", beforeDay);
    }
}
