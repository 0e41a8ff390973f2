package dev.tollgate.bench.load;

/** When the next call leaves. */
public sealed interface Arrival {

    /**
     * Each connection sends its next call as soon as the last one was answered: the subject is as busy as it can be. Latencies count from the
     * sending, so a slow answer also delays the calls that would have followed; do not read them as what a user sees.
     */
    record ClosedLoop(int connections) implements Arrival {
        public ClosedLoop {
            requirePositive(connections);
        }
    }

    /**
     * Calls leave at a steady rate, whether or not earlier ones were answered. Latencies count from the moment at which a call was due, even where
     * it had to wait for a free connection or for the loader itself: nothing is left out by coordination with the subject.
     *
     * @param perSecond for all event loops together
     * @param maxConnections calls beyond this many at once wait for a connection
     */
    record OpenLoop(double perSecond, int maxConnections) implements Arrival {
        public OpenLoop {
            requirePositive(maxConnections);
            if (!(perSecond > 0 && perSecond <= 1_000_000)) {
                throw new IllegalArgumentException("a rate lies between 0 and 1,000,000 a second: " + perSecond);
            }
        }
    }

    /**
     * Every connection makes one call and keeps its stream open to the end; connections are opened at a steady rate.
     *
     * @param opensPerSecond for all event loops together
     */
    record Held(int connections, double opensPerSecond) implements Arrival {
        public Held {
            requirePositive(connections);
            if (!(opensPerSecond > 0)) {
                throw new IllegalArgumentException("streams must be opened at a rate above 0");
            }
        }
    }

    private static void requirePositive(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("at least one connection is needed: " + connections);
        }
    }
}
