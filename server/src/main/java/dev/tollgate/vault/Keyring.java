package dev.tollgate.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AesGcmParameters;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The master keys, one per term, and the secret from which other rooms' keys are derived. Immutable.
 *
 * <p>The keys are a Tink keyset in which a key's id is its term, so that every wrapped data key carries its term in
 * Tink's prefix. The newest term is the primary: it wraps; the others only unwrap, until nothing needs them.
 */
final class Keyring {
    private static final byte FORMAT = 1;
    private static final int FIRST_TERM = 1;

    private final KeysetHandle keys;
    private final Aead aead;
    private final byte[] derivationSecret;

    private Keyring(KeysetHandle keys, byte[] derivationSecret) throws GeneralSecurityException {
        this.keys = keys;
        this.aead = keys.getPrimitive(Aeads.CONFIGURATION, Aead.class);
        this.derivationSecret = derivationSecret;
    }

    static Keyring create() {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder().setConfiguration(Aeads.CONFIGURATION);
        return build(builder.addEntry(masterKey(FIRST_TERM)), Aeads.randomBytes(Aeads.KEY_BYTES));
    }

    /** The same keyring with one more term, which is now the primary. */
    Keyring advanced() {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(keys).setConfiguration(Aeads.CONFIGURATION);
        return build(builder.addEntry(masterKey(primaryTerm() + 1)), derivationSecret);
    }

    /** The same keyring without the terms that are neither named nor the primary. */
    Keyring retaining(SortedSet<Integer> wanted) {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(keys).setConfiguration(Aeads.CONFIGURATION);
        for (int i = keys.size() - 1; i >= 0; i--) {
            KeysetHandle.Entry entry = keys.getAt(i);
            if (!entry.isPrimary() && !wanted.contains(entry.getId())) {
                builder.deleteAt(i);
            }
        }
        return build(builder, derivationSecret);
    }

    private static KeysetHandle.Builder.Entry masterKey(int term) {
        return KeysetHandle.generateEntryFromParameters(Aeads.parameters(AesGcmParameters.Variant.TINK))
                .withFixedId(term)
                .makePrimary();
    }

    private static Keyring build(KeysetHandle.Builder builder, byte[] derivationSecret) {
        try {
            return new Keyring(builder.build(), derivationSecret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink did not build a keyset", e);
        }
    }

    /** One format byte, the 32 bytes of the derivation secret, Tink's binary keyset; encrypted under the root key. */
    String seal(RootKey root) {
        byte[] clear = null;
        try {
            byte[] keyset =
                    TinkProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get(), Aeads.CONFIGURATION);
            clear = new byte[1 + Aeads.KEY_BYTES + keyset.length];
            clear[0] = FORMAT;
            System.arraycopy(derivationSecret, 0, clear, 1, Aeads.KEY_BYTES);
            System.arraycopy(keyset, 0, clear, 1 + Aeads.KEY_BYTES, keyset.length);
            Arrays.fill(keyset, (byte) 0);
            return Aeads.encode(root.seal(clear));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink did not serialise a keyset", e);
        } finally {
            if (clear != null) {
                Arrays.fill(clear, (byte) 0);
            }
        }
    }

    /**
     * Undoes {@link #seal}.
     *
     * @throws GeneralSecurityException if it was sealed by another root key, or edited since
     */
    static Keyring open(RootKey root, String sealed) throws GeneralSecurityException {
        byte[] clear = root.open(Aeads.decode(sealed));
        try {
            if (clear.length <= 1 + Aeads.KEY_BYTES || clear[0] != FORMAT) {
                throw new GeneralSecurityException("not a keyring of this format");
            }
            byte[] keyset = Arrays.copyOfRange(clear, 1 + Aeads.KEY_BYTES, clear.length);
            KeysetHandle keys =
                    TinkProtoKeysetFormat.parseKeyset(keyset, InsecureSecretKeyAccess.get(), Aeads.CONFIGURATION);
            Arrays.fill(keyset, (byte) 0);
            return new Keyring(keys, Arrays.copyOfRange(clear, 1, 1 + Aeads.KEY_BYTES));
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    int primaryTerm() {
        return keys.getPrimary().getId();
    }

    SortedSet<Integer> terms() {
        SortedSet<Integer> terms = new TreeSet<>();
        for (int i = 0; i < keys.size(); i++) {
            terms.add(keys.getAt(i).getId());
        }
        return Collections.unmodifiableSortedSet(terms);
    }

    /** Wraps under the primary term. */
    byte[] wrap(byte[] dataKey, byte[] associatedData) {
        try {
            return aead.encrypt(dataKey, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM did not encrypt", e);
        }
    }

    /**
     * Undoes {@link #wrap}, of any term of this keyring.
     *
     * @throws GeneralSecurityException if no term of this keyring wrapped it, or not with this associated data
     */
    byte[] unwrap(byte[] wrapped, byte[] associatedData) throws GeneralSecurityException {
        return aead.decrypt(wrapped, associatedData);
    }

    /** A key of 32 bytes for one purpose; the same before and after any rotation. */
    byte[] derive(String purpose) {
        return Aeads.derive(derivationSecret, "tollgate/vault/purpose/" + purpose);
    }

    @Override
    public String toString() {
        return "Keyring[terms " + terms() + "]";
    }
}
