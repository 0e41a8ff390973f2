package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How often budgets go to the store: of a hundred thousand, most are called seldom. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class SeldomCallsTest {
    private static final long CAP = 1_000_000;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private int returns;

    @SuppressWarnings("NullAway.Init")
    private SlicesByHand slices;

    @BeforeEach
    void open() throws Exception {
        slices = new SlicesByHand(kind.fresh(home));
    }

    @AfterEach
    void close() {
        slices.close();
    }

    private Budget set(String keyId, Window window) {
        return slices.budgets.set(budget(key(keyId), CAP, window), "owner");
    }

    private void pass(Budget budget, int seconds) {
        long before = slices.atHand(budget);
        slices.pass(seconds);
        if (before > 0 && slices.atHand(budget) == 0) {
            returns++;
        }
    }

    private BudgetRows.Standing standing(Budget budget) {
        return slices.standing(budget, 0);
    }

    private String asked() {
        return slices.draws + " draws and " + returns + " returns";
    }

    @Test
    void aBudgetThatIsCalledSeldomAsksTheStoreForEveryTenthCallAtMost() {
        Budget budget = set("k1", Window.LIFETIME);
        for (int i = 0; i < 60; i++) {
            assertTrue(slices.call("k1", 500, 500));
            pass(budget, 30);
        }
        assertTrue(slices.draws + returns <= 6, asked() + " for 60 calls");
        assertEquals(30_000, standing(budget).spentNanoUsd());
    }

    /** What comes back of each call refills the slice, though a bound is a good part of a hundredth of what is left. */
    @Test
    void callsThatCostAPartOfTheirBoundsAskSeldomToo() {
        Budget budget = set("k1", Window.LIFETIME);
        for (int i = 0; i < 100; i++) {
            assertTrue(slices.call("k1", 5_000, 250));
            pass(budget, 30);
        }
        assertTrue(slices.draws + returns <= 10, asked() + " for 100 calls");
    }

    @Test
    void whatIsKeptForTheNextCallIsASmallPartAndComesBackWhenNoneComes() {
        Budget budget = set("k1", Window.LIFETIME);
        slices.call("k1", 900, 100);
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
            slices.call("k1", 1_000, 1_000); // one right after the other
        }
        assertTrue(slices.draws <= 10, asked() + " for a burst of 100 calls");
        assertTrue(slices.atHand(budget) > CAP / 50, "at hand " + slices.atHand(budget));
        pass(budget, 10);
        assertEquals(new BudgetRows.Standing(100_000, 100_000), standing(budget));
    }

    /** While it is held it is not at hand, and what is at hand is small. */
    @Test
    void whatALongCallDidNotNeedComesBackSoonAfterItsEnd() {
        Budget budget = set("k1", Window.LIFETIME);
        SlicesByHand.Open open = slices.reserve("k1", CAP / 10).orElseThrow();
        pass(budget, 120);
        slices.settle(open, 1);
        pass(budget, 10);
        assertEquals(new BudgetRows.Standing(1, 1), standing(budget));
    }

    @Test
    void aCallThatNeedsALargePartByItselfKeepsNothing() {
        Budget budget = set("k1", Window.LIFETIME);
        slices.call("k1", CAP / 10, 1);
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
            assertTrue(slices.call("k1", bound, cost), "seed " + seed + ", spent " + spent);
            spent += cost;
            pass(budget, random.nextInt(20));
        }
        assertFalse(slices.call("k1", 1, 1));
        assertEquals(new BudgetRows.Standing(CAP, CAP), standing(budget));
    }

    /** At midnight all windows of days are over; what they have left goes back in steps. */
    @Test
    void manyWindowsThatAreOverGoBack() {
        List<Budget> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(set("k" + i, Window.MINUTE));
        }
        long minute = slices.window(many.getFirst());
        for (int i = 0; i < many.size(); i++) {
            slices.call("k" + i, 500, 1);
        }
        CountDownLatch midnight = new CountDownLatch(1);
        slices.holdTill(midnight);
        slices.millis.addAndGet(60_000);
        slices.purses.returnIdle(slices.nanos.get(), Long.MAX_VALUE); // all of them wait before the first goes
        midnight.countDown();
        for (int step = 0; step < 3; step++) {
            slices.purses.awaitQuiet();
        }
        assertEquals(600, granted("budget_window", minute));
        assertEquals(600, granted("budget_slice", minute));
    }

    private long granted(String table, long start) {
        return slices.store.read(handle -> handle.createQuery(
                        "SELECT CAST(SUM(granted) AS BIGINT) FROM " + table + " WHERE start_at = :start")
                .bind("start", start)
                .mapTo(Long.class)
                .one());
    }

    /** One signature tells that the node lives, however many budgets it has; without any there is nothing to tell. */
    @Test
    void aNodeWithBudgetsRenewsItsLeaseThoughNobodyCalls() {
        long entered = seenAt();
        slices.pass(60);
        assertEquals(entered, seenAt());
        Budget budget = set("k1", Window.LIFETIME);
        long turn = turn();
        slices.pass(60);
        assertTrue(slices.millis.get() - seenAt() < BudgetBook.SILENT.toMillis() / 2, "it would be taken for dead");
        assertTrue(turn() - turn <= 4, "signed " + (turn() - turn) + " times in a minute");
        assertEquals(new BudgetRows.Standing(0, 0), standing(budget));
    }

    private long seenAt() {
        return node().seenAtMillis();
    }

    private long turn() {
        return node().turn();
    }

    private NodeRows.Node node() {
        slices.store.write(tx -> true);
        return slices.store.read(handle -> NodeRows.find(handle, "node").orElseThrow());
    }
}
