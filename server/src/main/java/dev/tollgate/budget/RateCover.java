package dev.tollgate.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The rates that cover one call, in the order of their ids. */
public final class RateCover {
    private final List<RateGauge> gauges;
    private final UnaryOperator<Place> catalogued;

    RateCover(List<RateGauge> gauges, UnaryOperator<Place> catalogued) {
        this.gauges = gauges;
        this.catalogued = catalogued;
    }

    /** Whether none covers it. */
    public boolean isEmpty() {
        return gauges.isEmpty();
    }

    /** As they are now in force. */
    public List<Rate> rates() {
        return gauges.stream().map(RateGauge::rate).toList();
    }

    /** Whether the rate, which is one of these, covers the call if it goes there. */
    public boolean covers(Rate rate, Place place) {
        return rate.scope().covers(place, catalogued);
    }

    /**
     * Counts the call in all of them, or in none. Nothing waits here, and nobody: a call that asks at the same moment as one that is
     * refused may find taken what is given back at once, and is then refused, too.
     *
     * @param inputTokens its prompt's, by estimate; 0 for a call that uses no tokens
     */
    public RateResult admit(long inputTokens) {
        List<RateGauge.Part> taken = new ArrayList<>(gauges.size());
        for (RateGauge gauge : gauges) {
            switch (gauge.enter(inputTokens)) {
                case RateGauge.Entry.Entered(RateGauge.Part part) -> taken.add(part);
                case RateGauge.Entry.Full(RateResult.Refused refused) -> {
                    taken.forEach(RateGauge.Part::undo);
                    return refused(refused, inputTokens);
                }
            }
        }
        return new RateResult.Admitted(new RatePass(taken, catalogued));
    }

    /** Who comes back after the longest wait is not refused by the next rate. */
    private RateResult.Refused refused(RateResult.Refused first, long inputTokens) {
        RateResult.Refused longest = first;
        for (RateGauge gauge : gauges) {
            RateResult.Refused shortage = gauge.shortage(inputTokens);
            longest = shortage == null ? longest : longest.longer(shortage);
        }
        for (RateGauge gauge : gauges) {
            if (gauge.id().equals(longest.rate().id())) {
                gauge.refusedOne();
            }
        }
        return longest;
    }

    /** How the limit of that kind stands of which least is left; null where no rate has one. */
    public @Nullable RateStanding tightest(RateKind kind) {
        RateStanding tightest = null;
        for (RateGauge gauge : gauges) {
            RateStanding standing = gauge.standing(kind);
            if (standing != null) {
                tightest = tightest == null ? standing : tightest.tighter(standing);
            }
        }
        return tightest;
    }
}
