package dev.tollgate.budget;

import org.jdbi.v3.core.Handle;

/**
 * A window of which nodes have been granted more than its limit: a provider has charged what nobody could hold back, and the debt has
 * gone to the window. What other nodes have at hand of it must cover that, as if the limit had been lowered.
 */
final class Overgrants {
    private static final String IS_OVER = "SELECT COUNT(*) FROM budget b JOIN budget_window w ON w.budget_id = b.id"
            + " WHERE b.id = ? AND w.start_at = ? AND w.granted > b.limit_nano_usd AND b.removed_at IS NULL";

    private Overgrants() {}

    /** Has all nodes look at a budget anew ({@link LimitNews}) if that is so; in the transaction that has added the debt. */
    static void tell(Handle handle, Slice.Key key) {
        if (isOver(handle, key)) {
            long change = LimitRows.nextChange(handle);
            handle.execute("UPDATE budget SET change = ? WHERE id = ?", change, key.budgetId());
        }
    }

    static boolean isOver(Handle handle, Slice.Key key) {
        return handle.createQuery(IS_OVER)
                        .bind(0, key.budgetId())
                        .bind(1, key.startMillis())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }
}
