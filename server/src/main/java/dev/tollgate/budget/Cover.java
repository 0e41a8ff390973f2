package dev.tollgate.budget;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The budgets that cover one call, found once: {@link ReservationDesk#cover}. */
public final class Cover {
    /** Of a call that no budget covers. */
    public static final Cover NONE = new Cover(List.of());

    private final List<Purse> purses;

    private Cover(List<Purse> purses) {
        this.purses = purses;
    }

    static Cover of(List<Purse> purses) {
        return purses.isEmpty() ? NONE : new Cover(purses);
    }

    /** Whether no budget covers the call: then nothing bounds it, and nothing need be known of it. */
    public boolean isEmpty() {
        return purses.isEmpty();
    }

    /** Whether one of them allows no model without a price. */
    public boolean demandsPrices() {
        return demandingPrices() != null;
    }

    /** The first that allows no model without a price. */
    @Nullable
    Budget demandingPrices() {
        for (Purse purse : purses) {
            if (!purse.budget().unpriced()) {
                return purse.budget();
            }
        }
        return null;
    }

    List<Purse> purses() {
        return purses;
    }
}
