package dev.tollgate.bench.stats;

/**
 * Durations in nanoseconds, counted in buckets that are never wider than 1/128 of their value: 38 KB for everything
 * from one nanosecond to two hours, and no allocation while recording.
 *
 * <p>Not safe for use by several threads: each event loop fills its own, and they are {@linkplain #add added} afterwards.
 */
public final class LatencyHistogram {
    /** Values below {@code 2 * SUB_BUCKETS} have a bucket each; above, every power of two is cut into this many. */
    private static final int SUB_BUCKET_BITS = 7;

    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

    /** About two hours. Whatever is longer is counted as this long. */
    private static final long LARGEST_NANOS = (1L << 43) - 1;

    private final long[] counts = new long[indexOf(LARGEST_NANOS) + 1];
    private long count;
    private long maxNanos;

    /** Counts one duration; a negative one (a clock that was read too early) counts as zero. */
    public void record(long nanos) {
        long value = Math.clamp(nanos, 0, LARGEST_NANOS);
        counts[indexOf(value)]++;
        count++;
        maxNanos = Math.max(maxNanos, value);
    }

    /** Takes in everything that the other one has counted. */
    public void add(LatencyHistogram other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        maxNanos = Math.max(maxNanos, other.maxNanos);
    }

    public long count() {
        return count;
    }

    public long maxNanos() {
        return maxNanos;
    }

    /**
     * The smallest duration that at least this share of the samples does not exceed, rounded up to the edge of its bucket: the figure
     * may be too high by 1/128, never too low. Zero when nothing was counted.
     *
     * @param quantile from 0 to 1, as 0.99
     */
    public long quantileNanos(double quantile) {
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("a quantile lies between 0 and 1: " + quantile);
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(highestOf(i), maxNanos);
            }
        }
        return 0;
    }

    private static int indexOf(long value) {
        if (value < 2 * SUB_BUCKETS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - SUB_BUCKET_BITS - Long.numberOfLeadingZeros(value);
        return shift * SUB_BUCKETS + (int) (value >>> shift);
    }

    private static long highestOf(int index) {
        if (index < 2 * SUB_BUCKETS) {
            return index;
        }
        int shift = index / SUB_BUCKETS - 1;
        long lowest = (long) (index - shift * SUB_BUCKETS) << shift;
        return lowest + (1L << shift) - 1;
    }
}
