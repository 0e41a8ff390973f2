package dev.tollgate.alert;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** The way to an address that a person gave. Whoever implements it judges the address before each connection. */
public interface Web {
    /**
     * Reads an address as a person typed it.
     *
     * @param near whether it may lead to this machine or into a private network, also without TLS
     * @throws dev.tollgate.kernel.Refusal if it is no address that the gate may call
     */
    URI accept(String typed, boolean near);

    /**
     * Posts and waits for the answer's head, for some seconds at most; follows no redirect, and reads no more of the body than
     * lets the other side end it well. Blocking.
     *
     * @throws IOException if there is no answer; its message says why, and holds nothing of the address but its host
     */
    Reply post(URI url, boolean near, Map<String, String> headers, byte[] body) throws IOException;

    /**
     * An answer's head.
     *
     * @param retryAfterMillis as {@code retry-after} has it; 0 without one
     */
    record Reply(int status, long retryAfterMillis) {}
}
