package dev.tollgate.gateway;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body that is read piece by piece, and not beyond a bound. One event loop. */
final class FileBody implements ReadStream<Buffer> {
    private final ReadStream<Buffer> source;
    private final long mostBytes;
    private Runnable tooLarge = () -> {};
    private long bytes;
    private boolean ended;
    private boolean stopped;

    FileBody(ReadStream<Buffer> source, long mostBytes) {
        this.source = source;
        this.mostBytes = mostBytes;
    }

    /** Told once: no piece beyond the bound is handed on. */
    void onTooLarge(Runnable told) {
        tooLarge = told;
    }

    /** Whether any of it has been handed on. */
    boolean hasBegun() {
        return bytes > 0;
    }

    boolean isEnded() {
        return ended;
    }

    /** Nothing more is handed on, nor read for whoever asks for more. */
    void stop() {
        stopped = true;
        source.pause();
    }

    @Override
    public FileBody handler(@Nullable Handler<Buffer> handler) {
        source.handler(handler == null ? null : piece -> piece(piece, handler));
        return this;
    }

    private void piece(Buffer piece, Handler<Buffer> handler) {
        if (stopped) {
            return;
        }
        bytes += piece.length();
        if (bytes > mostBytes) {
            stop();
            tooLarge.run();
        } else {
            handler.handle(piece);
        }
    }

    @Override
    public FileBody endHandler(@Nullable Handler<Void> handler) {
        source.endHandler(end -> {
            ended = true;
            if (handler != null) {
                handler.handle(null);
            }
        });
        return this;
    }

    @Override
    public FileBody exceptionHandler(@Nullable Handler<Throwable> handler) {
        source.exceptionHandler(handler);
        return this;
    }

    @Override
    public FileBody pause() {
        source.pause();
        return this;
    }

    @Override
    public FileBody resume() {
        if (!stopped) {
            source.resume();
        }
        return this;
    }

    @Override
    public FileBody fetch(long amount) {
        if (!stopped) {
            source.fetch(amount);
        }
        return this;
    }
}
