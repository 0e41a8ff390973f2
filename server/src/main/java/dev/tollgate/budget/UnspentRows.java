package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** What nodes were granted of windows and have not spent, where they give it back without knowing what it was. */
final class UnspentRows {
    /** An update, though it changes nothing: no settlement of the node comes between what is read here and what is written. */
    private static final String UNSPENT =
            "UPDATE budget_slice SET granted = granted WHERE node = :node AND granted <> spent";

    private UnspentRows() {}

    /**
     * What a node was granted and has not spent is anybody's again, and a debt is covered. At start, when nothing of it is in flight.
     *
     * @return how much that was, in nano-US-dollars; less what the node owed
     */
    static long giveBackAll(WriteSession tx, String node) throws SQLException {
        Handle handle = tx.handle();
        UnpostedRows.postAll(tx, node);
        return giveBack(handle, node, handle.createQuery(UNSPENT + " RETURNING budget_id, start_at, granted - spent"));
    }

    /**
     * What a step of {@link #giveBackSome} freed.
     *
     * @param last where the next step begins; null if nothing is left
     * @param nanoUsd less what the node owed
     */
    record Returned(Slice.@Nullable Key last, long nanoUsd) {}

    /**
     * The same of some windows, those after that one in the database's order: of a node that is gone for good, and whose spending
     * is posted.
     *
     * @param most windows
     */
    static Returned giveBackSome(Handle handle, String node, Slice.Key after, int most) {
        List<Slice.Key> keys = handle.createQuery("SELECT budget_id, start_at FROM budget_slice WHERE node = :node"
                        + " AND granted <> spent AND (budget_id, start_at) > (:afterId, :afterStart)"
                        + " ORDER BY budget_id, start_at LIMIT :most")
                .bind("node", node)
                .bind("afterId", after.budgetId())
                .bind("afterStart", after.startMillis())
                .bind("most", most)
                .map((row, context) -> new Slice.Key(row.getString(1), row.getLong(2)))
                .list();
        if (keys.isEmpty()) {
            return new Returned(null, 0);
        }
        Slice.Key last = keys.getLast();
        long freed = giveBack(
                handle,
                node,
                handle.createQuery(UNSPENT + " AND (budget_id, start_at) > (:afterId, :afterStart)"
                                + " AND (budget_id, start_at) <= (:lastId, :lastStart)"
                                + " RETURNING budget_id, start_at, granted - spent")
                        .bind("afterId", after.budgetId())
                        .bind("afterStart", after.startMillis())
                        .bind("lastId", last.budgetId())
                        .bind("lastStart", last.startMillis()));
        return new Returned(keys.size() < most ? null : last, freed);
    }

    /** @param unspent finds windows and how much of them */
    private static long giveBack(Handle handle, String node, Query unspent) {
        Map<Slice.Key, Long> amounts = new TreeMap<>();
        unspent.bind("node", node)
                .map((row, context) -> amounts.put(new Slice.Key(row.getString(1), row.getLong(2)), row.getLong(3)))
                .list();
        PreparedBatch windows = handle.prepareBatch(
                "UPDATE budget_window SET granted = granted - :amount WHERE budget_id = :id AND start_at = :start");
        PreparedBatch slices = handle.prepareBatch("UPDATE budget_slice SET granted = granted - :amount"
                + " WHERE budget_id = :id AND start_at = :start AND node = :node");
        amounts.forEach((key, amount) -> {
            for (PreparedBatch batch : List.of(windows, slices)) {
                batch.bind("amount", amount)
                        .bind("id", key.budgetId())
                        .bind("start", key.startMillis())
                        .bind("node", node)
                        .add();
            }
        });
        windows.execute();
        slices.execute();
        amounts.forEach((key, amount) -> {
            if (amount < 0) { // a debt
                Overgrants.tell(handle, key);
            }
        });
        return amounts.values().stream().mapToLong(Long::longValue).sum();
    }
}
