package dev.tollgate.front;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers of the gate's own. */
public final class Replies {
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence NOSNIFF_NAME = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    /** A refused body up to this many bytes is read to its end before the answer leaves. */
    private static final long MAX_DISCARDED = 1 << 20;

    private Replies() {}

    public static void json(HttpServerRequest request, int status, byte[] body) {
        send(request, status, JSON, Buffer.buffer(body));
    }

    public static void text(HttpServerRequest request, int status, String body) {
        send(request, status, "text/plain; charset=utf-8", Buffer.buffer(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends a whole answer, unless one has begun or the client has gone. */
    public static void send(HttpServerRequest request, int status, CharSequence contentType, Buffer body) {
        HttpServerResponse response = request.response();
        if (!head(response, status, contentType)) {
            return;
        }
        if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            boolean waits = request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true);
            if (!waits && contentLength(request) <= MAX_DISCARDED) {
                // Closing while the client still sends would reset the connection and lose the answer with it.
                request.handler(discarded -> {}).exceptionHandler(gone -> {}).endHandler(end -> response.end(body));
                request.resume();
                return;
            }
        }
        response.end(body);
    }

    /**
     * Begins an answer of unknown length to a request that has been read; its pieces and its end are the caller's to write.
     *
     * @return false if one has begun, or the client has gone
     */
    public static boolean begin(HttpServerRequest request, int status, CharSequence contentType) {
        HttpServerResponse response = request.response();
        boolean begun = head(response, status, contentType);
        if (begun) {
            response.setChunked(true);
        }
        return begun;
    }

    private static boolean head(HttpServerResponse response, int status, CharSequence contentType) {
        if (response.headWritten() || response.closed() || response.ended()) {
            return false;
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(NOSNIFF_NAME, NOSNIFF)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
        return true;
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? Long.MAX_VALUE : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
