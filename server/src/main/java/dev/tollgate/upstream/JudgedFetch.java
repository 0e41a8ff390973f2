package dev.tollgate.upstream;

import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.kernel.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches small documents from places that a person or a stranger named: an OpenID provider's configuration and keys, a
 * client's metadata. Safe against server-side request forgery: the form of the URL is judged, then every address that its
 * host resolves to, and the connection is made to one of those very addresses; no redirect is followed; size, time and
 * number are bounded. Make one for each purpose, so that strangers cannot take the room of people. Blocks whoever calls;
 * never for an event loop.
 */
public final class JudgedFetch {
    private static final int HTTPS = 443;
    /** Below, each port is some other service's (RFC 6335), which may take an HTTP request for something that it is not. */
    private static final int FIRST_FREE_PORT = 1_024;

    private final Context context;
    private final NamedPlaces places;
    private final HostLookup lookup;
    private final Semaphore room;
    private final long patienceMillis;

    /**
     * Makes the client; connects to nothing.
     *
     * @param blocking runs the lookups, off the event loop
     * @param patience for a whole exchange
     * @param mostAtOnce exchanges under way together; one more is not begun
     */
    public JudgedFetch(Vertx vertx, HostLookup lookup, Executor blocking, Duration patience, int mostAtOnce) {
        this.context = vertx.getOrCreateContext();
        this.lookup = lookup;
        this.room = new Semaphore(mostAtOnce);
        this.patienceMillis = patience.toMillis();
        this.places = new NamedPlaces(
                context,
                vertx.createHttpClient(new HttpClientOptions()
                        .setConnectTimeout((int) patienceMillis / 2)
                        .setKeepAlive(false)
                        .setDecompressionSupported(false)),
                lookup,
                blocking,
                patience.dividedBy(2));
    }

    /**
     * Reads and judges an address where it is typed, before it is kept. Resolves its host.
     *
     * @param near whether it may lead to this machine or into a private network, there also without TLS
     * @throws Refusal if it is no address that the gate may call
     */
    public URI accept(String typed, boolean near) {
        URI url = clean(typed, near);
        if (near) {
            OutboundAddress.check(url, lookup);
        } else {
            OutboundAddress.checkPublic(url, lookup);
        }
        return url;
    }

    private static URI clean(String typed, boolean near) {
        URI url = OutboundAddress.cleanWhole(typed);
        boolean encrypted = "https".equals(url.getScheme());
        if (!near && !encrypted) {
            throw Refusal.invalid("The address is not encrypted.", "Use an https address.");
        }
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        if (!near && port != HTTPS && port < FIRST_FREE_PORT) {
            throw Refusal.invalid("Port " + port + " belongs to another service.", "Use port 443, or one above 1023.");
        }
        return url;
    }

    /**
     * Gets a document, without credentials.
     *
     * @param near whether the URL may lead to this machine or into a private network, there also without TLS
     */
    public Fetched get(URI url, boolean near, int mostBytes) {
        return exchange(HttpMethod.GET, url, near, Map.of(), Buffer.buffer(), mostBytes);
    }

    /**
     * Posts a form or a document, and gives the answer.
     *
     * @param headers its content type and what authenticates it
     */
    public Fetched post(URI url, boolean near, Map<String, String> headers, byte[] body, int mostBytes) {
        return exchange(HttpMethod.POST, url, near, headers, Buffer.buffer(body), mostBytes);
    }

    private Fetched exchange(
            HttpMethod method, URI url, boolean near, Map<String, String> headers, Buffer body, int mostBytes) {
        URI clean;
        try {
            // What another document named has been judged by nobody yet.
            clean = clean(url.toASCIIString(), near);
        } catch (Refusal refused) {
            return new Fetched.Nothing("it is not a place that Tollgate calls (" + refused.getMessage() + ")");
        }
        if (!room.tryAcquire()) {
            return new Fetched.Nothing("too much is being fetched at the moment");
        }
        try {
            return answer(method, clean, near, headers, body, mostBytes);
        } finally {
            room.release();
        }
    }

    private Fetched answer(
            HttpMethod method, URI url, boolean near, Map<String, String> headers, Buffer body, int mostBytes) {
        MultiMap sent = HttpHeaders.headers()
                .add(HttpHeaders.USER_AGENT, "Tollgate")
                .add(HttpHeaders.ACCEPT, "application/json")
                .add(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        headers.forEach(sent::set);
        CompletableFuture<Fetched> answer = new CompletableFuture<>();
        context.runOnContext(v -> places.request(url, near, method)
                .compose(request -> send(request, sent, body, mostBytes, answer))
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
        try {
            return answer.get(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(false);
            return new Fetched.Nothing("there was no whole answer in time");
        } catch (ExecutionException e) {
            return new Fetched.Nothing(NamedPlaces.why(e.getCause()));
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            return new Fetched.Nothing("the gate is stopping");
        }
    }

    private Future<Fetched> send(
            HttpClientRequest request,
            MultiMap headers,
            Buffer body,
            int mostBytes,
            CompletableFuture<Fetched> waiting) {
        // Whoever waited has gone, or goes while the answer trickles in: then nothing is left open.
        var _ = waiting.whenComplete((fetched, failure) -> {
            if (waiting.isCancelled()) {
                context.runOnContext(v -> request.reset());
            }
        });
        request.headers().addAll(headers);
        return request.send(body).compose(response -> whole(request, response, mostBytes));
    }

    private static Future<Fetched> whole(HttpClientRequest request, HttpClientResponse response, int mostBytes) {
        return SmallBody.read(request, response, mostBytes)
                .map(body -> new Fetched.Document(
                        response.statusCode(),
                        response.getHeader(HttpHeaders.CONTENT_TYPE),
                        response.getHeader(HttpHeaders.CACHE_CONTROL),
                        body.getBytes()));
    }
}
