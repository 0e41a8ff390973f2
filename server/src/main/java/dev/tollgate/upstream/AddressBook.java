package dev.tollgate.upstream;

import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Turns a provider's host into addresses that have been judged. The connection is then made to one of these very
 * addresses, so a name that answers differently the next time (DNS rebinding) gains nothing.
 */
public final class AddressBook {
    private static final long FRESH_NANOS = 30_000_000_000L;
    private static final int MAX_ENTRIES = 1_024;
    private static final int MAX_ADDRESSES = 8;

    /** What one judgement is for: plain HTTP is allowed to fewer addresses than TLS. */
    record Place(String host, int port, boolean encrypted) {}

    private record Entry(List<SocketAddress> addresses, long resolvedNanos) {}

    private final Map<Place, Entry> entries = new ConcurrentHashMap<>();
    private final HostLookup lookup;
    private final Executor blocking;

    /** @param blocking runs the lookups, off the event loop */
    public AddressBook(HostLookup lookup, Executor blocking) {
        this.lookup = lookup;
        this.blocking = blocking;
    }

    /** A host as a URI has it, without an IPv6 address's brackets. */
    static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * At least one address and at most eight, in the order in which they should be tried. Completes on the calling context;
     * fails with {@link ForbiddenAddress} or {@link UnknownHostException}.
     */
    Future<List<SocketAddress>> find(Context context, Place place) {
        Entry known = entries.get(place);
        if (known != null && System.nanoTime() - known.resolvedNanos < FRESH_NANOS) {
            return Future.succeededFuture(known.addresses);
        }
        Promise<List<SocketAddress>> found = Promise.promise();
        blocking.execute(() -> {
            try {
                List<SocketAddress> addresses = resolve(place);
                context.runOnContext(v -> found.complete(addresses));
            } catch (UnknownHostException | ForbiddenAddress e) {
                context.runOnContext(v -> found.fail(e));
            }
        });
        return found.future();
    }

    /** No connection to that address came about: for as long as this answer is fresh, it is tried last. */
    void failed(Place place, SocketAddress address) {
        entries.computeIfPresent(place, (key, entry) -> {
            List<SocketAddress> others = new ArrayList<>(entry.addresses);
            if (others.remove(address)) {
                others.add(address);
            }
            return new Entry(List.copyOf(others), entry.resolvedNanos);
        });
    }

    private List<SocketAddress> resolve(Place place) throws UnknownHostException, ForbiddenAddress {
        List<SocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : lookup.lookup(place.host)) {
            // One bad answer condemns the name: whoever controls it can choose which one we would take.
            Optional<String> objection = OutboundAddress.objection(address, place.encrypted);
            if (objection.isPresent()) {
                throw new ForbiddenAddress(place.host, objection.get());
            }
            if (addresses.size() < MAX_ADDRESSES) {
                addresses.add(SocketAddress.inetSocketAddress(new InetSocketAddress(address, place.port)));
            }
        }
        if (addresses.isEmpty()) {
            throw new UnknownHostException(place.host);
        }
        if (entries.size() >= MAX_ENTRIES) {
            entries.clear();
        }
        List<SocketAddress> kept = List.copyOf(addresses);
        entries.put(place, new Entry(kept, System.nanoTime()));
        return kept;
    }

    /** The host resolves to an address to which the gate does not connect. */
    static final class ForbiddenAddress extends Exception {
        private static final long serialVersionUID = 1L;

        ForbiddenAddress(String host, String objection) {
            super(host + ": " + objection);
        }
    }
}
