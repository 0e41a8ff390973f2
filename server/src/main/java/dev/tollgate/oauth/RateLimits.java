package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;

/**
 * How often one address may ask for what. What somebody has with IPv6 is a network: its first 56 bits count. Each node counts by
 * itself, in memory: with n nodes behind one address it is n times as often, which is still nothing to a machine that it is to protect.
 */
final class RateLimits {
    /** What is counted apart, and how often it may be had in a minute. An office may be one address. */
    enum Kind {
        CODE(300),
        REFRESH(600),
        DEVICE_POLL(600),
        CLIENT(600),
        EXCHANGE(300),
        ASSERTION(300),
        /** What no grant type of ours is. */
        OTHER(60),
        DEVICE_START(30),
        REGISTER(20),
        LEASE(60),
        PUSH(300),
        LOOK(600),
        PREFLIGHT(600),
        PAGE(300);

        private final int perMinute;

        Kind(int perMinute) {
            this.perMinute = perMinute;
        }
    }

    private static final int MOST_KEPT = 100_000;
    private static final Duration KEPT = Duration.ofMinutes(2);
    /** A /56 is the least that providers are told to give to a home (RIPE-690). */
    private static final int NETWORK_BYTES = 7;

    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterAccess(KEPT).build();

    /**
     * Counts one.
     *
     * @param address an IP address, or any other name of who asks
     * @throws OAuthRefusal if there were too many: 429, but to devices that poll {@code slow_down}, which they know
     */
    void count(Kind kind, String address) {
        Bucket bucket = buckets.get(
                kind.name() + " " + network(address),
                key -> Bucket.builder()
                        .addLimit(limit ->
                                limit.capacity(kind.perMinute).refillGreedy(kind.perMinute, Duration.ofMinutes(1)))
                        .build());
        if (!bucket.tryConsume(1)) {
            throw kind == Kind.DEVICE_POLL ? OAuthRefusal.slowDown() : OAuthRefusal.tooOften();
        }
    }

    /** An IPv4 address that a proxy writes in IPv6's form is that IPv4 address: else all of them were one network. */
    static String network(String address) {
        try {
            return switch (InetAddress.ofLiteral(address)) {
                case Inet6Address six -> HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES);
                case InetAddress four -> four.getHostAddress();
            };
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
