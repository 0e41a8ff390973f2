package dev.tollgate.budget;

import dev.tollgate.budget.SliceRows.Drawn;
import dev.tollgate.budget.SliceRows.Need;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Served;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets in force, and this node's slices of them. A call is paid from memory; only a slice that runs dry asks the store, on its
 * writer, with the settlements that are being written anyway.
 */
public final class Purses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Purses.class);

    private static final String TELL = """
            INSERT INTO budget_told (budget_id, start_at, percent, at) VALUES (?, ?, ?, ?) \
            ON CONFLICT (budget_id, start_at, percent) DO NOTHING""";

    private final Store store;
    private final Events events;
    private final InstantSource clock;
    private final SliceRows rows;
    private final UnaryOperator<Place> catalogued;
    /** By the budgets' ids; changed under this object's lock, as is the index. */
    private final Map<String, Purse> purses = new HashMap<>();

    private final BudgetIndex index = new BudgetIndex();
    /** The ids of the budgets that do more at a threshold than give a notice. */
    private final Set<String> acting = new HashSet<>();

    private volatile boolean anyActs;

    private Purses(Store store, Events events, InstantSource clock, String node, UnaryOperator<Place> catalogued) {
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.rows = new SliceRows(node);
        this.catalogued = catalogued;
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
        Purses opened = new Purses(store, events, clock, node, catalogued);
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
            Purse added = new Purse(budget, clock.millis());
            purses.put(budget.id(), added);
            index.add(added);
            return;
        }
        boolean lower = budget.limitNanoUsd() < known.budget().limitNanoUsd();
        known.replace(budget);
        if (lower) {
            giveBack(known.renew()); // what calls in flight hold of it goes back, too, when they are settled
        }
    }

    synchronized void remove(String budgetId) {
        acts(budgetId, false);
        Purse removed = purses.remove(budgetId);
        if (removed != null) {
            index.remove(removed);
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
     * Learns what earlier processes have spent of the budgets that do something at a threshold; of others the first draw tells. At start,
     * before the first call. Blocking.
     */
    public synchronized void recall(Store from) {
        long now = clock.millis();
        for (String budgetId : acting) {
            Purse purse = Objects.requireNonNull(purses.get(budgetId));
            Slice slice = purse.slice(now);
            BudgetRows.Standing standing =
                    from.read(handle -> BudgetRows.standing(handle, budgetId, slice.startMillis()));
            seen(new Hold.Part(purse, slice), standing.spentNanoUsd());
        }
    }

    /** What of the present window this node holds for calls in flight or may still spend; null if it has no such budget. */
    synchronized @Nullable Slice present(String budgetId) {
        Purse purse = purses.get(budgetId);
        return purse == null ? null : purse.slice(clock.millis());
    }

    SliceRows rows() {
        return rows;
    }

    /** Those that cover a call, in the order of their ids. */
    List<Purse> covering(Subject subject) {
        return index.covering(index.looksAtPlaces() ? subject.at(catalogued) : subject);
    }

    /** What the call has cost that budget; nothing where the budget is of another place than the one that served. */
    private long cost(Hold.Part part, CallRecord call) {
        return cost(part.purse().budget().scope(), call);
    }

    /** What the call has cost a budget of that scope, which covers its subject. */
    long cost(Scope scope, CallRecord call) {
        // Only scopes with a place are worth a look into the catalog.
        Place place = Scope.looksAtPlaces(scope.shape()) ? place(call) : null;
        return scope.covers(place) ? call.costNanoUsd() : 0;
    }

    private @Nullable Place place(CallRecord call) {
        Served served = call.end().served();
        return served == null ? null : catalogued.apply(new Place(served.provider(), served.model()));
    }

    /** What came of asking the store. */
    sealed interface Outcome {
        /** The hold has all parts now. */
        record Held() implements Outcome {}

        /** Nothing was taken. */
        record Lacking(Purse purse, Slice slice, long leftNanoUsd, long spentNanoUsd) implements Outcome {}

        /** The store takes no writes; nothing was taken. */
        record StoreAway() implements Outcome {}
    }

    /**
     * Has the store fill the slices that have not enough for a hold, all or none.
     *
     * @param then called once, on the store's writer; it must not block
     */
    void draw(Hold hold, List<Hold.Part> dry, Consumer<Outcome> then) {
        long now = System.nanoTime();
        List<Need> needs = new ArrayList<>(dry.size());
        for (Hold.Part part : dry) {
            long had = takeUpTo(part.slice(), hold.amountNanoUsd());
            long needed = hold.amountNanoUsd() - had;
            needs.add(new Need(part, had, needed, part.slice().ahead(needed, now)));
        }
        Drawn[] drawn = new Drawn[1];
        store.submit(
                tx -> drawn[0] = rows.draw(tx, needs),
                failure -> then.accept(failure == null ? outcome(hold, needs, drawn[0]) : away(hold, needs)));
    }

    /** Another call may just have given back more than is asked for. */
    private long takeUpTo(Slice slice, long amount) {
        long all = slice.takeAll();
        if (all > amount) {
            release(slice, all - amount);
        }
        return Math.min(all, amount);
    }

    private Outcome outcome(Hold hold, List<Need> needs, Drawn drawn) {
        return switch (drawn) {
            case Drawn.Granted(var grants) -> {
                for (int i = 0; i < needs.size(); i++) {
                    Need need = needs.get(i);
                    release(need.part().slice(), grants.get(i).amountNanoUsd() - need.needed());
                    hold.add(need.part());
                    seen(need.part(), grants.get(i).spentNanoUsd());
                }
                yield new Outcome.Held();
            }
            case Drawn.Lacking(Need need, long left, long spent) -> {
                undo(hold, needs);
                seen(need.part(), spent);
                yield new Outcome.Lacking(need.part().purse(), need.part().slice(), left, spent);
            }
        };
    }

    private Outcome away(Hold hold, List<Need> needs) {
        undo(hold, needs);
        return new Outcome.StoreAway();
    }

    private void undo(Hold hold, List<Need> needs) {
        release(hold);
        needs.forEach(need -> release(need.part().slice(), need.had()));
    }

    /** The call is not made after all. */
    void release(Hold hold) {
        hold.parts().forEach(part -> release(part.slice(), hold.amountNanoUsd()));
    }

    void release(Slice slice, long amountNanoUsd) {
        slice.give(amountNanoUsd);
        if (slice.isRetired()) {
            giveBack(slice);
        }
    }

    /** Notes in the transaction of its rows what a call has cost the budgets that held for it. */
    void spend(WriteSession tx, Hold hold, CallRecord call) {
        for (Hold.Part part : hold.parts()) {
            rows.spend(tx, part.slice().budgetId(), part.slice().startMillis(), cost(part, call));
        }
    }

    /** As {@link #spend}, of a call that a process before this one had in flight. */
    void spendRecovered(WriteSession tx, CallRecord call) {
        for (Budget budget : thatPaid(call)) {
            rows.spend(tx, budget.id(), start(budget, call), call.costNanoUsd());
        }
    }

    /**
     * A call that had been billed at its reservation has turned out to cost more or less; the windows that paid for it take the
     * difference.
     *
     * @param differenceNanoUsd in nano-US-dollars; negative where too much was billed
     */
    public void resolved(WriteSession tx, CallRecord call, long differenceNanoUsd) throws SQLException {
        for (Budget budget : thatPaid(call)) {
            rows.correct(tx, budget.id(), start(budget, call), differenceNanoUsd);
        }
    }

    /** The windows of the budgets in force that were there when the call was made, and cover it; in the order of their ids. */
    List<Charged> charged(CallRecord call) {
        return thatCovered(call).stream()
                .map(budget -> new Charged(budget, start(budget, call)))
                .toList();
    }

    /** Those whose windows add up. */
    private List<Budget> thatPaid(CallRecord call) {
        return thatCovered(call).stream()
                .filter(budget -> budget.window() != Window.REQUEST)
                .toList();
    }

    /** The budgets in force that were there when the call was made, and cover it. */
    private List<Budget> thatCovered(CallRecord call) {
        Place place = place(call);
        return covering(Subject.of(call.start(), List.of(place == null ? Place.UNKNOWN : place))).stream()
                .map(Purse::budget)
                .filter(budget -> budget.createdAtMillis() <= call.start().atMillis())
                .toList();
    }

    private static long start(Budget budget, CallRecord call) {
        return budget.window().startMillis(call.start().atMillis(), budget.zone());
    }

    /** What a call that is durably settled did not need may be spent by others; what it cost beyond that is owed by them. */
    void settled(Hold hold, CallRecord call) {
        for (Hold.Part part : hold.parts()) {
            long cost = cost(part, call);
            release(part.slice(), hold.amountNanoUsd() - cost);
            if (cost > 0) {
                long after = part.slice().addSpent(cost);
                tell(part, after - cost, after);
            }
        }
    }

    /** What the store says has been spent; other nodes, or this one before it was started anew, may have passed a threshold. */
    private void seen(Hold.Part part, long spentNanoUsd) {
        long before = part.slice().spent();
        part.slice().spentAtLeast(spentNanoUsd);
        tell(part, before, spentNanoUsd);
    }

    private void tell(Hold.Part part, long before, long after) {
        Budget budget = part.purse().budget();
        for (Threshold threshold : budget.thresholds()) {
            long passed = threshold.nanoUsd(budget.limitNanoUsd());
            if (before < passed && after >= passed) {
                tell(budget, part.slice(), threshold);
            }
        }
    }

    /** Once for each threshold of a window, whoever notices it first. */
    private void tell(Budget budget, Slice slice, Threshold threshold) {
        int percent = threshold.percent();
        boolean[] first = new boolean[1];
        store.submit(
                tx -> first[0] =
                        tx.handle().execute(TELL, budget.id(), slice.startMillis(), percent, clock.millis()) == 1,
                failure -> {
                    if (failure != null) {
                        LOG.warn("Budget {} has passed {} %, which could not be noted", budget.id(), percent, failure);
                    } else if (first[0]) {
                        events.publish(notice(budget, threshold));
                    }
                });
    }

    private Notice notice(Budget budget, Threshold threshold) {
        return new Notice(
                clock.instant(),
                "budget.threshold",
                budget.id(),
                "At least " + threshold.percent() + " % of the budget " + budget.label() + " has been spent."
                        + threshold.action().effect(),
                "Look with `tollgate budget show " + budget.id() + "`; `tollgate budget set` changes the limit.");
    }

    /** What a slice has left goes back to the store. */
    private void giveBack(Slice slice) {
        long amount = slice.takeAll();
        if (amount != 0) { // a debt goes, too: the window then has it as granted
            store.submit(tx -> rows.giveBack(tx, slice, amount), failure -> {
                // Where the store cannot say whether it took it, it stays granted until the next start: never lent
                // twice.
                if (failure != null && failure.isRejected()) {
                    slice.give(amount);
                }
            });
        }
    }

    /**
     * Frees what an earlier process of this node was granted and did not spend. At start, after all that it had in flight is settled,
     * and before the first call. Blocking.
     */
    void returnUnspent() {
        store.write(tx -> {
            rows.returnUnspent(tx);
            return true;
        });
    }

    /** Gives back what is left, as long as the store still writes. */
    @Override
    public synchronized void close() {
        purses.values().forEach(purse -> giveBack(purse.present()));
    }
}
