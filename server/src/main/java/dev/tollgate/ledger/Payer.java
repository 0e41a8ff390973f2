package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Who pays for a call.
 *
 * @param keyId the virtual key's id
 * @param keyName its name at the time of the call
 * @param account the account that the key belongs to
 * @param feature the label that an app put on the call
 */
public record Payer(
        String keyId,
        String keyName,
        String account,
        @Nullable String feature) {
    public Payer {
        keyId = Texts.clean(keyId, 64);
        keyName = Texts.clean(keyName, 128);
        account = Texts.clean(account, 128);
        feature = Texts.cleanOrNull(feature, 64);
    }
}
