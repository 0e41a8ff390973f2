package dev.tollgate.upstream;

import dev.tollgate.upstream.AddressBook.Place;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Gets a connection to a host, at whichever of its addresses one comes about, TLS included. Nothing has been sent while
 * it looks for one; once a connection stands, its request is not moved to another address.
 */
final class Connector {
    private final Context context;
    private final HttpClient client;
    private final AddressBook addresses;
    private final long budgetNanos;

    /** @param budget for all addresses together */
    Connector(Context context, HttpClient client, AddressBook addresses, Duration budget) {
        this.context = context;
        this.client = client;
        this.addresses = addresses;
        this.budgetNanos = budget.toNanos();
    }

    /**
     * A request to an http or https address, which follows no redirect.
     *
     * @param at of which only scheme, host and port are used
     * @param pathAndQuery as they go on the wire
     */
    Future<HttpClientRequest> request(URI at, HttpMethod method, String pathAndQuery) {
        boolean tls = "https".equals(at.getScheme());
        int port = at.getPort() > 0 ? at.getPort() : tls ? 443 : 80;
        Place place = new Place(AddressBook.unbracketed(at.getHost()), port, tls);
        return request(
                place,
                address -> new RequestOptions()
                        .setMethod(method)
                        .setServer(address)
                        .setHost(at.getHost())
                        .setPort(port)
                        .setSsl(tls)
                        .setFollowRedirects(false)
                        .setURI(pathAndQuery));
    }

    /**
     * A request that can be written, on a new connection or a kept one.
     *
     * @param options what to ask of a server at that address
     */
    Future<HttpClientRequest> request(Place place, Function<SocketAddress, RequestOptions> options) {
        return addresses
                .find(context, place)
                .compose(found -> request(place, found, options, System.nanoTime() + budgetNanos));
    }

    private Future<HttpClientRequest> request(
            Place place,
            List<SocketAddress> left,
            Function<SocketAddress, RequestOptions> options,
            long deadlineNanos) {
        SocketAddress address = left.getFirst();
        boolean last = left.size() == 1;
        long leftMillis = Math.max(2, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
        // Half of what is left: an address that swallows packets must not use up the time of those behind it.
        long patienceMillis = last ? leftMillis : leftMillis / 2;
        Future<HttpClientRequest> request =
                client.request(options.apply(address).setConnectTimeout(patienceMillis));
        return last
                ? request
                : request.recover(failure -> {
                    addresses.failed(place, address);
                    return request(place, left.subList(1, left.size()), options, deadlineNanos);
                });
    }
}
