package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.catalog.TestDatabase;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How often budgets go to the store, counted by a clock that only the test moves: of a hundred thousand, most are called seldom. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class SeldomCallsTest {
    private static final long CAP = 1_000_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong nanos = new AtomicLong(SECOND);
    private final AtomicLong millis = new AtomicLong(MoneyHouse.NOW);
    private int calls;
    private int draws;
    private int returns;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private Purses purses;

    @SuppressWarnings("NullAway.Init")
    private BudgetBook budgets;

    @BeforeEach
    void open() throws Exception {
        InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
        store = Store.open(kind.fresh(home));
        purses = Purses.open(store, new Events(), clock, nanos::get, "node", place -> place);
        budgets = new BudgetBook(store, new AuditLog(store, clock, new byte[32]), clock, purses);
    }

    @AfterEach
    void close() {
        purses.close();
        store.close();
    }

    private Budget set(String keyId, Window window) {
        return budgets.set(budget(key(keyId), CAP, window), "owner");
    }

    /** One second after the other, as the gate's keeper sees them. */
    private void pass(Budget budget, int seconds) {
        long before = atHand(budget);
        for (int i = 0; i < seconds; i++) {
            nanos.addAndGet(SECOND);
            millis.addAndGet(1_000);
            purses.tend();
            purses.awaitQuiet();
        }
        if (before > 0 && atHand(budget) == 0) {
            returns++;
        }
    }

    private long atHand(Budget budget) {
        Slice slice = purses.present(budget.id());
        return slice == null ? 0 : slice.free();
    }

    private BudgetRows.Standing standing(Budget budget) {
        store.write(tx -> true);
        return store.read(handle -> BudgetRows.standing(handle, budget.id(), 0));
    }

    private Draw.Outcome call(String keyId, long bound, long cost) {
        CallStart start = start("req_" + ++calls, keyId, "personal", millis.get());
        List<Hold.Part> parts = new ArrayList<>();
        for (Purse purse : purses.covering(Subject.of(start, MoneyHouse.PLACES))) {
            parts.add(new Hold.Part(purse, purse.slice(millis.get())));
        }
        Hold hold = new Hold(bound, parts);
        Draw.Outcome outcome = purses.take(hold) ? new Draw.Outcome.Held() : draw(hold);
        if (outcome instanceof Draw.Outcome.Held) {
            CallRecord record = new CallRecord(start, Samples.end(millis.get(), cost(cost)), bound);
            store.write(tx -> {
                purses.spending().spend(tx, hold, record);
                return true;
            });
            purses.settled(hold, record);
        }
        return outcome;
    }

    private Draw.Outcome draw(Hold hold) {
        draws++;
        CompletableFuture<Draw.Outcome> outcome = new CompletableFuture<>();
        purses.draw(hold, outcome::complete);
        Draw.Outcome drawn = outcome.orTimeout(60, TimeUnit.SECONDS).join();
        purses.awaitQuiet(); // whoever is told may be so before the slice has heard all
        return drawn;
    }

    @Test
    void aBudgetThatIsCalledSeldomAsksTheStoreForEveryTenthCallAtMost() {
        Budget budget = set("k1", Window.LIFETIME);
        for (int i = 0; i < 60; i++) {
            assertInstanceOf(Draw.Outcome.Held.class, call("k1", 500, 500));
            pass(budget, 30);
        }
        assertTrue(draws + returns <= 6, draws + " draws and " + returns + " returns for 60 calls");
        assertEquals(30_000, standing(budget).spentNanoUsd());
    }

    /** What comes back of each call refills the slice, though a bound is a good part of a hundredth of what is left. */
    @Test
    void callsThatCostAPartOfTheirBoundsAskSeldomToo() {
        Budget budget = set("k1", Window.LIFETIME);
        for (int i = 0; i < 100; i++) {
            assertInstanceOf(Draw.Outcome.Held.class, call("k1", 5_000, 250));
            pass(budget, 30);
        }
        assertTrue(draws + returns <= 10, draws + " draws and " + returns + " returns for 100 calls");
    }

    @Test
    void whatIsKeptForTheNextCallIsASmallPartAndComesBackWhenNoneComes() {
        Budget budget = set("k1", Window.LIFETIME);
        call("k1", 900, 100);
        pass(budget, 60);
        long kept = standing(budget).grantedNanoUsd() - 100;
        assertTrue(kept >= 900 && kept <= CAP / 100, "kept " + kept);
        pass(budget, 600);
        assertEquals(new BudgetRows.Standing(100, 100), standing(budget));
    }

    @Test
    void aLargePartComesBackSoon() {
        Budget budget = set("k1", Window.LIFETIME);
        for (int i = 0; i < 100; i++) {
            call("k1", 1_000, 1_000); // one right after the other
        }
        assertTrue(draws <= 10, draws + " draws for a burst of 100 calls");
        assertTrue(atHand(budget) > CAP / 50, "at hand " + atHand(budget));
        pass(budget, 10);
        assertEquals(new BudgetRows.Standing(100_000, 100_000), standing(budget));
    }

    @Test
    void aCallThatNeedsALargePartByItselfKeepsNothing() {
        Budget budget = set("k1", Window.LIFETIME);
        call("k1", CAP / 10, 1);
        pass(budget, 10);
        assertEquals(new BudgetRows.Standing(1, 1), standing(budget));
    }

    @Test
    void theLastCentIsSpendableHoweverTheCallsCome() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("SeldomCallsTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Budget budget = set("k1", Window.LIFETIME);
        long spent = 0;
        while (spent < CAP) {
            long bound = Math.min(CAP - spent, random.nextLong(1, CAP / 20));
            long cost = random.nextLong(bound + 1);
            assertInstanceOf(Draw.Outcome.Held.class, call("k1", bound, cost), "seed " + seed + ", spent " + spent);
            spent += cost;
            pass(budget, random.nextInt(20));
        }
        assertInstanceOf(Draw.Outcome.Lacking.class, call("k1", 1, 1));
        assertEquals(new BudgetRows.Standing(CAP, CAP), standing(budget));
    }

    /** At midnight all windows of days are over; what they have left goes back in steps. */
    @Test
    void manyWindowsThatAreOverGoBack() {
        List<Budget> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(set("k" + i, Window.MINUTE));
        }
        long minute = Window.MINUTE.startMillis(millis.get(), BudgetSamples.UTC);
        for (int i = 0; i < many.size(); i++) {
            call("k" + i, 500, 1);
        }
        pass(many.getFirst(), 61);
        long[] granted = new long[1];
        long[] slices = new long[1];
        store.write(tx -> true);
        store.read(handle -> {
            granted[0] = handle.createQuery(
                            "SELECT CAST(SUM(granted) AS BIGINT) FROM budget_window WHERE start_at = :start")
                    .bind("start", minute)
                    .mapTo(Long.class)
                    .one();
            slices[0] = handle.createQuery(
                            "SELECT CAST(SUM(granted) AS BIGINT) FROM budget_slice WHERE start_at = :start")
                    .bind("start", minute)
                    .mapTo(Long.class)
                    .one();
            return true;
        });
        assertEquals(600, granted[0]);
        assertEquals(600, slices[0]);
    }
}
