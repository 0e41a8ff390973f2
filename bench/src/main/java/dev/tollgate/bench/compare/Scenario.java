package dev.tollgate.bench.compare;

import dev.tollgate.bench.load.Arrival;

/**
 * One kind of load.
 *
 * @param name as it is chosen with {@code --only}
 * @param title for the report
 * @param bodyBytes of each request
 * @param stream whether answers are streams
 * @param bar what is asked of the gate, for the report; empty if nothing is
 */
public record Scenario(
        String name, String title, int bodyBytes, boolean stream, Arrival arrival, Against against, String bar) {
    /** What the gate is held against. */
    public enum Against {
        NGINX,
        NGINX_AND_NOTHING,
        /** The same calls converted, against the gate's own relay of what needs no conversion. */
        CONVERSION,
        /** A gate whose store holds more, against one whose store holds less. */
        ITSELF
    }

    /** Closed loops ask what a call costs; open loops, how long it takes. */
    boolean asksForCost() {
        return arrival instanceof Arrival.ClosedLoop;
    }
}
