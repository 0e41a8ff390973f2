package dev.tollgate.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers for a while, in memory and nowhere else, up to so many bytes in all: what is asked for seldom goes first. Any thread;
 * nothing waits. Equal calls at the same time each go their own way until one of them has been answered.
 */
public final class AnswerCache {
    /** What an entry takes besides its body: its key, its headers' texts, the cache's own node. */
    private static final int ENTRY_BYTES = 512;
    /** No answer may push out more than this part of all others. */
    private static final int LARGEST_PART = 16;

    private record Entry(KeptAnswer answer, long sinceNanos, long maxAgeSeconds) {
        int bytes() {
            return ENTRY_BYTES + answer.body().length;
        }
    }

    /**
     * A kept answer.
     *
     * @param ageSeconds whole seconds since it was given first
     */
    public record Found(KeptAnswer answer, long ageSeconds) {}

    private final Cache<CacheKey, Entry> entries;
    private final long largestBytes;
    private final LongSupplier nanos;

    /**
     * An empty one.
     *
     * @param mostBytes of all entries together; 0 keeps nothing
     * @param nanos a clock like {@link System#nanoTime}
     */
    public AnswerCache(long mostBytes, LongSupplier nanos) {
        this.largestBytes = mostBytes / LARGEST_PART;
        this.nanos = nanos;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((CacheKey key, Entry entry) -> entry.bytes())
                .expireAfter(Expiry.writing((CacheKey key, Entry entry) -> Duration.ofSeconds(entry.maxAgeSeconds())))
                .ticker(nanos::getAsLong)
                .executor(Runnable::run) // a few entries' work; not worth a thread of its own
                .build();
    }

    /** False where nothing is ever kept. */
    public boolean isOn() {
        return largestBytes > 0;
    }

    /** The longest body that is kept. */
    public long largestBytes() {
        return largestBytes;
    }

    /** The answer that is kept under that key, if it is younger than that. */
    public @Nullable Found find(CacheKey key, long maxAgeSeconds) {
        Entry entry = entries.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        long ageSeconds = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - entry.sinceNanos());
        return ageSeconds < maxAgeSeconds ? new Found(entry.answer(), ageSeconds) : null;
    }

    /** Keeps an answer, in the place of an older one; not where it is too long. */
    public void keep(CacheKey key, KeptAnswer answer, long maxAgeSeconds) {
        if (answer.body().length <= largestBytes) {
            entries.put(key, new Entry(answer, nanos.getAsLong(), maxAgeSeconds));
        }
    }

    /** Bytes of all entries, about. */
    public long bytes() {
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }
}
