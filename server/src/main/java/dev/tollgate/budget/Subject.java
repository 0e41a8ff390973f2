package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as budgets see it.
 *
 * @param app what the client calls itself
 * @param places everywhere that it may go; none if it costs nothing
 */
record Subject(Payer payer, @Nullable String app, List<Place> places) {
    static Subject of(CallStart start, List<Place> places) {
        return new Subject(start.payer(), start.client().app(), places);
    }
}
