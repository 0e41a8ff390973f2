package dev.tollgate.bench.stats;

import java.util.Arrays;
import java.util.List;

/** The few figures that are drawn from a handful of rounds. */
public final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of the middle two. NaN for none. */
    public static double median(double... values) {
        return quantile(0.5, values);
    }

    /**
     * The value below which that share of them lies, between two neighbours by the way that it lies between them. NaN for none.
     *
     * @param share from 0 to 1
     */
    static double quantile(double share, double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    public static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * Median with the extremes and the middle half beside it, so that a reader sees how far the rounds lie apart.
     *
     * @param lower a quarter of them lies below it
     * @param upper a quarter of them lies above it
     */
    public record Spread(double median, double min, double lower, double upper, double max) {
        public static Spread of(List<Double> values) {
            double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
            return new Spread(
                    Statistics.median(numbers),
                    Arrays.stream(numbers).min().orElse(Double.NaN),
                    quantile(0.25, numbers),
                    quantile(0.75, numbers),
                    Arrays.stream(numbers).max().orElse(Double.NaN));
        }
    }
}
