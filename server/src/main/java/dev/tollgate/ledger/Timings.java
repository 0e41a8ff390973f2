package dev.tollgate.ledger;

/**
 * In microseconds from the moment the request's head had been read; -1 for what never happened.
 *
 * @param toDispatchMicros until the last attempt was sent upstream
 * @param firstByteMicros until the first byte of the answer came from upstream
 * @param totalMicros until the answer's end was ready to be settled
 */
public record Timings(long toDispatchMicros, long firstByteMicros, long totalMicros) {
    public static final Timings UNKNOWN = new Timings(-1, -1, -1);
}
