package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider has charged 200 more than was held, of a budget of which nothing else is left, while another call holds 500. Wherever what
 * is owed lies, what that call does not need covers it first.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class DebtsTest {
    private static final long CAP = 1_000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    /** After which a debt that nobody touches has gone to the store, and some seconds to spare. */
    private static final int IDLE = 12;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private SlicesByHand slices;

    @SuppressWarnings("NullAway.Init")
    private Budget daily;

    private long today;

    /** Of the call in flight. */
    @SuppressWarnings("NullAway.Init")
    private SlicesByHand.Open open;

    @BeforeEach
    void overrun() throws Exception {
        slices = new SlicesByHand(kind.fresh(home));
        daily = slices.budgets.set(budget(key("k1"), CAP, Window.DAY), "owner");
        today = slices.window(daily);
        SlicesByHand.Open dearer = slices.reserve("k1", 500).orElseThrow();
        open = slices.reserve("k1", 500).orElseThrow();
        slices.settle(dearer, 700);
        assertEquals(-200, slices.atHand(daily));
    }

    @AfterEach
    void close() {
        slices.close();
    }

    private BudgetRows.Standing standing() {
        return slices.standing(daily, today);
    }

    private void assertLeft(long nanoUsd) {
        assertFalse(slices.reserve("k1", nanoUsd + 1).isPresent(), "beyond the cap");
        assertTrue(slices.reserve("k1", nanoUsd).isPresent(), "within the cap");
    }

    @Test
    void whatTheCallInFlightDoesNotNeedCoversADebtThatTheStoreHasTaken() {
        slices.pass(IDLE);
        assertEquals(new BudgetRows.Standing(700, 1_200), standing(), "others hear of it at once");
        slices.settle(open, 0);
        assertLeft(300);
    }

    @Test
    void aSecondDebtIsAddedToTheFirst() {
        slices.pass(IDLE);
        slices.settle(open, 600);
        slices.pass(IDLE);
        assertEquals(new BudgetRows.Standing(1_300, 1_300), standing());
        slices.budgets.set(budget(key("k1"), 2 * CAP, Window.DAY), "owner");
        assertLeft(700);
    }

    @Test
    void aCallThatFoundTheSliceBeforeTakesNothingOfWhatComesBackToIt() {
        Slice found = open.hold().parts().getFirst().slice();
        Hold early = new Hold(400, open.hold().parts());
        slices.pass(IDLE);
        CountDownLatch returned = new CountDownLatch(1);
        slices.holdTill(returned);
        slices.purses.release(open.hold());
        assertEquals(500, found.free());
        assertFalse(slices.purses.take(early));
        assertFalse(slices.purses.take(new Hold(300, early.parts())), "the store decides");
        returned.countDown();
        assertInstanceOf(Draw.Outcome.Lacking.class, drawn(early));
        assertInstanceOf(Draw.Outcome.Held.class, drawn(new Hold(300, early.parts())));
        assertFalse(slices.reserve("k1", 1).isPresent());
        assertEquals(new BudgetRows.Standing(700, 1_000), standing());
    }

    private Draw.Outcome drawn(Hold hold) {
        CompletableFuture<Draw.Outcome> outcome = new CompletableFuture<>();
        slices.purses.draw(hold, outcome::complete);
        return outcome.join();
    }

    /** The draw is on its way to the store when the limit is lowered: it must know of the debt, though the store does not. */
    @Test
    void aCallThatOvertakesTheDebtOnItsWayToTheStoreIsHeldToIt() {
        slices.budgets.set(budget(key("k1"), 2 * CAP, Window.DAY), "owner");
        CountDownLatch under = new CountDownLatch(1);
        slices.holdTill(under);
        CompletableFuture<Draw.Outcome> first = new CompletableFuture<>();
        slices.purses.draw(new Hold(801, open.hold().parts()), first::complete);
        Budget lower = new Budget(
                daily.id(), daily.scope(), "", 2 * CAP - 1, daily.window(), daily.zone(), daily.thresholds(), false, 0);
        slices.purses.put(lower);
        CompletableFuture<Draw.Outcome> second = new CompletableFuture<>();
        Purse purse = open.hold().parts().getFirst().purse();
        slices.purses.draw(new Hold(801, List.of(new Hold.Part(purse, purse.present()))), second::complete);
        under.countDown();
        assertInstanceOf(Draw.Outcome.Lacking.class, first.join());
        assertInstanceOf(Draw.Outcome.Lacking.class, second.join());
        slices.purses.awaitQuiet();
        assertLeft(800);
    }

    /** The call is paid by a slice that others are not paid from any more. */
    @Test
    void aDrawThatWasQueuedBeforeTheSecondDebtIsHeldToIt() {
        slices.pass(IDLE);
        slices.budgets.set(budget(key("k1"), 2 * CAP, Window.DAY), "owner");
        Purse purse = open.hold().parts().getFirst().purse();
        CountDownLatch under = new CountDownLatch(1);
        slices.holdTill(under);
        CompletableFuture<Draw.Outcome> queued = new CompletableFuture<>();
        slices.purses.draw(new Hold(701, List.of(new Hold.Part(purse, purse.present()))), queued::complete);
        open.hold().cost(new long[] {600});
        slices.purses.settled(open.hold());
        under.countDown();
        assertInstanceOf(Draw.Outcome.Lacking.class, queued.join());
        slices.purses.awaitQuiet();
        assertLeft(700);
    }

    @Test
    void whatIsAtHandCoversTheSecondDebt() {
        slices.pass(IDLE);
        slices.budgets.set(budget(key("k1"), 2 * CAP, Window.DAY), "owner");
        assertTrue(slices.call("k1", 800, 100), "all that was left of the limit is at hand now");
        slices.settle(open, 600);
        assertLeft(600);
    }

    @Test
    void aSecondDebtOfABudgetThatIsRemovedIsInTheBooks() {
        slices.pass(IDLE);
        slices.budgets.remove(daily.id(), "owner");
        slices.settle(open, 600);
        assertEquals(new BudgetRows.Standing(1_300, 1_300), standing());
    }

    @Test
    void whatIsPledgedForABatchIsHeldToADebt() {
        assertTrue(pledged(1).isPresent());
        slices.settle(open, 0);
        assertFalse(slices.reserve("k1", 301).isPresent(), "beyond the cap");
        assertTrue(pledged(301).isPresent(), "beyond the cap");
        assertFalse(pledged(200).isPresent());
        assertLeft(100);
    }

    private Optional<ReservationResult> pledged(long amount) {
        Purse purse = open.hold().parts().getFirst().purse();
        Hold hold = new Hold(amount, List.of(new Hold.Part(purse, purse.present())));
        try {
            return new Pledging(slices.purses, "req_" + amount, hold, tx -> {}, tx -> {}).run();
        } finally {
            slices.purses.awaitQuiet();
        }
    }

    @Test
    void aWindowThatEndsMeanwhileIsBilledWhatItCost() {
        slices.millis.addAndGet(DAY);
        slices.pass(IDLE);
        assertEquals(new BudgetRows.Standing(700, 1_200), standing());
        assertTrue(slices.reserve("k1", CAP).isPresent(), "another day");
        slices.settle(open, 100);
        assertEquals(new BudgetRows.Standing(800, 800), standing());
    }

    @Test
    void aGateThatStopsMeanwhileLeavesTheDebtToTheStore() {
        slices.purses.close();
        assertEquals(new BudgetRows.Standing(700, 1_200), standing());
        slices.settle(open, 0);
        assertEquals(new BudgetRows.Standing(700, 700), standing());
    }

    /** Calls of a window that a clock has begun too early end when the earlier one pays again. */
    @Test
    void aDebtOfAWindowThatIsStillToComeCountsInTheEarlierOne() {
        slices.millis.addAndGet(-DAY);
        slices.pass(1_300);
        assertEquals(today - DAY, slices.window(daily));
        assertFalse(slices.reserve("k1", 1).isPresent(), "1,200 are spent or held ahead");
        slices.settle(open, 0);
        slices.budgets.set(budget(key("k1"), 2 * CAP, Window.DAY), "owner");
        assertLeft(800);
        slices.millis.addAndGet(DAY);
        slices.budgets.set(budget(key("k1"), CAP, Window.DAY), "owner");
        assertLeft(300);
    }
}
