package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Payer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is held for calls that outlive this process, such as batches, which a provider works at for a day: in the store itself, from
 * before they are sent until they are settled. Everything here blocks.
 */
public final class Pledges {
    private final Purses purses;

    public Pledges(Purses purses) {
        this.purses = purses;
    }

    /**
     * What is to be sent, as budgets see it: one call, or many in one.
     *
     * @param dearest everywhere that it may go, each place once
     * @param boundNanoUsd the most that all may come to, in nano-US-dollars
     */
    public record Wanted(
            String requestId,
            Payer payer,
            @Nullable String app,
            List<Dearest> dearest,
            boolean priced,
            long boundNanoUsd,
            long atMillis) {
        private Subject subject() {
            return subject(dearest.stream().map(Dearest::place).toList());
        }

        private Subject subject(List<Place> places) {
            return new Subject(payer, app, places);
        }
    }

    /**
     * The most that one of the calls to a place may come to: what a budget for each request looks at.
     *
     * @param boundNanoUsd in nano-US-dollars
     */
    public record Dearest(Place place, long boundNanoUsd) {}

    /**
     * It must not be sent.
     *
     * @param one whose bound alone is too high for a budget; null where all together are what is refused
     */
    public record Refused(ReservationResult why, @Nullable Dearest one) {}

    /**
     * Holds the most that the call may come to in every budget that covers it, all or none, in one transaction with what else is
     * to be noted of it.
     *
     * @param note what is written with it; not written where the call is refused
     * @param undo takes that and the pledge back; run where it turns out to be written after the call has been refused
     * @return why it must not be sent; empty if it may
     */
    public Optional<Refused> hold(Wanted call, Store.Unit note, Store.Unit undo) {
        List<Hold.Part> parts = new ArrayList<>();
        for (Purse purse : purses.covering(call.subject())) {
            Budget budget = purse.budget();
            if (!call.priced() && !budget.unpriced()) {
                return Optional.of(new Refused(new ReservationResult.Unpriced(budget), null));
            }
            if (budget.window() != Window.REQUEST) {
                parts.add(new Hold.Part(purse, purse.slice(call.atMillis())));
            }
        }
        Optional<Refused> tooDear = tooDear(call);
        return tooDear.isPresent()
                ? tooDear
                : new Pledging(purses, call.requestId(), new Hold(call.boundNanoUsd(), parts), note, undo)
                        .run()
                        .map(why -> new Refused(why, null));
    }

    /** A budget for each request looks at those that go to its own places, each by itself. */
    private Optional<Refused> tooDear(Wanted call) {
        for (Dearest one : call.dearest()) {
            for (Purse purse : purses.covering(call.subject(List.of(one.place())))) {
                Budget budget = purse.budget();
                long limit = budget.limitNanoUsd();
                if (budget.window() == Window.REQUEST && one.boundNanoUsd() > limit) {
                    return Optional.of(
                            new Refused(new ReservationResult.Exhausted(budget, limit, 0, Long.MAX_VALUE), one));
                }
            }
        }
        return Optional.empty();
    }

    /** What a settled call has cost one budget, and what all have spent of its window. */
    public static final class Spent {
        private final Slice.Key key;
        private final long costNanoUsd;
        private final long after;

        private Spent(Slice.Key key, long costNanoUsd, long after) {
            this.key = key;
            this.costNanoUsd = costNanoUsd;
            this.after = after;
        }
    }

    /**
     * Notes in the transaction of its rows what the call has cost; what was held for it is held no longer.
     *
     * @param rows none: it was not sent
     * @return for {@link #settled}
     */
    public List<Spent> settle(WriteSession tx, String requestId, List<CallRecord> rows) throws SQLException {
        List<Spent> spent = new ArrayList<>();
        for (SliceRows.Pledge pledge : SliceRows.pledges(tx, requestId)) {
            long cost = 0;
            for (CallRecord row : rows) {
                // A row at the bound names one of the models, and may be for all of them.
                cost += row.end().charge() instanceof Charge.AtReservation
                        ? row.costNanoUsd()
                        : purses.spending().cost(pledge.scope(), row);
            }
            spent.add(new Spent(pledge.key(), cost, purses.rows().redeem(tx, requestId, pledge, cost)));
        }
        return spent;
    }

    /** That is durable: it counts for the budgets' thresholds, as what any other call has cost does. */
    public void settled(List<Spent> spent) {
        spent.forEach(each -> purses.spent(each.key, each.costNanoUsd, each.after));
    }
}
