package dev.tollgate.budget;

/** What came of asking to be let in. */
public sealed interface RateResult {
    /** The call is counted. Whatever becomes of it, the pass is ended, once. */
    record Admitted(RatePass pass) implements RateResult {}

    /**
     * Nothing was taken of any rate.
     *
     * @param rate the one that the call has to wait for longest
     * @param kind of which limit
     * @param limit this node's
     * @param waitNanos after which it may be let in, if no other call comes first
     */
    record Refused(Rate rate, RateKind kind, long limit, long waitNanos) implements RateResult {
        Refused longer(Refused other) {
            return other.waitNanos > waitNanos ? other : this;
        }
    }
}
