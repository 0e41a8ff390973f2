package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets windows that are long over, a few at a time. What calls have cost stays in the ledger; here it is only what a budget had
 * spent of a window, which nothing asks for any more. A window of which something is still granted or pledged stays.
 */
final class OldWindows {
    private static final Logger LOG = LoggerFactory.getLogger(OldWindows.class);
    /** More than a year, so that calls of last year's month can still be resolved in the window that paid for them. */
    private static final long KEPT_MILLIS = Duration.ofDays(400).toMillis();
    /** Minutes and hours: a budget has half a million of them in a year. */
    private static final long SHORT_KEPT_MILLIS = Duration.ofDays(7).toMillis();

    private static final int STEP = 200;
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final String OVER = "SELECT w.budget_id, w.start_at FROM budget_window w WHERE w.start_at > 0"
            + " AND w.start_at < :before%s"
            + " AND NOT EXISTS (SELECT 1 FROM budget_slice s WHERE s.budget_id = w.budget_id"
            + " AND s.start_at = w.start_at AND s.granted <> s.spent)"
            + " AND NOT EXISTS (SELECT 1 FROM budget_pledge p WHERE p.budget_id = w.budget_id"
            + " AND p.start_at = w.start_at) ORDER BY w.start_at LIMIT " + STEP;
    private static final String OF_ALL = OVER.formatted("");
    private static final String OF_ONE = OVER.formatted(" AND w.budget_id = :budget");

    private final Store store;
    private final InstantSource clock;
    /** Read and written by the one thread that tends. */
    private int next;

    private volatile long restUntilNanos = System.nanoTime() + PAUSE_NANOS;

    OldWindows(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Takes a step from time to time; returns at once.
     *
     * @param budgets those in force
     */
    void tend(Supplier<List<Budget>> budgets, long nowNanos) {
        if (nowNanos - restUntilNanos < 0) {
            return;
        }
        restUntilNanos = nowNanos + PAUSE_NANOS;
        List<String> withShort = budgets.get().stream()
                .filter(budget -> budget.window() == Window.MINUTE || budget.window() == Window.HOUR)
                .map(Budget::id)
                .toList();
        String one = withShort.isEmpty() ? "" : withShort.get(Math.floorMod(next++, withShort.size()));
        int[] forgotten = new int[1];
        store.submit(tx -> forgotten[0] = step(tx.handle(), clock.millis(), one), failure -> {
            if (failure != null) {
                LOG.warn("Old windows of budgets could not be forgotten yet: {}", failure.toString());
            } else if (forgotten[0] >= STEP) {
                restUntilNanos = nowNanos; // there are more
            }
        });
    }

    /**
     * Forgets some.
     *
     * @param shortOf the id of a budget by the minute or hour; empty if there is none
     * @return how many
     */
    static int step(Handle handle, long nowMillis, String shortOf) {
        List<Slice.Key> over = handle.createQuery(OF_ALL)
                .bind("before", nowMillis - KEPT_MILLIS)
                .map((row, context) -> new Slice.Key(row.getString(1), row.getLong(2)))
                .list();
        List<Slice.Key> overShort = handle.createQuery(OF_ONE)
                .bind("before", nowMillis - SHORT_KEPT_MILLIS)
                .bind("budget", shortOf)
                .map((row, context) -> new Slice.Key(row.getString(1), row.getLong(2)))
                .list();
        over.forEach(key -> forget(handle, key));
        overShort.forEach(key -> forget(handle, key));
        handle.execute("DELETE FROM budget_told WHERE start_at > 0 AND start_at < ?", nowMillis - KEPT_MILLIS);
        return Math.max(over.size(), overShort.size());
    }

    private static void forget(Handle handle, Slice.Key key) {
        handle.execute(
                "DELETE FROM budget_slice WHERE budget_id = ? AND start_at = ?", key.budgetId(), key.startMillis());
        handle.execute(
                "DELETE FROM budget_window WHERE budget_id = ? AND start_at = ?", key.budgetId(), key.startMillis());
    }
}
