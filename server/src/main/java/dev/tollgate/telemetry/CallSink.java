package dev.tollgate.telemetry;

/** Takes note of calls that have ended, for metrics and traces. Must not block; runs on the call's event loop. */
@FunctionalInterface
public interface CallSink {
    void ended(CallSummary call);
}
