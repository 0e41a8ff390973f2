package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many user codes that are none a person or an address may type (RFC 8628 section 5.1): a code has 34 bits, and nobody
 * gets to try more than a few. Each node counts by itself, in memory.
 */
final class CodeAttempts {
    private static final int MOST_OF_PERSON = 10;
    /** An office may be one address. */
    private static final int MOST_OF_ADDRESS = 60;

    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MOST_KEPT = 100_000;

    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_KEPT)
            .expireAfterAccess(WINDOW)
            .build();

    /** An attempt that has been counted; it can be given back if the code was a right one. */
    static final class Attempt {
        private final Bucket person;
        private final Bucket address;

        private Attempt(Bucket person, Bucket address) {
            this.person = person;
            this.address = address;
        }

        void right() {
            person.addTokens(1);
            address.addTokens(1);
        }
    }

    /** Counts one; null if there have been too many. */
    @Nullable
    Attempt count(String personId, String address) {
        Bucket person = bucket("person " + personId, MOST_OF_PERSON);
        Bucket network = bucket("address " + RateLimits.network(address), MOST_OF_ADDRESS);
        if (!person.tryConsume(1)) {
            return null;
        }
        return network.tryConsume(1) ? new Attempt(person, network) : null;
    }

    private Bucket bucket(String key, int most) {
        return buckets.get(
                key,
                fresh -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(most).refillGreedy(most, WINDOW))
                        .build());
    }
}
