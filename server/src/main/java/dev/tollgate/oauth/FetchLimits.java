package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How often strangers can make this node fetch one kind of thing that they name: documents and keys have limits apart. What has
 * been fetched before has room of its own, so that new names do not crowd it out.
 */
final class FetchLimits {
    /** Of what has not been fetched before, in a minute. */
    static final int OF_NEWCOMERS = 60;

    /** Of what has. */
    static final int OF_KNOWN = 60;
    /** Of one host's together, whether fetched before or not. */
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
     * Whether one more may be made; it is then counted. One that may not counts for nothing: it uses up neither its host's room
     * nor that of other hosts.
     *
     * @param isKnown whether it has been fetched before
     */
    boolean admits(String host, boolean isKnown) {
        Bucket all = isKnown ? known : newcomers;
        if (!all.tryConsume(1)) {
            return false;
        }
        if (hosts.get(host, name -> perMinute(OF_ONE_HOST)).tryConsume(1)) {
            return true;
        }
        all.addTokens(1);
        return false;
    }

    /** Whether it is time to say that one was refused: the log is not a stranger's to fill. */
    boolean isTimeToTell() {
        return word.tryConsume(1);
    }
}
