package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives notice of budgets that pass their thresholds. */
final class Thresholds {
    private static final Logger LOG = LoggerFactory.getLogger(Thresholds.class);

    private static final String TELL = """
            INSERT INTO budget_told (budget_id, start_at, percent, at) VALUES (?, ?, ?, ?) \
            ON CONFLICT (budget_id, start_at, percent) DO NOTHING""";

    private final Store store;
    private final Events events;
    private final InstantSource clock;

    Thresholds(Store store, Events events, InstantSource clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    /** So much of a window had been spent before, and so much after, in nano-US-dollars. */
    void spent(Hold.Part part, long before, long after) {
        Budget budget = part.purse().budget();
        for (Threshold threshold : budget.thresholds()) {
            long passed = threshold.nanoUsd(budget.limitNanoUsd());
            if (before < passed && after >= passed) {
                tell(budget, about(budget, part.slice().key().startMillis()), threshold);
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

    /** Once, whichever node notices it first. */
    private void tell(Budget budget, long startMillis, Threshold threshold) {
        int percent = threshold.percent();
        boolean[] first = new boolean[1];
        store.submit(
                tx -> first[0] = tx.handle().execute(TELL, budget.id(), startMillis, percent, clock.millis()) == 1,
                failure -> {
                    if (failure != null) {
                        LOG.warn("Budget {} has passed {} %, which could not be noted", budget.id(), percent, failure);
                    } else if (first[0]) {
                        events.publish(notice(budget, threshold));
                    }
                });
    }

    private Notice notice(Budget budget, Threshold threshold) {
        return new Notice(
                clock.instant(),
                "budget.threshold",
                budget.id(),
                "At least " + threshold.percent() + " % of the budget " + budget.label() + " has been spent."
                        + threshold.action().effect(),
                "Look with `tollgate budget show " + budget.id() + "`; `tollgate budget set` changes the limit.");
    }
}
