package dev.tollgate.upstream;

import dev.tollgate.catalog.HostLookup;
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
import java.net.URI;
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
import org.jspecify.annotations.Nullable;

/**
 * Posts to addresses that people typed, such as those of webhooks: judged before each connection, no redirects, and of the
 * answer only its head counts. Blocks whoever posts; never for an event loop.
 */
public final class OutboundPost {
    private static final long MOST_DRAINED = 64 * 1024;

    private final Context context;
    private final NamedPlaces places;
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
        this.places = new NamedPlaces(context, client, lookup, blocking, patience.dividedBy(2));
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
            throw new IOException(NamedPlaces.why(e.getCause()));
        } catch (TimeoutException e) {
            throw new IOException("there was no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the gate is stopping");
        }
    }

    private Future<Head> exchange(URI url, boolean near, Map<String, String> headers, Buffer body) {
        MultiMap sent = HttpHeaders.headers().add(HttpHeaders.USER_AGENT, "Tollgate");
        headers.forEach(sent::add);
        return places.request(url, near, HttpMethod.POST).compose(request -> {
            request.headers().addAll(sent);
            // A byte now and then would keep an idle timeout from ever coming: by then it is over, whatever comes.
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
}
