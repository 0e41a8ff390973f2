package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Outbound;
import io.vertx.core.MultiMap;
import java.util.List;

/** What a caller is to be told of its batches and files. */
sealed interface Told {
    /**
     * A JSON body.
     *
     * @param headers the provider's; empty where the gate itself answers
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Body(int status, MultiMap headers, byte[] bytes) implements Told {
        /** The gate's own. */
        static Body ours(byte[] bytes) {
            return new Body(200, MultiMap.caseInsensitiveMultiMap(), bytes);
        }
    }

    /**
     * An error in the caller's dialect.
     *
     * @param retryAfterSeconds when it may be worth asking again; 0 where that is not known
     */
    record Refusal(ErrorKind kind, String message, long retryAfterSeconds) implements Told {
        Refusal(ErrorKind kind, String message) {
            this(kind, message, 0);
        }
    }

    /**
     * The request's body may go on to a provider.
     *
     * @param hops to be tried in this order, as long as nothing of the body has gone
     * @param head without the body
     * @param mostBytes of the body
     */
    record Upload(List<Hop> hops, Outbound head, long mostBytes) implements Told {}

    /** Whatever the provider answers to this, piece by piece. */
    record Piped(Hop hop, Outbound outbound) implements Told {}
}
