package dev.tollgate.vault;

import java.util.List;

/**
 * A credential as it is now.
 *
 * @param notices what was cleaned from the pasted secret, and what is odd about it; sentences for the person
 */
public record CredentialChange(CredentialInfo credential, List<String> notices) {
    public CredentialChange {
        notices = List.copyOf(notices);
    }
}
