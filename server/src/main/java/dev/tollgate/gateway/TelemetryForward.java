package dev.tollgate.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends on the telemetry that clients have left, each piece once, on threads of its own. Whoever leaves a piece waits for nothing: what
 * there is no room for is dropped and counted, and so is what the collector does not take. Nothing of it is looked at or logged.
 */
public final class TelemetryForward implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryForward.class);
    private static final int MOST_WAITING = 1_024;
    private static final int SENDERS = 4;
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The collector. */
    @FunctionalInterface
    public interface Destination {
        /**
         * Posts one message. Blocking.
         *
         * @param path of the signal, such as {@code /v1/metrics}
         * @return the answer's status
         * @throws IOException if there is none
         */
        int post(String path, Map<String, String> headers, byte[] body) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Message(String path, Map<String, String> headers, byte[] body) {}

    private final Destination destination;
    private final BodyRoom room;
    private final BlockingQueue<Message> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong complainedNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private final List<Thread> senders = new ArrayList<>();
    private volatile boolean closed;

    /** @param room what all messages together may take of memory */
    public TelemetryForward(Destination destination, BodyRoom room) {
        this.destination = destination;
        this.room = room;
        for (int i = 0; i < SENDERS; i++) {
            senders.add(Thread.ofVirtual().name("telemetry-" + i).start(this::send));
        }
    }

    BodyRoom room() {
        return room;
    }

    /** Leaves a message whose bytes are in the room. */
    void offer(String path, Map<String, String> headers, byte[] body) {
        if (!waiting.offer(new Message(path, headers, body))) {
            room.give(body.length);
            drop();
        }
    }

    /** A message had no room. */
    void drop() {
        dropped.incrementAndGet();
    }

    /** Messages that the collector has taken. */
    public long forwarded() {
        return forwarded.get();
    }

    /** Messages that it has not got. */
    public long dropped() {
        return dropped.get();
    }

    private void send() {
        while (!closed) {
            try {
                Message message = waiting.take();
                try {
                    send(message);
                } finally {
                    room.give(message.body.length);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void send(Message message) {
        try {
            int status = destination.post(message.path, message.headers, message.body);
            if (status >= 200 && status < 300) {
                forwarded.incrementAndGet();
            } else {
                failed("it answered " + status);
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // else this sender would be gone
            failed(e.toString());
        }
    }

    /** Said once a minute at most: a collector that is away is away for every message. */
    private void failed(String why) {
        drop();
        long now = System.nanoTime();
        long last = complainedNanos.get();
        if (!closed && now - last >= QUIET_NANOS && complainedNanos.compareAndSet(last, now)) {
            LOG.warn("Telemetry could not be forwarded: {} ({} messages dropped since the start)", why, dropped.get());
        }
    }

    @Override
    public void close() {
        closed = true;
        senders.forEach(Thread::interrupt);
    }
}
