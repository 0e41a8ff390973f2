package dev.tollgate.budget;

/**
 * How one limit of a rate stands.
 *
 * @param limit a minute's, which is also the most at once
 * @param remaining what can be had now, 0 at least
 * @param nanosUntilFull how long until the limit can be had again
 */
public record RateStanding(long limit, long remaining, long nanosUntilFull) {
    /** The one that stops a caller first. */
    public RateStanding tighter(RateStanding other) {
        return other.remaining < remaining ? other : this;
    }
}
