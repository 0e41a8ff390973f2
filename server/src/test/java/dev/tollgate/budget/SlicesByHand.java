package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One node's budgets under two clocks that only the test moves: the wall's, and the one that never jumps. */
final class SlicesByHand implements AutoCloseable {
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    final AtomicLong nanos = new AtomicLong(SECOND);
    final AtomicLong millis = new AtomicLong(MoneyHouse.NOW);
    final Events events = new Events();
    final Store store;
    final Purses purses;
    final BudgetBook budgets;
    private int calls;
    /** How often the store had to be asked. */
    int draws;

    SlicesByHand(DatabaseUrl url) {
        InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
        store = Store.open(url);
        purses = Purses.open(store, events, clock, nanos::get, "node", place -> place);
        budgets = new BudgetBook(store, new AuditLog(store, clock, new byte[32]), clock, purses);
    }

    /** One second after the other, as the gate's keeper sees them. */
    void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nanos.addAndGet(SECOND);
            millis.addAndGet(1_000);
            purses.tend();
            purses.awaitQuiet();
        }
    }

    /** Nothing passes between the slices and the store before then. */
    void holdTill(CountDownLatch until) {
        hold(purses, until);
    }

    static void hold(Purses purses, CountDownLatch until) {
        purses.till().enter(new Till.Errand() {
            @Override
            public boolean begin() {
                return true;
            }

            @Override
            public void write(WriteSession tx) throws Exception {
                until.await();
            }
        });
    }

    /** What is in the slice that is paid from. */
    long atHand(Budget budget) {
        Slice slice = purses.present(budget.id());
        return slice == null ? 0 : slice.free();
    }

    /** The window that is paid from. */
    long window(Budget budget) {
        Slice slice = purses.present(budget.id());
        return slice == null ? -1 : slice.key().startMillis();
    }

    BudgetRows.Standing standing(Budget budget, long window) {
        store.write(tx -> true); // what was submitted before has been written
        return store.read(handle -> BudgetRows.standing(handle, budget.id(), window));
    }

    /** A call that has been reserved. */
    record Open(CallStart start, Hold hold) {}

    /** Empty if there was not enough. */
    Optional<Open> reserve(String keyId, long bound) {
        CallStart start = start("req_" + ++calls, keyId, "personal", millis.get());
        List<Hold.Part> parts = new ArrayList<>();
        for (Purse purse : purses.covering(Subject.of(start, MoneyHouse.PLACES))) {
            parts.add(new Hold.Part(purse, purse.slice(millis.get())));
        }
        Hold hold = new Hold(bound, parts);
        return purses.take(hold) || draw(hold) ? Optional.of(new Open(start, hold)) : Optional.empty();
    }

    private boolean draw(Hold hold) {
        draws++;
        CompletableFuture<Draw.Outcome> outcome = new CompletableFuture<>();
        purses.draw(hold, outcome::complete);
        boolean held = outcome.orTimeout(60, TimeUnit.SECONDS).join() instanceof Draw.Outcome.Held;
        purses.awaitQuiet(); // whoever is told may be so before the slice has heard all
        return held;
    }

    void settle(Open call, long cost) {
        CallRecord record = new CallRecord(
                call.start(), Samples.end(millis.get(), cost(cost)), call.hold().amountNanoUsd());
        store.write(tx -> {
            purses.spending().spend(tx, call.hold(), record);
            return true;
        });
        purses.settled(call.hold());
        purses.awaitQuiet();
    }

    /** Reserves and settles; false if there was not enough. */
    boolean call(String keyId, long bound, long cost) {
        Optional<Open> open = reserve(keyId, bound);
        open.ifPresent(call -> settle(call, cost));
        return open.isPresent();
    }

    @Override
    public void close() {
        purses.close();
        store.close();
    }
}
