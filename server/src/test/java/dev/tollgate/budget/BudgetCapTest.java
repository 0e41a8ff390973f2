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

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof of the cap: many callers at once, random bounds and costs, one dollar. */
@Timeout(300)
class BudgetCapTest {
    private static final int CALLERS = 200;
    private static final long CAP = Money.NANO_USD_PER_USD;
    /** A call whose bound is less than that is not worth making. */
    private static final long LEAST = CAP / 100_000;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong most = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void twoHundredCallersSpendNoMoreThanADollarAndAlmostAllOfIt(TestDatabase kind) throws Exception {
        DatabaseUrl url = kind.fresh(home);
        try (MoneyHouse house = new MoneyHouse(url, home)) {
            Budget shared = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
            house.budgets.set(budget(key("k1"), CAP * 2, Window.MONTH), "owner");
            callers(List.of(house));
            check(house, shared);
        }
    }

    /** They share the store and nothing else. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void twoNodesTogetherKeepOneCap(TestDatabase kind) throws Exception {
        DatabaseUrl url = kind.fresh(home);
        try (MoneyHouse one = new MoneyHouse(url, Files.createDirectory(home.resolve("one")))) {
            Budget shared = one.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
            try (MoneyHouse other = new MoneyHouse(url, Files.createDirectory(home.resolve("other")))) {
                callers(List.of(one, other));
                check(one, shared);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatTwoNodesHaveLeftTogetherIsEnoughForACall(TestDatabase kind) throws Exception {
        DatabaseUrl url = kind.fresh(home);
        try (MoneyHouse one = new MoneyHouse(url, Files.createDirectory(home.resolve("one")));
                MoneyHouse other = twin(url, one)) {
            Reservation first = Samples.reserved(ask(one, 600));
            Reservation second = Samples.reserved(ask(other, 400));
            settle(one, first, 555);
            settle(other, second, 355); // each has 45 at hand, and the store nothing
            assertEquals(45, assertInstanceOf(Exhausted.class, ask(one, 60)).leftNanoUsd());
            assertEquals(45, assertInstanceOf(Exhausted.class, ask(one, 60)).leftNanoUsd(), "after it went back");
            Samples.reserved(ask(other, 60));
        }
    }

    /** A second node of the same store, which begins after the budget was set. */
    private MoneyHouse twin(DatabaseUrl url, MoneyHouse one) throws Exception {
        one.budgets.set(budget(account("personal"), 1_000, Window.LIFETIME), "owner");
        return new MoneyHouse(url, Files.createDirectory(home.resolve("other")));
    }

    private ReservationResult ask(MoneyHouse house, long bound) {
        return house.ask(start("req_" + asked.incrementAndGet(), "k1", "personal", MoneyHouse.NOW), ceiling(bound));
    }

    private static void settle(MoneyHouse house, Reservation reservation, long cost) throws Exception {
        reservation.dispatched(Samples.SERVED);
        assertInstanceOf(
                SettlementResult.Durable.class, house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(cost))));
    }

    private void callers(List<MoneyHouse> nodes) throws Exception {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("BudgetCapTest seed " + seed);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                MoneyHouse node = nodes.get(i % nodes.size());
                String name = "req_" + i + "_";
                SplittableRandom random = new SplittableRandom(seed + i);
                Callable<Long> caller = () -> call(node, name, random);
                callers.add(threads.submit(caller));
            }
            long spent = 0;
            for (Future<Long> caller : callers) {
                spent += caller.get(250, TimeUnit.SECONDS);
            }
            most.set(spent);
        }
    }

    /** Calls until the budget has nothing left, and says what it has spent. */
    private static long call(MoneyHouse house, String name, SplittableRandom random) throws Exception {
        long spent = 0;
        for (int i = 0; true; i++) {
            long bound = random.nextLong(CAP / 1_000, CAP / 50);
            ReservationResult result = house.ask(start(name + i, "k1", "personal", MoneyHouse.NOW), ceiling(bound));
            while (result instanceof Exhausted exhausted) {
                if (exhausted.leftNanoUsd() >= LEAST) {
                    bound = Math.min(bound, exhausted.leftNanoUsd()); // as a shorter answer would
                } else if (exhausted.isHeldByOthers(LEAST)) {
                    Thread.sleep(1); // they will settle, and perhaps for less
                } else {
                    return spent;
                }
                result = house.ask(start(name + i, "k1", "personal", MoneyHouse.NOW), ceiling(bound));
            }
            Reservation reservation = Samples.reserved(result);
            reservation.dispatched(Samples.SERVED);
            long cost = random.nextInt(4) == 0 ? bound : random.nextLong(bound + 1);
            SettlementResult settled = house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(cost)));
            assertInstanceOf(SettlementResult.Durable.class, settled);
            spent += cost;
        }
    }

    private void check(MoneyHouse house, Budget budget) {
        BudgetRows.Standing standing = house.store.read(handle -> BudgetRows.standing(handle, budget.id(), 0));
        assertEquals(most.get(), standing.spentNanoUsd());
        long billed = house.store.read(handle -> handle.createQuery("SELECT CAST(SUM(cost) AS BIGINT) FROM call")
                .mapTo(Long.class)
                .one());
        assertEquals(most.get(), billed);
        assertTrue(standing.spentNanoUsd() <= CAP, "over the cap: " + standing);
        assertTrue(standing.grantedNanoUsd() <= CAP, "granted too much: " + standing);
        assertTrue(standing.spentNanoUsd() >= CAP / 100 * 99, "not spendable: " + standing);
    }
}
