package dev.tollgate.console;

import com.nimbusds.jose.jwk.JWKSet;
import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.upstream.JudgedFetch;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Providers' configurations and keys, kept for as long as their senders say, within bounds. */
final class OutsideDocuments implements IdentityProviders.Introduction {
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_KEPT = 200;
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofHours(1);

    private record Kept<T>(T value, Instant fetchedAt, Instant until) {}

    private final JudgedFetch fetch;
    private final InstantSource clock;
    private final Map<IdentityProvider, Kept<OutsideConfiguration>> configurations = new ConcurrentHashMap<>();
    private final Map<URI, Kept<JWKSet>> keys = new ConcurrentHashMap<>();

    OutsideDocuments(JudgedFetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    @Override
    public void check(IdentityProvider provider) {
        fetch.accept(provider.issuer(), provider.near());
        try {
            keys(provider, configuration(provider));
        } catch (OutsideFailure e) {
            throw Refusal.invalid(
                    "The provider cannot be used: " + e.getMessage() + ".",
                    "Check the issuer: its configuration is at ISSUER" + WELL_KNOWN
                            + ". One in a private network needs --private.");
        }
    }

    /** How to talk to the provider. Blocking. */
    OutsideConfiguration configuration(IdentityProvider provider) throws OutsideFailure {
        Instant now = clock.instant();
        Kept<OutsideConfiguration> kept = configurations.get(provider);
        if (kept != null && now.isBefore(kept.until)) {
            return kept.value;
        }
        String issuer = provider.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        Fetched.Document document = document(provider, URI.create(base + WELL_KNOWN));
        OutsideConfiguration configuration = OutsideConfiguration.read(provider, document.body());
        keep(configurations, provider, new Kept<>(configuration, now, now.plus(document.freshFor(LEAST, MOST))));
        return configuration;
    }

    /** The provider's keys. Blocking. */
    JWKSet keys(IdentityProvider provider, OutsideConfiguration configuration) throws OutsideFailure {
        Kept<JWKSet> kept = keys.get(configuration.keys());
        return kept != null && clock.instant().isBefore(kept.until) ? kept.value : fetchKeys(provider, configuration);
    }

    /** The keys once more, as one of them was not there: but at most once a minute, as anybody may name a key. */
    JWKSet keysAnew(IdentityProvider provider, OutsideConfiguration configuration) throws OutsideFailure {
        Kept<JWKSet> kept = keys.get(configuration.keys());
        if (kept != null && clock.instant().isBefore(kept.fetchedAt.plus(LEAST))) {
            return kept.value;
        }
        return fetchKeys(provider, configuration);
    }

    private JWKSet fetchKeys(IdentityProvider provider, OutsideConfiguration configuration) throws OutsideFailure {
        Instant now = clock.instant();
        Fetched.Document document = document(provider, configuration.keys());
        JWKSet set;
        try {
            set = JWKSet.parse(new String(document.body(), StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new OutsideFailure(Kind.AWAY, "its keys are no JSON Web Key Set");
        }
        keep(keys, configuration.keys(), new Kept<>(set, now, now.plus(document.freshFor(LEAST, MOST))));
        return set;
    }

    private Fetched.Document document(IdentityProvider provider, URI url) throws OutsideFailure {
        return switch (fetch.get(url, provider.near(), MOST_BYTES)) {
            case Fetched.Nothing(String reason) -> throw new OutsideFailure(Kind.AWAY, reason);
            case Fetched.Document document when document.status() == 200 -> document;
            case Fetched.Document document ->
                throw new OutsideFailure(Kind.AWAY, "it answered with status " + document.status());
        };
    }

    private static <K, V> void keep(Map<K, Kept<V>> all, K key, Kept<V> value) {
        if (all.size() >= MOST_KEPT) {
            all.clear();
        }
        all.put(key, value);
    }
}
