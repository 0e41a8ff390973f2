package dev.tollgate.vault;

import org.jspecify.annotations.Nullable;

/**
 * A credential to add.
 *
 * @param name 1 to 64 letters, digits, dots, dashes and underscores
 * @param owner the account that it, and the bill, belongs to
 * @param provider a provider's name
 * @param providerHost the host of that provider's base URL, if known: it tells whose keys a provider takes that
 *     someone has named freely
 * @param kind see {@link CredentialInfo}; null to recognise it, which those of several parts are not. Given, it also lets a provider of
 *     one's own have a key whose shape is another's
 * @param maxContextTokens see {@link CredentialInfo}
 * @param secret as pasted
 */
public record NewCredential(
        String name,
        String owner,
        String provider,
        @Nullable String providerHost,
        @Nullable String kind,
        long maxContextTokens,
        CharSequence secret) {
    @Override
    public String toString() {
        return "NewCredential[" + name + " for " + provider + ", secret redacted]";
    }
}
