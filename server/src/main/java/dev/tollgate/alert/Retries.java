package dev.tollgate.alert;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** How long to wait after each failed attempt: the schedule that the Standard Webhooks specification gives, over three days. */
final class Retries {
    private static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /** Of one message, the first included. */
    static final int MOST_ATTEMPTS = WAITS.size() + 1;

    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();
    /** Up to a tenth more or less, so that what failed together does not come back together. */
    private static final double JITTER = 0.1;

    private Retries() {}

    /**
     * The wait before the next attempt, or empty if that was the last.
     *
     * @param failed how many attempts have failed
     * @param retryAfterMillis the least wait that the other side asked for; 0 if it did not
     */
    static OptionalLong waitMillis(int failed, long retryAfterMillis, RandomGenerator random) {
        if (failed >= MOST_ATTEMPTS) {
            return OptionalLong.empty();
        }
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        long wait = (long) (WAITS.get(failed - 1).toMillis() * factor);
        return OptionalLong.of(Math.max(wait, Math.min(retryAfterMillis, LONGEST_MILLIS)));
    }
}
