package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.front.Replies;
import dev.tollgate.kernel.store.StoreOutage;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The gate's own errors on the model API, in the shape that the caller's client knows. */
final class Refuser {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-tollgate-request-id");
    private static final CharSequence ANTHROPIC_REQUEST_ID = HttpHeaders.createOptimized("request-id");
    private static final CharSequence OPENAI_REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence SHOULD_RETRY = HttpHeaders.createOptimized("x-should-retry");
    /** The header of every 401 (RFC 9110, section 15.5.2), and how what it says begins. */
    static final CharSequence CHALLENGE = HttpHeaders.createOptimized("www-authenticate");

    static final String BEARER = "Bearer realm=\"tollgate\"";
    private static final CharSequence FALSE = HttpHeaders.createOptimized("false");

    /** What the SDKs of Anthropic and OpenAI are willing to wait. */
    private static final long LONGEST_WAIT_SECONDS = 60;

    private Refuser() {}

    /**
     * Answers that the gate cannot record a call that a provider has answered, unless an answer has begun or the client has gone. No SDK
     * asks again by itself: the answer may have to be paid, and whoever wants another one should know that.
     */
    static void withheld(Inbound inbound) {
        HttpServerResponse response = inbound.http().response();
        if (inbound.operation().dialect() != Dialect.GEMINI && !response.headWritten() && !response.closed()) {
            response.putHeader(SHOULD_RETRY, FALSE);
        }
        unrecorded(inbound, Texts.UNRECORDED_ANSWER);
    }

    /** Answers that the gate cannot record the call, unless an answer has begun or the client has gone. */
    static void unrecorded(Inbound inbound, String message) {
        refuse(
                inbound.http(),
                inbound.operation().dialect(),
                inbound.requestId(),
                ErrorKind.UNAVAILABLE,
                message,
                StoreOutage.RETRY_AFTER_SECONDS);
    }

    static void refuse(HttpServerRequest request, Dialect dialect, String requestId, ErrorKind kind, String message) {
        refuse(request, dialect, requestId, kind, message, 0);
    }

    /**
     * Answers with an error, unless an answer has begun or the client has gone.
     *
     * @param retryAfterSeconds when it may be worth asking again; 0 where that is not known
     */
    static void refuse(
            HttpServerRequest request,
            Dialect dialect,
            String requestId,
            ErrorKind kind,
            String message,
            long retryAfterSeconds) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        if (retryAfterSeconds > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
        identify(response, dialect, requestId);
        if (isFinal(kind, retryAfterSeconds) && dialect != Dialect.GEMINI) {
            response.putHeader(SHOULD_RETRY, FALSE);
        }
        if (kind == ErrorKind.AUTHENTICATION && !response.headers().contains(CHALLENGE)) {
            response.putHeader(CHALLENGE, BEARER);
        }
        byte[] body = ErrorBodies.write(dialect, kind, message, requestId, retryAfterSeconds);
        Replies.json(request, kind.status(dialect), body);
    }

    private static void identify(HttpServerResponse response, Dialect dialect, String requestId) {
        response.putHeader(REQUEST_ID, requestId);
        switch (dialect) {
            case ANTHROPIC -> response.putHeader(ANTHROPIC_REQUEST_ID, requestId);
            case OPENAI -> response.putHeader(OPENAI_REQUEST_ID, requestId);
            case GEMINI, CONVERSE -> {}
        }
    }

    /**
     * Both vendors' SDKs obey it: asking again with the same key, or the same body, cannot help. Nor can what they do where they are to
     * wait longer than a minute: they come back within seconds.
     */
    private static boolean isFinal(ErrorKind kind, long retryAfterSeconds) {
        return kind == ErrorKind.RATE_LIMIT ? retryAfterSeconds > LONGEST_WAIT_SECONDS : kind.status() < 500;
    }
}
