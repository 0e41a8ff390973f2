package dev.tollgate.identity;

import org.jspecify.annotations.Nullable;

/** Access tokens as one more way to tell who is calling, beside virtual keys. */
@FunctionalInterface
public interface BearerTokens {
    /** None are issued. */
    BearerTokens NONE = (token, nowMillis) -> null;

    /**
     * Who calls with this token. It may be asked on an event loop, by any thread: it waits for nothing.
     *
     * @param token as it was presented: it begins as every JWT does, and may be anything else
     * @param nowMillis in epoch milliseconds
     * @return null if it opens nothing here: not ours, for another resource, expired, revoked, or bound to a key that its bearer
     *     would have to prove
     */
    @Nullable
    Caller find(String token, long nowMillis);
}
