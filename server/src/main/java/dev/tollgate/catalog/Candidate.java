package dev.tollgate.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One place where a call may be answered.
 *
 * @param model the provider's own id of the model, as it is sent upstream
 * @param price what a call costs at the time of resolving; {@code null} where the catalog knows no price
 * @param bareNameLeadsHere whether the same caller, naming this model without its provider, would be led to this
 *     candidate. Only then does a permission for the bare name mean this candidate
 */
public record Candidate(
        Provider provider, String model, @Nullable Price price, boolean bareNameLeadsHere) {
    /** {@code provider/model}. */
    public String qualifiedName() {
        return provider.name() + '/' + model;
    }
}
