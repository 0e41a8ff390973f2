package dev.tollgate.routing;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.vault.CredentialInfo;
import org.jspecify.annotations.Nullable;

/**
 * One way to answer a call.
 *
 * @param credential null where the provider asks for none
 */
public record Hop(Candidate candidate, @Nullable CredentialInfo credential) {
    /** The credential's id, or empty where there is none. */
    public String credentialId() {
        return credential == null ? "" : credential.id();
    }

    /** The credential's name for people, or {@code none}. */
    public String credentialName() {
        return credential == null ? "none" : credential.name();
    }
}
