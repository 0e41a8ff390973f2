package dev.tollgate.upstream;

import dev.tollgate.catalog.Provider;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads what a provider reports of its own bills, with a key that the vault does not hold: whoever asks brings it, and it is
 * neither kept nor repeated. The address is judged like that of every call, and no redirect is followed.
 */
public final class AdminReports {
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    /** What came of one request. */
    public sealed interface Answer {
        /** A 2xx, with its body. */
        record Read(byte[] body) implements Answer {}

        /** Any other status. */
        record Refused(int status) implements Answer {}

        /**
         * There was no whole answer.
         *
         * @param reason half a sentence
         */
        record Unreachable(String reason) implements Answer {}
    }

    private final Context context;
    private final Connector connector;
    private final long patienceMillis;

    /** It gets an event loop context of its own: it must not be made on one. */
    public AdminReports(Vertx vertx, AddressBook addresses, Timeouts timeouts) {
        this.context = vertx.getOrCreateContext();
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) timeouts.connect().toMillis())
                .setKeepAlive(false)
                .setDecompressionSupported(false));
        this.connector = new Connector(context, client, addresses, timeouts.connect());
        this.patienceMillis = 6 * timeouts.connect().toMillis();
    }

    /**
     * Asks for one page. Blocking.
     *
     * @param pathAndQuery below the provider's base URL
     * @param headers the key among them
     */
    public Answer read(Provider provider, String pathAndQuery, MultiMap headers) {
        MultiMap sent = HttpHeaders.headers().addAll(headers).set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        context.runOnContext(v -> exchange(provider.baseUrl(), pathAndQuery, sent)
                .onSuccess(answer::complete)
                .onFailure(answer::completeExceptionally));
        try {
            return answer.get(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Answer.Unreachable("it did not answer in time");
        } catch (ExecutionException e) {
            return new Answer.Unreachable(
                    switch (e.getCause()) {
                        case AddressBook.ForbiddenAddress forbidden -> "its address is none that the gate calls";
                        case SmallBody.TooLarge large -> "its answer is larger than 8 MiB";
                        case null, default -> "no connection to it came about, or it broke";
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unreachable("the gate is stopping");
        }
    }

    private Future<Answer> exchange(URI base, String pathAndQuery, MultiMap headers) {
        String prefix = base.getRawPath() == null ? "" : base.getRawPath();
        return connector.request(base, HttpMethod.GET, prefix + pathAndQuery).compose(request -> {
            request.headers().addAll(headers);
            return request.idleTimeout(patienceMillis).send().compose(response -> whole(request, response));
        });
    }

    private static Future<Answer> whole(HttpClientRequest request, HttpClientResponse response) {
        int status = response.statusCode();
        if (status < 200 || status >= 300) {
            request.reset();
            return Future.succeededFuture(new Answer.Refused(status));
        }
        return SmallBody.read(request, response, MOST_BYTES).map(body -> new Answer.Read(body.getBytes()));
    }
}
