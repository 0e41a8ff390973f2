package dev.tollgate.budget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what covers a call: a look into one map for every shape of scope that is in use, however many there are. Reading takes no
 * lock; one thread at a time changes it.
 */
final class ScopeIndex<T extends Scoped> {
    private static final Comparator<Scoped> BY_ID = Comparator.comparing(Scoped::id);

    /** Those whose scopes have the same parts given. */
    private record Shaped<T>(int shape, Map<Scope, List<T>> byScope) {}

    private volatile List<Shaped<T>> shapes = List.of();
    /** Another one after every change: what was being looked for meanwhile is remembered in the old one, where nobody looks. */
    private volatile Lately<T> lately = new Lately<>();

    void add(T added) {
        Scope scope = added.scope();
        ofShape(scope.shape()).byScope().merge(scope, List.of(added), ScopeIndex::joined);
        lately = new Lately<>();
    }

    private Shaped<T> ofShape(int shape) {
        for (Shaped<T> known : shapes) {
            if (known.shape() == shape) {
                return known;
            }
        }
        Shaped<T> added = new Shaped<>(shape, new ConcurrentHashMap<>());
        shapes = joined(shapes, List.of(added));
        return added;
    }

    private static <E> List<E> joined(List<E> some, List<E> others) {
        List<E> all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    @SuppressWarnings("ReferenceEquality") // the very one, not another of the same scope
    void remove(T removed) {
        Scope scope = removed.scope();
        ofShape(scope.shape()).byScope().computeIfPresent(scope, (same, there) -> {
            List<T> rest = there.stream().filter(each -> each != removed).toList();
            return rest.isEmpty() ? null : rest;
        });
        lately = new Lately<>();
    }

    /** Whether there has never been any. */
    boolean isEmpty() {
        return shapes.isEmpty();
    }

    /** Whether any looks at where a call goes. */
    boolean looksAtPlaces() {
        for (Shaped<T> shaped : shapes) {
            if (Scope.looksAtPlaces(shaped.shape())) {
                return true;
            }
        }
        return false;
    }

    /** In the order of their ids, so that all who take from several take them in one order. */
    List<T> covering(Subject subject) {
        if (shapes.isEmpty() || subject.places().isEmpty()) {
            return List.of();
        }
        Lately<T> present =
                lately; // before the look: what changes from here on is not remembered as if it had been seen
        List<T> known = present.covering(subject);
        if (known == null) {
            known = List.copyOf(look(subject));
            present.remember(subject, known);
        }
        return known;
    }

    private List<T> look(Subject subject) {
        List<T> found = new ArrayList<>();
        for (Shaped<T> shaped : shapes) {
            if (!Scope.looksAtPlaces(shaped.shape())) {
                look(shaped, subject, null, found);
                continue;
            }
            for (Place place : subject.places()) {
                look(shaped, subject, place, found);
            }
        }
        if (found.size() > 1) {
            found.sort(BY_ID);
        }
        return found;
    }

    private static <T> void look(Shaped<T> shaped, Subject subject, @Nullable Place place, List<T> found) {
        Scope scope = Scope.of(shaped.shape(), subject, place);
        List<T> there = scope == null ? null : shaped.byScope().get(scope);
        if (there == null) {
            return;
        }
        for (T each : there) {
            if (!found.contains(each)) { // two places of one call may be of one provider
                found.add(each);
            }
        }
    }
}
