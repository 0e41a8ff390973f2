package dev.tollgate.identity.people;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 under a key of one purpose, derived from the one that the vault gives to people. */
final class Signer {
    static final int BYTES = 32;
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    private Signer(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * The signer of one purpose.
     *
     * @param root 32 random bytes
     */
    static Signer of(byte[] root, String purpose) {
        byte[] derived = mac(new SecretKeySpec(root, HMAC), purpose.getBytes(StandardCharsets.UTF_8));
        return new Signer(new SecretKeySpec(derived, HMAC));
    }

    byte[] sign(byte[]... parts) {
        return mac(key, parts);
    }

    byte[] sign(String text) {
        return mac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /** In a time that tells nothing of how much of it was right. */
    boolean verifies(byte[] mac, byte[]... parts) {
        return MessageDigest.isEqual(mac, mac(key, parts));
    }

    private static byte[] mac(SecretKeySpec key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            for (byte[] part : parts) {
                // Each part with its length, lest two ways to cut the same bytes have one signature.
                mac.update((byte) (part.length >>> 8));
                mac.update((byte) part.length);
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
