package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** Windows: where the posting before was of more, the next one waits for the long pause. */
    private static final int MANY = 2_000;

    private final Store store;
    private final String node;
    private final AtomicBoolean unposted;

    /** Windows of the posting before. */
    private volatile int windows;

    private volatile boolean busy;
    private volatile boolean failing;
    /** Of the one thread that tends. */
    private long begunNanos;

    /** @param unposted whether there is something to post */
    Posting(Store store, String node, AtomicBoolean unposted, long nowNanos) {
        this.store = store;
        this.node = node;
        this.unposted = unposted;
        this.begunNanos = nowNanos;
    }

    /** Begins when it is time; returns at once. By one thread. */
    void tend(long nowNanos) {
        if (!busy && unposted.get() && nowNanos - begunNanos >= (windows > MANY ? LONG_PAUSE_NANOS : PAUSE_NANOS)) {
            busy = true;
            unposted.set(false); // what comes from now on is of the next time
            begunNanos = nowNanos;
            begin();
        }
    }

    private void begin() {
        UnpostedRows.@Nullable Progress[] begun = new UnpostedRows.Progress[1];
        store.submit(tx -> begun[0] = UnpostedRows.begin(tx, node), failure -> {
            UnpostedRows.Progress progress = begun[0];
            if (failure != null) {
                over(failure);
            } else if (progress == null) {
                busy = false;
            } else {
                Thread.startVirtualThread(() -> read(progress)); // the writer must not wait for that
            }
        });
    }

    private void read(UnpostedRows.Progress progress) {
        UnpostedRows.Sums sums;
        try {
            sums = store.read(handle -> UnpostedRows.sums(handle, node, progress));
        } catch (Throwable e) { // whatever it is: it must be tried again
            over(e);
            return;
        }
        windows = sums.left().size();
        step(sums);
    }

    private void step(UnpostedRows.Sums sums) {
        UnpostedRows.@Nullable Sums[] after = new UnpostedRows.Sums[1];
        store.submit(tx -> after[0] = UnpostedRows.step(tx, node, sums, UnpostedRows.STEP), failure -> {
            UnpostedRows.Sums left = after[0];
            if (failure != null || left == null) {
                over(failure);
            } else {
                step(left);
            }
        });
    }

    private void over(@Nullable Throwable failure) {
        if (failure != null && !failing) { // the first of a row
            LOG.warn("What calls have spent of budgets could not be posted yet: {}", failure.toString());
        }
        // It may have been one that was broken off, by this node or by who freed it: rows have come since it was begun.
        unposted.set(true);
        failing = failure != null;
        busy = false;
    }

    /** Posts what there is. Blocking, for seconds where it is very much; what the store does not take is posted at the next start. */
    void flush() {
        try {
            UnpostedRows.postAll(store, node, tx -> true);
        } catch (StoreUnavailable e) {
            LOG.warn("What calls have spent of budgets is posted at the next start: {}", e.toString());
        }
    }
}
