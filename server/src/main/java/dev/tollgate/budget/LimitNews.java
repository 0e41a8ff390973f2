package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes into force here what other nodes change of budgets, rates and heavy features. Twice a second, beside the calls, one number is
 * read; where it has grown, so are the rows that were changed since. While the store is away, what is known stays in force.
 */
public final class LimitNews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitNews.class);
    private static final long PAUSE_MILLIS = 500;

    private final Store store;
    private final List<LongConsumer> followers;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("limit-news").daemon().factory());
    /** Of the one thread that catches up, as is the next one. */
    private long seen;

    private boolean failing;

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
        var _ = news.thread.scheduleWithFixedDelay(news::round, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
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

    /** Whatever escapes would end the rounds for good. */
    void round() {
        try {
            catchUp();
            failing = false;
        } catch (RuntimeException | Error e) {
            if (!failing) {
                LOG.warn("What other nodes change of limits cannot be read; what is known stays in force", e);
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
