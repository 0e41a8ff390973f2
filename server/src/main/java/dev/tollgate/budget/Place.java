package dev.tollgate.budget;

import dev.tollgate.ledger.Served;
import org.jspecify.annotations.Nullable;

/**
 * Where a call may go.
 *
 * @param provider by its name in the catalog
 * @param model the provider's own id of it
 */
public record Place(String provider, String model) {
    /** Where nobody knows where it was: no budget of a provider or a model covers it. */
    static final Place UNKNOWN = new Place("", "");

    /** Where a call was served; null if by nobody. */
    static @Nullable Place of(@Nullable Served served) {
        return served == null ? null : new Place(served.provider(), served.model());
    }
}
