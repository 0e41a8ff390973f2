package dev.tollgate.sim;

import java.util.SplittableRandom;

/** Ids that look like the vendors' and follow from a seed. */
final class Ids {

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String HEX = "0123456789abcdef";

    private Ids() {}

    static String of(String prefix, int length, long seed) {
        return draw(prefix, length, seed, LETTERS);
    }

    static String hex(String prefix, int length, long seed) {
        return draw(prefix, length, seed, HEX);
    }

    private static String draw(String prefix, int length, long seed, String alphabet) {
        SplittableRandom random = new SplittableRandom(seed ^ Measure.hash(prefix));
        StringBuilder id = new StringBuilder(prefix.length() + length).append(prefix);
        for (int i = 0; i < length; i++) {
            id.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return id.toString();
    }
}
