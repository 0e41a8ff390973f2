package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CeilingTest {
    @Test
    void isTheDearestPriceOfTheMostTokens() {
        assertEquals(Samples.BOUND, Samples.CEILING.nanoUsd());
        assertEquals(0, Ceiling.NOTHING.nanoUsd());
        assertEquals(7, new Ceiling(0, 0, 0, 0, 7).nanoUsd());
    }

    @Test
    void isRoundedUpSoThatNoCallCostsMore() {
        assertEquals(1, new Ceiling(1, 0, 1, 0, 0).nanoUsd());
        assertEquals(2, new Ceiling(1, 1, 1, 1, 0).nanoUsd());
        assertEquals(1, new Ceiling(1_000_000, 0, 1, 0, 0).nanoUsd());
        assertEquals(2, new Ceiling(1_000_001, 0, 1, 0, 0).nanoUsd());
    }

    @Test
    void neverOverflowsWhateverAClientAsksFor() {
        assertEquals(Ceiling.MOST_NANO_USD, new Ceiling(0, Long.MAX_VALUE, 0, 15_000_000_000L, 0).nanoUsd());
        assertEquals(
                Ceiling.MOST_NANO_USD,
                new Ceiling(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE).nanoUsd());
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            long tokens = random.nextLong() >>> 1 >>> random.nextInt(63);
            long price = random.nextLong() >>> 1 >>> random.nextInt(63);
            BigInteger exact = BigInteger.valueOf(tokens)
                    .multiply(BigInteger.valueOf(price))
                    .add(BigInteger.valueOf(999_999))
                    .divide(BigInteger.valueOf(1_000_000))
                    .min(BigInteger.valueOf(Ceiling.MOST_NANO_USD));
            assertEquals(
                    exact.longValueExact(),
                    new Ceiling(tokens, 0, price, 0, 0).nanoUsd(),
                    () -> tokens + " at " + price + ", seed " + seed);
        }
    }

    @Test
    void saysWhetherAPriceIsKnown() {
        assertTrue(Samples.CEILING.isPriced());
        assertTrue(new Ceiling(0, 0, 1, 0, 0).isPriced());
        assertFalse(new Ceiling(1_000, 1_000, 0, 0, 0).isPriced());
    }

    @Test
    void hasNoNegativePart() {
        assertThrows(IllegalArgumentException.class, () -> new Ceiling(0, 0, 0, -1, 0));
    }
}
