package dev.tollgate.alert;

/** What became of an attempt to deliver a message. */
sealed interface Outcome {
    record Delivered() implements Outcome {}

    /**
     * It may work later.
     *
     * @param error for people; no secret
     * @param retryAfterMillis the least wait that the other side asked for; 0 if it did not
     */
    record Failed(String error, long retryAfterMillis) implements Outcome {}

    /** The destination wants no more of them (410). */
    record Gone() implements Outcome {}
}
