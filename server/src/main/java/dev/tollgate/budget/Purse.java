package dev.tollgate.budget;

/** One budget in the memory of this node, with its slice of the present window. */
final class Purse implements Scoped {
    private volatile Budget budget;
    private volatile Slice slice;

    Purse(Budget budget, long nowMillis) {
        this.budget = budget;
        this.slice = begin(budget, nowMillis);
    }

    private static Slice begin(Budget budget, long atMillis) {
        long start = budget.window().startMillis(atMillis, budget.zone());
        return new Slice(budget.id(), start, budget.window().endMillis(start, budget.zone()));
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

    /** Begins a new slice of the same window, and returns the old one, which was granted under another limit. */
    synchronized Slice renew() {
        Slice old = slice;
        slice = old.retire();
        return old;
    }

    /**
     * The slice that a call of that moment is paid from. A clock that jumps back does not open an old window again: the later one goes
     * on to pay.
     */
    Slice slice(long atMillis) {
        Slice present = slice;
        return atMillis < present.endMillis() ? present : next(atMillis);
    }

    private synchronized Slice next(long atMillis) {
        if (atMillis >= slice.endMillis()) {
            slice = begin(budget, atMillis); // what the old one has left is worth nothing any more
        }
        return slice;
    }

    /** The present one, whatever the time. */
    Slice present() {
        return slice;
    }
}
