package dev.tollgate.gateway;

import dev.tollgate.identity.people.People;
import dev.tollgate.settings.ManagedSettings;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What Claude Code finds at a gate beside models; the same for all event loops.
 *
 * @param telemetry null: what comes is thrown away
 * @param blocking runs what waits for the store
 */
public record ClaudeCode(
        ManagedSettings settings,
        People people,
        OwnUsage usage,
        @Nullable TelemetryForward telemetry,
        Executor blocking) {}
