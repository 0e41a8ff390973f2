package dev.tollgate.oauth;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Refused tokens that no trusted issuer is proven to have signed. Anybody can send them without end, and the audit trail is never
 * cut: of what comes from one address, the first gets a row; what follows within a minute is counted, and the trail then tells
 * how many there were. In memory, and only so many addresses: those beyond are counted together.
 */
final class UnprovenDenials {
    static final Duration PERIOD = Duration.ofMinutes(1);
    static final int MOST_ADDRESSES = 100;
    /** Stands for all addresses that found no room. */
    static final String ELSEWHERE = "elsewhere";

    /** Of one address, since its last row. */
    private static final class Tally {
        private final String address;
        private long rowAtMillis;
        private long more;

        private Tally(String address, long rowAtMillis) {
            this.address = address;
            this.rowAtMillis = rowAtMillis;
        }

        private boolean isOver(long nowMillis) {
            return nowMillis - rowAtMillis >= PERIOD.toMillis();
        }
    }

    /** By the address, or by the network that one client may have. */
    private final Map<String, Tally> tallies = new HashMap<>();

    /**
     * Counts one.
     *
     * @return present if it is to have a row: how many of its address that row must tell of, which had none
     */
    synchronized OptionalLong count(String address, long nowMillis) {
        String network = RateLimits.network(address);
        boolean room = tallies.containsKey(network) || tallies.size() < MOST_ADDRESSES;
        String key = room ? network : ELSEWHERE;
        Tally tally = tallies.get(key);
        if (tally == null) {
            tallies.put(key, new Tally(room ? address : ELSEWHERE, nowMillis));
            return OptionalLong.of(0);
        }
        if (!tally.isOver(nowMillis)) {
            tally.more++;
            return OptionalLong.empty();
        }
        long before = tally.more;
        tally.more = 0;
        tally.rowAtMillis = nowMillis;
        return OptionalLong.of(before);
    }

    /** How many had no row, by the address, where the minute is over. They are forgotten here: the caller writes them. */
    synchronized SortedMap<String, Long> over(long nowMillis) {
        SortedMap<String, Long> sums = new TreeMap<>();
        for (Iterator<Tally> each = tallies.values().iterator(); each.hasNext(); ) {
            Tally tally = each.next();
            if (tally.isOver(nowMillis)) {
                each.remove();
                if (tally.more > 0) {
                    sums.put(tally.address, tally.more);
                }
            }
        }
        return sums;
    }
}
