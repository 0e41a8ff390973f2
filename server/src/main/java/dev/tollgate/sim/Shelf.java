package dev.tollgate.sim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What callers have left here, each caller's own, until this process ends or newer things need the room.
 *
 * @param <T> the kind of things
 */
final class Shelf<T> {
    /** At 32 MiB, the most that the gate sends, two of the largest. */
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private record Kept<K>(long caller, long bytes, K thing) {}

    private final Map<String, Kept<T>> things = new LinkedHashMap<>();
    private long bytes;

    synchronized void put(String id, long caller, long size, T thing) {
        Kept<T> before = things.put(id, new Kept<>(caller, size, thing));
        bytes += size - (before == null ? 0 : before.bytes());
        while (bytes > MOST_BYTES && things.size() > 1) {
            remove(things.keySet().iterator().next());
        }
    }

    synchronized Optional<T> get(String id, long caller) {
        Kept<T> kept = things.get(id);
        return kept == null || kept.caller() != caller ? Optional.empty() : Optional.of(kept.thing());
    }

    synchronized void remove(String id) {
        Kept<T> kept = things.remove(id);
        bytes -= kept == null ? 0 : kept.bytes();
    }
}
