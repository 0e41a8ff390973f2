package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Between whom a call moves money, by the names of their accounts, under which labels and by which grant.
 *
 * @param payer {@code account:NAME}
 * @param provider {@code provider:NAME}
 * @param app null or not empty, as {@code feature}
 * @param grant the id of the grant that its access token belongs to; null: a key made it
 */
record Parties(
        String payer,
        String provider,
        @Nullable String app,
        @Nullable String feature,
        @Nullable String grant) {
    static final String PAYER = "account:";
    static final String PROVIDER = "provider:";
    /** Stands for the provider where nothing was sent to one; it is no name that a provider may have. */
    static final String NO_PROVIDER = "(none)";

    static Parties of(CallRecord call) {
        Payer payer = call.start().payer();
        Served served = call.end().served();
        return new Parties(
                PAYER + payer.account(),
                PROVIDER + (served == null ? NO_PROVIDER : served.provider()),
                orNull(call.start().client().app()),
                orNull(payer.feature()),
                payer.isGrant() ? payer.keyId() : null);
    }

    /** The same payer, another provider's account. */
    Parties to(String provider) {
        return new Parties(payer, provider, app, feature, grant);
    }

    private static @Nullable String orNull(@Nullable String label) {
        return label == null || label.isEmpty() ? null : label;
    }
}
