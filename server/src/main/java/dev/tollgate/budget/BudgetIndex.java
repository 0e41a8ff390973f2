package dev.tollgate.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the budgets that cover a call: a look into one map for every shape of scope that is in use, however many budgets there are.
 * Reading takes no lock; one thread at a time changes it.
 */
final class BudgetIndex {
    private static final Comparator<Purse> BY_ID =
            Comparator.comparing(purse -> purse.budget().id());

    /** The budgets whose scopes have the same parts given. */
    private record Shaped(int shape, Map<Scope, List<Purse>> byScope) {}

    private volatile Shaped[] shapes = new Shaped[0];

    void add(Purse purse) {
        Scope scope = purse.budget().scope();
        ofShape(scope.shape()).byScope().merge(scope, List.of(purse), BudgetIndex::joined);
    }

    private Shaped ofShape(int shape) {
        for (Shaped known : shapes) {
            if (known.shape() == shape) {
                return known;
            }
        }
        Shaped added = new Shaped(shape, new ConcurrentHashMap<>());
        Shaped[] more = Arrays.copyOf(shapes, shapes.length + 1);
        more[shapes.length] = added;
        shapes = more;
        return added;
    }

    private static List<Purse> joined(List<Purse> some, List<Purse> others) {
        List<Purse> all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    void remove(Purse purse) {
        Scope scope = purse.budget().scope();
        ofShape(scope.shape()).byScope().computeIfPresent(scope, (same, there) -> {
            List<Purse> rest = there.stream().filter(each -> each != purse).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** In the order of their ids, so that all who take from several take them in one order. */
    List<Purse> covering(Subject subject) {
        Shaped[] present = shapes;
        if (present.length == 0 || subject.places().isEmpty()) {
            return List.of();
        }
        List<Purse> found = new ArrayList<>();
        for (Shaped shaped : present) {
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

    private static void look(Shaped shaped, Subject subject, @Nullable Place place, List<Purse> found) {
        Scope scope = Scope.of(shaped.shape(), subject, place);
        List<Purse> there = scope == null ? null : shaped.byScope().get(scope);
        if (there == null) {
            return;
        }
        for (Purse purse : there) {
            if (!found.contains(purse)) { // two places of one call may be of one provider
                found.add(purse);
            }
        }
    }
}
