package dev.tollgate.identity;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The salted hash by which a key's secret is known: SHA-256 over 16 bytes of salt and the 32 characters of the secret,
 * 48 bytes, which are one block of the hash. A slow password hash would gain nothing: nobody guesses 190 random bits,
 * and every call would pay for it. The salt is there so that equal hashes never show and no table fits two keys.
 */
final class SecretHash {
    static final int SALT_BYTES = 16;
    static final int HASH_BYTES = 32;
    /** Salt and hash, side by side, as the index keeps them. */
    static final int ENTRY_BYTES = SALT_BYTES + HASH_BYTES;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<SecretHash> OF_THREAD = ThreadLocal.withInitial(SecretHash::new);

    private final MessageDigest sha256;
    private final byte[] salted = new byte[SALT_BYTES + KeyText.SECRET_LENGTH];
    private final byte[] presented = new byte[HASH_BYTES];
    private final byte[] expected = new byte[HASH_BYTES];

    private SecretHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A new salt and the hash of the secret under it. */
    static byte[] newEntry(String keyText) {
        byte[] entry = new byte[ENTRY_BYTES];
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        System.arraycopy(salt, 0, entry, 0, SALT_BYTES);
        SecretHash hash = OF_THREAD.get();
        hash.compute(keyText, entry, 0);
        System.arraycopy(hash.presented, 0, entry, SALT_BYTES, HASH_BYTES);
        hash.forget();
        return entry;
    }

    /**
     * Whether the secret in this text has the hash of the entry at an offset. Takes the same time whatever is wrong
     * with it.
     */
    static boolean matches(String keyText, byte[] entries, int at) {
        SecretHash hash = OF_THREAD.get();
        hash.compute(keyText, entries, at);
        System.arraycopy(entries, at + SALT_BYTES, hash.expected, 0, HASH_BYTES);
        // Constant time: a comparison that stops at the first difference lets a hash be found byte by byte.
        boolean equal = MessageDigest.isEqual(hash.presented, hash.expected);
        hash.forget();
        return equal;
    }

    private void compute(String keyText, byte[] entries, int at) {
        System.arraycopy(entries, at, salted, 0, SALT_BYTES);
        KeyText.copySecret(keyText, salted, SALT_BYTES);
        sha256.update(salted);
        try {
            sha256.digest(presented, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The buffer lives as long as its thread; the secret in it need not. */
    private void forget() {
        Arrays.fill(salted, (byte) 0);
    }
}
