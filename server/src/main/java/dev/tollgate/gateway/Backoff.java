package dev.tollgate.gateway;

import dev.tollgate.routing.Hop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How long one call waits between its attempts: exponential with full jitter (a random part of a doubling bound, which
 * spreads callers that failed together), never less than the provider asked for, and bounded over the whole call.
 */
final class Backoff {
    /** How long a credential rests after a 429 that names no time. */
    static final Duration DEFAULT_COOL_DOWN = Duration.ofSeconds(5);

    private static final long BASE_MILLIS = 200;
    private static final long CAP_MILLIS = 4_000;
    private static final long AFTER_ASKED = 4;
    private static final Duration BUDGET = Duration.ofSeconds(8);
    private static final int MAX_RETRY_AFTER_SECONDS = 24 * 3_600;

    private final List<Hop> faulted = new ArrayList<>(1);
    private Duration spent = Duration.ZERO;
    private int exponent;

    /** @param asked what the provider's {@code retry-after} said, if anything */
    Duration next(@Nullable Duration asked) {
        long bound = Math.min(CAP_MILLIS, BASE_MILLIS << Math.min(exponent++, 10));
        Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound + 1));
        // Those who were told the same time must not come back at the same moment.
        return asked == null ? jitter : asked.plus(jitter.dividedBy(AFTER_ASKED));
    }

    /** True the first time that a way fails: then it is tried once more before the next one is. */
    boolean firstFault(Hop hop) {
        if (faulted.contains(hop)) {
            return false;
        }
        faulted.add(hop);
        return true;
    }

    /** Whether the call can still wait that long. */
    boolean affords(Duration wait) {
        return spent.plus(wait).compareTo(BUDGET) <= 0;
    }

    void spend(Duration wait) {
        spent = spent.plus(wait);
    }

    /** {@code Retry-After} in seconds (RFC 9110, section 10.2.3); null if absent or a date, which no provider sends. */
    static @Nullable Duration retryAfter(@Nullable String header) {
        if (header == null || header.length() > 10) {
            return null;
        }
        try {
            double seconds = Double.parseDouble(header.trim());
            boolean sane = seconds >= 0 && seconds <= MAX_RETRY_AFTER_SECONDS;
            return sane ? Duration.ofMillis((long) Math.ceil(seconds * 1_000)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
