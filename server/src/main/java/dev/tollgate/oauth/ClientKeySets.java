package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import dev.tollgate.upstream.Fetched;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of clients that say where theirs are ({@code jwks_uri}, RFC 7591 section 2). They are kept for as long as their sender says,
 * between five minutes and an hour, and asked for again earlier where an assertion names none of them: so keys are rotated. Anybody
 * may send such an assertion in a client's name, so the looks at one place are a minute apart. Keys that are past their time open
 * nothing, also where new ones cannot be had: their owner may have taken them back.
 */
final class ClientKeySets {
    static final Duration LEAST = Duration.ofMinutes(5);
    static final Duration MOST = Duration.ofHours(1);
    /** The least time between two looks at one place. */
    static final Duration BETWEEN = Duration.ofMinutes(1);

    static final int MOST_BYTES = 64 << 10;
    private static final int MOST_PLACES = 1_000;
    private static final int LONGEST_ADDRESS = 1_000;
    private static final int OK = 200;
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeySets.class);

    private record Kept(List<JWK> keys, long untilMillis) {}

    private final DocumentFetch fetch;
    private final FetchLimits limits;
    private final InstantSource clock;
    private final Cache<URI, Place> places =
            Caffeine.newBuilder().maximumSize(MOST_PLACES).build();

    /**
     * Over a fetch.
     *
     * @param limits shared with whatever else strangers can make this node fetch
     */
    ClientKeySets(DocumentFetch fetch, FetchLimits limits, InstantSource clock) {
        this.fetch = fetch;
        this.limits = limits;
        this.clock = clock;
    }

    /** Whether keys may be fetched from there; what its name leads to is judged when they are. */
    static boolean mayBeFetched(URI address) {
        return "https".equals(address.getScheme())
                && address.getHost() != null
                && address.getRawUserInfo() == null
                && address.getRawFragment() == null
                && address.toString().length() <= LONGEST_ADDRESS;
    }

    /**
     * The keys from there that the header may mean; none if they cannot be had. Blocking, for some seconds at most; without waiting
     * where they are known.
     *
     * @param known whether the known ones have been tried, and none of them has signed it
     */
    List<JWK> find(URI address, JWSHeader header, boolean known) {
        return places.get(address, Place::new).find(header, known);
    }

    /** One of them. Whoever finds its keys wanting looks for new ones; the others wait for what comes of it. */
    private final class Place {
        private final URI address;
        private volatile @Nullable Kept kept;
        private long notBeforeMillis = Long.MIN_VALUE;

        Place(URI address) {
            this.address = address;
        }

        List<JWK> find(JWSHeader header, boolean known) {
            List<JWK> fit = known ? List.of() : fit(header);
            return fit.isEmpty() ? findAnew(header) : fit;
        }

        private List<JWK> fit(JWSHeader header) {
            Kept now = kept;
            JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
            return now == null || matcher == null || now.untilMillis <= clock.millis()
                    ? List.of()
                    : new JWKSelector(matcher).select(new JWKSet(now.keys));
        }

        private synchronized List<JWK> findAnew(JWSHeader header) {
            long now = clock.millis();
            if (now >= notBeforeMillis) {
                notBeforeMillis = now + BETWEEN.toMillis();
                look(now);
            }
            return fit(header);
        }

        private void look(long now) {
            if (!limits.admits(address.getHost(), kept != null)) {
                if (limits.isTimeToTell()) {
                    LOG.warn("Clients' keys are asked for too often: those at {} were not fetched", address.getHost());
                }
                notBeforeMillis = now; // it was not looked at: it may be as soon as there is room
                return;
            }
            if (fetch.get(address, MOST_BYTES) instanceof Fetched.Document document && document.status() == OK) {
                read(document, now);
            }
        }

        private void read(Fetched.Document document, long now) {
            try {
                JWKSet set = JWKSet.parse(new String(document.body(), StandardCharsets.UTF_8));
                List<JWK> usable =
                        set.getKeys().stream().filter(AssertionKeys::isFit).toList();
                // A key whose secret half stands there is anybody's.
                if (!set.containsNonPublicKeys() && usable.size() <= AssertionKeys.MOST) {
                    kept = new Kept(usable, now + document.freshFor(LEAST, MOST).toMillis());
                }
            } catch (ParseException e) {
                // As if it had not answered.
                return;
            }
        }
    }
}
