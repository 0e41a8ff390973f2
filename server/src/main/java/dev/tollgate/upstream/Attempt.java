package dev.tollgate.upstream;

import io.vertx.core.http.HttpClientRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A handle on one attempt, by which whoever no longer wants the answer can say so. One event loop only. */
public final class Attempt {
    /** HTTP/2's CANCEL (RFC 9113, section 7); on HTTP/1.1 the connection is closed. */
    private static final long CANCEL = 0x8;

    private static final int REWINDS = 4;
    /** As long as a caller may leave its answer lying: its own connection ends before that. */
    private static final long PAUSED_MILLIS = TimeUnit.DAYS.toMillis(1);

    private @Nullable HttpClientRequest request;
    private boolean cancelled;
    private long silenceMillis;
    private long countedFromNanos;

    boolean begin(HttpClientRequest begun) {
        if (cancelled) {
            begun.reset(CANCEL);
            return false;
        }
        request = begun;
        return true;
    }

    /** A body goes piece by piece: the provider may take that long over each, and then over the head of its answer. */
    void sending(Duration patience) {
        silenceMillis = patience.toMillis();
        count(silenceMillis);
    }

    /** The head of the answer is there: from now on silence counts, from one piece to the next. */
    void answered(Duration silence) {
        silenceMillis = silence.toMillis();
        count(silenceMillis);
    }

    /**
     * A piece of the answer has come. The engine's own timer goes on with what was left of it, so it would grow shorter with
     * each pause; it is wound up again, at most some times in each period.
     */
    public void alive() {
        if (System.nanoTime() - countedFromNanos > TimeUnit.MILLISECONDS.toNanos(silenceMillis / REWINDS)) {
            count(silenceMillis);
        }
    }

    /** Nothing is read for the caller's sake: that is not the provider's silence. */
    public void paused() {
        count(PAUSED_MILLIS);
    }

    /** Reading goes on. */
    public void resumed() {
        count(silenceMillis);
    }

    private void count(long millis) {
        if (request != null && !cancelled && millis > 0) {
            countedFromNanos = System.nanoTime();
            request.idleTimeout(millis);
        }
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
