package dev.tollgate.budget;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The table of budgets. */
final class BudgetRows {
    private static final String SELECT =
            "SELECT id, account, member, member_email, app, feature, key_id, key_name, provider,"
                    + " model, limit_nano_usd, spend_window, time_zone, thresholds, unpriced, created_at, removed_at FROM budget ";

    private static final String THESE = " WHERE budget_id IN (<ids>) AND start_at IN (<starts>)";

    private BudgetRows() {}

    static List<Budget> inForce(Handle handle) {
        return handle.createQuery(SELECT + "WHERE removed_at IS NULL ORDER BY id")
                .map((row, context) -> read(row))
                .list();
    }

    /** Some of them, in the order of their ids from the one after that on. */
    static List<Budget> inForce(Handle handle, String afterId, int most) {
        return handle.createQuery(SELECT + "WHERE removed_at IS NULL AND id > :after ORDER BY id LIMIT :most")
                .bind("after", afterId)
                .bind("most", most)
                .map((row, context) -> read(row))
                .list();
    }

    static Optional<Budget> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE id = :id AND removed_at IS NULL")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    static Optional<Budget> find(Handle handle, Scope scope, Window window) {
        return ScopeColumns.bind(
                        handle.createQuery(SELECT + "WHERE removed_at IS NULL AND spend_window = :window AND "
                                + ScopeColumns.SAME),
                        scope)
                .bind("window", window.wireName())
                .map((row, context) -> read(row))
                .findOne();
    }

    /**
     * A budget that was set or removed.
     *
     * @param removed whether it is not in force any more
     */
    record Changed(Budget budget, boolean removed) {}

    /** Those whose last change has a greater number than that. */
    static List<Changed> changedAfter(Handle handle, long change) {
        return handle.createQuery(SELECT + "WHERE change > :change ORDER BY change")
                .bind("change", change)
                .map((row, context) -> new Changed(read(row), row.getObject("removed_at") != null))
                .list();
    }

    /** @param change its number */
    static void insert(Handle handle, Budget budget, long change) {
        ScopeColumns.bind(
                        handle.createUpdate(
                                "INSERT INTO budget (id, account, member, member_email, app, feature, key_id, key_name, provider,"
                                        + " model, limit_nano_usd, spend_window, time_zone, thresholds, unpriced, created_at, change)"
                                        + " VALUES (:id, :account, :member, :memberEmail, :app, :feature, :keyId, :keyName, :provider, :model, :limit,"
                                        + " :window, :zone, :thresholds, :unpriced, :createdAt, :change)"),
                        budget.scope())
                .bind("id", budget.id())
                .bind("keyName", budget.keyName())
                .bind("memberEmail", budget.memberEmail())
                .bind("limit", budget.limitNanoUsd())
                .bind("window", budget.window().wireName())
                .bind("zone", budget.zone().getId())
                .bind("thresholds", text(budget.thresholds()))
                .bind("unpriced", budget.unpriced() ? 1L : 0L)
                .bind("createdAt", budget.createdAtMillis())
                .bind("change", change)
                .execute();
    }

    /**
     * Scope, window and time zone stay as they are.
     *
     * @param change its number
     */
    static void update(Handle handle, Budget budget, long change) {
        handle.createUpdate("UPDATE budget SET limit_nano_usd = :limit, thresholds = :thresholds, unpriced = :unpriced,"
                        + " change = :change WHERE id = :id")
                .bind("change", change)
                .bind("id", budget.id())
                .bind("limit", budget.limitNanoUsd())
                .bind("thresholds", text(budget.thresholds()))
                .bind("unpriced", budget.unpriced() ? 1L : 0L)
                .execute();
    }

    /** @param change its number */
    static void remove(Handle handle, String id, long atMillis, long change) {
        handle.execute("UPDATE budget SET removed_at = ?, change = ? WHERE id = ?", atMillis, change, id);
    }

    /** What all nodes together have spent of a window, and what they have been granted of it, in nano-US-dollars. */
    record Standing(long spentNanoUsd, long grantedNanoUsd) {
        static final Standing UNTOUCHED = new Standing(0, 0);
    }

    static Standing standing(Handle handle, String id, long startMillis) {
        return standings(handle, Map.of(id, startMillis)).getOrDefault(id, Standing.UNTOUCHED);
    }

    /**
     * The same of several budgets, by their ids; one question, however many they are, and so as of one moment. Of whose window nothing
     * was granted yet, there is none.
     *
     * @param starts when the window of each began, epoch milliseconds
     */
    static Map<String, Standing> standings(Handle handle, Map<String, Long> starts) {
        if (starts.isEmpty()) {
            return Map.of();
        }
        UnpostedRows.Unposted unposted = new UnpostedRows.Unposted();
        Map<Slice.Key, Long> spent = new HashMap<>();
        Map<Slice.Key, Long> granted = new HashMap<>();
        // Budgets have few different starts, so that the rows of other windows are hardly looked at.
        handle.createQuery("SELECT 0, budget_id, start_at, CAST(SUM(spent) AS BIGINT), '' FROM budget_slice" + THESE
                        + " GROUP BY budget_id, start_at UNION ALL SELECT 3, budget_id, start_at, granted, ''"
                        + " FROM budget_window" + THESE + UnpostedRows.andUnposted(starts.size()))
                .bindList("ids", List.copyOf(starts.keySet()))
                .bindList("starts", List.copyOf(Set.copyOf(starts.values())))
                .bindMap(UnpostedRows.lines(starts))
                .map((row, context) -> {
                    if (!unposted.take(row)) {
                        Slice.Key key = new Slice.Key(row.getString(2), row.getLong(3));
                        (row.getInt(1) == 0 ? spent : granted).put(key, row.getLong(4));
                    }
                    return true;
                })
                .list();
        unposted.sums().forEach((key, amount) -> spent.merge(key, amount, Math::addExact));
        Map<String, Standing> standings = new HashMap<>();
        starts.forEach((id, start) -> {
            Slice.Key key = new Slice.Key(id, start);
            if (spent.containsKey(key) || granted.containsKey(key)) {
                standings.put(id, new Standing(spent.getOrDefault(key, 0L), granted.getOrDefault(key, 0L)));
            }
        });
        return standings;
    }

    private static String text(List<Threshold> thresholds) {
        return thresholds.stream().map(Threshold::text).collect(Collectors.joining(" "));
    }

    private static Budget read(ResultSet row) throws SQLException {
        String thresholds = row.getString("thresholds");
        return new Budget(
                row.getString("id"),
                ScopeColumns.read(row),
                row.getString("key_name"),
                row.getString("member_email"),
                row.getLong("limit_nano_usd"),
                Window.of(row.getString("spend_window")),
                ZoneId.of(row.getString("time_zone")),
                thresholds.isEmpty()
                        ? List.of()
                        : Stream.of(thresholds.split(" ", -1))
                                .map(Threshold::of)
                                .toList(),
                row.getLong("unpriced") == 1,
                row.getLong("created_at"));
    }
}
