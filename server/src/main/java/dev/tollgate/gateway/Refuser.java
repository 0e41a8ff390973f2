package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.front.Replies;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The gate's own errors on the model API, in the shape that the caller's client knows. */
final class Refuser {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-tollgate-request-id");
    private static final CharSequence ANTHROPIC_REQUEST_ID = HttpHeaders.createOptimized("request-id");
    private static final CharSequence OPENAI_REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence SHOULD_RETRY = HttpHeaders.createOptimized("x-should-retry");
    private static final CharSequence FALSE = HttpHeaders.createOptimized("false");

    private Refuser() {}

    static void refuse(HttpServerRequest request, Dialect dialect, String requestId, ErrorKind kind, String message) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        response.putHeader(REQUEST_ID, requestId);
        switch (dialect) {
            case ANTHROPIC -> response.putHeader(ANTHROPIC_REQUEST_ID, requestId);
            case OPENAI -> response.putHeader(OPENAI_REQUEST_ID, requestId);
            case GEMINI, CONVERSE -> {}
        }
        // Both vendors' SDKs obey it: asking again with the same key, or the same body, cannot help.
        if (kind.status() < 500 && kind != ErrorKind.RATE_LIMIT && dialect != Dialect.GEMINI) {
            response.putHeader(SHOULD_RETRY, FALSE);
        }
        if (kind == ErrorKind.AUTHENTICATION) {
            response.putHeader("www-authenticate", "Bearer realm=\"tollgate\"");
        }
        Replies.json(request, kind.status(dialect), ErrorBodies.write(dialect, kind, message, requestId));
    }

    static void refuse(
            HttpServerRequest request,
            Dialect dialect,
            String requestId,
            ErrorKind kind,
            String message,
            long retryAfterSeconds) {
        if (retryAfterSeconds > 0 && !request.response().headWritten()) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
        refuse(request, dialect, requestId, kind, message);
    }
}
