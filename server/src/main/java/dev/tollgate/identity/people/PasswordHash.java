package dev.tollgate.identity.people;

import dev.tollgate.kernel.Argon2;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password's hash with what it was made by, as a PHC string: {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}. It is
 * keyed (RFC 9106 section 3.1, K): with the database alone nobody can try passwords.
 */
final class PasswordHash {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9])\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    /** An edited row must not cost all memory or hours. */
    private static final int MAX_MEMORY_KIB = 256 * 1024;

    private static final int MAX_ITERATIONS = 16;

    private final Argon2.Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(Argon2.Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(byte[] password, byte[] key, Argon2.Cost cost) {
        byte[] salt = random(SALT_BYTES);
        return new PasswordHash(cost, salt, Argon2.id(password, salt, key, cost, HASH_BYTES));
    }

    /** One that no password has: for those who have none, so that it takes the same time to refuse them. */
    static PasswordHash ofNobody(Argon2.Cost cost) {
        return new PasswordHash(cost, random(SALT_BYTES), random(HASH_BYTES));
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    /** Empty if the text is something else, or its costs are out of bounds. */
    static Optional<PasswordHash> parse(String phc) {
        Matcher matcher = PHC.matcher(phc);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Argon2.Cost cost = new Argon2.Cost(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        boolean bounded = cost.memoryKiB() >= 8 * cost.lanes()
                && cost.memoryKiB() <= MAX_MEMORY_KIB
                && cost.iterations() >= 1
                && cost.iterations() <= MAX_ITERATIONS
                && cost.lanes() >= 1;
        return bounded
                ? Optional.of(new PasswordHash(
                        cost,
                        Base64.getDecoder().decode(matcher.group(4)),
                        Base64.getDecoder().decode(matcher.group(5))))
                : Optional.empty();
    }

    boolean matches(byte[] password, byte[] key) {
        return MessageDigest.isEqual(hash, Argon2.id(password, salt, key, cost, HASH_BYTES));
    }

    /** Whether it was made by another cost than hashes are made by now. */
    boolean isOutdated(Argon2.Cost current) {
        return !cost.equals(current);
    }

    /** The PHC string. */
    String phc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKiB() + ",t=" + cost.iterations() + ",p=" + cost.lanes() + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }
}
