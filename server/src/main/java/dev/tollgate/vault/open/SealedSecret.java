package dev.tollgate.vault.open;

import com.google.crypto.tink.Aead;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** One version of one secret, encrypted, with what decrypts it. Anyone may hold one; only this package can read it. */
public final class SealedSecret {
    private final String credentialId;
    private final long version;
    private final Aead dataKey;
    private final byte[] ciphertext;
    private final byte[] associatedData;

    /** Keeps the arrays; the caller must not change them. */
    public SealedSecret(String credentialId, long version, Aead dataKey, byte[] ciphertext, byte[] associatedData) {
        this.credentialId = credentialId;
        this.version = version;
        this.dataKey = dataKey;
        this.ciphertext = ciphertext;
        this.associatedData = associatedData;
    }

    /** Whether the ciphertext is whole and belongs where it was found. */
    public boolean opens() {
        try {
            Arrays.fill(decrypt(), (byte) 0);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    OpenedSecret open() throws GeneralSecurityException {
        return new OpenedSecret(version, decrypt());
    }

    private byte[] decrypt() throws GeneralSecurityException {
        return dataKey.decrypt(ciphertext, associatedData);
    }

    @Override
    public String toString() {
        return "SealedSecret[" + credentialId + " version " + version + "]";
    }
}
