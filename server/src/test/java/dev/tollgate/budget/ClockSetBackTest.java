package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A clock that was ahead neither gives a budget's money twice nor holds the budget in a window that is far off. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class ClockSetBackTest {
    private static final long CAP = 1_000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long YEAR = 365 * DAY;
    /** In which a clock that has been set back is not believed yet, and some seconds to spare. */
    private static final int BELIEVED = 615;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private SlicesByHand slices;

    @SuppressWarnings("NullAway.Init")
    private Budget daily;

    private long today;

    @BeforeEach
    void open() throws Exception {
        slices = new SlicesByHand(kind.fresh(home));
        daily = slices.budgets.set(budget(key("k1"), CAP, Window.DAY), "owner");
        today = slices.window(daily);
    }

    @AfterEach
    void close() {
        slices.close();
    }

    private long start() {
        return Window.DAY.startMillis(slices.millis.get(), BudgetSamples.UTC);
    }

    @Test
    void aBudgetComesBackToThePresentWindowWhichHasWhatBothLeave() {
        assertTrue(slices.call("k1", 200, 200));
        slices.millis.addAndGet(YEAR);
        assertTrue(slices.call("k1", 300, 300));
        long ahead = slices.window(daily);
        slices.millis.addAndGet(-YEAR);
        slices.pass(30);
        assertEquals(ahead, slices.window(daily), "the clock may be wrong now, and may have been right");
        slices.pass(BELIEVED);
        assertEquals(today, slices.window(daily));
        assertFalse(slices.call("k1", 501, 0));
        assertTrue(slices.call("k1", 500, 500));
        assertFalse(slices.call("k1", 1, 1));
        BudgetBook.Status status = slices.budgets.show(daily.id());
        assertEquals(700, status.spentNanoUsd());
        assertEquals(300, status.heldNanoUsd(), "what the later window has spent");
    }

    @Test
    void theNextDayHasTheWholeLimitAgainAndTheYearAfterWhatItHadLeft() {
        slices.millis.addAndGet(YEAR);
        assertTrue(slices.call("k1", 300, 300));
        long ahead = slices.window(daily);
        slices.millis.addAndGet(-YEAR);
        slices.pass(BELIEVED);
        slices.millis.addAndGet(DAY);
        assertTrue(slices.call("k1", CAP, CAP));
        slices.pass(10);
        assertEquals(new BudgetRows.Standing(0, 0), slices.standing(daily, today), "what stood for the other is gone");
        slices.millis.addAndGet(YEAR - DAY);
        assertEquals(ahead, slices.window(daily));
        assertFalse(slices.call("k1", 701, 0));
        assertTrue(slices.call("k1", 700, 700));
    }

    @Test
    void aClockThatIsSetBackForMinutesOnlyChangesNothing() {
        assertTrue(slices.call("k1", 200, 200));
        slices.millis.addAndGet(DAY);
        assertTrue(slices.call("k1", 600, 600));
        for (int again = 0; again < 4; again++) {
            slices.millis.addAndGet(-DAY);
            slices.pass(300);
            assertTrue(slices.call("k1", 50, 50));
            slices.millis.addAndGet(DAY);
            slices.pass(10);
        }
        assertEquals(start(), slices.window(daily));
        assertFalse(slices.call("k1", 201, 201));
        assertTrue(slices.call("k1", 200, 200));
    }

    @Test
    void whatIsInFlightInTheLaterWindowCountsUntilItIsKnown() {
        slices.millis.addAndGet(DAY);
        SlicesByHand.Open open = slices.reserve("k1", 600).orElseThrow();
        long ahead = slices.window(daily);
        slices.millis.addAndGet(-DAY);
        slices.pass(BELIEVED);
        assertEquals(today, slices.window(daily));
        assertFalse(slices.call("k1", 401, 401));
        slices.settle(open, 100);
        assertTrue(slices.call("k1", 400, 400));
        assertEquals(new BudgetRows.Standing(100, 100), slices.standing(daily, ahead));
    }

    @Test
    void aLimitThatIsChangedMeanwhileForgetsNothing() {
        slices.millis.addAndGet(DAY);
        assertTrue(slices.call("k1", 300, 300));
        slices.millis.addAndGet(-DAY);
        slices.pass(BELIEVED);
        assertTrue(slices.call("k1", 100, 100));
        slices.budgets.set(budget(key("k1"), 500, Window.DAY), "owner");
        slices.purses.awaitQuiet();
        assertFalse(slices.call("k1", 101, 101));
        assertTrue(slices.call("k1", 100, 100));
        slices.millis.addAndGet(DAY);
        slices.pass(10);
        assertEquals(new BudgetRows.Standing(200, 200), slices.standing(daily, today));
    }

    @Test
    void itIsToldOnceThatTheClockWasSetBack() {
        List<Notice> notices = new CopyOnWriteArrayList<>();
        slices.events.subscribe(notices::add);
        slices.budgets.set(budget(key("k2"), CAP, Window.HOUR), "owner");
        slices.millis.addAndGet(YEAR);
        slices.call("k1", 1, 1);
        slices.call("k2", 1, 1);
        slices.pass(10);
        slices.millis.addAndGet(-YEAR);
        slices.pass(BELIEVED);
        assertEquals(
                1,
                notices.stream()
                        .filter(notice -> notice.kind().equals("budget.clock_set_back"))
                        .count());
    }

    /** Whatever the clock does, no window passes the limit, and nothing stays held of one that is not paid from. */
    @Test
    void underAnyClockNoWindowPassesTheLimit() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("ClockSetBackTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, Long> spent = new HashMap<>();
        List<SlicesByHand.Open> open = new ArrayList<>();
        for (int step = 0; step < 150; step++) {
            switch (random.nextInt(8)) {
                case 0 -> slices.millis.addAndGet(random.nextLong(-3, 4) * DAY);
                case 1 -> slices.pass(random.nextInt(BELIEVED));
                case 2, 3 -> {
                    if (!open.isEmpty()) {
                        end(open.remove(random.nextInt(open.size())), random, spent);
                    }
                }
                default -> slices.reserve("k1", random.nextLong(1, CAP / 3)).ifPresent(open::add);
            }
        }
        open.forEach(call -> end(call, random, spent));
        slices.millis.addAndGet(YEAR);
        slices.pass(20);
        spent.forEach((window, sum) -> {
            assertTrue(sum <= CAP, "seed " + seed + ", " + sum + " in " + window);
            assertEquals(new BudgetRows.Standing(sum, sum), slices.standing(daily, window), "seed " + seed);
        });
    }

    private void end(SlicesByHand.Open call, SplittableRandom random, Map<Long, Long> spent) {
        long cost = random.nextLong(call.hold().amountNanoUsd() + 1);
        slices.settle(call, cost);
        spent.merge(call.hold().parts().getFirst().slice().key().startMillis(), cost, Long::sum);
    }
}
