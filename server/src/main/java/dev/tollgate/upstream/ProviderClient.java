package dev.tollgate.upstream;

import dev.tollgate.catalog.Provider;
import dev.tollgate.routing.Hop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.streams.ReadStream;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One event loop's way out. A call's whole life stays on the loop that accepted it. The secret is opened when the
 * connection stands and the head is about to be written.
 */
public final class ProviderClient {
    private static final int MAX_CONNECTIONS_PER_HOST = 16_384;
    private static final int MAX_CHUNK = 64 * 1024;

    private final Context context;
    private final Connector connector;
    private final Authenticator authenticator;
    private final Timeouts timeouts;
    private final InstantSource clock = InstantSource.system();

    /** Must be made on the event loop that will use it. */
    public ProviderClient(Vertx vertx, AddressBook addresses, Authenticator authenticator, Timeouts timeouts) {
        this.context = vertx.getOrCreateContext();
        this.authenticator = authenticator;
        this.timeouts = timeouts;
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setKeepAliveTimeout(60)
                        .setConnectTimeout((int) timeouts.connect().toMillis())
                        .setMaxHeaderSize(64 * 1024)
                        .setMaxChunkSize(MAX_CHUNK)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_HOST).setEventLoopSize(0));
        this.connector = new Connector(context, client, addresses, timeouts.connect());
    }

    /** One attempt. The future always succeeds: what went wrong is an answer too. */
    public Future<Answer> send(Hop hop, Outbound outbound, Attempt attempt) {
        return send(hop, outbound, attempt, request -> request.send(outbound.body()));
    }

    /**
     * One attempt whose body comes piece by piece, as fast as the provider takes it; what has gone cannot go again. Nothing of it is
     * read before a connection stands. Where the body breaks off, so does the request.
     *
     * @param head without a body
     * @param length of the body in bytes; negative where nobody knows
     */
    public Future<Answer> upload(Hop hop, Outbound head, ReadStream<Buffer> body, long length, Attempt attempt) {
        return send(hop, head, attempt, request -> {
            if (length < 0) {
                request.setChunked(true);
            } else {
                request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
            }
            pump(body, request, attempt);
            return request.response();
        });
    }

    private void pump(ReadStream<Buffer> body, HttpClientRequest request, Attempt attempt) {
        attempt.sending(timeouts.firstByte());
        body.exceptionHandler(broken -> attempt.cancel());
        body.endHandler(end -> {
            attempt.sending(timeouts.firstByte());
            request.end();
        });
        request.drainHandler(drained -> body.resume());
        body.handler(piece -> {
            attempt.alive();
            request.write(piece);
            if (request.writeQueueFull()) {
                body.pause();
            }
        });
        body.resume();
    }

    private Future<Answer> send(
            Hop hop,
            Outbound outbound,
            Attempt attempt,
            Function<HttpClientRequest, Future<HttpClientResponse>> sender) {
        Provider provider = hop.candidate().provider();
        URI base = provider.baseUrl();
        String prefix = base.getRawPath() == null ? "" : base.getRawPath();
        return authenticator
                .token(context, hop)
                .compose(token -> connector
                        .request(base, outbound.method(), prefix + outbound.pathAndQuery())
                        .compose(request -> exchange(request, hop, outbound, attempt, token, sender)))
                .map(response -> PlatformAnswers.classify(provider, response, clock.instant()))
                .otherwise(failure -> failure instanceof GoogleTokens.Refused refused
                        ? new Answer.Unauthorized(refused.status())
                        : new Answer.Unreachable(reason(failure, attempt), failure));
    }

    private Future<HttpClientResponse> exchange(
            HttpClientRequest request,
            Hop hop,
            Outbound outbound,
            Attempt attempt,
            String token,
            Function<HttpClientRequest, Future<HttpClientResponse>> sender) {
        if (!attempt.begin(request)) {
            return Future.failedFuture(new IllegalStateException("the caller left before the request did"));
        }
        try {
            request.headers().setAll(outbound.headers()); // no copy as text, and checked for form just here
            authenticator.authenticate(request, hop, outbound, token);
        } catch (RuntimeException e) { // the credential has just been removed, or a header is not one
            attempt.cancel(); // else the connection would stay lent out
            return Future.failedFuture(new NotSendable(e));
        }
        request.idleTimeout(timeouts.firstByte().toMillis());
        return sender.apply(request).map(response -> {
            attempt.answered(timeouts.silence());
            return response.pause();
        });
    }

    /** The request could not be put together; nothing was sent. */
    private static final class NotSendable extends Exception {
        private static final long serialVersionUID = 1L;

        NotSendable(RuntimeException cause) {
            super(cause);
        }
    }

    private static Answer.Reason reason(Throwable failure, Attempt attempt) {
        return switch (failure) {
            case AddressBook.ForbiddenAddress forbidden -> Answer.Reason.FORBIDDEN_ADDRESS;
            case NotSendable unsent -> Answer.Reason.NOT_SENDABLE;
            case GoogleTokens.Unobtainable none -> Answer.Reason.NO_TOKEN;
            case TimeoutException timeout -> attempt.hasBegun() ? Answer.Reason.TIMEOUT : Answer.Reason.CONNECT;
            default -> attempt.hasBegun() ? Answer.Reason.RESET : Answer.Reason.CONNECT;
        };
    }
}
