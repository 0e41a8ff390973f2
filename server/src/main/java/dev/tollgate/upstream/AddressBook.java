package dev.tollgate.upstream;

import dev.tollgate.catalog.OutboundAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Turns a provider's host into an address that has been judged. The connection is then made to that very address, so a
 * name that answers differently the next time (DNS rebinding) gains nothing.
 */
public final class AddressBook {
    private static final long FRESH_NANOS = 30_000_000_000L;
    private static final int MAX_ENTRIES = 1_024;

    /** One judgement: plain HTTP is allowed to fewer addresses than TLS. */
    private record Place(String host, int port, boolean encrypted) {}

    private record Entry(SocketAddress address, long resolvedNanos) {}

    private final Map<Place, Entry> entries = new ConcurrentHashMap<>();
    private final Executor blocking;

    /** @param blocking runs name resolution, off the event loop */
    public AddressBook(Executor blocking) {
        this.blocking = blocking;
    }

    /** A host as a URI has it, without an IPv6 address's brackets. */
    static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Completes on the calling context; fails with {@link ForbiddenAddress} or {@link UnknownHostException}. */
    Future<SocketAddress> find(Context context, String host, int port, boolean encrypted) {
        Place place = new Place(host, port, encrypted);
        Entry known = entries.get(place);
        if (known != null && System.nanoTime() - known.resolvedNanos < FRESH_NANOS) {
            return Future.succeededFuture(known.address);
        }
        Promise<SocketAddress> found = Promise.promise();
        blocking.execute(() -> {
            try {
                SocketAddress address = resolve(place);
                context.runOnContext(v -> found.complete(address));
            } catch (UnknownHostException | ForbiddenAddress e) {
                context.runOnContext(v -> found.fail(e));
            }
        });
        return found.future();
    }

    private SocketAddress resolve(Place place) throws UnknownHostException, ForbiddenAddress {
        InetAddress first = null;
        for (InetAddress address : InetAddress.getAllByName(place.host)) {
            // One bad answer condemns the name: whoever controls it can choose which one we would take.
            Optional<String> objection = OutboundAddress.objection(address, place.encrypted);
            if (objection.isPresent()) {
                throw new ForbiddenAddress(place.host, objection.get());
            }
            first = first == null ? address : first;
        }
        if (first == null) {
            throw new UnknownHostException(place.host);
        }
        if (entries.size() >= MAX_ENTRIES) {
            entries.clear();
        }
        SocketAddress address = SocketAddress.inetSocketAddress(new InetSocketAddress(first, place.port));
        entries.put(place, new Entry(address, System.nanoTime()));
        return address;
    }

    /** The host resolves to an address to which the gate does not connect. */
    static final class ForbiddenAddress extends Exception {
        private static final long serialVersionUID = 1L;

        ForbiddenAddress(String host, String objection) {
            super(host + ": " + objection);
        }
    }
}
