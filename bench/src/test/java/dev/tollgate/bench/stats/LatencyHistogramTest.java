package dev.tollgate.bench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private static final double[] QUANTILES = {0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1};

    @Test
    void quantilesLieAtOrAboveTheExactOnesByLessThanOnePart128() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        long[] samples = new long[20_000];
        var histogram = new LatencyHistogram();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = random.nextLong(1L << (1 + random.nextInt(42)));
            histogram.record(samples[i]);
        }
        Arrays.sort(samples);
        for (double quantile : QUANTILES) {
            long exact = samples[(int) Math.max(0, Math.ceil(quantile * samples.length) - 1)];
            long found = histogram.quantileNanos(quantile);
            assertTrue(
                    found >= exact && found <= exact + exact / 128,
                    () -> "seed " + seed + ", quantile " + quantile + ": exact " + exact + ", found " + found);
        }
    }

    @Test
    void everyBucketsEdgeIsCountedInItsOwnBucket() {
        for (int bit = 0; bit < 43; bit++) {
            for (long value : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
                var histogram = new LatencyHistogram();
                histogram.record(value);
                histogram.record(1L << 43); // keeps the maximum from hiding a wrong bucket
                long found = histogram.quantileNanos(0.5);
                long expected = Math.min(value, (1L << 43) - 1);
                assertTrue(found >= expected && found <= expected + expected / 128, value + " was found as " + found);
            }
        }
    }

    @Test
    void addedHistogramsCountAsIfRecordedInOne() {
        var one = new LatencyHistogram();
        var other = new LatencyHistogram();
        var both = new LatencyHistogram();
        for (int i = 0; i < 1000; i++) {
            (i % 3 == 0 ? one : other).record(i * 1_000L);
            both.record(i * 1_000L);
        }
        one.add(other);
        assertEquals(both.count(), one.count());
        assertEquals(both.maxNanos(), one.maxNanos());
        for (double quantile : QUANTILES) {
            assertEquals(both.quantileNanos(quantile), one.quantileNanos(quantile));
        }
    }

    @Test
    void nothingRecordedHasNoQuantiles() {
        var histogram = new LatencyHistogram();
        assertEquals(0, histogram.count());
        assertEquals(0, histogram.quantileNanos(0.99));
        assertEquals(0, histogram.maxNanos());
    }

    @Test
    void durationsBelowZeroAndAboveTwoHoursAreKeptAtTheEdges() {
        var histogram = new LatencyHistogram();
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);
        assertEquals(0, histogram.quantileNanos(0.5));
        assertEquals((1L << 43) - 1, histogram.quantileNanos(1));
    }

    @Test
    void aQuantileOutsideOfZeroToOneIsRefused() {
        var histogram = new LatencyHistogram();
        assertThrows(IllegalArgumentException.class, () -> histogram.quantileNanos(99));
        assertThrows(IllegalArgumentException.class, () -> histogram.quantileNanos(Double.NaN));
    }
}
