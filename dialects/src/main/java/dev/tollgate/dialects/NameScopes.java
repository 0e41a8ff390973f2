package dev.tollgate.dialects;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * Finds a name that appears twice in one JSON object. RFC 8259 §4 leaves the meaning of such an object open: the gate would price
 * one value and the provider run the other.
 *
 * <p>Objects are small, so the names of an open object stand in one array and are compared one by one, by identity first: the
 * parser hands out one instance per distinct name. An object's names beyond the first {@value #FEW} go to a hash set, so the cost stays linear for hostile
 * bodies as well.
 */
final class NameScopes {
    private static final int FEW = 16;

    private int[] starts = new int[16];
    private String[] names = new String[48];
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

    /** Whether the name is new in the innermost object. */
    boolean add(String name) {
        int start = starts[depth];
        for (int i = start; i < size; i++) {
            if (same(names[i], name)) {
                return false;
            }
        }
        if (size - start == FEW) {
            return sets.computeIfAbsent(depth, ignored -> new HashSet<>()).add(name);
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
        }
        names[size++] = name;
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // the quick answer to the common case; equals decides the rest
    private static boolean same(String a, String b) {
        return a == b || (a.hashCode() == b.hashCode() && a.equals(b));
    }
}
