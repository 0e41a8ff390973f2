package dev.tollgate.budget;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.UsageLedger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a reservation into a usage row and an audit row, exactly once, durably, in one transaction.
 *
 * <p>While the store is away settlements wait here, in their order, and one of them knocks at the store with growing
 * pauses. None is lost while the process lives; if it ends, the journal still has each of them. Nor can they pile up without
 * end: each holds its slot of the journal, and when the slots are used up no call is reserved any more.
 */
public final class Settlement implements AutoCloseable {
    /** How long a caller waits for its settlement before it is told that it failed. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A hiccup of the store shorter than this refuses no call. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long CLOSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Called exactly once: on the store's writer, or on this class's own thread if the deadline has passed. Hop to your
     * own thread, and do not block.
     */
    @FunctionalInterface
    public interface Callback {
        void done(SettlementResult result);
    }

    private final Store store;
    private final UsageLedger ledger;
    private final SettlementRows rows;
    private final InFlightJournal journal;
    private final Purses purses;
    private final InstantSource clock;
    private final long deadlineNanos;

    /** Every settlement that is not known to be over, in the order in which they came. */
    private final Queue<PendingSettlement> pending = new ConcurrentLinkedQueue<>();

    private final LongAdder begun = new LongAdder();
    private final LongAdder over = new LongAdder();
    private final Thread keeper =
            Thread.ofPlatform().daemon().name("settlement-keeper").unstarted(this::keep);
    private final StoreHealth health = new StoreHealth(GRACE_NANOS);
    private long forcedAtNanos = System.nanoTime();
    private volatile boolean closing;

    public Settlement(
            Store store,
            UsageLedger ledger,
            AuditTrail audit,
            InFlightJournal journal,
            Purses purses,
            InstantSource clock) {
        this(store, ledger, audit, journal, purses, clock, DEADLINE);
    }

    Settlement(
            Store store,
            UsageLedger ledger,
            AuditTrail audit,
            InFlightJournal journal,
            Purses purses,
            InstantSource clock,
            Duration deadline) {
        this.store = store;
        this.ledger = ledger;
        this.rows = new SettlementRows(ledger, audit);
        this.journal = journal;
        this.purses = purses;
        this.clock = clock;
        this.deadlineNanos = deadline.toNanos();
        keeper.start();
    }

    /**
     * Settles what a crash left in the journal. Blocking; at start, before the first call. A slot whose settlement is not
     * durable after it stays in the journal for the next start, and is on the log.
     */
    public Recovery recover() {
        return new JournalRecovery(store, rows, journal, purses, clock).run();
    }

    /** Returns at once; a few microseconds. */
    public void settle(Reservation reservation, CallEnd end, Callback callback) {
        if (!reservation.beginSettling()) {
            LOG.error(
                    "Call {} was settled twice; the second settlement is ignored",
                    reservation.start().requestId());
            callback.done(new SettlementResult.AlreadySettled());
            return;
        }
        CallRecord call = new CallRecord(reservation.start(), end, reservation.boundNanoUsd());
        PendingSettlement settlement = new PendingSettlement(call, reservation, callback, System.nanoTime());
        begun.increment();
        pending.add(settlement);
        if (health.isGood()) {
            submit(settlement);
        }
    }

    private void submit(PendingSettlement settlement) {
        if (settlement.submitted()) {
            store.submit(tx -> write(tx, settlement), failure -> outcome(settlement, failure));
        }
    }

    private void write(WriteSession tx, PendingSettlement settlement) throws SQLException {
        if (rows.write(tx, settlement)) {
            purses.spending().spend(tx, settlement.hold(), settlement.call());
        }
    }

    private void outcome(PendingSettlement settlement, @Nullable StoreUnavailable failure) {
        if (failure == null) {
            try {
                journal.release(settlement.slot());
                purses.settled(settlement.hold());
            } catch (Throwable e) { // it is durable all the same, and whoever waits for it must hear that
                LOG.error("What call {} held was not released", settlement.requestId(), e);
            }
            succeeded();
            over(settlement, new SettlementResult.Durable());
        } else if (failure.isRejected()) {
            // Trying again cannot help; its slot stays, and the next start settles it at its reservation.
            LOG.error("The settlement of call {} was refused by the store", settlement.requestId(), failure);
            succeeded();
            over(settlement, new SettlementResult.Failed("The store refused the row."));
        } else {
            health.failed(System.nanoTime());
            settlement.returned();
            LockSupport.unpark(keeper);
        }
    }

    /** The store has answered. */
    private void succeeded() {
        if (health.succeeded()) {
            LockSupport.unpark(keeper); // those that wait may go now
        }
    }

    private void over(PendingSettlement settlement, SettlementResult result) {
        over.increment();
        settlement.finish(result);
    }

    /** The keeper's life: who waited too long is told, who waits tries again, the journal reaches the disk, slices are tended. */
    private void keep() {
        while (!closing || pending() > 0) {
            try {
                sweep(System.nanoTime());
                force(System.nanoTime());
                purses.tend();
                ledger.tend();
            } catch (Throwable e) { // a keeper that died would leave callers waiting for ever
                LOG.error("The settlement keeper stumbled", e);
            }
            if (closing && Thread.interrupted()) {
                return;
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void sweep(long now) {
        boolean good = health.isGood();
        boolean knock = !good && health.mayKnock(now);
        for (Iterator<PendingSettlement> each = pending.iterator(); each.hasNext(); ) {
            PendingSettlement settlement = each.next();
            if (settlement.isOver()) {
                each.remove();
                continue;
            }
            if (isLate(settlement, now)) {
                settlement.tell(new SettlementResult.Failed("The store took no writes in time."));
            }
            if (settlement.isWaiting() && (good || knock)) {
                knock = false; // one at a time, until it comes back well
                submit(settlement);
            }
        }
    }

    private void force(long now) {
        if (now - forcedAtNanos >= FORCE_NANOS) {
            forcedAtNanos = now;
            journal.force();
        }
    }

    /** Settlements that are not durable yet. */
    public int pending() {
        return (int) (begun.sum() - over.sum());
    }

    /** Whether settlements have failed for more than a moment, or have had no answer by their deadline, and still do. */
    public boolean storeAway() {
        long now = System.nanoTime();
        return health.isAway(now) || isLate(now);
    }

    /**
     * Whether the oldest settlement is past its deadline: a store that hangs fails no write for long. Looked at here, so that whoever is
     * told that their call is not recorded finds calls refused.
     */
    private boolean isLate(long now) {
        for (Iterator<PendingSettlement> each = pending.iterator(); each.hasNext(); each.remove()) {
            PendingSettlement oldest = each.next();
            if (!oldest.isOver()) {
                return isLate(oldest, now);
            }
        }
        return false;
    }

    private boolean isLate(PendingSettlement settlement, long now) {
        return now - settlement.begunAtNanos() > deadlineNanos;
    }

    /** Waits some seconds for what is pending; what is then not durable is left to the journal. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(keeper);
        try {
            if (!keeper.join(Duration.ofNanos(CLOSING_NANOS))) {
                LOG.warn("{} settlements are not durable; the next start settles them", pending());
                keeper.interrupt();
                keeper.join();
            } else {
                ledger.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
