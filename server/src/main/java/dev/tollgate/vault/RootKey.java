package dev.tollgate.vault;

import com.google.crypto.tink.Aead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;

/** The outermost key: 32 bytes that seal the keyring and do nothing else. */
final class RootKey {
    private static final byte[] KEYRING = "tollgate/vault/keyring/v1".getBytes(StandardCharsets.UTF_8);
    private static final int ID_BYTES = 8;

    private final byte[] bytes;
    private final Aead aead;
    private final String id;

    private RootKey(byte[] bytes) {
        this.bytes = bytes;
        // Two derived keys, so that the id, which is stored in the clear, says nothing about the key that encrypts.
        this.aead = Aeads.of(Aeads.derive(bytes, "tollgate/vault/root-key/encryption"));
        byte[] check = Aeads.derive(bytes, "tollgate/vault/root-key/id");
        this.id = HexFormat.of().formatHex(check, 0, ID_BYTES);
    }

    /** Takes a copy. */
    static RootKey of(byte[] bytes) {
        if (bytes.length != Aeads.KEY_BYTES) {
            throw new IllegalArgumentException("a root key has 32 bytes");
        }
        return new RootKey(bytes.clone());
    }

    static RootKey random() {
        return new RootKey(Aeads.randomBytes(Aeads.KEY_BYTES));
    }

    /** Tells one root key from another, and is no secret: it is stored beside what the key seals. */
    String id() {
        return id;
    }

    byte[] seal(byte[] clear) {
        try {
            return aead.encrypt(clear, KEYRING);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM did not encrypt", e);
        }
    }

    byte[] open(byte[] sealed) throws GeneralSecurityException {
        return aead.decrypt(sealed, KEYRING);
    }

    /** The key itself, for the key file alone. Whoever asks erases it. */
    byte[] copyBytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }

    @Override
    public String toString() {
        return "RootKey[" + id + "]";
    }
}
