package dev.tollgate.upstream;

import java.time.Duration;

/**
 * How long the gate waits for a provider.
 *
 * @param connect for a connection, TLS included
 * @param firstByte from the request's last byte to the head of the answer
 * @param silence between two pieces of an answer; a ping is a piece
 */
public record Timeouts(Duration connect, Duration firstByte, Duration silence) {
    /** 10 s; 10 min, because a model may think that long before a whole answer; 5 min, after which clients give up. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(5));
}
