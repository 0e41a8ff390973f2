package dev.tollgate.bench.mock;

import java.time.Duration;

/**
 * How the mock answers.
 *
 * @param answerBytes size of a whole JSON answer's body; the smallest possible one where this is less (about 400 bytes)
 * @param events events with text in a streamed answer, at least 1; the opening and closing ones of the dialect come on top
 * @param interval from one event to the next; zero sends all of them at once
 */
public record MockSpec(int answerBytes, int events, Duration interval) {
    public MockSpec {
        if (answerBytes < 0 || events < 1 || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "the mock needs a size, at least one event and an interval of 0 or more");
        }
    }
}
