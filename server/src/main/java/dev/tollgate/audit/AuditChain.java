package dev.tollgate.audit;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The arithmetic of the chain. A row's hash is SHA-256 over
 * {@code "tollgate audit row 1\n" | seq | at | actor | action | subject | detail | prev_hash}, with numbers as eight bytes
 * (big endian), texts as their length in bytes (four bytes, big endian) and their UTF-8, and {@code prev_hash} as its 32
 * raw bytes: no two different rows have the same encoding. Anyone can check an export with it; only the seal of the head
 * needs a key.
 *
 * <p>Not thread-safe: it reuses its buffers.
 */
public final class AuditChain {
    /** What the first row has as the hash of the row before: 32 zero bytes, base64url without padding. */
    public static final String GENESIS = "A".repeat(43);

    private static final int HASH_BYTES = 32;
    private static final byte[] ROW_DOMAIN = "tollgate audit row 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_DOMAIN = "tollgate audit head 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final MessageDigest digest = sha256();
    private byte[] buffer = new byte[1024];
    private int length;

    /**
     * The hash of a row.
     *
     * @param prevHash the hash of the row before
     * @return base64url without padding
     * @throws IllegalArgumentException if {@code prevHash} is not a hash
     */
    public String hash(
            long seq, long atMillis, String actor, String action, String subject, String detail, String prevHash) {
        length = 0;
        put(ROW_DOMAIN);
        putLong(seq);
        putLong(atMillis);
        putText(actor);
        putText(action);
        putText(subject);
        putText(detail);
        put(hashBytes(prevHash));
        digest.update(buffer, 0, length);
        return ENCODER.encodeToString(digest.digest());
    }

    /** The head's seal: HMAC-SHA-256 over its row number and its hash, base64url without padding. */
    String seal(SecretKeySpec key, long seq, String hash) {
        length = 0;
        put(HEAD_DOMAIN);
        putLong(seq);
        put(hashBytes(hash));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(buffer, 0, length);
            return ENCODER.encodeToString(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java", e);
        }
    }

    /** Whether a head's seal was made with this key. */
    boolean isSealed(SecretKeySpec key, long seq, String hash, String seal) {
        return isHash(hash)
                && MessageDigest.isEqual(
                        seal(key, seq, hash).getBytes(StandardCharsets.US_ASCII),
                        seal.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a text could be one of our hashes at all. */
    static boolean isHash(String text) {
        if (text.length() != GENESIS.length()) {
            return false;
        }
        try {
            // The last character of 43 has spare bits: only the form that we write counts.
            return ENCODER.encodeToString(DECODER.decode(text)).equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] hashBytes(String hash) {
        byte[] bytes = DECODER.decode(hash);
        if (bytes.length != HASH_BYTES) {
            throw new IllegalArgumentException("not a hash of 32 bytes");
        }
        return bytes;
    }

    private void putLong(long value) {
        ensure(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    private void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ensure(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (bytes.length >>> shift);
        }
        put(bytes);
    }

    private void put(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void ensure(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
