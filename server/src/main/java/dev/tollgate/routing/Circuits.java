package dev.tollgate.routing;

import dev.tollgate.catalog.Candidate;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which candidates have failed too often of late. A candidate gets a circuit with its first failure; of one that never failed
 * there is nothing to know, so a healthy gate keeps none and callers cannot fill it with the names of models.
 */
final class Circuits {
    /** How long a candidate is passed over before it is tried again. */
    static final Duration REST = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);
    private static final int MOST = 1_024;

    private final Map<String, CircuitBreaker> circuits = new ConcurrentHashMap<>();
    private final CircuitBreakerConfig config;

    Circuits(Duration rest) {
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(20)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .waitDurationInOpenState(rest)
                // By the clock: plans only look at a circuit, and one that nobody asks to let a call through would stay
                // open.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(1)
                .maxWaitDurationInHalfOpenState(Duration.ofSeconds(60))
                .writableStackTraceEnabled(false)
                .build();
    }

    private @Nullable CircuitBreaker of(Candidate candidate) {
        return circuits.isEmpty() ? null : circuits.get(candidate.qualifiedName());
    }

    boolean isOpen(Candidate candidate) {
        CircuitBreaker circuit = of(candidate);
        return circuit != null && circuit.getState() == CircuitBreaker.State.OPEN;
    }

    void answered(Candidate candidate) {
        CircuitBreaker circuit = of(candidate);
        if (circuit != null) {
            circuit.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    void failed(Candidate candidate, Throwable why) {
        String name = candidate.qualifiedName();
        if (circuits.size() >= MOST) {
            circuits.clear();
        }
        CircuitBreaker circuit = circuits.computeIfAbsent(name, made -> CircuitBreaker.of(made, config));
        CircuitBreaker.State before = circuit.getState();
        circuit.onError(0, TimeUnit.NANOSECONDS, why);
        if (before != CircuitBreaker.State.OPEN && circuit.getState() == CircuitBreaker.State.OPEN) {
            LOG.warn("The circuit of {} is open: it failed too often", name);
        }
    }

    /** Candidates of which something is known. */
    int known() {
        return circuits.size();
    }
}
