package dev.tollgate.identity.people;

import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Buckets that refill, and what else runs, by the house's clock. */
final class Buckets {
    private Buckets() {}

    /** One that is full at first, and refills evenly within the period. */
    static Bucket of(long capacity, long refill, Duration period, InstantSource clock) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, period))
                .withCustomTimePrecision(new Time(clock))
                .build();
    }

    /** So many in an hour. */
    static Bucket hourly(int attempts, InstantSource clock) {
        return of(attempts, attempts, Duration.ofHours(1), clock);
    }

    /** The house's clock, for what counts nanoseconds. */
    static Ticker ticker(InstantSource clock) {
        return new Time(clock);
    }

    private record Time(InstantSource clock) implements TimeMeter, Ticker {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
        }

        @Override
        public long read() {
            return currentTimeNanos();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
