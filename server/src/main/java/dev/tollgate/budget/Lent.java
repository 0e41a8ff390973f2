package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The slices that may have something at hand, and when it goes back to the store because nobody spends it here.
 *
 * <p>A large part of a window goes back soon, so that a node that dies keeps little from the others. A small one stays for a while:
 * a budget that is called every minute would else draw before and return after each of its calls, two writes that a hundred thousand
 * such budgets would have to pay for.
 */
final class Lent {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** For what {@link Slice#isIdle} calls small. */
    private static final long SMALL_IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** Slices looked at in a step, of which there is one a second: well below a millisecond's work. */
    private static final int STEP = 5_000;

    private final Returns returns;
    private final Rewinds rewinds;
    private final InstantSource clock;
    private final Map<Slice, Purse> slices = new ConcurrentHashMap<>();
    /** Of the one thread that tends. */
    private Iterator<Map.Entry<Slice, Purse>> looking = Collections.emptyIterator();

    Lent(SliceRows rows, Till till, Returns returns, Events events, InstantSource clock) {
        this.returns = returns;
        this.rewinds = new Rewinds(rows, till, events, clock, this::add);
        this.clock = clock;
    }

    void add(Hold.Part part) {
        slices.put(part.slice(), part.purse());
    }

    /** What this node was granted is others' now. */
    void clear() {
        slices.clear();
    }

    /** Takes the next step: some slices after those of the last one. */
    void tend(long nowNanos) {
        if (!looking.hasNext()) {
            looking = slices.entrySet().iterator();
        }
        look(looking, STEP, nowNanos, IDLE_NANOS, SMALL_IDLE_NANOS);
    }

    /** What nobody has touched for so long goes back, however little it is, and what windows that are over have left. */
    void returnIdle(long nowNanos, long idleNanos) {
        look(slices.entrySet().iterator(), Integer.MAX_VALUE, nowNanos, idleNanos, idleNanos);
    }

    private void look(
            Iterator<Map.Entry<Slice, Purse>> each, int most, long nowNanos, long idleNanos, long smallIdleNanos) {
        long nowMillis = clock.millis();
        for (int i = 0; i < most && each.hasNext(); i++) {
            Map.Entry<Slice, Purse> lent = each.next();
            Slice slice = lent.getKey();
            if (lent.getValue().slice(nowMillis) != slice) {
                slice.end();
                slices.remove(slice);
                returns.add(slice);
                continue;
            }
            rewinds.look(slice, lent.getValue(), nowMillis, nowNanos);
            if (slice.isIdle(nowNanos, idleNanos, smallIdleNanos)) {
                returns.add(slice);
            }
        }
    }

    /** Everything goes back. */
    void returnAll() {
        slices.keySet().forEach(returns::add);
    }
}
