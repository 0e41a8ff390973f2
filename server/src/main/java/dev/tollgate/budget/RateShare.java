package dev.tollgate.budget;

/** How much of a rate this node may let through by itself: the one place where several nodes would divide it among them. */
@FunctionalInterface
public interface RateShare {
    /** All of it, for the only node there is. */
    RateShare WHOLE = Rate::limit;

    /** This node's part of the limit; positive where the rate has that limit, else 0. */
    long of(Rate rate, RateKind kind);
}
