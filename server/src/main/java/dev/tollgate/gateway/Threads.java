package dev.tollgate.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.routing.Hop;
import java.util.List;

/**
 * With which credential a conversation lies that the provider keeps: it knows it by no other. In the memory of this node, the latest
 * answers; any thread.
 */
public final class Threads {
    private static final long MOST_ANSWERS = 100_000;

    /** Who has given an answer. */
    private record Holder(String provider, String credentialId) {
        static Holder of(Hop hop) {
            return new Holder(hop.candidate().provider().name(), hop.credentialId());
        }
    }

    private final Cache<String, Holder> holders =
            Caffeine.newBuilder().maximumSize(MOST_ANSWERS).build();

    /** An answer was given that may be continued. */
    void answered(String messageId, Hop hop) {
        holders.put(messageId, Holder.of(hop));
    }

    /** Those of the ways that lead to the conversation; none where it is elsewhere, or nobody knows where of several. */
    List<Hop> leading(RequestFields.Continued thread, List<Hop> ways) {
        if (thread.previousMessageId() == null) {
            return ways;
        }
        Holder known = holders.getIfPresent(thread.previousMessageId());
        Holder holder = known == null ? only(ways) : known;
        return ways.stream().filter(way -> Holder.of(way).equals(holder)).toList();
    }

    private static Holder only(List<Hop> ways) {
        List<Holder> all = ways.stream().map(Holder::of).distinct().toList();
        return all.size() == 1 ? all.getFirst() : new Holder("", "");
    }
}
