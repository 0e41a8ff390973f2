package dev.tollgate.kernel.store;

import dev.tollgate.kernel.FaultTrace;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a request failed for the store alone. The log hears of it now and then: whoever asks meanwhile is not to fill it. */
public final class StoreOutage {
    /** When whoever asked may come back: header {@code retry-after}. */
    public static final int RETRY_AFTER_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(StoreOutage.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final AtomicLong told;
    private final AtomicLong untold = new AtomicLong();

    /** One that has told nothing yet. */
    public StoreOutage(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.told = new AtomicLong(nanoTime.getAsLong() - QUIET_NANOS);
    }

    /** Whether that is why it failed; then it is logged, and nobody else need do so. */
    public boolean explains(Throwable cause) {
        if (!(cause instanceof StoreUnavailable away) || away.isRejected()) {
            return false;
        }
        long now = nanoTime.getAsLong();
        long last = told.get();
        if (now - last >= QUIET_NANOS && told.compareAndSet(last, now)) {
            LOG.error(
                    "The store does not answer; {} more requests have failed for it since the last such line: {}",
                    untold.getAndSet(0),
                    FaultTrace.of(away));
        } else {
            untold.incrementAndGet();
        }
        return true;
    }
}
