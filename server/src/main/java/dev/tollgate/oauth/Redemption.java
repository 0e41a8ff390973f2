package dev.tollgate.oauth;

/** What came of a code, a refresh token or a device code that was presented. */
sealed interface Redemption {
    /**
     * It was good, and is used up.
     *
     * @param refreshToken in the clear; empty: the client gets none
     * @param nonce of OpenID Connect, for the ID token; empty: none
     */
    record Redeemed(TokenFamily family, AccessGrant grant, String refreshToken, String nonce) implements Redemption {
        @Override
        public String toString() {
            return "Redeemed[" + family.id() + "]";
        }
    }

    /**
     * It opens nothing.
     *
     * @param description for whoever presented it
     */
    record Refused(String description) implements Redemption {}

    /**
     * It is good, but not for what was asked of it; it is not used up.
     *
     * @param refusal for whoever presented it
     */
    record Unfit(OAuthRefusal refusal) implements Redemption {}

    /**
     * It was used before, by somebody: all that came of it has ended.
     *
     * @param description for whoever presented it
     */
    record Reused(String description, TokenFamily family) implements Redemption {}
}
