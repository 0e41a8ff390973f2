package dev.tollgate.upstream;

import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/** A handle on one attempt, by which whoever no longer wants the answer can say so. One event loop only. */
public final class Attempt {
    /** HTTP/2's CANCEL (RFC 9113, section 7); on HTTP/1.1 the connection is closed. */
    private static final long CANCEL = 0x8;

    private @Nullable HttpClientRequest request;
    private boolean cancelled;

    boolean begin(HttpClientRequest begun) {
        if (cancelled) {
            begun.reset(CANCEL);
            return false;
        }
        request = begun;
        return true;
    }

    /** True once a connection stood: from then on the provider may have seen the request. */
    public boolean hasBegun() {
        return request != null;
    }

    /** Ends the exchange: the provider stops generating, and whatever still comes is not read. */
    public void cancel() {
        cancelled = true;
        if (request != null) {
            request.reset(CANCEL);
        }
    }
}
