package dev.tollgate.bench.report;

import dev.tollgate.bench.stats.LatencyHistogram;
import dev.tollgate.bench.stats.Statistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Milliseconds: half, 99 % and 99.9 % of the samples took no longer, and the longest. */
public record Quantiles(double p50, double p99, double p999, double max) {

    public static Quantiles of(LatencyHistogram times) {
        return new Quantiles(
                times.quantileNanos(0.5) / 1e6,
                times.quantileNanos(0.99) / 1e6,
                times.quantileNanos(0.999) / 1e6,
                times.maxNanos() / 1e6);
    }

    /** Each figure's median over the rounds: one disturbed round does not decide. */
    public static Quantiles median(List<Quantiles> rounds) {
        return new Quantiles(
                median(rounds, Quantiles::p50),
                median(rounds, Quantiles::p99),
                median(rounds, Quantiles::p999),
                median(rounds, Quantiles::max));
    }

    /** Difference of the figures, not the figures of a difference: how much further right this distribution lies. */
    public Quantiles minus(Quantiles other) {
        return new Quantiles(p50 - other.p50, p99 - other.p99, p999 - other.p999, max - other.max);
    }

    private static double median(List<Quantiles> rounds, ToDoubleFunction<Quantiles> figure) {
        return Statistics.median(rounds.stream().mapToDouble(figure).toArray());
    }
}
