package dev.tollgate.budget;

import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** What slices have at hand goes back to the store: of many together, behind everybody's back. */
final class Returns {
    /** When a day ends, all its windows do; the calls of the new one must not wait for all of them. */
    private static final int MOST_TOGETHER = 500;

    private final SliceRows rows;
    private final Till till;
    private final Consumer<Slice> emptied;
    private final Consumer<Slice> kept;
    private final Set<Slice> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean called = new AtomicBoolean();

    /**
     * Returns what is waiting.
     *
     * @param emptied is told of a slice of which the store has all that it had
     * @param kept is told of a slice whose part the store has not taken back
     */
    Returns(SliceRows rows, Till till, Consumer<Slice> emptied, Consumer<Slice> kept) {
        this.rows = rows;
        this.till = till;
        this.emptied = emptied;
        this.kept = kept;
    }

    /** All that it has at hand when its turn comes. */
    void add(Slice slice) {
        waiting.add(slice);
        call();
    }

    private void call() {
        if (called.compareAndSet(false, true)) {
            till.enter(new Errand());
        }
    }

    private final class Errand implements Till.Errand {
        private final Map<Slice, Long> amounts = new HashMap<>();

        @Override
        public boolean begin() {
            called.set(false);
            for (Iterator<Slice> each = waiting.iterator(); each.hasNext(); ) {
                if (amounts.size() == MOST_TOGETHER) {
                    call();
                    break;
                }
                Slice slice = each.next();
                each.remove(); // before it is emptied: what comes back meanwhile adds it again
                long amount = slice.isForfeited() ? 0 : slice.takeAll();
                if (amount != 0) { // a debt, too: the window then has it as granted
                    amounts.put(slice, amount);
                } else {
                    emptied.accept(slice);
                }
            }
            return !amounts.isEmpty();
        }

        @Override
        public void write(WriteSession tx) {
            amounts.forEach((slice, amount) -> rows.giveBackWithGroup(tx, slice.key(), amount));
        }

        @Override
        public void kept() {
            amounts.keySet().forEach(emptied);
        }

        @Override
        public void refused(StoreUnavailable failure) {
            amounts.forEach((slice, amount) -> {
                slice.give(amount);
                kept.accept(slice);
                if (slice.isRetired() && !failure.isRejected()) {
                    add(slice);
                }
            });
        }
    }
}
