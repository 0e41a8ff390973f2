package dev.tollgate.budget;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.time.Duration;

/**
 * A token bucket that holds a minute's worth and refills evenly. It takes no lock. What turns out to be more than it holds leaves it in
 * debt, and nothing is had from it until that has flowed back.
 */
final class RateBucket {
    /** Of one call. No model writes so much; a provider that says it did must not reach the end of a {@code long}. */
    private static final long MOST_CHARGED = 1_000_000_000;

    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private final long perMinute;
    private final Bucket bucket;

    private RateBucket(long perMinute, Bucket bucket) {
        this.perMinute = perMinute;
        this.bucket = bucket;
    }

    static RateBucket full(long perMinute, TimeMeter time) {
        return new RateBucket(
                perMinute,
                Bucket.builder()
                        .withCustomTimePrecision(time)
                        .addLimit(bandwidth(perMinute))
                        .build());
    }

    private static Bandwidth bandwidth(long perMinute) {
        return Bandwidth.builder()
                .capacity(perMinute)
                .refillGreedy(perMinute, Duration.ofMinutes(1))
                .build();
    }

    /** The same bucket under another limit, as full in proportion as it was: a change is no way to a burst. */
    RateBucket changed(long perMinuteNow) {
        if (perMinuteNow != perMinute) {
            bucket.replaceConfiguration(
                    BucketConfiguration.builder()
                            .addLimit(bandwidth(perMinuteNow))
                            .build(),
                    TokensInheritanceStrategy.PROPORTIONALLY);
        }
        return new RateBucket(perMinuteNow, bucket);
    }

    long perMinute() {
        return perMinute;
    }

    /** Of what is more than a whole bucket, that bucket; the rest is charged when it is known. */
    long asked(long tokens) {
        return Math.min(tokens, perMinute);
    }

    boolean take(long tokens) {
        return bucket.tryConsume(asked(tokens));
    }

    void giveBack(long tokens) {
        if (tokens > 0) {
            bucket.addTokens(tokens);
        }
    }

    void charge(long tokens) {
        if (tokens > 0) {
            bucket.consumeIgnoringRateLimits(Math.min(tokens, MOST_CHARGED));
        }
    }

    /** Less than 0 in debt. */
    long available() {
        return bucket.getAvailableTokens();
    }

    /** How long until that much can be had, if nobody else takes it; 0 if it can. */
    long nanosUntil(long tokens) {
        return bucket.estimateAbilityToConsume(asked(tokens)).getNanosToWaitForRefill();
    }

    RateStanding standing() {
        long available = available();
        double missing = (double) (perMinute - available) / perMinute;
        return new RateStanding(perMinute, Math.max(0, available), (long) (missing * NANOS_PER_MINUTE));
    }
}
