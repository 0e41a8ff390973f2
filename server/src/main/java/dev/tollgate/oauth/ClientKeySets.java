package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
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
 *
 * <p>Strangers may name any number of places, so looks at theirs have limits together. Administrators' clients are apart from
 * them: no number of strangers keeps one of these out. Where our limits, and not the place, are why there was no look, a
 * stranger's keys hold on for some hours: else whoever uses the limits up would turn out every other.
 */
final class ClientKeySets {
    static final Duration LEAST = Duration.ofMinutes(5);
    static final Duration MOST = Duration.ofHours(1);
    /** The least time between two looks at one place. */
    static final Duration BETWEEN = Duration.ofMinutes(1);
    /** How long past their time keys are good at most, while the limits allow no look. */
    static final Duration HELD = Duration.ofHours(3);

    static final int MOST_BYTES = 64 << 10;
    private static final int MOST_PLACES = 1_000;
    private static final int LONGEST_ADDRESS = 1_000;
    private static final int OK = 200;
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeySets.class);

    /**
     * What was found at a place.
     *
     * @param untilMillis when it is looked at again
     * @param heldUntilMillis until when the keys hold if the limits allow no look
     */
    private record Kept(List<JWK> keys, long untilMillis, long heldUntilMillis) {
        Kept unheld() {
            return new Kept(keys, untilMillis, untilMillis);
        }
    }

    private final DocumentFetch fetch;
    private final FetchLimits limits;
    private final InstantSource clock;
    private final Cache<URI, Place> vouchedFor = cache();
    private final Cache<URI, Place> strangers = cache();

    /**
     * Over a fetch.
     *
     * @param limits of strangers' places, and of nothing else
     */
    ClientKeySets(DocumentFetch fetch, FetchLimits limits, InstantSource clock) {
        this.fetch = fetch;
        this.limits = limits;
        this.clock = clock;
    }

    private static Cache<URI, Place> cache() {
        return Caffeine.newBuilder().maximumSize(MOST_PLACES).build();
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
     * @param vouched whether the client that named the place is an administrator's
     * @param known whether the known ones have been tried, and none of them has signed it
     */
    List<JWK> find(URI address, boolean vouched, JWSHeader header, boolean known) {
        return (vouched ? vouchedFor : strangers)
                .get(address, each -> new Place(each, vouched))
                .find(header, known);
    }

    /** One of them. Whoever finds its keys wanting looks for new ones; the others wait for what comes of it. */
    private final class Place {
        private final URI address;
        private final boolean vouched;
        private volatile @Nullable Kept kept;
        private long notBeforeMillis = Long.MIN_VALUE;

        Place(URI address, boolean vouched) {
            this.address = address;
            this.vouched = vouched;
        }

        List<JWK> find(JWSHeader header, boolean known) {
            Kept now = kept;
            List<JWK> fit = known || now == null || now.untilMillis <= clock.millis() ? List.of() : fit(now, header);
            return fit.isEmpty() ? findAnew(header) : fit;
        }

        private static List<JWK> fit(Kept kept, JWSHeader header) {
            return AssertionKeys.matching(header, new JWKSet(kept.keys));
        }

        private synchronized List<JWK> findAnew(JWSHeader header) {
            long now = clock.millis();
            boolean refused = now >= notBeforeMillis && !isAdmitted();
            if (now >= notBeforeMillis && !refused) {
                notBeforeMillis = now + BETWEEN.toMillis();
                look(now);
            }
            Kept found = kept;
            return found == null || (refused ? found.heldUntilMillis : found.untilMillis) <= now
                    ? List.of()
                    : fit(found, header);
        }

        /** One that is refused was not looked at: it may be as soon as there is room. */
        private boolean isAdmitted() {
            // One look a minute at each place that an administrator has named is bound enough.
            if (vouched || limits.admits(address.getHost(), kept != null)) {
                return true;
            }
            if (limits.isTimeToTell()) {
                LOG.warn("Clients' keys are asked for too often: those at {} were not fetched", address.getHost());
            }
            return false;
        }

        private void look(long now) {
            Kept before = kept;
            Kept found = fetch.get(address, MOST_BYTES) instanceof Fetched.Document document && document.status() == OK
                    ? read(document, now)
                    : null;
            // The place has been asked, and does not stand by them any more: nothing holds them past their time.
            kept = found == null && before != null ? before.unheld() : found;
        }

        /** Null: as if it had not answered. */
        private static @Nullable Kept read(Fetched.Document document, long now) {
            try {
                JWKSet set = JWKSet.parse(new String(document.body(), StandardCharsets.UTF_8));
                List<JWK> usable =
                        set.getKeys().stream().filter(AssertionKeys::isFit).toList();
                // A key whose secret half stands there is anybody's.
                if (set.containsNonPublicKeys() || usable.size() > AssertionKeys.MOST) {
                    return null;
                }
                long until = now + document.freshFor(LEAST, MOST).toMillis();
                return new Kept(usable, until, until + HELD.toMillis());
            } catch (ParseException e) {
                return null;
            }
        }
    }
}
