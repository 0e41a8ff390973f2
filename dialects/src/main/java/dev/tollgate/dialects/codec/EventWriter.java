package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.json.JsonBytes;

/** Writes the events of one answer as a client expects them. One thread at a time. */
public interface EventWriter {
    /**
     * Appends the server-sent events that the event means, none to several, each whole. {@code Failed} is written as {@link
     * dev.tollgate.dialects.ErrorBodies#event}; only {@code Ended} writes what makes the stream look finished.
     */
    void write(Event event, JsonBytes out);
}
