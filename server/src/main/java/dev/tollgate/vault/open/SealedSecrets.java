package dev.tollgate.vault.open;

import org.jspecify.annotations.Nullable;

/** Where an opener finds what it opens. Free of locks: it is asked once per call. */
@FunctionalInterface
public interface SealedSecrets {
    /** The present version of the credential's secret; null if there is no such credential or its row is damaged. */
    @Nullable
    SealedSecret findSealed(String credentialId);
}
