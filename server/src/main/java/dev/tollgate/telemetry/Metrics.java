package dev.tollgate.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Metrics in Prometheus' text format. Label values are bounded, whatever callers name their models. */
public final class Metrics implements CallSink, AutoCloseable {
    private static final int MAX_SERIES = 1_000;
    private static final double NANO = 1e-9;

    private record Series(String dialect, String operation, String provider, String model, String outcome, int status) {
        Series withoutModel() {
            return new Series(dialect, operation, provider, "other", outcome, status);
        }
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Series, Meters> series = new ConcurrentHashMap<>();
    private final JvmGcMetrics gc = new JvmGcMetrics();

    public Metrics() {
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** A value that is read whenever somebody asks. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    @Override
    public void ended(CallSummary call) {
        Series named = new Series(
                call.dialect(), call.operation(), call.provider(), call.model(), call.outcome(), call.status());
        Series bounded = series.containsKey(named) || series.size() < MAX_SERIES ? named : named.withoutModel();
        series.computeIfAbsent(bounded, key -> new Meters(registry, key)).record(call);
    }

    /** The exposition, in Prometheus' text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private static final class Meters {
        private final Counter calls;
        private final Counter attempts;
        private final Counter input;
        private final Counter cacheRead;
        private final Counter cacheWrite;
        private final Counter output;
        private final Counter cost;
        private final Timer total;
        private final Timer firstByte;
        private final Timer durable;

        Meters(PrometheusMeterRegistry registry, Series key) {
            Tags where = Tags.of(
                    "dialect",
                    key.dialect(),
                    "operation",
                    key.operation(),
                    "provider",
                    key.provider(),
                    "model",
                    key.model());
            Tags how = where.and("outcome", key.outcome(), "status", Integer.toString(key.status()));
            calls = Counter.builder("tollgate.calls")
                    .description("Calls that have ended")
                    .tags(how)
                    .register(registry);
            attempts = Counter.builder("tollgate.attempts")
                    .description("Attempts at providers, retries included")
                    .tags(where)
                    .register(registry);
            input = tokens(registry, where, "input");
            cacheRead = tokens(registry, where, "cache_read");
            cacheWrite = tokens(registry, where, "cache_write");
            output = tokens(registry, where, "output");
            cost = Counter.builder("tollgate.cost.usd")
                    .description("What calls cost, in US dollars; the ledger is exact, this is a float")
                    .tags(where)
                    .register(registry);
            total = timer(registry, where, "tollgate.call", "From a call's head to its settlement");
            firstByte = timer(registry, where, "tollgate.first.byte", "From a call's head to its answer's first byte");
            durable = timer(registry, where, "tollgate.settlement", "How long the durable commit took");
        }

        private static Counter tokens(PrometheusMeterRegistry registry, Tags where, String kind) {
            return Counter.builder("tollgate.tokens")
                    .description("Tokens, by kind; input is what no cache held")
                    .tags(where.and("kind", kind))
                    .register(registry);
        }

        private static Timer timer(PrometheusMeterRegistry registry, Tags where, String name, String description) {
            return Timer.builder(name)
                    .description(description)
                    .tags(where)
                    .serviceLevelObjectives(
                            Duration.ofMillis(1),
                            Duration.ofMillis(5),
                            Duration.ofMillis(25),
                            Duration.ofMillis(100),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(60))
                    .register(registry);
        }

        void record(CallSummary call) {
            calls.increment();
            attempts.increment(call.attempts());
            increment(input, call.inputTokens());
            increment(cacheRead, call.cacheReadTokens());
            increment(cacheWrite, call.cacheWriteTokens());
            increment(output, call.outputTokens());
            if (call.costNanoUsd() > 0) {
                cost.increment((double) call.costNanoUsd() * NANO);
            }
            total.record(call.totalMicros(), TimeUnit.MICROSECONDS);
            if (call.firstByteMicros() >= 0) {
                firstByte.record(call.firstByteMicros(), TimeUnit.MICROSECONDS);
            }
            if (call.durableMicros() >= 0) {
                durable.record(call.durableMicros(), TimeUnit.MICROSECONDS);
            }
        }

        private static void increment(Counter counter, long by) {
            if (by > 0) {
                counter.increment((double) by);
            }
        }
    }
}
