package dev.tollgate.budget;

/**
 * How much the calls of a scope may do in a minute and at once, and each of them by itself. 0 is no limit.
 *
 * @param keyName the name of the scope's key, for people; empty where the scope has none
 * @param memberEmail the same of its member
 * @param concurrent how many calls may be under way at one moment
 * @param createdAtMillis in epoch milliseconds
 */
public record Rate(
        String id,
        Scope scope,
        String keyName,
        String memberEmail,
        long requestsPerMinute,
        long inputTokensPerMinute,
        long outputTokensPerMinute,
        long concurrent,
        CallLimit call,
        long createdAtMillis) {
    public Rate {
        boolean negative = (requestsPerMinute
                        | inputTokensPerMinute
                        | outputTokensPerMinute
                        | concurrent
                        | call.maxInputTokens()
                        | call.maxOutputTokens())
                < 0; // the sign bit of any of them
        boolean none =
                (requestsPerMinute | inputTokensPerMinute | outputTokensPerMinute | concurrent) == 0 && call.isNone();
        if (negative || none || !scope.isGiven()) {
            throw new IllegalArgumentException("a rate has a scope and at least one positive limit");
        }
    }

    /** Of nobody in particular. */
    public Rate(
            String id,
            Scope scope,
            String keyName,
            long requestsPerMinute,
            long inputTokensPerMinute,
            long outputTokensPerMinute,
            long concurrent,
            CallLimit call,
            long createdAtMillis) {
        this(
                id,
                scope,
                keyName,
                "",
                requestsPerMinute,
                inputTokensPerMinute,
                outputTokensPerMinute,
                concurrent,
                call,
                createdAtMillis);
    }

    /** A minute's, or of calls at once; 0 for no limit. */
    public long limit(RateKind kind) {
        return switch (kind) {
            case REQUESTS -> requestsPerMinute;
            case INPUT_TOKENS -> inputTokensPerMinute;
            case OUTPUT_TOKENS -> outputTokensPerMinute;
            case CONCURRENT -> concurrent;
        };
    }

    /** For people: {@code key ci, feature chat}. */
    public String label() {
        return scope.label(keyName, memberEmail);
    }
}
