package dev.tollgate.bench.stats;

import java.util.Arrays;
import java.util.List;

/** The few figures that are drawn from a handful of rounds. */
public final class Statistics {
    private Statistics() {}

    /** The middle value, or the mean of the middle two. NaN for none. */
    public static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Median with the extremes beside it, so that a reader sees how far the rounds lie apart. */
    public record Spread(double median, double min, double max) {
        public static Spread of(List<Double> values) {
            double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
            return new Spread(
                    Statistics.median(numbers),
                    Arrays.stream(numbers).min().orElse(Double.NaN),
                    Arrays.stream(numbers).max().orElse(Double.NaN));
        }
    }
}
