package dev.tollgate.vault;

/**
 * What came as a caller's key and is none of Tollgate's.
 *
 * @param what it is, such as {@code an OpenAI project key}
 * @param message why it is refused and what to use instead; safe to show
 */
public record Recognition(Kind kind, String what, String message) {
    /** Why it is refused. */
    public enum Kind {
        /** A claude.ai session or a subscription's login, which a gate may not touch. */
        SUBSCRIPTION_LOGIN,
        /** A provider's own key, which the gate's callers do not need to have. */
        PROVIDER_KEY;

        static Kind of(String wireName) {
            return switch (wireName) {
                case "subscription-login" -> SUBSCRIPTION_LOGIN;
                case "provider-key" -> PROVIDER_KEY;
                default -> throw new IllegalStateException("policy-pack.json: as_caller " + wireName);
            };
        }
    }
}
