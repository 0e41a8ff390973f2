package dev.tollgate.identity.people;

/** What came of a link: an invitation, or the first run's. */
public sealed interface Redeemed {
    /** The person is in, and now needs a way to sign in again. */
    record Done(NewSession signedIn) implements Redeemed {}

    /** The link opens nothing. Whoever holds its text may know why. */
    record Refused(Reason reason) implements Redeemed {}

    /**
     * What was typed cannot be; the link is still good.
     *
     * @param field the name of what was typed: {@code email} or {@code name}
     * @param message a sentence for the person
     */
    record Invalid(String field, String message) implements Redeemed {}

    /** Why a link opens nothing. */
    enum Reason {
        /** No such link, or not whole. */
        UNKNOWN,
        /** It has been used, or is not needed any more. */
        USED,
        EXPIRED,
        /** An administrator took it back. */
        REVOKED
    }
}
