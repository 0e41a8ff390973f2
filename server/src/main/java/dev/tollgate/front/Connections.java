package dev.tollgate.front;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one event loop, and their patience: a connection on which no request has begun for a while is
 * closed, whether it is silent or sends a header a byte at a time; and so is one whose request body is slower than
 * {@link #MIN_BODY_BYTES_PER_SECOND}. One sweep a second does it; a call
 * costs a few writes to memory.
 */
final class Connections {
    private static final long FIRST_REQUEST_NANOS = 15_000_000_000L;
    private static final long KEEP_ALIVE_NANOS = 75_000_000_000L;
    private static final long BODY_GRACE_NANOS = 15_000_000_000L;
    private static final long MIN_BODY_BYTES_PER_SECOND = 1_024;

    private static final class Connection {
        final HttpConnection http;
        int requests;
        long idleSince;
        long patience = FIRST_REQUEST_NANOS;

        Connection(HttpConnection http, long now) {
            this.http = http;
            this.idleSince = now;
        }
    }

    private record Reading(HttpServerRequest request, Runnable tooSlow, long since) {}

    private final Map<HttpConnection, Connection> open = new HashMap<>();
    private final Map<HttpServerRequest, Reading> reading = new HashMap<>();
    private final Set<HttpServerRequest> underWay = new HashSet<>();
    private final AtomicInteger inFlight;

    /** @param inFlight the requests under way on all loops */
    Connections(Vertx vertx, AtomicInteger inFlight) {
        this.inFlight = inFlight;
        vertx.setPeriodic(1_000, timer -> sweep(System.nanoTime()));
    }

    void opened(HttpConnection http) {
        open.put(http, new Connection(http, System.nanoTime()));
        http.closeHandler(closed -> open.remove(http));
    }

    void begun(HttpServerRequest request) {
        underWay.add(request);
        inFlight.incrementAndGet();
        Connection connection = open.get(request.connection());
        if (connection != null) {
            connection.requests++;
            connection.patience = KEEP_ALIVE_NANOS;
        }
    }

    void ended(HttpServerRequest request) {
        if (!underWay.remove(request)) {
            return;
        }
        inFlight.decrementAndGet();
        reading.remove(request);
        Connection connection = open.get(request.connection());
        if (connection != null && --connection.requests == 0) {
            connection.idleSince = System.nanoTime();
        }
    }

    /** From now on the request's body must keep up, or {@code tooSlow} runs. */
    void readsBody(HttpServerRequest request, Runnable tooSlow) {
        reading.put(request, new Reading(request, tooSlow, System.nanoTime()));
    }

    private void sweep(long now) {
        // The engine tells of an answer that ended, but not of one whose client went away before.
        List<HttpServerRequest> gone = new ArrayList<>();
        for (HttpServerRequest request : underWay) {
            if (request.response().closed()) {
                gone.add(request);
            }
        }
        gone.forEach(this::ended);
        List<Connection> tired = new ArrayList<>();
        for (Connection connection : open.values()) {
            if (connection.requests <= 0 && now - connection.idleSince > connection.patience) {
                tired.add(connection);
            }
        }
        tired.forEach(connection -> connection.http.close());
        // A body that is all there owes nothing more, however long its answer takes.
        reading.keySet().removeIf(HttpServerRequest::isEnded);
        List<Reading> slow = new ArrayList<>();
        for (Reading one : reading.values()) {
            long age = now - one.since;
            long owed = (age - BODY_GRACE_NANOS) / 1_000_000_000L * MIN_BODY_BYTES_PER_SECOND;
            if (age > BODY_GRACE_NANOS && one.request.bytesRead() < owed) {
                slow.add(one);
            }
        }
        for (Reading one : slow) {
            reading.remove(one.request);
            one.tooSlow.run();
        }
    }
}
