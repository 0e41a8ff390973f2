package dev.tollgate.identity.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.identity.people.DeviceTokens.Device;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How often somebody may guess. An attempt is counted before it is judged, so that a thousand at once are a thousand, and
 * given back if it was right. From devices that a person has not signed in with, attempts are counted for all people
 * together, for the network that they come from, for the account, and for that network at that account, where the wait
 * doubles each time. A device that the person has signed in with has a count of its own: nobody elsewhere can use it up,
 * and so nobody is locked out by others.
 *
 * <p>Each node counts by itself, in memory. All keys of newcomers are made after the count of all together has let the
 * attempt in, so that in the time for which they are kept there are fewer of them than there is room for: nobody can have a
 * key forgotten by guessing elsewhere.
 */
final class Throttle {
    /**
     * The bounds.
     *
     * @param perMinute failed attempts of all newcomers together; five times as many at once
     * @param perNetworkHour failed attempts from one network
     * @param perAccountHour failed attempts of all newcomers at one account
     * @param newcomerFree failed attempts of a network at an account before it has to wait
     * @param knownFree the same for a device that is known
     */
    record Limits(int perMinute, int perNetworkHour, int perAccountHour, int newcomerFree, int knownFree) {
        /** Of passwords: at most 40 guesses in an hour at one account by newcomers, then 20. */
        static final Limits PASSWORDS = new Limits(60, 100, 20, 5, 10);

        /** Of codes: of a million, three are right at a time; 250 guesses in a day find one in 1,300 days. */
        static final Limits CODES = new Limits(60, 100, 10, 5, 10);
    }

    /** Whether an attempt may be made. */
    sealed interface Entry {
        /**
         * It may, and counts as failed until one of these has been run.
         *
         * @param right it was right: the failures before it count no more
         * @param notMade it was not made: all is as before
         */
        record Admitted(Runnable right, Runnable notMade) implements Entry {}

        /** Not before so long. */
        record Wait(Duration time) implements Entry {}
    }

    private static final int MOST_KEYS = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(12);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    private static final int MOST_DOUBLINGS = 10;
    private static final int BURST_MINUTES = 5;

    /**
     * Failed attempts in a row, and until when there may be no other.
     *
     * @param row a number of this row, another once the slate was wiped
     */
    private record Failures(long row, int count, long notBeforeMillis) {}

    private final InstantSource clock;
    private final Limits limits;
    private final Bucket all;
    private final Cache<String, Bucket> networks;
    private final Cache<String, Bucket> accounts;
    private final Cache<String, Failures> failures;
    private final AtomicLong rows = new AtomicLong();

    Throttle(InstantSource clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
        this.all = Buckets.of((long) BURST_MINUTES * limits.perMinute, limits.perMinute, Duration.ofMinutes(1), clock);
        this.networks = cache();
        this.accounts = cache();
        this.failures = cache();
    }

    private <V> Cache<String, V> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .ticker(Buckets.ticker(clock))
                .build();
    }

    /**
     * Asks for one attempt.
     *
     * @param account whose, whether there is such an account or not
     * @param address the client's
     * @param device the device, if it is one that this account's person has signed in with; else {@code null}
     */
    Entry enter(String account, String address, @Nullable Device device) {
        return device == null ? newcomer(account, Networks.of(address)) : known(account, device);
    }

    private Entry known(String account, Device device) {
        return row("device " + device.id() + " " + account, limits.knownFree, () -> {});
    }

    private Entry newcomer(String account, String network) {
        if (take(all) instanceof Entry.Wait wait) {
            return wait;
        }
        Bucket ofNetwork = networks.get(network, key -> Buckets.hourly(limits.perNetworkHour, clock));
        if (take(ofNetwork) instanceof Entry.Wait wait) {
            all.addTokens(1);
            return wait;
        }
        Bucket ofAccount = accounts.get(account, key -> Buckets.hourly(limits.perAccountHour, clock));
        if (take(ofAccount) instanceof Entry.Wait wait) {
            all.addTokens(1);
            ofNetwork.addTokens(1);
            return wait;
        }
        Runnable giveBack = () -> {
            all.addTokens(1);
            ofNetwork.addTokens(1);
            ofAccount.addTokens(1);
        };
        Entry entry = row("network " + network + " " + account, limits.newcomerFree, giveBack);
        if (entry instanceof Entry.Wait) {
            giveBack.run();
        }
        return entry;
    }

    private static @Nullable Entry take(Bucket bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? null : new Entry.Wait(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /** Failures in a row: after the free ones the wait doubles. One that was right wipes the slate. */
    private Entry row(String key, int free, Runnable giveBack) {
        long now = clock.millis();
        Failures[] before = new Failures[1];
        failures.asMap().compute(key, (name, row) -> {
            before[0] = row == null ? new Failures(rows.incrementAndGet(), 0, 0) : row;
            return now < before[0].notBeforeMillis ? row : after(before[0], 1, now, free);
        });
        Failures found = before[0];
        if (now < found.notBeforeMillis) {
            return new Entry.Wait(Duration.ofMillis(found.notBeforeMillis - now));
        }
        Runnable right = () -> {
            failures.invalidate(key);
            giveBack.run();
        };
        Runnable notMade = () -> {
            failures.asMap().computeIfPresent(key, (name, row) -> without(row, found, now, free));
            giveBack.run();
        };
        return new Entry.Admitted(right, notMade);
    }

    /** The row as if the attempt had not been made that was let in at that time; what others did since stays counted. */
    private static Failures without(Failures row, Failures found, long atMillis, int free) {
        if (row.row != found.row) {
            return row;
        }
        boolean last = row.equals(after(found, 1, atMillis, free));
        return last ? found : after(row, -1, row.notBeforeMillis - waitMillis(row.count, free), free);
    }

    private static Failures after(Failures row, int more, long atMillis, int free) {
        int count = row.count + more;
        long wait = waitMillis(count, free);
        return new Failures(row.row, count, wait == 0 ? 0 : atMillis + wait);
    }

    private static long waitMillis(int count, int free) {
        if (count < free) {
            return 0;
        }
        Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(count - free, MOST_DOUBLINGS));
        return (doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled).toMillis();
    }
}
