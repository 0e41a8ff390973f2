package dev.tollgate.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects a body whole: the pieces as they come, joined once when all are there. A claimed length reserves no memory;
 * what all calls of the process hold together is bounded.
 */
final class Collector {
    /** What Anthropic's Messages API accepts, the largest of the providers. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    /** How collecting ended. The room of a whole body is the taker's to give back; else it has been given back. */
    sealed interface Outcome {
        record Whole(byte[] bytes) implements Outcome {}

        record TooLarge() implements Outcome {}

        /** All calls together hold as much as the heap allows. */
        record NoRoom() implements Outcome {}

        /** The sender went away or fell silent. */
        record Broken(Throwable cause) implements Outcome {}
    }

    /** Sees each piece as it has been taken. */
    @FunctionalInterface
    interface Watch {
        /** False where no more is wanted: what has come by then is the whole. */
        boolean goesOn(Buffer piece);
    }

    private final BodyRoom room;
    private final Watch watch;
    private final Consumer<Outcome> done;
    private final List<Buffer> pieces = new ArrayList<>(1);
    private int length;
    private boolean over;

    private Collector(BodyRoom room, Watch watch, Consumer<Outcome> done) {
        this.room = room;
        this.watch = watch;
        this.done = done;
    }

    /**
     * Calls {@code done} exactly once. The stream is read until it ends or has been too much.
     *
     * @param alive runs at each piece
     */
    static Collector collect(ReadStream<Buffer> stream, BodyRoom room, Runnable alive, Consumer<Outcome> done) {
        Watch watch = piece -> {
            alive.run();
            return true;
        };
        return collect(stream, room, watch, done);
    }

    /** The same, until {@code watch} wants no more; who gives the stream up is its affair. */
    static Collector collect(ReadStream<Buffer> stream, BodyRoom room, Watch watch, Consumer<Outcome> done) {
        Collector collector = new Collector(room, watch, done);
        stream.exceptionHandler(cause -> collector.fail(new Outcome.Broken(cause)));
        stream.handler(collector::piece);
        stream.endHandler(end -> collector.finish());
        stream.resume();
        return collector;
    }

    /** Nothing more will come, and the engine may not say so: an answer has left before the body was there. */
    void abandon() {
        fail(new Outcome.Broken(new IllegalStateException("the exchange ended before its body did")));
    }

    private void piece(Buffer piece) {
        if (over) {
            return;
        }
        if (piece.length() > MAX_BYTES - length) {
            fail(new Outcome.TooLarge());
        } else if (!room.take(piece.length())) {
            fail(new Outcome.NoRoom());
        } else {
            length += piece.length();
            pieces.add(piece);
            if (!watch.goesOn(piece)) {
                finish();
            }
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            done.accept(new Outcome.Whole(join()));
        }
    }

    private byte[] join() {
        byte[] all = new byte[length];
        int at = 0;
        for (Buffer piece : pieces) {
            piece.getBytes(all, at);
            at += piece.length();
        }
        pieces.clear();
        return all;
    }

    private void fail(Outcome outcome) {
        if (!over) {
            over = true;
            pieces.clear();
            room.give(length);
            done.accept(outcome);
        }
    }
}
