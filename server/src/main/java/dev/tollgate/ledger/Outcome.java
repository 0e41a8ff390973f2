package dev.tollgate.ledger;

import java.util.Locale;

/** How a call ended, as seen from the gate. */
public enum Outcome {
    /** The whole answer was relayed. */
    OK,
    /** The client went away before the answer's end. */
    CLIENT_GONE,
    /** The provider answered with an error, and that was relayed. */
    UPSTREAM_ERROR,
    /** No candidate could be reached. */
    UNREACHABLE,
    /** The provider kept silent for too long. */
    TIMEOUT,
    /** The answer broke off after its first bytes had left. */
    CUT,
    /** The gate itself refused. */
    REFUSED,
    /** The gate's process ended while the call was in flight. */
    GATE_STOPPED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    static Outcome of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
