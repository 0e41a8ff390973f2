package dev.tollgate.vault.open;

import dev.tollgate.kernel.Refusal;
import java.security.GeneralSecurityException;

/**
 * The only way to a secret in the clear. Safe for use by many threads; about a microsecond per call, no I/O and no
 * lock, so it may be used on an event loop.
 */
public final class SecretOpener {
    private final SealedSecrets secrets;

    public SecretOpener(SealedSecrets secrets) {
        this.secrets = secrets;
    }

    /**
     * Opens the present version, of a quarantined credential too (a check must be able to try it). Open it as late as
     * possible, and close it as soon as the request's head has been written.
     *
     * @throws Refusal if it has been removed, or its stored row is damaged
     */
    public OpenedSecret open(String credentialId) {
        SealedSecret sealed = secrets.findSealed(credentialId);
        if (sealed == null) {
            throw Refusal.notFound(
                    "The credential " + credentialId + " has been removed or its stored row is damaged.",
                    "See: tollgate credential list");
        }
        try {
            return sealed.open();
        } catch (GeneralSecurityException e) {
            // It opened when it was loaded, so memory has been changed under us; the cause would tell nobody more.
            throw Refusal.unavailable(
                    "The secret of the credential " + credentialId + " does not open.",
                    "Restart Tollgate; if that does not help, rotate the credential.");
        }
    }
}
