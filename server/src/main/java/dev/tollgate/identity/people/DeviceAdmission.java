package dev.tollgate.identity.people;

import java.time.Duration;

/** What came of asking for a browser to be known. None of these tells whether an address has a person here. */
public sealed interface DeviceAdmission {
    /**
     * It is known, as if its person had signed in with it.
     *
     * @param deviceToken for the device cookie
     */
    record Admitted(String deviceToken) implements DeviceAdmission {
        @Override
        public String toString() {
            return "Admitted[hidden]";
        }
    }

    /** The email or the code was wrong, or the code has been used; which, is not told. */
    record Refused() implements DeviceAdmission {}

    /**
     * Too many attempts from this network.
     *
     * @param retryAfter the least wait
     */
    record Throttled(Duration retryAfter) implements DeviceAdmission {}
}
