package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Resolutions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two gates write to one PostgreSQL at the same time, and touch the same windows, accounts and trail in any order. */
@Timeout(240)
class TwoWritersTest {
    private static final int CALLERS = 24;
    private static final int CALLS = 40;
    private static final int KEYS = 6;

    @TempDir
    Path home = Path.of("");

    @Test
    void underLoadNothingDeadlocksAndEachCallIsSettledOnce() throws Exception {
        DatabaseUrl url = TestDatabase.POSTGRESQL.fresh(home);
        List<String> budgets = new ArrayList<>();
        long spent;
        try (MoneyHouse one = new MoneyHouse(url, Files.createDirectory(home.resolve("one")))) {
            budgets.add(one.budgets
                    .set(budget(account("personal"), 1_000_000_000_000L, Window.LIFETIME), "owner")
                    .id());
            for (int i = 0; i < KEYS; i++) {
                one.budgets.set(budget(key("k" + i), 1_000_000_000_000L, Window.LIFETIME), "owner");
            }
            try (MoneyHouse two = new MoneyHouse(url, Files.createDirectory(home.resolve("two")))) {
                spent = callers(List.of(one, two));
                Set<String> audited = new HashSet<>(one.audited());
                for (int i = 0; i < CALLERS; i++) {
                    for (int n = 0; n < CALLS; n++) {
                        String id = "req_" + i + "_" + n;
                        assertTrue(
                                audited.contains("call.settled " + id) || audited.contains("call.unreconciled " + id),
                                id);
                    }
                }
                assertEquals(CALLERS * CALLS, one.calls());
                assertTrue(one.audit.verify().ok());
                assertTrue(new Books(one.store).verify().ok());
                BudgetRows.Standing standing =
                        one.store.read(handle -> BudgetRows.standing(handle, budgets.getFirst(), 0));
                assertEquals(spent, standing.spentNanoUsd());
            }
        }
        assertEquals(0, deadlocks(url));
    }

    private static long callers(List<MoneyHouse> nodes) throws Exception {
        long seed = System.nanoTime();
        System.out.println("TwoWritersTest seed " + seed);
        long spent = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                callers.add(threads.submit(
                        () -> calls(nodes.get(caller % nodes.size()), caller, new SplittableRandom(seed + caller))));
            }
            for (Future<Long> caller : callers) {
                spent += caller.get(200, TimeUnit.SECONDS);
            }
        }
        return spent;
    }

    private static long calls(MoneyHouse house, int caller, SplittableRandom random) throws Exception {
        Resolutions resolutions =
                new Resolutions(house.store, house.ledger, house.audit, InstantSource.system(), house.purses);
        long spent = 0;
        for (int n = 0; n < CALLS; n++) {
            String id = "req_" + caller + "_" + n;
            long now = System.currentTimeMillis();
            // Ever more than before, so that slices run dry and windows are drawn from while others settle.
            long bound = random.nextLong(1, 1_000_000L * (n + 1));
            Reservation reservation =
                    Samples.reserved(house.ask(start(id, "k" + random.nextInt(KEYS), "personal", now), ceiling(bound)));
            reservation.dispatched(Samples.SERVED);
            boolean unknown = random.nextInt(4) == 0;
            long cost = random.nextLong(bound + 1);
            SettlementResult settled = house.settled(
                    reservation, Samples.end(now, unknown ? new Charge.AtReservation(true, "unknown") : cost(cost)));
            assertInstanceOf(SettlementResult.Durable.class, settled);
            if (unknown) {
                resolutions.resolve("owner", id, cost, "");
            }
            spent += cost;
        }
        return spent;
    }

    /** Counted by the server when its connections to the gates have ended. */
    private static long deadlocks(DatabaseUrl url) {
        try (Store store = Store.open(url)) {
            return store.read(handle -> handle.createQuery(
                            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                    .mapTo(Long.class)
                    .one());
        }
    }
}
