package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Resolutions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets in force, and this node's slices of them. A call is paid from memory; only a slice that runs dry asks the store, on its
 * writer, with the settlements that are being written anyway.
 */
public final class Purses implements Resolutions.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purses.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Well within what {@link BudgetBook#SILENT} takes for a sign of death. */
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long CLOSING_SECONDS = 5;

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final SliceRows rows;
    private final String node;
    private final UnaryOperator<Place> catalogued;
    private final Spending spending;
    private final Thresholds thresholds;
    private final Recall recall;
    private final Till till;
    private final Draws draws;
    private final Returns returns;
    private final Lent lent;
    private final Posting posting;
    private final OldWindows oldWindows;
    private final LostNodes lostNodes;
    private final AtomicLong forfeits = new AtomicLong();
    /** By the budgets' ids; changed under this object's lock, as is the index. */
    private final Map<String, Purse> purses = new HashMap<>();

    private final ScopeIndex<Purse> index = new ScopeIndex<>();
    /** The ids of the budgets that do more at a threshold than give a notice. */
    private final Set<String> acting = new HashSet<>();

    private volatile boolean anyActs;

    private long lookedNanos;

    private Purses(
            Store store,
            Events events,
            InstantSource clock,
            LongSupplier nanos,
            NodeRows.Node entered,
            UnaryOperator<Place> catalogued) {
        this.clock = clock;
        this.nanos = nanos;
        this.lookedNanos = nanos.getAsLong();
        this.node = entered.id();
        this.rows = new SliceRows(node);
        this.catalogued = catalogued;
        this.spending = new Spending(this, rows, catalogued);
        this.thresholds = new Thresholds(store, events, clock, nanos.getAsLong());
        this.recall = new Recall(this, store, nanos);
        this.till = new Till(store, clock, entered, this::forfeit, nanos);
        this.returns = new Returns(rows, till, this::emptied, this::grown);
        this.draws = new Draws(this, rows, till, returns, nanos);
        this.lent = new Lent(rows, till, returns, events, clock);
        this.posting = new Posting(store, node, rows.unposted(), nanos.getAsLong());
        this.oldWindows = new OldWindows(store, clock, nanos.getAsLong());
        this.lostNodes = new LostNodes(store, events, clock, nanos.getAsLong());
    }

    /**
     * Reads the budgets in force. Blocking.
     *
     * @param node this node's id; it belongs to the home, as the journal of calls in flight does
     * @param catalogued the place with the model's id in the catalog, for a place with any of its ids: a call under another name of
     *     a model must not slip past a budget on it
     */
    public static Purses open(
            Store store, Events events, InstantSource clock, String node, UnaryOperator<Place> catalogued) {
        return open(store, events, clock, System::nanoTime, node, catalogued);
    }

    /** @param nanos a clock that never jumps, as {@link System#nanoTime}: by it is told what is idle, and what is late */
    static Purses open(
            Store store,
            Events events,
            InstantSource clock,
            LongSupplier nanos,
            String node,
            UnaryOperator<Place> catalogued) {
        NodeRows.Node entered = store.write(tx -> NodeRows.enter(tx.handle(), node, clock.millis()));
        Purses opened = new Purses(store, events, clock, nanos, entered, catalogued);
        opened.load(store.read(BudgetRows::inForce));
        return opened;
    }

    private synchronized void load(List<Budget> budgets) {
        budgets.forEach(this::put);
    }

    /** Takes a new or changed budget into force. */
    synchronized void put(Budget budget) {
        acts(budget.id(), budget.acts());
        Purse known = purses.get(budget.id());
        if (known == null) {
            Purse added = new Purse(budget, clock.millis(), forfeits);
            purses.put(budget.id(), added);
            index.add(added);
            return;
        }
        boolean lower = budget.limitNanoUsd() < known.budget().limitNanoUsd();
        known.replace(budget);
        if (lower) {
            retire(known.present());
        }
        Slice slice = known.slice(clock.millis());
        thresholds.changed(budget, slice.key().startMillis(), slice.spent());
    }

    /** What its calls in flight hold goes back, too, when they are settled. */
    private void retire(Slice slice) {
        slice.retire();
        returns.add(slice);
    }

    /** Gives back what is at hand of a window, as under a lower limit. */
    synchronized void giveUp(Slice.Key window) {
        Purse purse = purses.get(window.budgetId());
        if (purse != null && purse.present().key().equals(window)) {
            retire(purse.present());
        }
    }

    synchronized void remove(String budgetId) {
        acts(budgetId, false);
        Purse removed = purses.remove(budgetId);
        if (removed != null) {
            index.remove(removed);
            Slice last = removed.present();
            last.end();
            removed.renew(last);
            removed.present().retire(); // what calls in flight owe goes to the store, too
            returns.add(last);
        }
    }

    private void acts(String budgetId, boolean acts) {
        if (acts) {
            acting.add(budgetId);
        } else {
            acting.remove(budgetId);
        }
        anyActs = !acting.isEmpty();
    }

    /** Whether any budget does more at a threshold than give a notice. */
    boolean anyActs() {
        return anyActs;
    }

    /**
     * Learns what earlier processes have spent: at once of the budgets that do something at a threshold, of the others by and by. At
     * start, before the first call. Blocking.
     */
    public void recall(Store from) {
        recallActing(from);
        recall.add(told());
    }

    private synchronized void recallActing(Store from) {
        for (String budgetId : acting) {
            for (Hold.Part part : presentPart(budgetId)) {
                BudgetRows.Standing standing = from.read(handle ->
                        BudgetRows.standing(handle, budgetId, part.slice().key().startMillis()));
                seen(part, standing.spentNanoUsd());
            }
        }
    }

    /** The ids of the budgets that give notices and do nothing else. */
    private synchronized List<String> told() {
        return purses.values().stream()
                .map(Purse::budget)
                .filter(budget -> budget.window() != Window.REQUEST
                        && !budget.thresholds().isEmpty())
                .map(Budget::id)
                .filter(budgetId -> !acting.contains(budgetId))
                .toList();
    }

    /** A budget and the slice of its present window; empty if it is not in force. */
    synchronized List<Hold.Part> presentPart(String budgetId) {
        Purse purse = purses.get(budgetId);
        return purse == null ? List.of() : List.of(new Hold.Part(purse, purse.slice(clock.millis())));
    }

    /** What of the present window this node holds for calls in flight or may still spend; null if it has no such budget. */
    synchronized @Nullable Slice present(String budgetId) {
        Purse purse = purses.get(budgetId);
        return purse == null ? null : purse.slice(clock.millis());
    }

    /** This node's id. */
    String node() {
        return node;
    }

    SliceRows rows() {
        return rows;
    }

    Spending spending() {
        return spending;
    }

    Till till() {
        return till;
    }

    /** Those that cover a call, in the order of their ids. */
    List<Purse> covering(Subject subject) {
        return index.covering(index.looksAtPlaces() ? subject.at(catalogued) : subject);
    }

    /** The budgets that cover a call wherever it goes, and those that cover it at some place. */
    synchronized List<Budget> coveringAnywhere(Subject subject) {
        return purses.values().stream()
                .map(Purse::budget)
                .filter(budget -> budget.scope().covers(subject))
                .toList();
    }

    synchronized @Nullable Budget find(String budgetId) {
        Purse purse = purses.get(budgetId);
        return purse == null ? null : purse.budget();
    }

    /** Takes a hold from slices that have it at hand: from all of them, or none. */
    boolean take(Hold hold) {
        for (Hold.Part part : hold.parts()) {
            // First a look at all: what is taken for a moment only would be missed by another call in that moment.
            if (part.slice().free() < hold.amountNanoUsd()) {
                return false;
            }
        }
        for (int i = 0; i < hold.parts().size(); i++) {
            if (!hold.parts().get(i).slice().take(hold.amountNanoUsd())) {
                hold.parts().subList(0, i).forEach(part -> release(part.slice(), hold.amountNanoUsd()));
                // It may have been without that for a moment, just when it was emptied.
                release(hold.parts().get(i).slice(), 0);
                return false;
            }
        }
        return true;
    }

    /**
     * Asks the store for what a hold lacks, all or none.
     *
     * @param then called once, on the store's writer or a thread of this gate; it must not block
     */
    void draw(Hold hold, Consumer<Draw.Outcome> then) {
        draws.add(hold, then);
    }

    /** The store has granted it. */
    void granted(Hold.Part part, long amountNanoUsd) {
        lent.add(part);
        release(part.slice(), amountNanoUsd);
    }

    /** The call is not made after all. */
    void release(Hold hold) {
        hold.parts().forEach(part -> release(part.slice(), hold.amountNanoUsd()));
    }

    void release(Slice slice, long amountNanoUsd) {
        slice.give(amountNanoUsd);
        if (slice.isRetired()) {
            returns.add(slice);
        } else {
            lent.grown(slice);
        }
    }

    /** The store has taken what a slice had. Had that been retired, calls may now be paid from another one. */
    void emptied(Slice slice) {
        if (slice.isRetired()) {
            String budgetId = slice.key().budgetId();
            for (Hold.Part part : presentPart(budgetId)) {
                if (part.purse().renew(slice)) {
                    // What stands for a later window goes back at the end.
                    lent.add(new Hold.Part(part.purse(), part.purse().present()));
                }
            }
        }
    }

    private void grown(Slice slice) {
        lent.grown(slice);
    }

    /**
     * A call that had been billed at its reservation has turned out to cost more or less; the windows that paid for it take the
     * difference.
     *
     * @param differenceNanoUsd in nano-US-dollars; negative where too much was billed
     */
    @Override
    public void resolved(WriteSession tx, CallRecord call, long differenceNanoUsd) throws SQLException {
        spending.resolved(tx, call, differenceNanoUsd);
    }

    @Override
    public void kept(CallRecord call, long differenceNanoUsd) {
        for (Slice.Key key : spending.windows(call)) {
            for (Hold.Part part : presentPart(key.budgetId())) {
                if (part.slice().key().equals(key)) {
                    long after = part.slice().correctSpent(differenceNanoUsd);
                    thresholds.spent(part.purse().budget(), key.startMillis(), after - differenceNanoUsd, after);
                }
            }
        }
    }

    /** What a call that is durably settled did not need may be spent by others; what it cost beyond that is owed by them. */
    void settled(Hold hold) {
        for (int i = 0; i < hold.parts().size(); i++) {
            Hold.Part part = hold.parts().get(i);
            long cost = hold.costNanoUsd(i);
            if (!part.slice().isForfeited()) {
                long left = hold.amountNanoUsd() - cost;
                release(left < 0 ? owing(part) : part.slice(), left);
            }
            if (cost > 0) {
                long after = part.slice().addSpent(cost);
                thresholds.spent(part.purse().budget(), part.slice().key().startMillis(), after - cost, after);
            }
        }
    }

    /** What is at hand covers what a call of an earlier slice owes, and who draws knows of it at once. */
    private static Slice owing(Hold.Part part) {
        Slice present = part.purse().present();
        return present.key().equals(part.slice().key()) ? present : part.slice();
    }

    /** What the store says has been spent; other nodes, or this one before it was started anew, may have passed a threshold. */
    void seen(Hold.Part part, long spentNanoUsd) {
        long before = part.slice().spent();
        part.slice().spentAtLeast(spentNanoUsd);
        thresholds.spent(part.purse().budget(), part.slice().key().startMillis(), before, spentNanoUsd);
    }

    /**
     * A budget has refused a call. Where the next window would help, or a higher limit, notice is given of that, unless the budget gives
     * none when all is spent. A refusal of a window that is over, or under another limit, says nothing of how it is now.
     */
    public void refused(RefusedCall call) {
        if (call.reason() != RefusedCall.Reason.EXHAUSTED
                || call.budget().window() == Window.REQUEST
                || call.boundNanoUsd() > call.budget().limitNanoUsd() // no window is enough for that call
                || call.spentNanoUsd() >= call.budget().limitNanoUsd()) { // that was told when it was spent
            return;
        }
        for (Hold.Part part : presentPart(call.budget().id())) {
            Budget budget = part.purse().budget();
            if (budget.limitNanoUsd() == call.budget().limitNanoUsd()
                    && part.slice().endMillis() == call.resetsAtMillis()
                    && budget.thresholds().stream().anyMatch(Threshold::isAll)
                    && part.slice().isFirstRefusal(budget.limitNanoUsd())) {
                thresholds.refused(budget, part.slice().key().startMillis(), call);
            }
        }
    }

    /**
     * What is durably spent of a window, of which this node need not have held any.
     *
     * @param after what all have spent of it, in nano-US-dollars
     */
    void spent(Slice.Key key, long costNanoUsd, long after) {
        for (Hold.Part part : presentPart(key.budgetId())) {
            if (part.slice().key().equals(key)) {
                seen(part, after);
            } else {
                thresholds.spent(part.purse().budget(), key.startMillis(), after - costNanoUsd, after);
            }
        }
    }

    /**
     * Frees what an earlier process of this node was granted and did not spend. At start, after all that it had in flight is settled,
     * and before the first call. Blocking.
     */
    void returnUnspent(Store store) {
        store.write(tx -> {
            UnspentRows.giveBackAll(tx, node);
            return true;
        });
    }

    /** An operator has taken this node for dead, and freed what it was granted. */
    private synchronized void forfeit() {
        forfeits.incrementAndGet();
        purses.values().forEach(purse -> purse.renew(purse.present()));
        lent.clear();
    }

    /** What is to be done from time to time: at least some times a second, by one thread. */
    void tend() {
        long now = nanos.getAsLong();
        till.tend();
        draws.tend(now);
        thresholds.tend(now);
        recall.tend(now);
        posting.tend(now);
        if (now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            lent.tend(now);
            if (any()) {
                if (till.isQuiet(LEASE_NANOS, now)) {
                    // Its signature alone tells that this node lives; several of them are as good as one.
                    till.enter(() -> till.isQuiet(LEASE_NANOS, nanos.getAsLong()));
                }
                oldWindows.tend(this::inForce, now);
                lostNodes.tend(now);
            }
        }
    }

    private synchronized boolean any() {
        return !purses.isEmpty();
    }

    private synchronized List<Budget> inForce() {
        return purses.values().stream().map(Purse::budget).toList();
    }

    /** What nobody has touched for so long goes back, and what windows that are over have left. */
    void returnIdle(long nowNanos, long idleNanos) {
        lent.returnIdle(nowNanos, idleNanos);
    }

    /** Waits for what passes between the slices and the store at the moment; not for ever. */
    void awaitQuiet() {
        CountDownLatch turn = new CountDownLatch(1);
        till.enter(() -> {
            turn.countDown();
            return false;
        });
        try {
            if (!turn.await(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "The store does not answer: what this node was granted of budgets stays so until its next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives back what is left, as long as the store still writes. */
    @Override
    public void close() {
        lent.returnAll();
        awaitQuiet();
        posting.flush();
    }
}
