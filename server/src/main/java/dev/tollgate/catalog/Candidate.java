package dev.tollgate.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One place where a call may be answered.
 *
 * @param model the provider's own id of the model, as it is sent upstream
 * @param price what a call costs at the time of resolving; {@code null} where the catalog knows no price
 * @param bareNameLeadsHere whether the same caller, naming this model without its provider, would be led to this
 *     candidate. Only then does a permission for the bare name mean this candidate
 * @param contextTokens how long prompt and answer may be together; 0 where it is not known
 */
public record Candidate(
        Provider provider, String model, @Nullable Price price, boolean bareNameLeadsHere, long contextTokens) {
    /** A candidate of which nothing more is known. */
    public Candidate(Provider provider, String model, @Nullable Price price, boolean bareNameLeadsHere) {
        this(provider, model, price, bareNameLeadsHere, 0);
    }

    /** So many tokens, or as many as a prompt of this model can have, where that is known and less. */
    public long atMostContext(long tokens) {
        return contextTokens > 0 ? Math.min(tokens, contextTokens) : tokens;
    }

    /** {@code provider/model}. */
    public String qualifiedName() {
        return provider.name() + '/' + model;
    }
}
