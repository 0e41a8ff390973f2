package dev.tollgate.upstream;

import dev.tollgate.catalog.Provider;
import dev.tollgate.routing.Hop;
import dev.tollgate.vault.CredentialInfo;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's way out. A call's whole life stays on the loop that accepted it. The secret is opened when the
 * connection stands and the head is about to be written, and wiped as soon as its header is made.
 */
public final class ProviderClient {
    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");
    private static final CharSequence X_GOOG_API_KEY = HttpHeaders.createOptimized("x-goog-api-key");
    private static final int MAX_CONNECTIONS_PER_HOST = 16_384;
    private static final int MAX_CHUNK = 64 * 1024;

    private final Context context;
    private final HttpClient client;
    private final AddressBook addresses;
    private final SecretOpener secrets;
    private final Timeouts timeouts;

    /** Must be made on the event loop that will use it. */
    public ProviderClient(Vertx vertx, AddressBook addresses, SecretOpener secrets, Timeouts timeouts) {
        this.context = vertx.getOrCreateContext();
        this.addresses = addresses;
        this.secrets = secrets;
        this.timeouts = timeouts;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setKeepAliveTimeout(60)
                        .setConnectTimeout((int) timeouts.connect().toMillis())
                        .setMaxHeaderSize(64 * 1024)
                        .setMaxChunkSize(MAX_CHUNK)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_HOST).setEventLoopSize(0));
    }

    /** One attempt. The future always succeeds: what went wrong is an answer too. */
    public Future<Answer> send(Hop hop, Outbound outbound, Attempt attempt) {
        URI base = hop.candidate().provider().baseUrl();
        boolean tls = "https".equals(base.getScheme());
        int port = base.getPort() > 0 ? base.getPort() : tls ? 443 : 80;
        String host = base.getHost();
        return addresses
                .find(context, unbracketed(host), port, tls)
                .compose(address -> client.request(options(outbound, base, host, port, tls, address)))
                .compose(request -> exchange(request, hop, outbound, attempt))
                .map(ProviderClient::classify)
                .otherwise(failure -> new Answer.Unreachable(reason(failure, attempt), failure));
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private RequestOptions options(
            Outbound outbound, URI base, String host, int port, boolean tls, SocketAddress address) {
        String prefix = base.getRawPath() == null ? "" : base.getRawPath();
        return new RequestOptions()
                .setMethod(outbound.method())
                .setServer(address)
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setFollowRedirects(false)
                .setConnectTimeout(timeouts.connect().toMillis())
                .setURI(prefix + outbound.pathAndQuery());
    }

    private Future<HttpClientResponse> exchange(
            HttpClientRequest request, Hop hop, Outbound outbound, Attempt attempt) {
        if (!attempt.begin(request)) {
            return Future.failedFuture(new IllegalStateException("the caller left before the request did"));
        }
        try (OpenedSecret secret = open(hop.credential())) {
            request.headers().setAll(outbound.headers()); // no copy as text, and checked for form just here
            if (secret != null) {
                authenticate(request, hop.candidate().provider(), secret);
            }
        } catch (RuntimeException e) { // the credential has just been removed, or a header is not one
            attempt.cancel(); // else the connection would stay lent out
            return Future.failedFuture(new NotSendable(e));
        }
        request.idleTimeout(timeouts.firstByte().toMillis());
        return request.send(outbound.body()).map(response -> {
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

    private @Nullable OpenedSecret open(@Nullable CredentialInfo credential) {
        return credential == null ? null : secrets.open(credential.id());
    }

    private static void authenticate(HttpClientRequest request, Provider provider, OpenedSecret secret) {
        switch (provider.auth()) {
            case X_API_KEY -> request.putHeader(X_API_KEY, header(secret.ascii()));
            case X_GOOG_API_KEY -> request.putHeader(X_GOOG_API_KEY, header(secret.ascii()));
            case BEARER -> request.putHeader(HttpHeaders.AUTHORIZATION, header(secret.ascii("Bearer ")));
            case NONE -> {}
        }
    }

    /** The engine makes a String of each header value it sends; the secret's own view would show itself redacted. */
    private static CharSequence header(CharSequence secret) {
        return new StringBuilder(secret.length())
                .append(secret, 0, secret.length())
                .toString();
    }

    private static Answer classify(HttpClientResponse response) {
        int status = response.statusCode();
        if (status < 200 || status >= 300) {
            return new Answer.Refused(response);
        }
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        boolean events = type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
        return events ? new Answer.Streaming(response) : new Answer.Complete(response);
    }

    private static Answer.Reason reason(Throwable failure, Attempt attempt) {
        return switch (failure) {
            case AddressBook.ForbiddenAddress forbidden -> Answer.Reason.FORBIDDEN_ADDRESS;
            case NotSendable unsent -> Answer.Reason.NOT_SENDABLE;
            case TimeoutException timeout -> attempt.hasBegun() ? Answer.Reason.TIMEOUT : Answer.Reason.CONNECT;
            default -> attempt.hasBegun() ? Answer.Reason.RESET : Answer.Reason.CONNECT;
        };
    }
}
