package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
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

    Subject at(UnaryOperator<Place> catalogued) {
        List<Place> known = new ArrayList<>(places.size());
        for (Place place : places) {
            known.add(catalogued.apply(place));
        }
        return new Subject(payer, app, known);
    }
}
