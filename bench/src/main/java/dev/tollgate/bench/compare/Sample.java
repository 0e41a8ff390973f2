package dev.tollgate.bench.compare;

import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.report.Quantiles;
import org.jspecify.annotations.Nullable;

/**
 * What one round found of one subject.
 *
 * @param processorMicros user and system time of all the subject's processes, by call
 * @param latencyMillis to the answer's last byte
 * @param firstByteMillis to the answer's head, or the first event of a stream
 * @param firstFailure null where every call was answered whole
 */
public record Sample(
        int round,
        String subject,
        long calls,
        double callsPerSecond,
        double processorMicros,
        Quantiles latencyMillis,
        Quantiles firstByteMillis,
        long failedCalls,
        long droppedEvents,
        @Nullable String firstFailure) {

    static Sample of(int round, String subject, LoadResult result, long processorNanos) {
        return new Sample(
                round,
                subject,
                result.calls(),
                result.callsPerSecond(),
                processorNanos / 1e3 / result.calls(),
                Quantiles.of(result.latency()),
                Quantiles.of(result.firstByte()),
                result.failedCalls(),
                result.droppedEvents(),
                result.firstFailure());
    }

    boolean isWhole() {
        return failedCalls == 0 && droppedEvents == 0;
    }
}
