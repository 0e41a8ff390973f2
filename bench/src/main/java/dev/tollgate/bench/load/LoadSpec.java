package dev.tollgate.bench.load;

import java.time.Duration;

/**
 * One run of the loader.
 *
 * @param body of every call
 * @param stream whether answers are streams of marked events
 * @param duration no call is sent (or due) after this
 * @param maxCalls no more calls than this are sent, however long the run
 * @param grace how long after the end answers are waited for; what is missing then counts as unanswered
 */
public record LoadSpec(
        Target target, String body, boolean stream, Arrival arrival, Duration duration, long maxCalls, Duration grace) {

    /** Longest run: everything here is bounded. */
    private static final Duration LONGEST = Duration.ofHours(6);

    public LoadSpec {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a run lasts from above 0 to " + LONGEST.toHours() + " hours");
        }
        if (maxCalls < 1) {
            throw new IllegalArgumentException("at least one call is needed: " + maxCalls);
        }
    }

    /** As many calls as fit into the time. */
    public static LoadSpec timed(Target target, String body, boolean stream, Arrival arrival, Duration duration) {
        return new LoadSpec(target, body, stream, arrival, duration, Long.MAX_VALUE, Duration.ofSeconds(30));
    }
}
