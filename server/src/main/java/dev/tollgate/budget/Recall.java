package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns after a start, beside the first calls, what was spent of each budget's present window before: a threshold that was passed by a
 * process that died before it could tell is told now. Some budgets at a time, each once.
 *
 * <p>It reads on the store's writer: what it sees is then never more than what this node has in memory and what others have spent.
 */
final class Recall {
    private static final Logger LOG = LoggerFactory.getLogger(Recall.class);
    private static final int STEP = 500;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Purses purses;
    private final Store store;
    private final LongSupplier nanos;
    /** The budgets' ids. Guarded by this object's lock, as are the next ones. */
    private final Deque<String> left = new ArrayDeque<>();

    private boolean busy;
    private long failedNanos;

    /** @param nanos a clock that never jumps, as {@link System#nanoTime} */
    Recall(Purses purses, Store store, LongSupplier nanos) {
        this.purses = purses;
        this.store = store;
        this.nanos = nanos;
        this.failedNanos = nanos.getAsLong() - PAUSE_NANOS;
    }

    /** Those budgets' turn comes as soon as somebody tends. */
    synchronized void add(List<String> budgetIds) {
        left.addAll(budgetIds);
    }

    /** Begins, or begins again where the store was away; returns at once. */
    synchronized void tend(long nowNanos) {
        if (!busy && !left.isEmpty() && nowNanos - failedNanos >= PAUSE_NANOS) {
            busy = true;
            step();
        }
    }

    private void step() {
        List<Hold.Part> some = left.stream()
                .limit(STEP)
                .map(purses::presentPart)
                .flatMap(List::stream)
                .toList();
        int asked = Math.min(STEP, left.size());
        Map<String, Long> starts = new HashMap<>();
        some.forEach(part ->
                starts.put(part.slice().key().budgetId(), part.slice().key().startMillis()));
        Map<String, BudgetRows.Standing> standings = new HashMap<>();
        store.submit(
                tx -> {
                    standings.clear(); // it may be repeated
                    standings.putAll(BudgetRows.standings(tx.handle(), starts));
                },
                failure -> {
                    if (failure == null) {
                        some.forEach(part -> purses.seen(
                                part,
                                standings
                                        .getOrDefault(part.slice().key().budgetId(), BudgetRows.Standing.UNTOUCHED)
                                        .spentNanoUsd()));
                    } else {
                        LOG.warn("What was spent of budgets could not be read yet: {}", failure.toString());
                    }
                    next(failure == null ? asked : 0);
                });
    }

    private synchronized void next(int done) {
        for (int i = 0; i < done; i++) {
            left.poll();
        }
        if (done > 0 && !left.isEmpty()) {
            step();
            return;
        }
        busy = false;
        if (done == 0) {
            failedNanos = nanos.getAsLong();
        }
    }
}
