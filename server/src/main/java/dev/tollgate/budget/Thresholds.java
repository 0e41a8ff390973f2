package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives notice of budgets that pass their thresholds, and of those that refuse calls before the last one: once under a limit, for the
 * notice is kept in the transaction that notes that it was given, whichever node is the first. What a change of the limit leaves behind
 * is told again when it is passed again. What the store does not take is tried again each second; what a process has died over is found
 * by the next one (see {@link Recall}).
 */
final class Thresholds {
    private static final Logger LOG = LoggerFactory.getLogger(Thresholds.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** That wait for the store; more than a group of settlements can pass. Those beyond are told after the next start. */
    private static final int MOST_UNTOLD = 10_000;

    private static final String LOOK = "Look with `tollgate budget show %s`; `tollgate budget set` changes the limit.";

    /** More than any share of a limit: a call was refused before all was spent, which is told again under another limit. */
    private static final int REFUSING = 101;

    /** Under another limit it is not true any more: whoever changes that looks which are passed then. */
    private static final String TELL = """
            INSERT INTO budget_told (budget_id, start_at, percent, at) \
            SELECT id, ?, ?, ? FROM budget WHERE id = ? AND limit_nano_usd = ? \
            ON CONFLICT (budget_id, start_at, percent) DO NOTHING""";

    /**
     * What is to be told of a window.
     *
     * @param limitNanoUsd under which it has been passed
     */
    private record Telling(String budgetId, long startMillis, int percent, long limitNanoUsd, Notice notice) {}

    private final Store store;
    private final Events events;
    private final InstantSource clock;
    private final BlockingQueue<Telling> untold = new LinkedBlockingQueue<>(MOST_UNTOLD);
    /** Read and written by the one thread that tends. */
    private long triedNanos;

    /** @param nowNanos by the clock that {@link #tend} is told */
    Thresholds(Store store, Events events, InstantSource clock, long nowNanos) {
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.triedNanos = nowNanos;
    }

    /** So much of a window had been spent before, and so much after, in nano-US-dollars. */
    void spent(Budget budget, long startMillis, long before, long after) {
        for (Threshold threshold : budget.thresholds()) {
            long passed = threshold.nanoUsd(budget.limitNanoUsd());
            if (before < passed && after >= passed) {
                tell(
                        new Telling(
                                budget.id(),
                                about(budget, startMillis),
                                threshold.percent(),
                                budget.limitNanoUsd(),
                                notice(budget, threshold)),
                        false);
            }
        }
    }

    /** A call was refused for what is left, which may stay too little for any: then all of the limit is never spent. */
    void refused(Budget budget, long startMillis, RefusedCall call) {
        tell(
                new Telling(
                        budget.id(),
                        about(budget, startMillis),
                        REFUSING,
                        budget.limitNanoUsd(),
                        new Notice(
                                clock.instant(),
                                "budget.refusing",
                                budget.id(),
                                "The budget " + budget.label() + " has refused a call: $"
                                        + Money.formatUsd(call.leftNanoUsd()) + " are left, and the call may come to $"
                                        + Money.formatUsd(call.boundNanoUsd()) + ".",
                                LOOK.formatted(budget.id()),
                                true)),
                false);
    }

    /** The budget has been changed, and so much of a window has been spent, in nano-US-dollars. */
    void changed(Budget budget, long startMillis, long spentNanoUsd) {
        spent(budget, startMillis, 0, spentNanoUsd);
    }

    /**
     * Forgets, where a limit is changed, that those were told of a window which are not passed under the new one.
     *
     * @param budget as it will be
     * @param spentNanoUsd of the window, by all nodes
     */
    static void forget(WriteSession tx, Budget budget, long startMillis, long spentNanoUsd) {
        List<Integer> told = tx.handle()
                .createQuery("SELECT percent FROM budget_told WHERE budget_id = ? AND start_at = ?")
                .bind(0, budget.id())
                .bind(1, about(budget, startMillis))
                .mapTo(Integer.class)
                .list();
        for (int percent : told) {
            if (Threshold.notice(percent).nanoUsd(budget.limitNanoUsd()) > spentNanoUsd) {
                tx.handle()
                        .execute(
                                "DELETE FROM budget_told WHERE budget_id = ? AND start_at = ? AND percent = ?",
                                budget.id(),
                                about(budget, startMillis),
                                percent);
            }
        }
    }

    /**
     * When that began of which notice is given once. Minutes and hours are told of once a day: a notice for each would push all other
     * notices out.
     */
    private static long about(Budget budget, long startMillis) {
        return switch (budget.window()) {
            case MINUTE, HOUR -> Window.DAY.startMillis(startMillis, budget.zone());
            case REQUEST, DAY, WEEK, MONTH, LIFETIME -> startMillis;
        };
    }

    private void tell(Telling telling, boolean again) {
        boolean[] first = new boolean[1];
        store.submit(
                tx -> {
                    first[0] = tx.handle()
                                    .execute(
                                            TELL,
                                            telling.startMillis,
                                            telling.percent,
                                            clock.millis(),
                                            telling.budgetId,
                                            telling.limitNanoUsd)
                            == 1;
                    if (first[0]) {
                        events.keep(tx, telling.notice);
                    }
                },
                failure -> {
                    if (failure != null) {
                        if (!again) {
                            LOG.warn("{} That could not be noted yet.", telling.notice.message(), failure);
                        }
                        later(telling);
                    } else if (first[0]) {
                        LOG.warn("{} {}", telling.notice.message(), telling.notice.cure());
                    }
                });
    }

    private void later(Telling telling) {
        if (!untold.offer(telling)) {
            LOG.error("Too many notices wait for the store. Not told: {}", telling.notice.message());
        }
    }

    /** Tells, from time to time, what the store has not taken; returns at once. */
    void tend(long nowNanos) {
        if (!untold.isEmpty() && nowNanos - triedNanos >= PAUSE_NANOS) {
            triedNanos = nowNanos;
            List<Telling> some = new ArrayList<>();
            untold.drainTo(some);
            some.forEach(telling -> tell(telling, true));
        }
    }

    private Notice notice(Budget budget, Threshold threshold) {
        return new Notice(
                clock.instant(),
                "budget.threshold",
                budget.id(),
                "At least " + threshold.percent() + " % of the budget " + budget.label() + " has been spent."
                        + threshold.action().effect(),
                LOOK.formatted(budget.id()),
                threshold.isAll()); // from then on calls are refused
    }
}
