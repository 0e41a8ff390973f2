package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileBodyTest {
    /** Says what it is told to say. */
    private static final class Source implements ReadStream<Buffer> {
        @Nullable
        Handler<Buffer> handler;

        @Nullable
        Handler<Void> end;

        boolean paused;

        void say(int bytes) {
            if (handler != null) {
                handler.handle(Buffer.buffer(new byte[bytes]));
            }
        }

        @Override
        public Source exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Source handler(@Nullable Handler<Buffer> handler) {
            this.handler = handler;
            return this;
        }

        @Override
        public Source pause() {
            paused = true;
            return this;
        }

        @Override
        public Source resume() {
            paused = false;
            return this;
        }

        @Override
        public Source fetch(long amount) {
            return this;
        }

        @Override
        public Source endHandler(@Nullable Handler<Void> handler) {
            end = handler;
            return this;
        }
    }

    private final Source source = new Source();
    private final AtomicInteger handedOn = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    private FileBody body(long mostBytes) {
        FileBody body = new FileBody(source, mostBytes);
        body.onTooLarge(refusals::incrementAndGet);
        body.handler(piece -> handedOn.addAndGet(piece.length()));
        return body;
    }

    @Test
    void nothingBeyondTheBoundIsHandedOnAndItIsToldOnce() {
        FileBody body = body(10);
        assertFalse(body.hasBegun());
        source.say(6);
        source.say(4);
        assertTrue(body.hasBegun());
        assertEquals(0, refusals.get(), "as much as the bound is not too much");
        source.say(1);
        source.say(100);
        assertEquals(10, handedOn.get());
        assertEquals(1, refusals.get());
        assertTrue(source.paused);
        body.resume();
        assertTrue(source.paused, "whoever waited for room gets no more of it");
    }

    @Test
    void itsEndIsKnown() {
        FileBody body = body(10);
        AtomicInteger ends = new AtomicInteger();
        body.endHandler(end -> ends.incrementAndGet());
        assertFalse(body.isEnded());
        if (source.end != null) {
            source.end.handle(null);
        }
        assertTrue(body.isEnded());
        assertEquals(1, ends.get());
    }
}
