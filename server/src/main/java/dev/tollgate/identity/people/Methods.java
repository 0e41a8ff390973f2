package dev.tollgate.identity.people;

import java.util.List;

/**
 * The ways in which a person can sign in.
 *
 * @param password with TOTP: there is never one without the other
 * @param recoveryCodes how many are left
 * @param lapsed identities whose provider has been removed: no way in, unless it is added again
 */
public record Methods(
        List<PasskeyInfo> passkeys,
        boolean password,
        int recoveryCodes,
        List<OutsideIdentity> outside,
        List<OutsideIdentity> lapsed) {
    public Methods {
        passkeys = List.copyOf(passkeys);
        outside = List.copyOf(outside);
        lapsed = List.copyOf(lapsed);
    }

    /** Whether the person can sign in at all. */
    public boolean any() {
        return count() > 0;
    }

    /** In how many ways. */
    public int count() {
        return passkeys.size() + outside.size() + (password ? 1 : 0);
    }
}
