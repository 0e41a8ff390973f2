package dev.tollgate.budget;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One budget in the memory of this node, with its slice of the present window. */
final class Purse implements Scoped {
    private volatile Budget budget;
    private volatile Slice slice;

    private final AtomicLong forfeits;

    /** @param forfeits the node's count of how often it has lost all that it was granted */
    Purse(Budget budget, long nowMillis, AtomicLong forfeits) {
        this.budget = budget;
        this.forfeits = forfeits;
        this.slice = begin(budget, nowMillis, forfeits);
    }

    private static Slice begin(Budget budget, long atMillis, AtomicLong forfeits) {
        long start = budget.window().startMillis(atMillis, budget.zone());
        return new Slice(new Slice.Key(budget.id(), start), budget.window().endMillis(start, budget.zone()), forfeits);
    }

    Budget budget() {
        return budget;
    }

    @Override
    public String id() {
        return budget.id();
    }

    @Override
    public Scope scope() {
        return budget.scope();
    }

    /** The budget has been changed: its limit perhaps, never its scope, window or time zone. */
    void replace(Budget changed) {
        budget = changed;
    }

    /** Begins a new slice of the same window instead of that one; false if that is not the present one any more. */
    synchronized boolean renew(Slice old) {
        if (slice != old) {
            return false;
        }
        slice = old.successor();
        return true;
    }

    /**
     * The slice that a call of that moment is paid from. A clock that jumps back does not open an old window again: the later one goes
     * on to pay, until {@link Rewinds} says otherwise.
     */
    Slice slice(long atMillis) {
        Slice present = slice;
        return atMillis < present.endMillis() ? present : next(atMillis);
    }

    private synchronized Slice next(long atMillis) {
        if (atMillis >= slice.endMillis()) {
            slice = begin(budget, atMillis, forfeits); // what the old one has left goes back
        }
        return slice;
    }

    /**
     * Leaves a window that a clock has begun too early for that of this moment.
     *
     * @param costNanoUsd what the later window has cost, in nano-US-dollars: it counts in the earlier one, too
     * @return the slice that pays now; null where the later one is not the present one any more, or is to be paid from after all
     */
    synchronized @Nullable Slice rewind(Slice later, long atMillis, long costNanoUsd) {
        if (slice != later || atMillis >= later.key().startMillis()) {
            return null;
        }
        Slice earlier = begin(budget, atMillis, forfeits);
        earlier.owe(costNanoUsd);
        slice = earlier;
        return earlier;
    }

    /** The present one, whatever the time. */
    Slice present() {
        return slice;
    }
}
