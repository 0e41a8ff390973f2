package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Served;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Notes in budgets' windows what calls have cost. */
final class Spending {
    private final Purses purses;
    private final SliceRows rows;
    private final UnaryOperator<Place> catalogued;

    Spending(Purses purses, SliceRows rows, UnaryOperator<Place> catalogued) {
        this.purses = purses;
        this.rows = rows;
        this.catalogued = catalogued;
    }

    /** What the call has cost that budget: of a budget on places, what was done there. */
    long cost(Hold.Part part, CallRecord call) {
        return cost(part.purse().budget().scope(), call);
    }

    /** What the call has cost a budget of that scope, which covers its subject. */
    long cost(Scope scope, CallRecord call) {
        boolean served = scope.covers(Place.of(call.end().served()), catalogued);
        long lost = 0;
        long billedElsewhere = 0;
        for (Attempt attempt : call.end().attempts()) {
            if (attempt.lostNanoUsd() == 0) {
                continue;
            }
            if (scope.covers(new Place(attempt.provider(), attempt.model()), catalogued)) {
                lost += attempt.lostNanoUsd();
            } else {
                billedElsewhere += attempt.billedNanoUsd();
            }
        }
        // Rows of before attempts that are lost were held for may have more of them than was held.
        return served ? call.costNanoUsd() - billedElsewhere : Math.min(lost, call.reservedNanoUsd());
    }

    /** Notes in the transaction of its rows, and in the hold, what a call has cost the budgets that held for it. */
    void spend(WriteSession tx, Hold hold, CallRecord call) throws SQLException {
        List<Hold.Part> parts = hold.parts();
        if (parts.isEmpty()) {
            return;
        }
        long[] costs = new long[parts.size()];
        for (int i = 0; i < costs.length; i++) {
            Hold.Part part = parts.get(i);
            costs[i] = cost(part, call);
            if (part.slice().isForfeited()) {
                rows.correct(tx, part.slice().key(), costs[i]); // nothing is granted for it any more
            } else {
                rows.spend(tx, part.slice().key(), costs[i]);
            }
        }
        hold.cost(costs);
    }

    /**
     * As {@link #spend}, of a call that a process before this one had in flight.
     *
     * @param found as the journal has it
     */
    void spendRecovered(WriteSession tx, CallRecord call, JournalSlot.Found.Call found) {
        boolean known = isPlaceKnown(found, call);
        held(tx, call, found)
                .forEach((key, budget) -> rows.spend(tx, key, known ? cost(budget.scope(), call) : call.costNanoUsd()));
    }

    /**
     * Where nobody knows to which places such a call was sent: all that its budgets are on, each as an attempt that was lost. So its row
     * says who has paid. No more than a row keeps; whoever is left out is repaid nothing when the call is resolved.
     */
    List<Attempt> perhapsSentTo(WriteSession tx, CallRecord call, JournalSlot.Found.Call found) {
        if (isPlaceKnown(found, call) || call.costNanoUsd() == 0) {
            return List.of();
        }
        return held(tx, call, found).values().stream()
                .map(Budget::scope)
                .filter(scope -> scope.provider() != null || scope.model() != null)
                .map(scope -> new Place(anyIfNull(scope.provider()), anyIfNull(scope.model())))
                .distinct()
                .map(place -> new Attempt(place.provider(), place.model(), null, 0, 0, 0, "perhaps sent there")
                        .asLost(call.costNanoUsd(), 0))
                .toList();
    }

    private static String anyIfNull(@Nullable String name) {
        return name == null ? "*" : name;
    }

    /** The windows that held for it, of budgets in force. */
    private SortedMap<Slice.Key, Budget> held(WriteSession tx, CallRecord call, JournalSlot.Found.Call found) {
        SortedMap<Slice.Key, Budget> windows = new TreeMap<>();
        List<Long> marks = found.marks();
        if (marks == null) {
            (isPlaceKnown(found, call) ? thatPaid(call) : thatMayHavePaid(call))
                    .forEach(budget -> windows.put(key(budget, call), budget));
            return windows;
        }
        Map<Long, Slice.Key> all = tx.attachment(
                this, session -> rows.keys(session).stream().collect(Collectors.toMap(Slice.Key::mark, key -> key)));
        for (long mark : marks) {
            Slice.Key key = all.get(mark);
            Budget budget = key == null ? null : purses.find(key.budgetId());
            if (key != null && budget != null) { // else it has been removed
                windows.put(key, budget);
            }
        }
        return windows;
    }

    /** False where it may have been sent to any place of its budgets; what it cost is nothing where it was sent nowhere. */
    private static boolean isPlaceKnown(JournalSlot.Found.Call found, CallRecord call) {
        Served served = call.end().served();
        return !found.elsewhere() && served != null && !JournalSlot.mayBeCut(served);
    }

    /** A call that had been billed at its reservation has turned out to cost more or less: the windows that paid take the difference. */
    void resolved(WriteSession tx, CallRecord call, long differenceNanoUsd) throws SQLException {
        for (Slice.Key key : windows(call)) {
            rows.correct(tx, key, differenceNanoUsd);
        }
    }

    /** The windows that take the difference when the call is resolved. */
    List<Slice.Key> windows(CallRecord call) {
        return thatPaid(call).stream().map(budget -> key(budget, call)).toList();
    }

    /**
     * The windows of the budgets in force that were there when the call was made, and cover it; in the order of their ids.
     *
     * @param differenceNanoUsd what a resolution has added, in nano-US-dollars
     */
    List<Charged> charged(CallRecord call, long differenceNanoUsd) {
        return thatCovered(call).stream()
                .map(budget -> new Charged(
                        budget,
                        key(budget, call).startMillis(),
                        cost(budget.scope(), call) + (isCorrected(budget.scope(), call) ? differenceNanoUsd : 0)))
                .toList();
    }

    /**
     * Whether what the call turns out to have cost is that of a budget which has paid for it. What was lost before its end stays as it
     * was estimated; of a call whose process died nobody knows which was which.
     */
    private boolean isCorrected(Scope scope, CallRecord call) {
        return call.end().outcome() == Outcome.GATE_STOPPED
                || scope.covers(Place.of(call.end().served()), catalogued);
    }

    /** Those whose windows add up, and that pay for what the call turns out to have cost. */
    private List<Budget> thatPaid(CallRecord call) {
        return addingUp(thatCovered(call)).stream()
                .filter(budget -> isCorrected(budget.scope(), call))
                .toList();
    }

    /** The same where nobody knows the places of the call. */
    private List<Budget> thatMayHavePaid(CallRecord call) {
        return addingUp(there(call, purses.coveringAnywhere(Subject.of(call.start(), List.of())).stream()));
    }

    private static List<Budget> addingUp(List<Budget> budgets) {
        return budgets.stream()
                .filter(budget -> budget.window() != Window.REQUEST)
                .toList();
    }

    /** The budgets in force that were there when the call was made, and cover it where it ended or was lost. */
    private List<Budget> thatCovered(CallRecord call) {
        List<Place> places = new ArrayList<>();
        Place last = Place.of(call.end().served());
        places.add(last == null ? Place.UNKNOWN : catalogued.apply(last));
        for (Attempt attempt : call.end().attempts()) {
            if (attempt.lostNanoUsd() > 0) {
                places.add(catalogued.apply(new Place(attempt.provider(), attempt.model())));
            }
        }
        return there(
                call, purses.covering(Subject.of(call.start(), places)).stream().map(Purse::budget));
    }

    private static List<Budget> there(CallRecord call, Stream<Budget> budgets) {
        return budgets.filter(budget -> budget.createdAtMillis() <= call.start().atMillis())
                .toList();
    }

    private static Slice.Key key(Budget budget, CallRecord call) {
        long start = budget.window().startMillis(call.start().atMillis(), budget.zone());
        return new Slice.Key(budget.id(), start);
    }
}
