package dev.tollgate.vault;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What may be shown of a secret so that people can tell two apart. */
final class Fingerprints {
    private static final int FINGERPRINT_BYTES = 8;
    /** Under this, four characters would give away too much of the whole. */
    private static final int MIN_LENGTH_FOR_LAST_FOUR = 20;

    private final SecretKeySpec key;

    Fingerprints(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * The first 16 hexadecimal digits of HMAC-SHA256. Keyed, because a plain hash would let anyone who reads a list
     * of credentials check a guess, or recognise a secret from elsewhere.
     */
    String fingerprint(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(secret), 0, FINGERPRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available in this Java", e);
        }
    }

    static String lastFour(byte[] ascii) {
        if (ascii.length < MIN_LENGTH_FOR_LAST_FOUR) {
            return "";
        }
        StringBuilder four = new StringBuilder(4);
        for (int i = ascii.length - 4; i < ascii.length; i++) {
            four.append((char) ascii[i]);
        }
        return four.toString();
    }
}
