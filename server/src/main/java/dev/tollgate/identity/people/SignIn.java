package dev.tollgate.identity.people;

import java.time.Duration;

/** What came of an attempt to sign in. None of these tells whether an address has a person here. */
public sealed interface SignIn {
    /** The person is in. */
    record Done(NewSession signedIn) implements SignIn {}

    /**
     * The password is right; a code is needed besides.
     *
     * @param step a signed text for {@link SignInDesk#totp} or {@link SignInDesk#recoveryCode}, good for ten minutes
     */
    record NeedsTotp(String step) implements SignIn {
        @Override
        public String toString() {
            return "NeedsTotp[hidden]";
        }
    }

    /** Something was wrong; what, is not told. */
    record Refused() implements SignIn {}

    /** The step or the passkey's challenge is too old, or has been used: begin again. */
    record Expired() implements SignIn {}

    /**
     * Too many attempts; a passkey, or a device that has signed in before, goes on working.
     *
     * @param retryAfter the least wait
     * @param newDevice whether that is for the failures of all newcomers, among whom a browser that is known is not:
     *     {@link NewDevices} makes it one
     */
    record Throttled(Duration retryAfter, boolean newDevice) implements SignIn {}

    /** All of the machine's room for passwords is taken: again in a few seconds. */
    record Busy() implements SignIn {}
}
