package dev.tollgate.dialects.conversation;

/** Takes events, in order. */
@FunctionalInterface
public interface EventSink {
    void accept(Event event);
}
