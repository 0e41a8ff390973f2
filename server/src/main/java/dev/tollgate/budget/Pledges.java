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

    /** A call that is to be sent, as budgets see it. */
    public record Wanted(
            String requestId,
            Payer payer,
            @Nullable String app,
            List<Place> places,
            boolean priced,
            long boundNanoUsd,
            long atMillis) {}

    /**
     * Holds the most that the call may come to in every budget that covers it, all or none, in one transaction with what else is
     * to be noted of it.
     *
     * @param note what is written with it; not written where the call is refused
     * @return why the call must not be sent; empty if it may
     */
    public Optional<ReservationResult> hold(Wanted call, Store.Unit note) {
        List<Purse> covering = purses.covering(new Subject(call.payer(), call.app(), call.places()));
        List<Hold.Part> parts = new ArrayList<>();
        for (Purse purse : covering) {
            Budget budget = purse.budget();
            if (!call.priced() && !budget.unpriced()) {
                return Optional.of(new ReservationResult.Unpriced(budget));
            }
            if (budget.window() != Window.REQUEST) {
                parts.add(new Hold.Part(purse, purse.slice(call.atMillis())));
            } else if (call.boundNanoUsd() > budget.limitNanoUsd()) {
                return Optional.of(new ReservationResult.Exhausted(budget, budget.limitNanoUsd(), 0, Long.MAX_VALUE));
            }
        }
        return new Pledging(purses, call.requestId(), new Hold(call.boundNanoUsd(), parts), note).run();
    }

    /** Notes in the transaction of its rows what the call has cost; what was held for it is held no longer. None: it was not sent. */
    public void settle(WriteSession tx, String requestId, List<CallRecord> rows) throws SQLException {
        for (SliceRows.Pledge pledge : SliceRows.pledges(tx, requestId)) {
            long cost = 0;
            for (CallRecord row : rows) {
                // A row at the bound names one of the models, and may be for all of them.
                cost += row.end().charge() instanceof Charge.AtReservation
                        ? row.costNanoUsd()
                        : purses.spending().cost(pledge.scope(), row);
            }
            purses.rows().redeem(tx, requestId, pledge, cost);
        }
    }
}
