package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Json;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.upstream.JudgedFetch;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The keys of issuers: by discovery (OpenID Connect Discovery 1.0 section 4), kept for as long as their sender says, within
 * bounds. Keys that are past their time open nothing, also where new ones cannot be had.
 */
final class FederationKeys {
    static final String WELL_KNOWN = "/.well-known/openid-configuration";
    /** The least time between two looks at one issuer: anybody may name a key that it does not have. */
    static final Duration LEAST = Duration.ofMinutes(1);

    static final Duration MOST = Duration.ofHours(1);
    /** After a look that failed. */
    static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_ISSUERS = 500;

    /** What came of looking for a key. */
    sealed interface Found {
        /** All keys of that id; none if it is empty. */
        record Keys(List<JWK> keys) implements Found {}

        /**
         * The keys cannot be had.
         *
         * @param reason a clause
         */
        record Away(String reason) implements Found {}
    }

    private record Place(String issuer, boolean near) {}

    private record Kept(JWKSet keys, Instant until) {}

    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String reason) {
            super(reason, null, false, false);
        }
    }

    private final JudgedFetch fetch;
    private final InstantSource clock;
    private final Cache<Place, Issuer> issuers =
            Caffeine.newBuilder().maximumSize(MOST_ISSUERS).build();

    FederationKeys(JudgedFetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /** The keys of that id of the rule's issuer. Blocking, for some seconds at most; without waiting if they are known. */
    Found find(TrustRule rule, String kid) {
        return issuers.get(new Place(rule.issuer(), rule.near()), Issuer::new).find(kid);
    }

    /**
     * Asks the issuer now, whatever is known of it.
     *
     * @return null if it has keys; else why it has not, as a clause
     */
    @Nullable
    String fault(TrustRule rule) {
        return issuers.get(new Place(rule.issuer(), rule.near()), Issuer::new).look();
    }

    /** One of them. Whoever finds its keys wanting looks for new ones; the others wait for what comes of it. */
    private final class Issuer {
        private final Place place;
        private volatile @Nullable Kept kept;
        private Instant notBefore = Instant.MIN;
        private String fault = "it has not been asked";

        Issuer(Place place) {
            this.place = place;
        }

        Found find(String kid) {
            List<JWK> known = known(kid);
            return known.isEmpty() ? findAnew(kid) : new Found.Keys(known);
        }

        private List<JWK> known(String kid) {
            Kept now = kept;
            return now == null || !clock.instant().isBefore(now.until)
                    ? List.of()
                    : now.keys.getKeys().stream()
                            .filter(key -> kid.equals(key.getKeyID()))
                            .toList();
        }

        private synchronized Found findAnew(String kid) {
            List<JWK> known = known(kid);
            if (known.isEmpty() && !clock.instant().isBefore(notBefore)) {
                look();
                known = known(kid);
            }
            Kept now = kept;
            return now != null && clock.instant().isBefore(now.until) ? new Found.Keys(known) : new Found.Away(fault);
        }

        private synchronized @Nullable String look() {
            Instant now = clock.instant();
            try {
                kept = fetched(now);
                notBefore = now.plus(LEAST);
                return null;
            } catch (Unusable e) {
                fault = String.valueOf(e.getMessage());
                notBefore = now.plus(AFTER_FAILURE);
                return fault;
            }
        }

        private Kept fetched(Instant now) throws Unusable {
            String issuer = place.issuer;
            String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
            URI keys = keysOf(document(URI.create(base + WELL_KNOWN), "its configuration"));
            Fetched.Document document = document(keys, "its key set");
            try {
                JWKSet set = JWKSet.parse(new String(document.body(), StandardCharsets.UTF_8));
                return new Kept(set.toPublicJWKSet(), now.plus(document.freshFor(LEAST, MOST)));
            } catch (ParseException e) {
                throw new Unusable("its key set is no JSON Web Key Set");
            }
        }

        private URI keysOf(Fetched.Document configuration) throws Unusable {
            JsonNode json;
            try {
                json = Json.MAPPER.readTree(configuration.body());
            } catch (JacksonException e) {
                throw new Unusable("its configuration is no JSON");
            }
            // Section 4.3: else whoever serves one issuer's document could speak for another.
            if (!place.issuer.equals(json.path("issuer").asString(""))) {
                throw new Unusable("its configuration names another issuer");
            }
            try {
                return URI.create(json.path("jwks_uri").asString(""));
            } catch (IllegalArgumentException e) {
                throw new Unusable("its jwks_uri is no URL");
            }
        }

        /** Each URL is judged where it is fetched: also the one that a document names. */
        private Fetched.Document document(URI url, String what) throws Unusable {
            return switch (fetch.get(url, place.near, MOST_BYTES)) {
                case Fetched.Nothing(String reason) -> throw new Unusable(what + " cannot be had: " + reason);
                case Fetched.Document document when document.status() == 200 -> document;
                case Fetched.Document document ->
                    throw new Unusable(what + " cannot be had: the answer has status " + document.status());
            };
        }
    }
}
