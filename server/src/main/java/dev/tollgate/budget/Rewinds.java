package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Budgets come back from windows that a clock has begun too early: it was ahead, and has been set back. For a while the later window
 * goes on to pay, because the clock may have been right and be wrong now. Then the earlier one pays, and what the later one has granted
 * counts in it as well: of both together no more is spent than the limit, as long as the clock stays back (see decision 0011).
 */
final class Rewinds {
    private static final Logger LOG = LoggerFactory.getLogger(Rewinds.class);
    /** Clocks are corrected by less than that all the time, and calls are noted with the moment at which they began. */
    private static final long TOLERANCE_MILLIS = TimeUnit.MINUTES.toMillis(1);
    /** A clock that has been back for so long is believed. */
    private static final long BELIEVED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int MOST_TOGETHER = 500;

    private final SliceRows rows;
    private final Till till;
    private final Events events;
    private final InstantSource clock;
    private final Consumer<Hold.Part> begun;
    private final Map<Slice, Purse> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean called = new AtomicBoolean();
    private boolean told;
    /** Of the one thread that tends: until then all that is found belongs to what has been told. */
    private long toldUntilNanos;

    /** @param begun is told of a slice that has been begun, and owes */
    Rewinds(SliceRows rows, Till till, Events events, InstantSource clock, Consumer<Hold.Part> begun) {
        this.rows = rows;
        this.till = till;
        this.events = events;
        this.clock = clock;
        this.begun = begun;
    }

    /** Looks at a purse's present slice, from time to time; by one thread. */
    void look(Slice slice, Purse purse, long nowMillis, long nowNanos) {
        boolean later = slice.key().startMillis() > nowMillis + TOLERANCE_MILLIS;
        long since = slice.later(later, nowNanos);
        if (!later) {
            return;
        }
        if (since == nowNanos) {
            tell(slice, nowNanos);
        }
        if (nowNanos - since >= BELIEVED_NANOS) {
            waiting.put(slice, purse);
            call();
        }
    }

    /** Once, though a thousand budgets are in such a window. */
    private void tell(Slice slice, long nowNanos) {
        if (!told || nowNanos - toldUntilNanos >= 0) {
            String start = Instant.ofEpochMilli(slice.key().startMillis()).toString();
            LOG.warn("The clock is before {}, when a window began that budgets are paid from", start);
            events.publish(new Notice(
                    clock.instant(),
                    "budget.clock_set_back",
                    slice.key().budgetId(),
                    "The clock has been set back: a window of this budget, and perhaps of others, began at " + start
                            + ", which is still to come. It goes on to pay, for ten minutes.",
                    "Check the machine's clock. If it is right now, nothing is to be done: the present windows pay again after"
                            + " ten minutes, less what the later ones have spent. A restart does so at once."));
        }
        told = true;
        toldUntilNanos = nowNanos + BELIEVED_NANOS;
    }

    private void call() {
        if (called.compareAndSet(false, true)) {
            till.enter(new Errand());
        }
    }

    private final class Errand implements Till.Errand {
        private final Map<Slice, Purse> purses = new HashMap<>();
        private final Map<Slice, Long> atHand = new HashMap<>();
        private final Map<Slice, Long> costs = new HashMap<>();

        @Override
        public boolean begin() {
            called.set(false);
            for (Iterator<Map.Entry<Slice, Purse>> each = waiting.entrySet().iterator(); each.hasNext(); ) {
                if (purses.size() == MOST_TOGETHER) {
                    call();
                    break;
                }
                Map.Entry<Slice, Purse> one = each.next();
                each.remove();
                Slice slice = one.getKey();
                if (one.getValue().present() == slice && !slice.isForfeited()) {
                    purses.put(slice, one.getValue());
                    atHand.put(slice, slice.takeAll());
                }
            }
            return !purses.isEmpty();
        }

        @Override
        public void write(WriteSession tx) throws SQLException {
            for (Map.Entry<Slice, Long> each : atHand.entrySet()) {
                Slice.Key key = each.getKey().key();
                costs.put(each.getKey(), rows.granted(tx, key) - each.getValue());
                rows.giveBackWithGroup(tx, key, each.getValue());
            }
        }

        @Override
        public void kept() {
            purses.forEach((later, purse) -> {
                Slice earlier = purse.rewind(later, clock.millis(), costs.getOrDefault(later, 0L));
                if (earlier != null) {
                    begun.accept(new Hold.Part(purse, earlier));
                }
            });
        }

        @Override
        public void refused(StoreUnavailable failure) {
            atHand.forEach(Slice::give); // the next look finds them again
        }
    }
}
