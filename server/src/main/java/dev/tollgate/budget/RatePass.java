package dev.tollgate.budget;

import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Served;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one call has taken of the rates that cover it. It belongs to one thread at a time, and ends once; to end it again does nothing. */
public final class RatePass {
    /** Of a call that no rate covers. */
    public static final RatePass NONE = new RatePass(List.of(), place -> place);

    private final UnaryOperator<Place> catalogued;
    private List<RateGauge.Part> parts;

    RatePass(List<RateGauge.Part> parts, UnaryOperator<Place> catalogued) {
        this.parts = parts;
        this.catalogued = catalogued;
    }

    /**
     * The call is over. It stays one request; its tokens are counted as what they turned out to be, where it was served. Tokens that a
     * provider took from its cache count nothing.
     *
     * @param served by whom; null if by nobody
     */
    public void end(Charge charge, @Nullable Served served) {
        List<RateGauge.Part> ending = parts;
        if (ending.isEmpty()) {
            return;
        }
        parts = List.of();
        Place place = Place.of(served);
        for (RateGauge.Part part : ending) {
            switch (charge) {
                case Charge.Metered metered
                when part.scope().covers(place, catalogued) -> {
                    long written =
                            metered.tokens().cacheWrite5m() + metered.tokens().cacheWrite1h();
                    part.used(
                            metered.tokens().input() + written, metered.tokens().output());
                }
                case Charge.AtReservation unknown when part.scope().covers(place, catalogued) -> part.unknown();
                case Charge.Metered elsewhere -> part.used(0, 0);
                case Charge.AtReservation elsewhere -> part.used(0, 0);
                case Charge.Free free -> part.used(0, 0);
                case Charge.Cached kept -> part.used(0, 0);
            }
        }
    }
}
