package dev.tollgate;

import dev.tollgate.front.Route;
import dev.tollgate.gateway.BodyRoom;
import dev.tollgate.gateway.ClaudeCode;
import dev.tollgate.gateway.ClaudeCodeEndpoints;
import dev.tollgate.gateway.OwnUsage;
import dev.tollgate.gateway.Services;
import dev.tollgate.gateway.TelemetryForward;
import dev.tollgate.identity.people.People;
import dev.tollgate.settings.ManagedSettings;
import dev.tollgate.telemetry.Metrics;
import dev.tollgate.upstream.OutboundPost;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What Claude Code asks for beside models, among the other parts: settings, caps, and where its telemetry goes. */
final class ClaudeCodeDoors implements AutoCloseable {
    private final @Nullable TelemetryForward forward;
    private final ClaudeCode shared;

    /** @param collector empty: telemetry is thrown away */
    ClaudeCodeDoors(
            ManagedSettings settings,
            People people,
            OwnUsage usage,
            Optional<TelemetryCollector> collector,
            OutboundPost posts,
            Metrics metrics,
            Executor blocking) {
        forward = collector
                .map(wanted -> new TelemetryForward(
                        wanted.destination(posts),
                        new BodyRoom(Runtime.getRuntime().maxMemory() / 32)))
                .orElse(null);
        if (forward != null) {
            metrics.gauge("tollgate.otlp.forwarded", "Clients' OTLP messages that were sent on", forward::forwarded);
            metrics.gauge("tollgate.otlp.dropped", "Clients' OTLP messages that were not", forward::dropped);
        }
        shared = new ClaudeCode(settings, people, usage, forward, blocking);
    }

    /** The routes, for one event loop. */
    List<Route> routes(Services services, Context context) {
        return new ClaudeCodeEndpoints(services, shared, context).routes();
    }

    @Override
    public void close() {
        if (forward != null) {
            forward.close();
        }
    }
}
