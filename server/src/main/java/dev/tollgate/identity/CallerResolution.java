package dev.tollgate.identity;

/** What the keys that came with a request prove. */
public sealed interface CallerResolution {
    /** A key that is in force. */
    record Identified(Caller caller) implements CallerResolution {}

    /** No key at all. */
    record Missing() implements CallerResolution {}

    /** A key that opens nothing. */
    record Rejected(Reason reason) implements CallerResolution {}

    /** A key or token that is in force, and does not have the right that is wanted here. */
    record Insufficient(Right wanted) implements CallerResolution {}

    /** Why; what may be told to whoever sent it. */
    enum Reason {
        /** Never issued, expired or revoked: which of them is not told. */
        UNKNOWN,
        /** Two headers carry two different keys. */
        CONFLICTING,
        /** A claude.ai login or a Claude Code token, which no gateway may accept: there are sanctioned ways. */
        SUBSCRIPTION_LOGIN,
        /** An access token in the address, where logs keep it. */
        TOKEN_IN_ADDRESS,
        /** A provider's own key, which belongs into the vault; callers use a key that Tollgate issued. */
        PROVIDER_KEY
    }
}
