package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What budgets do to the calls that they cover when a part of them has been spent. Asking is in memory: what is spent is what this
 * node knows of the present window, which may be behind by what other nodes have spent since it last drew a slice.
 */
public final class ThresholdActions {
    private final Purses purses;
    private final HeavyFeatures heavyFeatures;

    public ThresholdActions(Purses purses, HeavyFeatures heavyFeatures) {
        this.purses = purses;
        this.heavyFeatures = heavyFeatures;
    }

    /**
     * What a call meets.
     *
     * @param switchedOff why it is to be refused; null if it is not
     * @param cheaper for each time that its alias gives way to a cheaper one, what that is due to
     */
    public record Reached(@Nullable SwitchedOff switchedOff, List<Passed> cheaper) {}

    /** So many percent of that budget are spent. */
    public record Passed(Budget budget, int percent) {}

    /**
     * The call's feature is marked as heavy, and a budget that covers it has no room for such any more.
     *
     * @param percent of the budget that such calls may use
     * @param spentNanoUsd in its present window, in nano-US-dollars
     * @param resetsAtMillis when its next window begins, in epoch milliseconds; {@link Long#MAX_VALUE} if never
     */
    public record SwitchedOff(Budget budget, String feature, int percent, long spentNanoUsd, long resetsAtMillis) {}

    /** Whether any budget does more at a threshold than give a notice. */
    public boolean any() {
        return purses.anyActs();
    }

    /**
     * What the budgets that cover a call do to it.
     *
     * @param places everywhere that the call may go; none for one that costs nothing
     */
    public Reached reached(CallStart start, List<Place> places) {
        List<Purse> covering = purses.covering(Subject.of(start, places));
        List<Passed> cheaper = List.of();
        for (Purse purse : covering) {
            List<Passed> passed =
                    passed(purse.budget(), purse.slice(start.atMillis()).spent(), ThresholdAction.CHEAPER);
            if (passed.size() > cheaper.size()) {
                cheaper = passed;
            }
        }
        return new Reached(switchedOff(covering, start.payer().feature(), start.atMillis()), cheaper);
    }

    /**
     * Why a batch is to be refused; null if it is not.
     *
     * @param app what the client calls itself
     * @param atMillis when it came, in epoch milliseconds
     */
    public @Nullable SwitchedOff switchedOff(Payer payer, @Nullable String app, long atMillis, List<Place> places) {
        return switchedOff(purses.covering(new Subject(payer, app, places)), payer.feature(), atMillis);
    }

    private @Nullable SwitchedOff switchedOff(List<Purse> covering, @Nullable String feature, long atMillis) {
        if (feature == null || !heavyFeatures.isHeavy(feature)) {
            return null;
        }
        SwitchedOff latest = null;
        for (Purse purse : covering) {
            Slice slice = purse.slice(atMillis);
            long spent = slice.spent();
            List<Passed> passed = passed(purse.budget(), spent, ThresholdAction.NO_HEAVY);
            // Of several, the one that stays the longest says when to come back.
            if (!passed.isEmpty() && (latest == null || slice.endMillis() > latest.resetsAtMillis())) {
                int percent = passed.getFirst().percent();
                latest = new SwitchedOff(purse.budget(), feature, percent, spent, slice.endMillis());
            }
        }
        return latest;
    }

    /** Ascending. */
    private static List<Passed> passed(Budget budget, long spentNanoUsd, ThresholdAction action) {
        List<Passed> passed = new ArrayList<>(0);
        for (Threshold threshold : budget.thresholds()) {
            if (threshold.action() == action && spentNanoUsd >= threshold.nanoUsd(budget.limitNanoUsd())) {
                passed.add(new Passed(budget, threshold.percent()));
            }
        }
        return passed;
    }
}
