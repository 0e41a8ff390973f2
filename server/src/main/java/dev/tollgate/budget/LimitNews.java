package dev.tollgate.budget;

import dev.tollgate.kernel.PeriodicTasks;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Takes into force here what other nodes change of budgets, rates and heavy features. Twice a second, beside the calls, one number is
 * read; where it has grown, so are the rows that were changed since. A budget of which more has been granted than its limit, because of
 * what a provider has overrun, is told in the same way ({@link Overgrants}). While the store is away, what is known stays in force.
 */
public final class LimitNews implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Store store;
    private final List<LongConsumer> followers;
    private final PeriodicTasks tasks = new PeriodicTasks();
    /** Of the one thread that catches up. */
    private long seen;

    /**
     * One that has not begun.
     *
     * @param seen what {@link #last} said before anything of it was read
     */
    LimitNews(Store store, long seen, BudgetBook budgets, RateBook rates, HeavyFeatures features) {
        this.store = store;
        this.seen = seen;
        this.followers = List.of(budgets::catchUp, rates::catchUp, change -> features.catchUp());
    }

    /** The number of the last change. Blocking. */
    public static long last(Store store) {
        return store.read(LimitRows::lastChange);
    }

    /**
     * Begins.
     *
     * @param seen what {@link #last} said before anything of it was read
     */
    public static LimitNews follow(Store store, long seen, BudgetBook budgets, RateBook rates, HeavyFeatures features) {
        LimitNews news = new LimitNews(store, seen, budgets, rates, features);
        news.tasks.every("limit-news", PAUSE, PAUSE, news::catchUp);
        return news;
    }

    /** Learns what has changed since. Blocking; by one thread. */
    void catchUp() {
        long last = last(store);
        if (last > seen) {
            followers.forEach(follower -> follower.accept(seen));
            seen = last; // what was changed since that was read is read again
        }
    }

    @Override
    public void close() {
        tasks.close();
    }
}
