package dev.tollgate.oauth;

import dev.tollgate.kernel.Ids;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The opaque secrets of the authorization server: a prefix says of what kind a text is, so that leaks can be searched for. */
final class Secrets {
    static final String CODE = "tgc_";
    static final String REFRESH = "tgr_";
    static final String DEVICE = "tgd_";
    static final String CLIENT = "tgx_";

    /** 43 characters of 62 are 256 random bits. */
    private static final int LENGTH = 43;

    private static final String HMAC = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Secrets() {}

    static String fresh(String prefix) {
        return prefix + Ids.secret(LENGTH);
    }

    /** How a secret of so many random bits is kept: it needs neither salt nor a slow hash. */
    static String hash(String secret) {
        return ENCODER.encodeToString(sha256(secret.getBytes(StandardCharsets.UTF_8)));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** HMAC-SHA-256 as base64url, 43 characters. */
    static String mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return ENCODER.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    /** Whether two texts are equal, in a time that does not tell where they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
