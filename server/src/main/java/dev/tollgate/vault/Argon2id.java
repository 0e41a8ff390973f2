package dev.tollgate.vault;

import dev.tollgate.kernel.Argon2;
import dev.tollgate.kernel.Refusal;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a passphrase becomes a root key: Argon2id, RFC 9106. Written as in the PHC string format, without the hash:
 * {@code $argon2id$v=19$m=65536,t=3,p=4$SALT}.
 *
 * @param memoryKiB what one guess costs, in memory
 * @param salt base64 without padding
 */
record Argon2id(int memoryKiB, int iterations, int lanes, String salt) {
    // RFC 9106 section 4, the second recommended choice: 64 MiB, three passes, four lanes, 128 bits of salt.
    private static final int MEMORY_KIB = 64 * 1024;
    private static final int ITERATIONS = 3;
    private static final int LANES = 4;
    private static final int SALT_BYTES = 16;

    // The parameters come from the store. Bounds keep an edited row from costing all memory or hours, or next to
    // nothing.
    private static final int MAX_MEMORY_KIB = 256 * 1024;
    private static final int MAX_ITERATIONS = 16;
    private static final int MAX_LANES = 16;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\\$([A-Za-z0-9+/]{22}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{86})");

    static Argon2id fresh() {
        return new Argon2id(
                MEMORY_KIB,
                ITERATIONS,
                LANES,
                Base64.getEncoder().withoutPadding().encodeToString(Aeads.randomBytes(SALT_BYTES)));
    }

    /**
     * @throws Refusal if the text is something else, or its costs are out of bounds
     */
    static Argon2id parse(String text) {
        Matcher matcher = PHC.matcher(text);
        if (!matcher.matches()) {
            throw edited();
        }
        Argon2id parsed = new Argon2id(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4));
        boolean bounded = parsed.memoryKiB >= MEMORY_KIB
                && parsed.memoryKiB <= MAX_MEMORY_KIB
                && parsed.iterations >= 1
                && parsed.iterations <= MAX_ITERATIONS
                && parsed.lanes >= 1
                && parsed.lanes <= MAX_LANES;
        if (!bounded) {
            throw edited();
        }
        return parsed;
    }

    private static Refusal edited() {
        return Refusal.invalid(
                "The stored parameters of the vault's passphrase have been edited.", "Restore the database's backup.");
    }

    /** Takes some tenths of a second and {@link #memoryKiB} of heap. */
    RootKey derive(char[] passphrase) {
        byte[] password = Argon2.utf8(CharBuffer.wrap(passphrase));
        byte[] key = Argon2.id(
                password,
                Base64.getDecoder().decode(salt),
                new byte[0],
                new Argon2.Cost(memoryKiB, iterations, lanes),
                Aeads.KEY_BYTES);
        try {
            return RootKey.of(key);
        } finally {
            Arrays.fill(password, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "$argon2id$v=19$m=" + memoryKiB + ",t=" + iterations + ",p=" + lanes + "$" + salt;
    }
}
