package dev.tollgate.bench.load;

import dev.tollgate.bench.stats.LatencyHistogram;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run found. A tally is filled by one event loop; the loops' tallies are then merged into one. Failed calls are in no histogram.
 */
public final class LoadResult {
    /** An event later than this after its sending is late: the bar of docs/benchmarks.md for streams held open. */
    public static final long LATE_NANOS = 50_000_000;

    final LatencyHistogram latency = new LatencyHistogram();
    final LatencyHistogram firstByte = new LatencyHistogram();
    final LatencyHistogram eventDelay = new LatencyHistogram();
    final Map<String, Long> failures = new TreeMap<>();
    long calls;
    long bytesReceived;
    long events;
    long lateEvents;
    long droppedEvents;
    long misplacedEvents;
    int mostInFlight;
    long elapsedNanos;

    @Nullable
    String firstFailure;

    void failed(String kind, String detail) {
        failures.merge(kind, 1L, Long::sum);
        if (firstFailure == null) {
            firstFailure = kind + (detail.isEmpty() ? "" : ": " + detail);
        }
    }

    void add(LoadResult other) {
        latency.add(other.latency);
        firstByte.add(other.firstByte);
        eventDelay.add(other.eventDelay);
        other.failures.forEach((kind, count) -> failures.merge(kind, count, Long::sum));
        calls += other.calls;
        bytesReceived += other.bytesReceived;
        events += other.events;
        lateEvents += other.lateEvents;
        droppedEvents += other.droppedEvents;
        misplacedEvents += other.misplacedEvents;
        mostInFlight += other.mostInFlight;
        elapsedNanos = Math.max(elapsedNanos, other.elapsedNanos);
        if (firstFailure == null) {
            firstFailure = other.firstFailure;
        }
    }

    /** Calls answered whole with a 2xx status. */
    public long calls() {
        return calls;
    }

    public long failedCalls() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many calls failed, by kind: {@code status 503}, {@code connection closed}, {@code unanswered}… */
    public Map<String, Long> failures() {
        return failures;
    }

    /** The first failure with what the subject said about it, or null. */
    public @Nullable String firstFailure() {
        return firstFailure;
    }

    /** From the first call's sending to the last answer's end. */
    public long elapsedNanos() {
        return elapsedNanos;
    }

    public double callsPerSecond() {
        return calls * 1e9 / elapsedNanos;
    }

    /** From the moment a call was due (closed loop: sent) to the last byte of its answer. */
    public LatencyHistogram latency() {
        return latency;
    }

    /** From the moment a call was due to its answer's head; for streams, to the first event's mark. */
    public LatencyHistogram firstByte() {
        return firstByte;
    }

    /** From the mock's sending of an event to its arrival here. */
    public LatencyHistogram eventDelay() {
        return eventDelay;
    }

    public long bytesReceived() {
        return bytesReceived;
    }

    public long events() {
        return events;
    }

    /** Events under way for more than {@link #LATE_NANOS}. */
    public long lateEvents() {
        return lateEvents;
    }

    /** Events that never came, in answers that ended or were cut. */
    public long droppedEvents() {
        return droppedEvents;
    }

    /** Events that came twice or out of order. */
    public long misplacedEvents() {
        return misplacedEvents;
    }

    /** The most calls that were open at once, summed over the event loops. */
    public int mostInFlight() {
        return mostInFlight;
    }
}
