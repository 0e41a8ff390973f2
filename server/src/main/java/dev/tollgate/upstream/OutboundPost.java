package dev.tollgate.upstream;

import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.upstream.AddressBook.ForbiddenAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts to addresses that people typed, such as those of webhooks: judged before each connection, no redirects, and of the
 * answer only its head counts. Blocks whoever posts; never for an event loop.
 */
public final class OutboundPost {
    private static final long MOST_DRAINED = 64 * 1024;

    private final Context context;
    private final Connector anywhere;
    private final Connector publicOnly;
    private final InstantSource clock;
    private final long patienceMillis;

    /**
     * An answer's head.
     *
     * @param retryAfterMillis as {@code retry-after} has it (RFC 9110 10.2.3); 0 without one
     */
    public record Head(int status, long retryAfterMillis) {}

    /**
     * Makes the clients; connects to nothing.
     *
     * @param blocking runs the lookups, off the event loop
     * @param patience until the answer's head is there
     */
    public OutboundPost(Vertx vertx, HostLookup lookup, Executor blocking, InstantSource clock, Duration patience) {
        this.context = vertx.getOrCreateContext();
        this.clock = clock;
        this.patienceMillis = patience.toMillis();
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) patienceMillis / 2)
                .setKeepAlive(false)
                .setDecompressionSupported(false));
        Duration connect = patience.dividedBy(2);
        this.anywhere = new Connector(context, client, new AddressBook(lookup, blocking), connect);
        this.publicOnly =
                new Connector(context, client, new AddressBook(host -> publicOnly(host, lookup), blocking), connect);
    }

    private static InetAddress[] publicOnly(String host, HostLookup lookup) throws UnknownHostException {
        InetAddress[] addresses = lookup.lookup(host);
        for (InetAddress address : addresses) {
            // One near answer condemns the name, as a forbidden one does: whoever controls it could choose.
            if (!OutboundAddress.isPublic(address)) {
                throw new NearAddress(host);
            }
        }
        return addresses;
    }

    /**
     * Posts once.
     *
     * @param near whether the address may lead to this machine or into a private network
     * @throws IOException if there is no answer; its message holds nothing of the address but the host
     */
    public Head post(URI url, boolean near, Map<String, String> headers, byte[] body) throws IOException {
        CompletableFuture<Head> head = new CompletableFuture<>();
        context.runOnContext(v -> exchange(url, near, headers, Buffer.buffer(body))
                .onSuccess(head::complete)
                .onFailure(head::completeExceptionally));
        try {
            return head.get(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(why(e.getCause()));
        } catch (TimeoutException e) {
            throw new IOException("there was no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the gate is stopping");
        }
    }

    private Future<Head> exchange(URI url, boolean near, Map<String, String> headers, Buffer body) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        MultiMap sent = HttpHeaders.headers().add(HttpHeaders.USER_AGENT, "Tollgate");
        headers.forEach(sent::add);
        return (near ? anywhere : publicOnly)
                .request(url, HttpMethod.POST, path + query)
                .compose(request -> {
                    request.headers().addAll(sent);
                    // A byte now and then would keep an idle timeout from ever coming: by then it is over, whatever
                    // comes.
                    long timer = context.owner().setTimer(patienceMillis, id -> request.reset());
                    return request.send(body).map(response -> head(request, response, timer));
                });
    }

    /** The body is read and thrown away, so that the other side can end it well; a long or slow one is broken off. */
    private Head head(HttpClientRequest request, HttpClientResponse response, long timer) {
        long[] drained = new long[1];
        response.exceptionHandler(broken -> {});
        response.handler(piece -> {
            drained[0] += piece.length();
            if (drained[0] > MOST_DRAINED) {
                request.reset();
            }
        });
        response.endHandler(end -> context.owner().cancelTimer(timer));
        return new Head(response.statusCode(), retryAfterMillis(response.getHeader(HttpHeaders.RETRY_AFTER)));
    }

    private long retryAfterMillis(@Nullable String value) {
        if (value == null) {
            return 0;
        }
        if (value.matches("[0-9]{1,9}")) {
            return TimeUnit.SECONDS.toMillis(Long.parseLong(value));
        }
        try {
            ZonedDateTime until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Math.max(0, until.toInstant().toEpochMilli() - clock.millis());
        } catch (DateTimeException e) {
            return 0;
        }
    }

    /** In our words: the engine's own messages repeat paths, which may be secrets. */
    private static String why(@Nullable Throwable failure) {
        return switch (failure) {
            case ForbiddenAddress forbidden -> "it is not a place that Tollgate calls (" + forbidden.getMessage() + ")";
            case NearAddress near -> "its host " + near.getMessage() + " is on this machine or in a private network";
            case UnknownHostException unknown -> "its host does not resolve";
            case SSLException tls -> "TLS with it failed";
            case ConnectException refused -> "there was no connection";
            case null, default -> "the connection broke";
        };
    }

    /** The host resolves to this machine, or into a private network. */
    private static final class NearAddress extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        NearAddress(String host) {
            super(host);
        }
    }
}
