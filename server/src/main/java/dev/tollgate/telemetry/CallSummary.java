package dev.tollgate.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One call to the model API, once it is over. No content, and nothing secret.
 *
 * @param operation such as {@code chat_completions}
 * @param provider empty if no candidate was tried
 * @param model the provider's id of the model; empty if no candidate was tried
 * @param outcome such as {@code ok} or {@code client_gone}
 * @param status what the client got; 0 if nothing
 * @param startMillis epoch milliseconds
 * @param firstByteMicros after the head had been read; -1 if none came
 * @param totalMicros until the answer could be settled
 * @param durableMicros how long the durable commit took after that; -1 if it failed
 * @param costNanoUsd nano-US-dollars
 * @param traceparent the caller's trace (W3C Trace Context), if it sent one
 */
public record CallSummary(
        String requestId,
        String dialect,
        String operation,
        String keyName,
        String requestedModel,
        String provider,
        String model,
        String outcome,
        int status,
        boolean stream,
        int attempts,
        long startMillis,
        long firstByteMicros,
        long totalMicros,
        long durableMicros,
        long inputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long outputTokens,
        long costNanoUsd,
        @Nullable String traceparent) {}
