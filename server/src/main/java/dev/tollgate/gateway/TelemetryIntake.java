package dev.tollgate.gateway;

import dev.tollgate.front.Replies;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes OTLP over HTTP (protobuf or JSON) from whoever has been identified, unread. The answer is always that all was taken (OTLP
 * specification, "OTLP/HTTP Response"): a client would only send again what there is no room for.
 */
final class TelemetryIntake {
    private static final CharSequence PROTOBUF = HttpHeaders.createOptimized("application/x-protobuf");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final @Nullable TelemetryForward forward;

    /** @param forward null: what comes is thrown away */
    TelemetryIntake(@Nullable TelemetryForward forward) {
        this.forward = forward;
    }

    /** Answers one request to that path. */
    void take(HttpServerRequest request, String path) {
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        request.response().exceptionHandler(gone -> {});
        if (forward == null) {
            discard(request);
            return;
        }
        TelemetryForward onward = forward;
        Collector collector = Collector.collect(request, onward.room(), () -> {}, body -> {
            switch (body) {
                case Collector.Outcome.Whole(byte[] bytes) -> {
                    onward.offer(path, headers(request), bytes);
                    accepted(request);
                }
                case Collector.Outcome.TooLarge large -> dropped(request, onward);
                case Collector.Outcome.NoRoom full -> dropped(request, onward);
                case Collector.Outcome.Broken broken -> {} // the client has gone, and with it whoever could be told
            }
        });
        if (!request.isEnded()) {
            request.response().bodyEndHandler(answered -> collector.abandon());
            request.response().closeHandler(gone -> collector.abandon());
        }
    }

    /** What is left of it is read all the same: who is still sending would not see the answer. */
    private static void dropped(HttpServerRequest request, TelemetryForward forward) {
        forward.drop();
        discard(request);
    }

    private static void discard(HttpServerRequest request) {
        long[] read = new long[1];
        request.exceptionHandler(gone -> {});
        request.endHandler(end -> accepted(request));
        request.handler(piece -> {
            read[0] += piece.length();
            if (read[0] > Collector.MAX_BYTES) {
                accepted(request);
            }
        });
    }

    /** What a collector needs to read the body; nothing else of the client's goes on. */
    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (CharSequence name : new CharSequence[] {HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING}) {
            String value = request.getHeader(name);
            if (value != null) {
                headers.put(name.toString(), value);
            }
        }
        return headers;
    }

    /** An empty message of the kind that came. */
    private static void accepted(HttpServerRequest request) {
        boolean json = Texts.isJson(request.getHeader(HttpHeaders.CONTENT_TYPE));
        Replies.send(request, 200, json ? JSON : PROTOBUF, json ? Buffer.buffer("{}") : Buffer.buffer());
    }
}
