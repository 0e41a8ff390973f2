package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.identity.Caller;
import dev.tollgate.ledger.Payer;
import dev.tollgate.upstream.Outbound;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A request about batches or files, in values that any thread may read.
 *
 * @param id of the batch or file, well formed; empty where the path has none
 * @param headers those that may go on to the provider
 * @param query as it came
 * @param app what the client calls itself
 * @param body empty where there is none, or it is not looked into
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Asked(
        String requestId,
        long atMillis,
        Dialect dialect,
        Caller caller,
        String id,
        MultiMap headers,
        @Nullable String query,
        @Nullable String feature,
        @Nullable String app,
        byte[] body) {
    /** The same, with the body. */
    Asked with(byte[] body) {
        return new Asked(requestId, atMillis, dialect, caller, id, headers, query, feature, app, body);
    }

    Payer payer() {
        return CallStarts.payer(caller, feature);
    }

    Outbound onward(HttpMethod method, String path) {
        return onward(method, path, Buffer.buffer());
    }

    Outbound onward(HttpMethod method, String path, Buffer content) {
        return new Outbound(method, path + Presented.Query.forwarded(query), headers, content);
    }
}
