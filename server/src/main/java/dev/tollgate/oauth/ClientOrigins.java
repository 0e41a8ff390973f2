package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The origins of all clients together: a preflight names no client (Fetch standard, section 4.8). Kept in memory; for an origin that
 * is not known the store is read again, at most once a second.
 */
final class ClientOrigins {
    private static final long BELIEVED_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final long AT_REST_MILLIS = 1_000;
    private static final int MOST_DOCUMENTS = 10_000;

    private record Known(Set<String> origins, long readAtMillis) {}

    private final Store store;
    private final InstantSource clock;
    private final Cache<String, Boolean> fetched = Caffeine.newBuilder()
            .maximumSize(MOST_DOCUMENTS)
            .expireAfterWrite(Duration.ofHours(1))
            .build();
    private volatile @Nullable Known known;

    ClientOrigins(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Whether a client has pages of this origin. Blocking. */
    boolean include(String origin) {
        if (fetched.getIfPresent(origin) != null) {
            return true;
        }
        long now = clock.millis();
        Known last = known;
        boolean current = last != null && now - last.readAtMillis < BELIEVED_MILLIS;
        if (last != null && current && last.origins.contains(origin)) {
            return true;
        }
        return again(now).origins.contains(origin);
    }

    private synchronized Known again(long now) {
        Known last = known;
        if (last == null || now - last.readAtMillis >= AT_REST_MILLIS) {
            last = new Known(read(now, last), now);
            known = last;
        }
        return last;
    }

    /** While the store does not answer, what was known holds on: nobody registers anything then. */
    private Set<String> read(long now, @Nullable Known last) {
        try {
            return read(now);
        } catch (StoreUnavailable e) {
            if (last == null) {
                throw e;
            }
            return last.origins;
        }
    }

    private Set<String> read(long now) {
        Set<String> origins = new HashSet<>();
        for (String metadata : store.read(handle -> ClientTable.metadata(handle, now))) {
            for (JsonNode redirect : Json.MAPPER.readTree(metadata).path("redirect_uris")) {
                add(origins, redirect.asString(""));
            }
        }
        // Of a document that another node has fetched, its own address says as much as is needed.
        store.read(ClientTable::documents).forEach(id -> add(origins, id));
        return Set.copyOf(origins);
    }

    private static void add(Set<String> origins, String address) {
        String origin = RedirectUris.origin(address);
        if (origin != null) {
            origins.add(origin);
        }
    }

    /** A client has been registered: the next preflight may be of its page. */
    void registered() {
        known = null;
    }

    /** A client that is a document has been fetched. */
    void fetched(Client client) {
        client.origins().forEach(origin -> fetched.put(origin, true));
    }
}
