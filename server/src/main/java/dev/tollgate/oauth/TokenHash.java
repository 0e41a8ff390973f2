package dev.tollgate.oauth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The SHA-256 of a whole token: by it a token is known again, and nothing of its text is kept. */
record TokenHash(long a, long b, long c, long d) {
    private static final ThreadLocal<Hasher> OF_THREAD = ThreadLocal.withInitial(Hasher::new);

    static TokenHash of(String token) {
        return OF_THREAD.get().hash(token);
    }

    /** One of each thread: to look the algorithm up and make its state for each token is time and garbage. */
    private static final class Hasher {
        private final MessageDigest sha256;
        private final byte[] hash = new byte[32];
        private final ByteBuffer read = ByteBuffer.wrap(hash);

        Hasher() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        TokenHash hash(String token) {
            byte[] text = token.getBytes(StandardCharsets.UTF_8);
            sha256.update(text);
            Arrays.fill(text, (byte) 0); // no copy of a secret lies about that was made here
            try {
                sha256.digest(hash, 0, hash.length);
            } catch (DigestException e) {
                throw new IllegalStateException("the array has room for it", e);
            }
            return new TokenHash(
                    read.getLong(0),
                    read.getLong(Long.BYTES),
                    read.getLong(2 * Long.BYTES),
                    read.getLong(3 * Long.BYTES));
        }
    }
}
