package dev.tollgate.budget;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What this node may spend of one budget in one window without asking the store, in nano-US-dollars. Granted by the store, taken by
 * reservations, given back by settlements.
 */
final class Slice {
    private static final long BUSY_NANOS = 10_000_000_000L;

    private final String budgetId;
    private final long startMillis;
    private final long endMillis;
    private final AtomicLong free = new AtomicLong();
    /** By all nodes, as far as this one knows. */
    private final AtomicLong spent = new AtomicLong();

    private volatile boolean retired;
    private long lastDrawNanos;
    private long lastAhead;

    Slice(String budgetId, long startMillis, long endMillis) {
        this.budgetId = budgetId;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
    }

    /** Another one for the same window, instead of this one: what comes back to this one then belongs to the store. */
    Slice retire() {
        Slice successor = new Slice(budgetId, startMillis, endMillis);
        successor.spentAtLeast(spent());
        retired = true;
        return successor;
    }

    boolean isRetired() {
        return retired;
    }

    String budgetId() {
        return budgetId;
    }

    long startMillis() {
        return startMillis;
    }

    /** {@link Long#MAX_VALUE} if never. */
    long endMillis() {
        return endMillis;
    }

    /** False, and nothing has changed, if there is not so much. */
    boolean take(long amountNanoUsd) {
        long seen = free.get();
        while (seen >= amountNanoUsd) {
            if (free.compareAndSet(seen, seen - amountNanoUsd)) {
                return true;
            }
            seen = free.get();
        }
        return false;
    }

    void give(long amountNanoUsd) {
        free.addAndGet(amountNanoUsd);
    }

    /** Takes all that nobody holds; negative where more was spent than held, which whoever takes it has to cover. */
    long takeAll() {
        return free.getAndSet(0);
    }

    long free() {
        return free.get();
    }

    long spent() {
        return spent.get();
    }

    /** Another part has been spent, durably; returns what has been in all. */
    long addSpent(long amountNanoUsd) {
        return spent.addAndGet(amountNanoUsd);
    }

    /** What the store says of all nodes together. It may be behind by what is under way, but is never too much. */
    void spentAtLeast(long amountNanoUsd) {
        spent.accumulateAndGet(amountNanoUsd, Math::max);
    }

    /**
     * How much to ask for beyond what a call needs, so that the next ones need not ask: twice as much as the last time while that is
     * soon used up, else half.
     *
     * @param needed by the call
     */
    synchronized long ahead(long needed, long nowNanos) {
        boolean busy = lastAhead != 0 && nowNanos - lastDrawNanos < BUSY_NANOS;
        lastAhead = Math.max(needed, Math.min(Ceiling.MOST_NANO_USD, busy ? lastAhead * 2 : lastAhead / 2));
        lastDrawNanos = nowNanos;
        return lastAhead;
    }
}
