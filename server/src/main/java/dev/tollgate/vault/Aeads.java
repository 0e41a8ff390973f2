package dev.tollgate.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;

/** The two primitives that the vault is made of: AES-256-GCM (Tink) and HKDF-SHA256 (RFC 5869). */
final class Aeads {
    static final int KEY_BYTES = 32;

    /** Tink's own choice of AEADs, without its process-wide registry. */
    static final Configuration CONFIGURATION = AeadConfig2026.get();

    private static final SecureRandom RANDOM = new SecureRandom();

    private Aeads() {}

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** AES-256-GCM with random nonces under a raw key of 32 bytes. */
    @AccessesPartialKey // Tink's mark for code that touches a key's bytes
    static Aead of(byte[] key) {
        try {
            AesGcmKey typed = AesGcmKey.builder()
                    .setParameters(parameters(AesGcmParameters.Variant.NO_PREFIX))
                    .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                    .build();
            // A set of one: its key id appears nowhere, because NO_PREFIX writes none.
            return KeysetHandle.newBuilder()
                    .setConfiguration(CONFIGURATION)
                    .addEntry(KeysetHandle.importKey(typed).withFixedId(1).makePrimary())
                    .build()
                    .getPrimitive(CONFIGURATION, Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this Java", e);
        }
    }

    /** AES-256-GCM as NIST SP 800-38D recommends it: nonces of 96 bits, tags of 128 bits. */
    static AesGcmParameters parameters(AesGcmParameters.Variant variant) {
        try {
            return AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(variant)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available in this Java", e);
        }
    }

    /** 32 bytes that depend on every bit of the secret and of the purpose, and from which neither can be found. */
    static byte[] derive(byte[] secret, String purpose) {
        try {
            // No salt: RFC 5869 3.1 makes it optional, and the input is uniformly random already.
            return Hkdf.computeHkdf(
                    "HMACSHA256", secret, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), KEY_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available in this Java", e);
        }
    }

    /** Ciphertexts stand in the store as text: base64url, without padding. */
    static String encode(byte[] ciphertext) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ciphertext);
    }

    /**
     * Undoes {@link #encode}.
     *
     * @throws GeneralSecurityException if somebody has edited the text
     */
    static byte[] decode(String text) throws GeneralSecurityException {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not base64url", e);
        }
    }
}
