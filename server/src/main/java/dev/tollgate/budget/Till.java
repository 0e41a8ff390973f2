package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where money passes between the store and this node's slices: one transaction at a time, so that none is ever on its way where
 * neither side sees it. Each is signed with the node's turn and epoch. By the turn the node finds out whether a transaction was kept
 * whose answer was lost; by the epoch it learns that an operator has freed what it held (see decision 0011).
 */
final class Till {
    private static final Logger LOG = LoggerFactory.getLogger(Till.class);

    /** One transaction. Every method but {@link #write} is called while no other errand is under way, and must not block. */
    @FunctionalInterface
    interface Errand {
        /** Makes it ready; false if there is nothing to do any more. */
        boolean begin();

        /** It changes the store and nothing else, because it may run twice. */
        default void write(WriteSession tx) throws Exception {}

        /** It is durable. */
        default void kept() {}

        /** Nothing of it was kept. */
        default void refused(StoreUnavailable failure) {}

        /** Nobody knows which of the two, until the store is back; either is told then. */
        default void unsure(StoreUnavailable failure) {}
    }

    /** The node's row has another epoch: what it held is others' now. */
    private static final class Forfeited extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Forfeited() {
            super("what this node was granted has been freed", null, false, false);
        }
    }

    /** An errand of which nobody knows whether it was kept. */
    private record Unsure(Errand errand, StoreUnavailable failure) {}

    private final Store store;
    private final InstantSource clock;
    private final String node;
    private final Runnable forfeit;
    private final LongSupplier nanos;
    /** Guarded by this object's lock, as are the next ones. */
    private final Deque<Errand> waiting = new ArrayDeque<>();

    private boolean busy;
    private boolean asking;
    private @Nullable Unsure unsure;
    /** Of the errand under way, or of the last one: changed by nobody else. */
    private volatile NodeRows.Node signature;

    private volatile long lastNanos;

    /**
     * @param forfeit drops what the node has in memory, before anything else is drawn; must not block
     * @param nanos a clock that never jumps, as {@link System#nanoTime}
     */
    Till(Store store, InstantSource clock, NodeRows.Node entered, Runnable forfeit, LongSupplier nanos) {
        this.store = store;
        this.clock = clock;
        this.node = entered.id();
        this.forfeit = forfeit;
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
        this.signature = entered;
    }

    /** Returns at once. */
    void enter(Errand errand) {
        synchronized (this) {
            waiting.add(errand);
            if (busy) {
                return;
            }
            busy = true;
        }
        next();
    }

    private void next() {
        for (Errand errand = poll(); errand != null; errand = poll()) {
            if (begun(errand)) {
                submit(errand);
                return;
            }
        }
    }

    private synchronized @Nullable Errand poll() {
        Errand errand = waiting.poll();
        if (errand == null) {
            busy = false;
        }
        return errand;
    }

    private static boolean begun(Errand errand) {
        try {
            return errand.begin();
        } catch (Throwable e) { // errors, too: a till that stops would stop all budgets
            LOG.error("An errand of the budgets could not begin", e);
            return false;
        }
    }

    private void submit(Errand errand) {
        NodeRows.Node last = signature;
        NodeRows.Node signed = new NodeRows.Node(node, last.epoch(), last.turn() + 1, 0);
        signature = signed;
        store.submit(
                tx -> {
                    if (!NodeRows.sign(tx, signed, clock.millis())) {
                        throw new Forfeited();
                    }
                    errand.write(tx);
                },
                failure -> outcome(errand, failure));
    }

    private void outcome(Errand errand, @Nullable StoreUnavailable failure) {
        if (failure == null) {
            over(errand, null);
        } else if (failure.getCause() instanceof Forfeited) {
            tell(forfeit);
            tell(() -> errand.refused(failure));
            adopt();
        } else if (failure.isRejected()) {
            over(errand, failure);
        } else {
            synchronized (this) {
                unsure = new Unsure(errand, failure);
            }
            tell(() -> errand.unsure(failure));
        }
    }

    private void over(Errand errand, @Nullable StoreUnavailable failure) {
        lastNanos = nanos.getAsLong();
        tell(failure == null ? errand::kept : () -> errand.refused(failure));
        next();
    }

    /** A till that stops because one who is told stumbles would stop all budgets. */
    private static void tell(Runnable told) {
        try {
            told.run();
        } catch (Throwable e) {
            LOG.error("Who waited for the budgets' store failed to take its outcome", e);
        }
    }

    /**
     * Begins anew under the present epoch. What settlements have booked between the operator's word and now is covered by returning
     * what is unspent once more; what is in flight is booked as a debt when it ends.
     */
    private void adopt() {
        LOG.error("What this node was granted of budgets has been freed by an operator; it begins anew");
        NodeRows.Node[] entered = new NodeRows.Node[1];
        store.submit(
                tx -> {
                    entered[0] = NodeRows.enter(tx.handle(), node, clock.millis()); // first: nobody frees it any more
                    UnspentRows.giveBackAll(tx, node);
                },
                failure -> {
                    if (failure == null) {
                        signature = entered[0];
                    } // else the next errand finds out again
                    next();
                });
    }

    /** Asks, from time to time, what became of an errand whose outcome is not known. Everybody else waits for that. */
    void tend() {
        Unsure asked;
        synchronized (this) {
            asked = unsure;
            if (asked == null || asking) {
                return;
            }
            asking = true;
        }
        boolean[] kept = new boolean[1];
        NodeRows.Node signed = signature;
        store.submit(tx -> kept[0] = NodeRows.turn(tx.handle(), node) == signed.turn(), failure -> {
            synchronized (this) {
                asking = false;
                if (failure != null) {
                    return;
                }
                unsure = null;
            }
            over(asked.errand(), kept[0] ? null : asked.failure());
        });
    }

    /** Whether no errand has told for so long that this node lives. */
    boolean isQuiet(long nanos, long nowNanos) {
        return nowNanos - lastNanos > nanos;
    }
}
