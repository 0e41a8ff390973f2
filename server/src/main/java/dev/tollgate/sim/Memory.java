package dev.tollgate.sim;

import dev.tollgate.sim.Measure.Prefix;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that outlives a call here: which prompt prefixes were seen (by hash, with their length) and how often a fault has
 * struck. Bounded; the least recently used is forgotten. Nothing expires by time, so that tests need not hurry.
 */
final class Memory {

    private static final int CAPACITY = 10_000;

    private final Map<Long, Long> cachedTokens = leastRecentlyUsed();
    private final Map<Long, Integer> strikes = leastRecentlyUsed();

    /**
     * Reads what an earlier call of this caller has cached of the prompt, and caches the rest.
     *
     * @param seed when given, calls of one seed share one cache entry, whatever their prompts are
     */
    synchronized CacheUse cache(long caller, @Nullable String seed, CacheRequest request) {
        Prefix upTo = request.upTo();
        if (upTo == null) {
            return CacheUse.NONE;
        }
        long read = 0;
        if (seed != null) {
            long key = key(caller, Measure.hash(seed));
            read = Math.min(upTo.tokens(), cachedTokens.getOrDefault(key, 0L));
            cachedTokens.put(key, upTo.tokens());
        } else {
            for (Prefix prefix : request.prefixes()) {
                if (prefix.tokens() <= upTo.tokens() && cachedTokens.containsKey(key(caller, prefix.hash()))) {
                    read = prefix.tokens();
                }
            }
            if (cachedTokens.containsKey(key(caller, upTo.hash()))) {
                read = upTo.tokens();
            }
            cachedTokens.put(key(caller, upTo.hash()), upTo.tokens());
        }
        long write1h = Math.max(0, request.hourTokens() - read);
        return new CacheUse(read, upTo.tokens() - read - write1h, write1h);
    }

    /** Whether {@code fault} strikes this call: always, or its first so many calls of a seed and caller. */
    synchronized boolean strikes(Fault fault, long caller, long seed) {
        if (fault.times() == 0) {
            return true;
        }
        long key = key(caller, Measure.mix(seed) ^ fault.hashCode());
        int before = strikes.getOrDefault(key, 0);
        if (before >= fault.times()) {
            return false;
        }
        strikes.put(key, before + 1);
        return true;
    }

    private static long key(long caller, long hash) {
        return Measure.mix(caller ^ Measure.mix(hash));
    }

    private static <V> Map<Long, V> leastRecentlyUsed() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
                return size() > CAPACITY;
            }
        };
    }
}
