package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.EventSink;

/**
 * Reads the events of one answer as a provider sends them. One thread at a time; keeps no more than one server-sent event and what
 * the open parts need. Emits what {@link dev.tollgate.dialects.conversation.Event} allows.
 */
public interface EventReader {
    /** The next piece, of any size. Never throws for what it holds: garbage becomes {@code Failed}. The array may be reused after. */
    void feed(byte[] bytes, int offset, int length, EventSink sink);

    /** The provider has closed. A stream that had no end yet becomes {@code Failed}. */
    void end(EventSink sink);
}
