package dev.tollgate.bench.subject;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The gate's own timers in its page of Prometheus metrics, over all their labels.
 *
 * @param timers by name without {@code _sum} and {@code _count}
 */
public record MetricsPage(SortedMap<String, Timer> timers) {
    static final MetricsPage EMPTY = new MetricsPage(new TreeMap<>());

    private static final Pattern SAMPLE =
            Pattern.compile("(tollgate_[a-z0-9_]*_seconds)_(sum|count)(?:\\{.*})? ([^ ]+).*");

    /** Whole time and number so far. */
    public record Timer(double seconds, double count) {
        Timer plus(Timer other) {
            return new Timer(seconds + other.seconds, count + other.count);
        }
    }

    public static MetricsPage parse(String text) {
        var timers = new TreeMap<String, Timer>();
        for (String line : text.lines().toList()) {
            var sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                double value = Double.parseDouble(sample.group(3));
                Timer part = sample.group(2).equals("sum") ? new Timer(value, 0) : new Timer(0, value);
                timers.merge(sample.group(1), part, Timer::plus);
            }
        }
        return new MetricsPage(timers);
    }

    /** Mean milliseconds of what each timer timed since then, for those that ran. */
    public SortedMap<String, Double> meanMillisSince(MetricsPage earlier) {
        var means = new TreeMap<String, Double>();
        timers.forEach((name, now) -> {
            Timer then = earlier.timers.getOrDefault(name, new Timer(0, 0));
            double count = now.count - then.count;
            if (count > 0) {
                means.put(name, (now.seconds - then.seconds) / count * 1e3);
            }
        });
        return means;
    }
}
