package dev.tollgate.sim;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a script to one client: spreads its deltas evenly over the wanted time, waits while the client does not read, pings
 * when it is still for long, and lets a fault strike on the way. Runs on the connection's event loop alone.
 */
final class StreamPlayer {

    private static final int BATCH_CHARS = 16 * 1024;
    private static final long NANOS = 1_000_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Script script;
    private final Reply.Pace pace;
    private final Fault.Kind fault;
    private final long strikeAt;
    private final Iterator<Event> events;

    private @Nullable Event next;
    private int sequence;
    private int deltasSent;
    private boolean struck;
    private boolean stopped;
    private long startedNanos;
    private long lastWriteNanos;
    private long timer = NO_TIMER;

    /**
     * A player of one streamed reply.
     *
     * @param faultAfter how many deltas go out before the fault; below 0 for half of them
     */
    StreamPlayer(Vertx vertx, HttpServerRequest request, Reply.Streamed reply, long faultAfter) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.script = reply.script();
        this.pace = reply.pace();
        this.fault = reply.fault().kind();
        this.strikeAt = Math.min(script.deltas(), faultAfter >= 0 ? faultAfter : Math.max(1, script.deltas() / 2));
        this.events = script.events();
    }

    void play() {
        startedNanos = System.nanoTime();
        lastWriteNanos = startedNanos;
        advance();
    }

    /** The client is gone, or the answer is over: no timer may outlive this. */
    void stop() {
        stopped = true;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void advance() {
        StringBuilder out = new StringBuilder();
        while (!stopped) {
            if (next == null && events.hasNext()) {
                next = events.next();
            }
            if (strikesNow()) {
                strike(out);
            } else if (next == null) {
                script.framing().close(out);
                end(out);
            } else if (System.nanoTime() < dueNanos()) {
                write(out);
                await();
                return;
            } else {
                frame(out, next);
                deltasSent += next.delta() ? 1 : 0;
                next = null;
                if (out.length() >= BATCH_CHARS) {
                    write(out);
                    out.setLength(0);
                    if (response.writeQueueFull()) {
                        response.drainHandler(_ -> advance());
                        return;
                    }
                }
            }
        }
    }

    /** When what follows the deltas sent so far is to leave: the last event leaves when the duration is over. */
    private long dueNanos() {
        long share = script.deltas() == 0 ? 0 : pace.durationMillis() * NANOS / script.deltas() * deltasSent;
        return startedNanos + share;
    }

    private void await() {
        long untilDue = dueNanos() - System.nanoTime();
        long untilPing =
                script.ping() == null ? Long.MAX_VALUE : lastWriteNanos + pace.pingMillis() * NANOS - System.nanoTime();
        long millis = Math.max(1, (Math.min(untilDue, untilPing) + NANOS - 1) / NANOS);
        timer = vertx.setTimer(millis, _ -> {
            timer = NO_TIMER;
            pingIfStill();
            advance();
        });
    }

    private void pingIfStill() {
        Event ping = script.ping();
        if (ping != null && System.nanoTime() - lastWriteNanos >= pace.pingMillis() * NANOS) {
            StringBuilder out = new StringBuilder();
            script.framing().before(out, ping.name(), sequence);
            ping.write(out, sequence);
            script.framing().after(out);
            write(out);
        }
    }

    private boolean strikesNow() {
        return switch (fault) {
            case RESET, MALFORMED, SILENCE, CUT, ERROR_EVENT -> !struck && deltasSent >= strikeAt;
            case NONE, STATUS, INVALID_KEY, CONNECT_RESET, SLOW_FIRST_BYTE, NEGATIVE_USAGE, NO_USAGE -> false;
        };
    }

    private void strike(StringBuilder out) {
        struck = true;
        switch (fault) {
            case MALFORMED -> breakNext(out);
            case CUT -> end(out);
            case ERROR_EVENT -> {
                frame(out, script.failure());
                script.framing().close(out);
                end(out);
            }
            case SILENCE -> {
                write(out);
                stop();
            }
            case RESET -> {
                stop();
                response.write(Buffer.buffer(out.toString())).onComplete(_ -> Connections.reset(request));
            }
            case NONE, STATUS, INVALID_KEY, CONNECT_RESET, SLOW_FIRST_BYTE, NEGATIVE_USAGE, NO_USAGE ->
                throw new IllegalStateException(fault + " does not strike a stream");
        }
    }

    /** Sends half of the next event's JSON in a whole frame, and goes on behind it. */
    private void breakNext(StringBuilder out) {
        Event broken = next == null ? script.failure() : next;
        StringBuilder json = new StringBuilder();
        broken.write(json, sequence);
        script.framing().before(out, broken.name(), sequence);
        out.append(json, 0, json.length() / 2);
        script.framing().after(out);
        sequence++;
        deltasSent += broken.delta() ? 1 : 0;
        next = null;
    }

    private void frame(StringBuilder out, Event event) {
        script.framing().before(out, event.name(), sequence);
        event.write(out, sequence);
        script.framing().after(out);
        sequence++;
    }

    private void write(StringBuilder out) {
        if (!out.isEmpty()) {
            response.write(Buffer.buffer(out.toString()));
            lastWriteNanos = System.nanoTime();
        }
    }

    private void end(StringBuilder out) {
        stop();
        response.end(Buffer.buffer(out.toString()));
    }
}
