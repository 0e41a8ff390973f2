package dev.tollgate.kernel;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id, version 1.3 (RFC 9106): what makes each guess at a password cost memory and time. */
public final class Argon2 {
    /**
     * What one hash costs.
     *
     * @param memoryKiB of heap, for as long as it takes
     * @param iterations passes over that memory
     * @param lanes computed one after the other here; an attacker may compute them side by side
     */
    public record Cost(int memoryKiB, int iterations, int lanes) {}

    private Argon2() {}

    /**
     * The hash of a password.
     *
     * @param secret a key that is kept elsewhere than the hash (RFC 9106 section 3.1, K); empty: none
     * @param bytes how long the hash is to be
     */
    public static byte[] id(byte[] password, byte[] salt, byte[] secret, Cost cost, int bytes) {
        byte[] hash = new byte[bytes];
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKiB)
                .withIterations(cost.iterations)
                .withParallelism(cost.lanes)
                .withSalt(salt)
                .withSecret(secret)
                .build());
        generator.generateBytes(password, hash);
        return hash;
    }

    /** The text's UTF-8 in normal form C (RFC 8265 section 4.2.2): "é" is the same however a keyboard composes it. */
    public static byte[] utf8(CharSequence password) {
        CharBuffer normal = CharBuffer.wrap(
                Normalizer.isNormalized(password, Normalizer.Form.NFC)
                        ? password
                        : Normalizer.normalize(password, Normalizer.Form.NFC));
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(normal);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        return bytes;
    }
}
