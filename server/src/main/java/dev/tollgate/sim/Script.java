package dev.tollgate.sim;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer, ready to be played.
 *
 * @param deltas how many of the events are deltas
 * @param events made one by one as they are taken
 * @param ping sent when nothing else is; null in dialects without
 * @param failure what tells of a failure within the stream
 */
record Script(
        Framing framing,
        int deltas,
        Iterator<Event> events,
        @Nullable Event ping,
        Event failure) {}
