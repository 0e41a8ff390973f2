package dev.tollgate.budget;

import dev.tollgate.budget.SliceRows.Drawn;
import dev.tollgate.budget.SliceRows.Need;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
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
    private final Store store;
    private final Purses purses;

    public Pledges(Store store, Purses purses) {
        this.store = store;
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
        List<Need> needs = new ArrayList<>();
        for (Purse purse : covering) {
            Budget budget = purse.budget();
            if (!call.priced() && !budget.unpriced()) {
                return Optional.of(new ReservationResult.Unpriced(budget));
            }
            if (budget.window() != Window.REQUEST) {
                Slice slice = purse.slice(call.atMillis());
                needs.add(new Need(new Hold.Part(purse, slice), 0, call.boundNanoUsd(), call.boundNanoUsd()));
            } else if (call.boundNanoUsd() > budget.limitNanoUsd()) {
                return Optional.of(new ReservationResult.Exhausted(budget, budget.limitNanoUsd(), 0, Long.MAX_VALUE));
            }
        }
        return drawn(call, needs, note);
    }

    private Optional<ReservationResult> drawn(Wanted call, List<Need> needs, Store.Unit note) {
        // What this node has at hand must not stand in the way.
        List<Long> atHand =
                needs.stream().map(need -> need.part().slice().takeAll()).toList();
        Drawn drawn;
        try {
            drawn = store.write(tx -> draw(tx, call, needs, atHand, note));
        } catch (RuntimeException e) {
            for (int i = 0; i < needs.size(); i++) {
                needs.get(i).part().slice().give(atHand.get(i));
            }
            throw e;
        }
        return switch (drawn) {
            case Drawn.Granted granted -> Optional.empty();
            case Drawn.Lacking(Need need, long left, long spent) ->
                Optional.of(new ReservationResult.Exhausted(
                        need.part().purse().budget(),
                        left,
                        spent,
                        need.part().slice().endMillis()));
        };
    }

    private Drawn draw(WriteSession tx, Wanted call, List<Need> needs, List<Long> atHand, Store.Unit note)
            throws Exception {
        for (int i = 0; i < needs.size(); i++) {
            purses.rows().giveBack(tx, needs.get(i).part().slice(), atHand.get(i));
        }
        Drawn drawn = purses.rows().draw(tx, needs);
        if (drawn instanceof Drawn.Granted) {
            for (Need need : needs) {
                purses.rows().pledge(tx, call.requestId(), need.part().slice(), need.needed());
            }
            note.run(tx);
        }
        return drawn;
    }

    /** Notes in the transaction of its rows what the call has cost; what was held for it is held no longer. None: it was not sent. */
    public void settle(WriteSession tx, String requestId, List<CallRecord> rows) throws SQLException {
        for (SliceRows.Pledge pledge : purses.rows().pledges(tx, requestId)) {
            long cost = 0;
            for (CallRecord row : rows) {
                cost += pledge.scope().covers(Hold.place(row.end().served())) ? row.costNanoUsd() : 0;
            }
            purses.rows().redeem(tx, requestId, pledge, cost);
        }
    }
}
