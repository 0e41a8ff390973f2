package dev.tollgate.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.Purses;
import dev.tollgate.identity.CallerResolution.Identified;
import dev.tollgate.identity.CallerResolver;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopulationTest {
    private static final AuditTrail NO_TRAIL = (tx, actor, action, subject, detail) -> {};

    @TempDir
    Path home;

    @Test
    void theGateKnowsEveryKeyAndFindsABudgetOnEachThatHasOne() {
        List<String> holders = Population.settle(home, 50, 20);
        InstantSource clock = InstantSource.system();
        try (Store store = Store.open(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")));
                Purses purses = Purses.open(store, new Events(), clock, "node", place -> place)) {
            VirtualKeys keys = VirtualKeys.open(store, NO_TRAIL, clock);
            assertEquals(50, keys.list("", 100).size());
            assertEquals(20, holders.size());

            Set<String> callers = new TreeSet<>();
            CallerResolver resolver = keys.callerResolver();
            for (String text : holders) {
                var found = assertInstanceOf(Identified.class, resolver.resolve("Bearer " + text, null, null, null));
                callers.add(found.caller().keyId());
            }
            Set<String> limited = new BudgetBook(store, NO_TRAIL, clock, purses)
                    .list("", 1_000).stream()
                            .map(BudgetBook.Status::budget)
                            .map(Budget::scope)
                            .map(scope -> String.valueOf(scope.keyId()))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(callers, limited);
        }
    }

    @Test
    void eachBudgetNeedsAKeyOfItsOwn() {
        assertThrows(IllegalArgumentException.class, () -> Population.settle(home, 5, 6));
    }
}
