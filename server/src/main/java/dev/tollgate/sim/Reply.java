package dev.tollgate.sim;

import tools.jackson.databind.node.ObjectNode;

/** What is to be sent back. */
sealed interface Reply {

    /**
     * When what leaves.
     *
     * @param firstByteMillis how long nothing at all is sent
     * @param durationMillis from there to the answer's end
     * @param pingMillis how long a stream may be still
     */
    record Pace(long firstByteMillis, long durationMillis, long pingMillis) {}

    /**
     * An error.
     *
     * @param inArray whether it stands in an array, as for a Gemini stream without {@code alt=sse}
     */
    record Refused(VendorError error, boolean inArray) implements Reply {}

    record Whole(Vendor vendor, ObjectNode json, Pace pace, Fault fault) implements Reply {}

    record Streamed(Vendor vendor, Script script, Pace pace, Fault fault) implements Reply {}

    /** Bytes that are no JSON of the vendor's. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Raw(Vendor vendor, String contentType, byte[] bytes) implements Reply {}

    /** No answer: the connection is reset. */
    record Dropped() implements Reply {}
}
