package dev.tollgate.vault;

import com.google.crypto.tink.Aead;
import dev.tollgate.vault.open.SealedSecret;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** The envelope: a data key for each version of each credential, the secret in it, the master key around it. */
final class Sealer {
    /** A secret as the store keeps it, and as it waits in memory for the next call. */
    record Sealed(CredentialRows.Row row, SealedSecret secret) {}

    private Sealer() {}

    static Sealed seal(Keyring keyring, CredentialInfo info, byte[] secret) {
        byte[] associatedData = Binding.of(info).associatedData();
        byte[] dataKey = Aeads.randomBytes(Aeads.KEY_BYTES);
        try {
            Aead aead = Aeads.of(dataKey);
            byte[] ciphertext = aead.encrypt(secret, associatedData);
            byte[] wrappedKey = keyring.wrap(dataKey, associatedData);
            return new Sealed(
                    new CredentialRows.Row(
                            info, keyring.primaryTerm(), Aeads.encode(wrappedKey), Aeads.encode(ciphertext)),
                    new SealedSecret(info.id(), info.version(), aead, ciphertext, associatedData));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM did not encrypt", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /**
     * Unwraps a stored credential's data key; the secret itself stays encrypted.
     *
     * @throws GeneralSecurityException if the row was edited, swapped with another, or wrapped in a term that is gone
     */
    static SealedSecret unseal(Keyring keyring, CredentialRows.Row row) throws GeneralSecurityException {
        byte[] associatedData = Binding.of(row.info()).associatedData();
        byte[] dataKey = keyring.unwrap(Aeads.decode(row.wrappedKey()), associatedData);
        try {
            if (dataKey.length != Aeads.KEY_BYTES) {
                throw new GeneralSecurityException("not a data key");
            }
            SealedSecret secret = new SealedSecret(
                    row.info().id(),
                    row.info().version(),
                    Aeads.of(dataKey),
                    Aeads.decode(row.sealedSecret()),
                    associatedData);
            if (!secret.opens()) {
                throw new GeneralSecurityException("the secret does not open");
            }
            return secret;
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** The same data key, wrapped in the keyring's primary term. */
    static String rewrap(Keyring keyring, CredentialRows.Row row) throws GeneralSecurityException {
        byte[] associatedData = Binding.of(row.info()).associatedData();
        byte[] dataKey = keyring.unwrap(Aeads.decode(row.wrappedKey()), associatedData);
        try {
            return Aeads.encode(keyring.wrap(dataKey, associatedData));
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }
}
