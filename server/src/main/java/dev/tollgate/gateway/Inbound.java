package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request to the model API as it came in.
 *
 * @param pathModel the model in a Gemini path, decoded; null where the body names it
 * @param path below the provider's base address; for Gemini up to the model, such as {@code /v1beta/models/}
 * @param verb what follows the model in a Gemini path, with its colon; else empty
 * @param atMillis when the head had been read, in epoch milliseconds
 * @param startNanos the same moment of {@link System#nanoTime()}
 */
record Inbound(
        String requestId,
        Operation operation,
        HttpServerRequest http,
        @Nullable String pathModel,
        String path,
        String verb,
        long atMillis,
        long startNanos) {

    /** Now, by the clock that the head was read at. */
    Instant now() {
        return Instant.ofEpochMilli(atMillis).plusNanos(System.nanoTime() - startNanos);
    }

    /** Microseconds since the head had been read. */
    long elapsedMicros() {
        return (System.nanoTime() - startNanos) / 1_000;
    }
}
