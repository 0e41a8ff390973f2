package dev.tollgate.gateway;

import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holdings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after batches that nobody asks for: as long as any is open, its provider is asked once a minute whether it has ended. */
public final class BatchPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchPoller.class);
    private static final Duration PACE = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;

    private final Holdings holdings;
    private final BatchBilling billing;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** Begins with a first look at once: what ended while the gate was down is settled now. */
    public BatchPoller(Holdings holdings, BatchBilling billing) {
        this.holdings = holdings;
        this.billing = billing;
        this.thread = Thread.ofVirtual().name("batch-poller").start(this::run);
    }

    private void run() {
        try {
            do {
                round();
            } while (!closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        String after = "";
        List<Holding> some;
        do {
            some = unsettled(after);
            for (Holding batch : some) {
                after = batch.requestId();
                if (closing.getCount() == 0) {
                    return;
                }
                settle(batch);
            }
        } while (some.size() == AT_ONCE);
    }

    private List<Holding> unsettled(String after) {
        try {
            return holdings.unsettled(after, AT_ONCE);
        } catch (RuntimeException e) { // the store is away: the next round asks again
            LOG.warn("Open batches could not be looked up: {}", e.toString());
            return List.of();
        }
    }

    private void settle(Holding batch) {
        try {
            billing.settle(batch);
        } catch (RuntimeException e) { // one that fails must not keep the others from being settled
            LOG.error("Batch {} could not be settled", batch.id(), e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
    }
}
