package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what this node's settlements have spent, from {@link UnpostedRows} to the rows of its slices: within a second, or where it is
 * very much within thirty. The more comes together, the more of it shares a page. Until then nobody but this node, which counts in memory,
 * and whoever asks for the rows themselves, knows of it.
 */
final class Posting {
    private static final Logger LOG = LoggerFactory.getLogger(Posting.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** More than that waits for the long pause. */
    private static final long MANY = 2_000;
    /** Windows in a step: with each goes a group of settlements, which must not wait long. */
    static final int STEP = 200;

    private final Store store;
    private final String node;
    /** How many windows' spending is not posted, at most. */
    private final AtomicLong unposted;

    private volatile boolean busy;
    private volatile boolean failing;
    /** Of the one thread that tends. */
    private long begunNanos;

    Posting(Store store, String node, AtomicLong unposted, long nowNanos) {
        this.store = store;
        this.node = node;
        this.unposted = unposted;
        this.begunNanos = nowNanos;
    }

    /** Begins when it is time; returns at once. By one thread. */
    void tend(long nowNanos) {
        long waiting = unposted.get();
        if (!busy && waiting > 0 && nowNanos - begunNanos >= (waiting > MANY ? LONG_PAUSE_NANOS : PAUSE_NANOS)) {
            busy = true;
            unposted.addAndGet(-waiting); // what comes from now on counts for the next time
            begunNanos = nowNanos;
            begin(waiting);
        }
    }

    private void begin(long waiting) {
        UnpostedRows.@Nullable Progress[] begun = new UnpostedRows.Progress[1];
        store.submit(tx -> begun[0] = UnpostedRows.begin(tx, node), failure -> {
            UnpostedRows.Progress progress = begun[0];
            if (failure != null || progress == null) {
                over(waiting, failure);
            } else {
                Thread.startVirtualThread(() -> read(waiting, progress)); // the writer must not wait for that
            }
        });
    }

    private void read(long waiting, UnpostedRows.Progress progress) {
        UnpostedRows.Sums sums;
        try {
            sums = store.read(handle -> UnpostedRows.sums(handle, node, progress));
        } catch (RuntimeException e) { // whatever it is: it must be tried again
            over(waiting, e);
            return;
        }
        step(waiting, sums);
    }

    private void step(long waiting, UnpostedRows.Sums sums) {
        UnpostedRows.@Nullable Sums[] after = new UnpostedRows.Sums[1];
        store.submit(tx -> after[0] = UnpostedRows.step(tx, node, sums, STEP), failure -> {
            UnpostedRows.Sums left = after[0];
            if (failure != null || left == null) {
                over(waiting, failure);
            } else {
                step(waiting, left);
            }
        });
    }

    private void over(long waiting, @Nullable RuntimeException failure) {
        if (failure != null) {
            if (!failing) { // the first of a row
                LOG.warn("What calls have spent of budgets could not be posted yet: {}", failure.toString());
            }
            unposted.addAndGet(waiting);
        }
        failing = failure != null;
        busy = false;
    }

    /** Posts what there is. Blocking, for a moment; what the store does not take is posted at the next start. */
    void flush() {
        try {
            while (store.write(tx -> UnpostedRows.stepAnew(tx, node, STEP))) {
                // a step at a time
            }
        } catch (StoreUnavailable e) {
            LOG.warn("What calls have spent of budgets is posted at the next start: {}", e.toString());
        }
    }
}
