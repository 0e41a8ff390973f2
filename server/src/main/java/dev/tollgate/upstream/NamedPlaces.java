package dev.tollgate.upstream;

import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.upstream.AddressBook.ForbiddenAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The ways out to places that people named: to every place that the gate calls, or to those on the internet alone. */
final class NamedPlaces {
    private final Connector anywhere;
    private final Connector publicOnly;

    /**
     * Connects to nothing yet.
     *
     * @param blocking runs the lookups, off the event loop
     * @param budget to find a connection, for all addresses of a host together
     */
    NamedPlaces(Context context, HttpClient client, HostLookup lookup, Executor blocking, Duration budget) {
        this.anywhere = new Connector(context, client, new AddressBook(lookup, blocking), budget);
        HostLookup internet = host -> publicOnly(host, lookup);
        this.publicOnly = new Connector(context, client, new AddressBook(internet, blocking), budget);
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
     * A request that can be written, with the URL's path and query. It follows no redirect.
     *
     * @param near whether the URL may lead to this machine or into a private network
     */
    Future<HttpClientRequest> request(URI url, boolean near, HttpMethod method) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return (near ? anywhere : publicOnly).request(url, method, path + query);
    }

    /** Why there was no answer, as a clause in our words: the engine's own messages repeat paths, which may be secrets. */
    static String why(@Nullable Throwable failure) {
        return switch (failure) {
            case ForbiddenAddress forbidden -> "it is not a place that Tollgate calls (" + forbidden.getMessage() + ")";
            case NearAddress near -> "its host " + near.getMessage() + " is on this machine or in a private network";
            case UnknownHostException unknown -> "its host does not resolve";
            case SSLException tls -> "TLS with it failed";
            case ConnectException refused -> "there was no connection";
            case SmallBody.TooLarge large -> "its answer is too large";
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
