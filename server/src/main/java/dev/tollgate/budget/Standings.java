package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.Payer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How callers stand with the budgets over all that they do, whichever model they ask and whatever for: what a person plans by. So
 * windows shorter than a day are left out.
 */
public final class Standings {
    private static final List<Place> ANYWHERE = List.of(Place.UNKNOWN);

    private final Store store;
    private final Purses purses;
    private final InstantSource clock;

    public Standings(Store store, Purses purses, InstantSource clock) {
        this.store = store;
        this.purses = purses;
        this.clock = clock;
    }

    /**
     * The tightest budget over a caller, as this node knows it: it may be behind by what other nodes have spent since it last drew.
     * In memory; waits for nothing.
     *
     * @param app as budgets name it; null if it has none
     * @return null if there is none
     */
    public @Nullable Standing tightest(Payer payer, @Nullable String app) {
        Standing tightest = null;
        for (Purse purse : over(payer, app)) {
            if (isPlanned(purse)) {
                Slice slice = purse.slice(clock.millis());
                Standing standing = new Standing(purse.budget(), slice.spent(), slice.endMillis());
                tightest = standing.isTighterThan(tightest) ? standing : tightest;
            }
        }
        return tightest;
    }

    /**
     * All budgets over a caller, as the store knows them, in the order of their ids. Blocking.
     *
     * @param app as budgets name it; null if it has none
     */
    public List<Standing> all(Payer payer, @Nullable String app) {
        long now = clock.millis();
        List<Budget> budgets = over(payer, app).stream()
                .filter(Standings::isPlanned)
                .map(Purse::budget)
                .toList();
        Map<String, Long> starts = new HashMap<>();
        budgets.forEach(budget -> starts.put(budget.id(), budget.window().startMillis(now, budget.zone())));
        Map<String, BudgetRows.Standing> standings =
                budgets.isEmpty() ? Map.of() : store.read(handle -> BudgetRows.standings(handle, starts));
        return budgets.stream()
                .map(budget -> {
                    long start = budget.window().startMillis(now, budget.zone());
                    long spent = standings
                            .getOrDefault(budget.id(), BudgetRows.Standing.UNTOUCHED)
                            .spentNanoUsd();
                    return new Standing(budget, spent, budget.window().endMillis(start, budget.zone()));
                })
                .toList();
    }

    /** The label of one call does not matter, nor where it goes: budgets that look at them are not over the caller. */
    private List<Purse> over(Payer payer, @Nullable String app) {
        Payer anyCall = payer.feature() == null
                ? payer
                : new Payer(payer.keyId(), payer.keyName(), payer.account(), null, payer.member());
        return purses.covering(new Subject(anyCall, app, ANYWHERE));
    }

    private static boolean isPlanned(Purse purse) {
        return switch (purse.budget().window()) {
            case DAY, WEEK, MONTH, LIFETIME -> true;
            case REQUEST, MINUTE, HOUR -> false;
        };
    }
}
