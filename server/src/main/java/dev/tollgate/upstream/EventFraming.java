package dev.tollgate.upstream;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What an answer's server-sent events are framed in. For one answer, on one event loop. */
public interface EventFraming {
    /** They come as they are. */
    EventFraming NONE = new EventFraming() {
        @Override
        public Buffer unframe(Buffer piece) {
            return piece;
        }

        @Override
        public @Nullable Throwable fault() {
            return null;
        }
    };

    /** The events that this piece completes; empty if it completes none. How an answer is cut into pieces changes nothing. */
    Buffer unframe(Buffer piece);

    /** Why nothing more can be read of this answer, or null. What was read before it is good. */
    @Nullable
    Throwable fault();
}
