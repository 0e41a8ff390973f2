package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * Finds a name that appears twice in one JSON object. RFC 8259 §4 leaves the meaning of such an object open: the gate would price
 * one value and the provider run the other.
 *
 * <p>Objects are small, so the names of an open object stand in one array, as slices of the body, and are compared one by one, by a
 * hash first. An object's names beyond the first {@value #FEW} go to a hash set, so the cost stays linear for hostile bodies as well.
 */
final class NameScopes {
    private static final int FEW = 16;

    private int[] starts = new int[16];
    private byte[][] sources = new byte[48][];
    /** For each name three numbers: where it begins and ends, and its hash. */
    private int[] slices = new int[3 * 48];

    private int size;
    private int depth = -1;
    /** By depth, for the few objects that need one. */
    private final Map<Integer, HashSet<String>> sets = new HashMap<>(0);

    void open() {
        if (++depth == starts.length) {
            starts = Arrays.copyOf(starts, 2 * depth);
        }
        starts[depth] = size;
    }

    void close() {
        if (size - starts[depth] == FEW) {
            sets.remove(depth);
        }
        size = starts[depth--];
    }

    /** Whether the name {@code source[from, to)}, decoded, is new in the innermost object. */
    boolean add(byte[] source, int from, int to) {
        int start = starts[depth];
        int hash = hash(source, from, to);
        for (int i = start; i < size; i++) {
            if (slices[3 * i + 2] == hash
                    && Arrays.equals(sources[i], slices[3 * i], slices[3 * i + 1], source, from, to)) {
                return false;
            }
        }
        if (size - start == FEW) {
            return sets.computeIfAbsent(depth, ignored -> new HashSet<>())
                    .add(new String(source, from, to - from, UTF_8));
        }
        if (size == sources.length) {
            sources = Arrays.copyOf(sources, size * 2);
            slices = Arrays.copyOf(slices, slices.length * 2);
        }
        sources[size] = source;
        slices[3 * size] = from;
        slices[3 * size + 1] = to;
        slices[3 * size + 2] = hash;
        size++;
        return true;
    }

    private static int hash(byte[] source, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + source[i];
        }
        return hash;
    }
}
