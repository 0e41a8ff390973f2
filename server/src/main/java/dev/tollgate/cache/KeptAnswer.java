package dev.tollgate.cache;

/**
 * A whole answer as its client got it.
 *
 * @param body its bytes; of a stream, every event. Not to be changed
 * @param dropped the request's fields that a conversion has left out, as the answer named them; empty if there were none
 * @param provider who had answered
 * @param model which of its models had
 * @param requestId the call whose answer it was
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record KeptAnswer(
        byte[] body, String contentType, String dropped, String provider, String model, String requestId) {
    /** What answers say does not belong in logs. */
    @Override
    public String toString() {
        return "KeptAnswer[" + requestId + ", " + body.length + " bytes]";
    }
}
