package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How often strangers can make this node fetch what they name. Clients that are known have room of their own, so that nobody
 * can crowd them out with new names.
 */
final class FetchLimits {
    /** Of clients that are not known yet, in a minute. */
    static final int OF_NEWCOMERS = 60;

    /** Of clients that have been fetched before. */
    static final int OF_KNOWN = 60;
    /** Of one host's together, whether known or not. */
    static final int OF_ONE_HOST = 10;

    private static final int MOST_HOSTS = 1_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TimeMeter time;
    private final Bucket newcomers;
    private final Bucket known;
    private final Bucket word;
    private final Cache<String, Bucket> hosts = Caffeine.newBuilder()
            .maximumSize(MOST_HOSTS)
            .expireAfterAccess(MINUTE.multipliedBy(2))
            .build();

    FetchLimits(TimeMeter time) {
        this.time = time;
        this.newcomers = perMinute(OF_NEWCOMERS);
        this.known = perMinute(OF_KNOWN);
        this.word = perMinute(1);
    }

    private Bucket perMinute(int most) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(most).refillGreedy(most, MINUTE))
                .build();
    }

    /**
     * Whether one more may be made; it is then counted.
     *
     * @param isKnown whether the client has been fetched before
     */
    boolean admits(String host, boolean isKnown) {
        return hosts.get(host, name -> perMinute(OF_ONE_HOST)).tryConsume(1)
                && (isKnown ? known : newcomers).tryConsume(1);
    }

    /** Whether it is time to say that one was refused: the log is not a stranger's to fill. */
    boolean isTimeToTell() {
        return word.tryConsume(1);
    }
}
