package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
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
    /** Of budgets by the minute or hour, looked at in one step. */
    private static final int BUDGETS = 50;

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A clock that has jumped ahead by more than that may be wrong: what it makes old is forgotten only if it stays so. */
    private static final long JUMP_MILLIS = Duration.ofHours(1).toMillis();

    private static final long BELIEVED_NANOS = TimeUnit.HOURS.toNanos(1);

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
    /** The ids of budgets by the minute or hour that have not had their turn; changed between steps only. */
    private volatile List<String> left = List.of();

    private volatile long restUntilNanos;
    /** Of the one thread that tends, as are the next ones. */
    private long believedAtNanos;

    private long lastMillis;
    private long lastNanos;

    OldWindows(Store store, InstantSource clock, long nowNanos) {
        this.store = store;
        this.clock = clock;
        this.restUntilNanos = nowNanos + PAUSE_NANOS;
        this.believedAtNanos = nowNanos + BELIEVED_NANOS; // at start nobody knows
        this.lastMillis = clock.millis();
        this.lastNanos = nowNanos;
    }

    /**
     * Takes a step from time to time; returns at once.
     *
     * @param budgets those in force
     */
    void tend(Supplier<List<Budget>> budgets, long nowNanos) {
        long nowMillis = clock.millis();
        long aheadMillis = nowMillis - lastMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos - lastNanos);
        lastMillis = nowMillis;
        lastNanos = nowNanos;
        if (aheadMillis > JUMP_MILLIS) {
            believedAtNanos = nowNanos + BELIEVED_NANOS;
        }
        if (nowNanos - restUntilNanos < 0 || nowNanos - believedAtNanos < 0) {
            return;
        }
        restUntilNanos = nowNanos + PAUSE_NANOS; // no other step begins before this one is over, or a minute has passed
        if (left.isEmpty()) {
            left = budgets.get().stream()
                    .filter(budget -> budget.window() == Window.MINUTE || budget.window() == Window.HOUR)
                    .map(Budget::id)
                    .toList();
        }
        List<String> some = left.subList(0, Math.min(BUDGETS, left.size()));
        Step[] taken = new Step[1];
        store.submit(tx -> taken[0] = step(tx.handle(), nowMillis, some), failure -> {
            if (failure != null) {
                LOG.warn("Old windows of budgets could not be forgotten yet: {}", failure.toString());
                return;
            }
            left = left.subList(Math.min(taken[0].done(), left.size()), left.size());
            if (taken[0].forgotten() >= STEP) {
                restUntilNanos = nowNanos; // there are more
            }
        });
    }

    /**
     * What one step has done.
     *
     * @param forgotten windows
     * @param done of the budgets asked about, from the first on: they have no such windows any more
     */
    record Step(int forgotten, int done) {}

    /**
     * Forgets some.
     *
     * @param shortOf the ids of budgets by the minute or hour
     */
    static Step step(Handle handle, long nowMillis, List<String> shortOf) {
        handle.execute("DELETE FROM budget_told WHERE start_at > 0 AND start_at < ?", nowMillis - KEPT_MILLIS);
        int forgotten = forget(handle, handle.createQuery(OF_ALL).bind("before", nowMillis - KEPT_MILLIS));
        int done = 0;
        while (forgotten < STEP && done < shortOf.size()) {
            int some = forget(
                    handle,
                    handle.createQuery(OF_ONE)
                            .bind("before", nowMillis - SHORT_KEPT_MILLIS)
                            .bind("budget", shortOf.get(done)));
            forgotten += some;
            done += some < STEP ? 1 : 0;
        }
        return new Step(forgotten, done);
    }

    private static int forget(Handle handle, Query over) {
        List<Slice.Key> keys = over.map((row, context) -> new Slice.Key(row.getString(1), row.getLong(2)))
                .list();
        keys.forEach(key -> forget(handle, key));
        return keys.size();
    }

    private static void forget(Handle handle, Slice.Key key) {
        handle.execute(
                "DELETE FROM budget_slice WHERE budget_id = ? AND start_at = ?", key.budgetId(), key.startMillis());
        handle.execute(
                "DELETE FROM budget_window WHERE budget_id = ? AND start_at = ?", key.budgetId(), key.startMillis());
    }
}
