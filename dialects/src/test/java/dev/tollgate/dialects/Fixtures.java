package dev.tollgate.dialects;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What several tests share: recorded-like answers, and random generators that say their seed. */
public final class Fixtures {
    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no such fixture: " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A generator whose seed is printed; {@code -Dtollgate.seed=N} repeats a run. */
    public static RandomGenerator random(String test) {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println(test + ": seed " + seed);
        return new Random(seed);
    }
}
