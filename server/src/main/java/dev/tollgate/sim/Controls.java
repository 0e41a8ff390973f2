package dev.tollgate.sim;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request's {@code x-sim-*} headers settle, beside its model's name. {@link #UNSET} stands for an absent number.
 *
 * @param seed replaces the seed that is taken from the request's content
 * @param fault for any model, and before the one in the model's name
 * @param durationMillis how long an answer takes
 * @param events how many pieces the text is streamed in
 * @param faultAfter how many pieces go out before a fault in the middle of a stream
 * @param pingMillis how long a stream may be still before a ping is sent (Anthropic)
 * @param retryAfter the {@code retry-after} of a 429, as it is to be written; {@code none} for none
 * @param inputTokens input tokens to report, cache reads and writes not included
 * @param problems what is wrong with these headers, one line each
 */
record Controls(
        @Nullable String seed,
        @Nullable Fault fault,
        long durationMillis,
        long events,
        long faultAfter,
        long pingMillis,
        String retryAfter,
        long inputTokens,
        long outputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        List<String> problems) {

    static final long UNSET = -1;

    static Controls of(MultiMap headers) {
        List<String> problems = new ArrayList<>();
        return new Controls(
                headers.get("x-sim-seed"),
                fault(headers, problems),
                number(headers, "x-sim-duration-ms", problems),
                number(headers, "x-sim-events", problems),
                number(headers, "x-sim-fault-after", problems),
                number(headers, "x-sim-ping-ms", problems),
                headers.contains("x-sim-retry-after") ? headers.get("x-sim-retry-after") : "1",
                number(headers, "x-sim-input-tokens", problems),
                number(headers, "x-sim-output-tokens", problems),
                number(headers, "x-sim-cache-read-tokens", problems),
                number(headers, "x-sim-cache-write-tokens", problems),
                problems);
    }

    private static @Nullable Fault fault(MultiMap headers, List<String> problems) {
        String word = headers.get("x-sim-fault");
        if (word == null) {
            return null;
        }
        Fault fault = Fault.of(word).orElse(null);
        if (fault == null) {
            problems.add("x-sim-fault takes " + Fault.WORDS);
        }
        return fault;
    }

    private static long number(MultiMap headers, String name, List<String> problems) {
        String value = headers.get(name);
        if (value == null) {
            return UNSET;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, together with the negative ones
        }
        problems.add(name + " must be a whole number of 0 or more");
        return UNSET;
    }
}
