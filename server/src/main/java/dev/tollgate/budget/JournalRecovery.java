package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Timings;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles at start what the last process left in the journal, each call at its reservation. */
final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

    private final Store store;
    private final SettlementRows rows;
    private final InFlightJournal journal;
    private final Purses purses;
    private final InstantSource clock;
    private final AtomicInteger unreconciled = new AtomicInteger();
    private final AtomicInteger alreadySettled = new AtomicInteger();
    private final AtomicInteger torn = new AtomicInteger();

    JournalRecovery(Store store, SettlementRows rows, InFlightJournal journal, Purses purses, InstantSource clock) {
        this.store = store;
        this.rows = rows;
        this.journal = journal;
        this.purses = purses;
        this.clock = clock;
    }

    Recovery run() {
        List<InFlightJournal.Leftover> leftovers = journal.takeLeftovers();
        CountDownLatch left = new CountDownLatch(leftovers.size());
        for (InFlightJournal.Leftover leftover : leftovers) {
            switch (leftover.found()) {
                case JournalSlot.Found.Call call -> settle(leftover.slot(), call, left);
                case JournalSlot.Found.Torn damaged -> report(leftover.slot(), left);
                case JournalSlot.Found.Nothing nothing -> left.countDown();
            }
        }
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (unreconciled.get() + alreadySettled.get() + torn.get() == leftovers.size()) {
            purses.returnUnspent(store); // else what is not settled is still held
        }
        return new Recovery(unreconciled.get(), alreadySettled.get(), torn.get());
    }

    private void settle(JournalSlot slot, JournalSlot.Found.Call found, CountDownLatch left) {
        CallRecord call = unreconciled(found);
        boolean[] written = new boolean[1];
        store.submit(tx -> written[0] = write(tx, call, found), failure -> {
            if (failure == null) {
                (written[0] ? unreconciled : alreadySettled).incrementAndGet();
                journal.releaseLeftover(slot);
                left.countDown();
            } else if (failure.isRejected()) {
                LOG.error(
                        "Call {} was in flight, and the store refuses its row",
                        found.start().requestId(),
                        failure);
                charge(slot, call, found, left);
            } else {
                LOG.error(
                        "Call {} was in flight and could not be settled",
                        found.start().requestId(),
                        failure);
                left.countDown();
            }
        });
    }

    private boolean write(WriteSession tx, CallRecord call, JournalSlot.Found.Call found) throws SQLException {
        boolean unsure = rows.mayBeRolledUp(tx, call);
        boolean absent = rows.writeIfAbsent(
                tx, unsure ? unbilled(call) : call.after(purses.spending().perhapsSentTo(tx, call, found)));
        if (absent && !unsure) {
            purses.spending().spendRecovered(tx, call, found);
        }
        return absent;
    }

    /** A row that can never be written must not keep all slices for ever: its budgets pay, and the audit trail has what it was. */
    private void charge(JournalSlot slot, CallRecord call, JournalSlot.Found.Call found, CountDownLatch left) {
        store.submit(tx -> writeUnrecorded(tx, call, found), failure -> {
            if (failure == null) {
                torn.incrementAndGet();
                journal.releaseLeftover(slot);
            } else {
                LOG.error(
                        "Nor could budgets be charged for call {}",
                        found.start().requestId(),
                        failure);
            }
            left.countDown();
        });
    }

    /** Once, though nobody heard that it was kept; and not where the call may have been billed before. */
    private void writeUnrecorded(WriteSession tx, CallRecord call, JournalSlot.Found.Call found) throws SQLException {
        if (rows.mayBeRolledUp(tx, call)) {
            rows.writeUnrecorded(tx, unbilled(call));
        } else if (SliceRows.payUnrecorded(tx, call.start().requestId())) {
            rows.writeUnrecorded(tx, call);
            purses.spending().spendRecovered(tx, call, found);
        }
    }

    private CallRecord unreconciled(JournalSlot.Found.Call found) {
        CallEnd end = new CallEnd(
                clock.millis(),
                Outcome.GATE_STOPPED,
                0,
                found.served().orElse(null),
                charge(found),
                Timings.UNKNOWN,
                List.of(), // the journal knows just the last candidate
                List.of(),
                List.of());
        return new CallRecord(found.start(), end, found.boundNanoUsd());
    }

    /**
     * A journal may be older than the rows of its calls, where its home lay idle and others kept the store: then a row that is not
     * there says nothing. Such a call is not billed, for it may have been, but shown to be resolved.
     */
    private static CallRecord unbilled(CallRecord call) {
        CallEnd end = call.end();
        Charge unknown = new Charge.AtReservation(
                call.priced(),
                "It may have been billed before: rows of that day have been summed up since (--keep-calls)."
                        + " Nothing is billed now.");
        return new CallRecord(
                call.start(),
                new CallEnd(
                        end.endedAtMillis(),
                        end.outcome(),
                        end.status(),
                        end.served(),
                        unknown,
                        end.timings(),
                        end.route(),
                        end.attempts(),
                        end.edits()),
                0);
    }

    /** A candidate is noted before anything is sent to it: without one nothing was, and nobody will bill it. */
    private static Charge charge(JournalSlot.Found.Call found) {
        return found.sent()
                ? new Charge.AtReservation(found.priced(), "The gate's process ended while the call was in flight.")
                : new Charge.Free();
    }

    private void report(JournalSlot slot, CountDownLatch left) {
        LOG.error("Slot {} of the journal of calls in flight is damaged: a call was lost", slot.number());
        store.submit(tx -> rows.writeTorn(tx, slot.number()), failure -> {
            if (failure == null) {
                torn.incrementAndGet();
                journal.releaseLeftover(slot);
            } else {
                LOG.error("Slot {} could not be reported", slot.number(), failure);
            }
            left.countDown();
        });
    }
}
