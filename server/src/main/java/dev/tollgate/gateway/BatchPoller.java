package dev.tollgate.gateway;

import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.kernel.PeriodicTasks;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after batches that nobody asks for: as long as any is open, its provider is asked once a minute whether it has ended. */
public final class BatchPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchPoller.class);
    private static final Duration PACE = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;

    private final Holdings holdings;
    private final BatchBilling billing;
    private final PeriodicTasks tasks = new PeriodicTasks();
    private volatile boolean closing;

    /** Begins with a first look at once: what ended while the gate was down is settled now. */
    public BatchPoller(Holdings holdings, BatchBilling billing) {
        this.holdings = holdings;
        this.billing = billing;
        tasks.every("batch-poller", Duration.ZERO, PACE, this::round);
    }

    private void round() {
        String after = "";
        List<Holding> some;
        do {
            some = holdings.unsettled(after, AT_ONCE);
            for (Holding batch : some) {
                after = batch.requestId();
                if (closing) {
                    return;
                }
                settle(batch);
            }
        } while (some.size() == AT_ONCE);
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
        closing = true;
        tasks.close();
    }
}
