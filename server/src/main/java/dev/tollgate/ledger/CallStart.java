package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a call before anything is sent upstream.
 *
 * @param requestId ours, unique
 * @param atMillis when its head had been read, in epoch milliseconds; where a budget's window has begun since, when that was
 * @param dialect the wire name of the dialect, such as {@code anthropic}
 * @param operation the operation's name in lower case, such as {@code chat_completions}
 * @param requestedModel the model as the client named it
 * @param alias the alias that this name resolved through
 * @param stream whether the answer was asked for as a stream
 */
public record CallStart(
        String requestId,
        long atMillis,
        Payer payer,
        String dialect,
        String operation,
        String requestedModel,
        @Nullable String alias,
        boolean stream,
        ClientInfo client) {
    public CallStart {
        if (!isId(requestId)) {
            throw new IllegalArgumentException("a request id has 1 to 64 printable ASCII characters");
        }
        requestedModel = Texts.clean(requestedModel, 200);
        alias = Texts.cleanOrNull(alias, 128);
    }

    /** The same call, as of that moment. */
    public CallStart at(long millis) {
        return new CallStart(requestId, millis, payer, dialect, operation, requestedModel, alias, stream, client);
    }

    /** Whether a call may have it; whoever asks the store for another only makes PostgreSQL stumble over its characters. */
    static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 64;
    }
}
