package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Who pays for a call.
 *
 * @param keyId the virtual key's id, or the id of the grant that an access token belongs to
 * @param keyName its name at the time of the call; of a grant that of its app
 * @param account the account that the key belongs to
 * @param feature the label that an app put on the call
 * @param member the id of the person in whose name the call is made; null for keys and jobs
 */
public record Payer(
        String keyId,
        String keyName,
        String account,
        @Nullable String feature,
        @Nullable String member) {
    public Payer {
        keyId = Texts.clean(keyId, 64);
        keyName = Texts.clean(keyName, 128);
        account = Texts.clean(account, 128);
        feature = Texts.cleanOrNull(feature, 64);
        member = Texts.cleanOrNull(member, 64);
    }

    /** Whether an access token pays, by its grant. */
    boolean isGrant() {
        return isGrant(keyId);
    }

    /** Whether that is the id of a grant; it is no virtual key's. */
    public static boolean isGrant(String keyId) {
        return keyId.startsWith("gra_");
    }

    /** A key that stands for nobody. */
    public Payer(String keyId, String keyName, String account, @Nullable String feature) {
        this(keyId, keyName, account, feature, null);
    }
}
