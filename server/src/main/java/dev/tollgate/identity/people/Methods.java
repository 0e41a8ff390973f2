package dev.tollgate.identity.people;

import java.util.List;

/**
 * The ways in which a person can sign in.
 *
 * @param password with TOTP: there is never one without the other
 * @param recoveryCodes how many are left
 */
public record Methods(List<PasskeyInfo> passkeys, boolean password, int recoveryCodes, List<OutsideIdentity> outside) {
    public Methods {
        passkeys = List.copyOf(passkeys);
        outside = List.copyOf(outside);
    }

    /** Whether the person can sign in at all. */
    public boolean any() {
        return password || !passkeys.isEmpty() || !outside.isEmpty();
    }
}
