package dev.tollgate.console;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * How many pages may be asked for in a minute: more than any person needs, and less than a machine would like. Each node
 * counts by itself, in memory.
 */
final class Pace {
    private static final int PER_MINUTE = 300;
    private static final int MOST_KEYS = 100_000;
    /** After so long without use a bucket is full anyway. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(2);

    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_KEYS)
            .expireAfterAccess(FORGOTTEN_AFTER)
            .build();

    /** Takes one; how long to wait for it, zero if there is one. */
    Duration take(String key) {
        Bucket bucket = buckets.get(
                key,
                fresh -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(PER_MINUTE).refillGreedy(PER_MINUTE, Duration.ofMinutes(1)))
                        .build());
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
    }
}
