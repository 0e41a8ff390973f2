package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class OldWindowsTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private int calls;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatIsLongOverAndHoldsNothingIsForgotten(TestDatabase kind) throws Exception {
        try (MoneyHouse house = new MoneyHouse(
                kind.fresh(home), home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()))) {
            Budget lifetime = house.budgets.set(budget(key("k1"), 10_000, Window.LIFETIME), "owner");
            Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
            Budget hourly = house.budgets.set(budget(key("k2"), 1_000, Window.HOUR), "owner");
            spend(house, "k1");
            now.addAndGet(DAY);
            Reservation open = reserve(house, "k1");
            now.addAndGet(DAY);
            spend(house, "k1");
            spend(house, "k2");
            now.addAndGet(8 * DAY);
            spend(house, "k2");
            assertEquals(3, windows(house, daily));

            forget(house, hourly);
            assertEquals(3, windows(house, daily), "none is so old yet");
            assertEquals(1, windows(house, hourly), "hours are forgotten earlier");
            now.addAndGet(400 * DAY);
            forget(house, hourly);
            assertEquals(1, windows(house, daily), "a call is still in flight in one of them");
            assertEquals(1_800, house.budgets.show(lifetime.id()).spentNanoUsd());

            house.settled(open, Samples.end(now.get(), cost(1)));
            forget(house, hourly);
            assertEquals(0, windows(house, daily));
            assertEquals(0, windows(house, hourly));
            assertEquals(1, windows(house, lifetime));
            spend(house, "k1");
            assertEquals(900, house.budgets.show(daily.id()).spentNanoUsd());
            house.store.write(tx -> true); // what was told of before has been written
            long told = house.store.read(
                    handle -> handle.createQuery("SELECT COUNT(*) FROM budget_told WHERE budget_id = :id")
                            .bind("id", daily.id())
                            .mapTo(Long.class)
                            .one());
            assertEquals(2, told, "of today alone: 70 and 90 %");
        }
    }

    /** Else a clock that is years ahead for a minute would forget what the present month has spent. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aClockThatHasJumpedAheadMakesNothingOldBeforeItHasStayedSo(TestDatabase kind) throws Exception {
        try (MoneyHouse house = new MoneyHouse(
                kind.fresh(home), home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()))) {
            Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
            OldWindows old = new OldWindows(house.store, () -> Instant.ofEpochMilli(now.get()), 0);
            spend(house, "k1");
            house.purses.returnIdle(0, 0);
            house.purses.returnIdle(0, 0);
            house.purses.awaitQuiet();
            house.store.write(tx -> {
                UnpostedRows.postAll(tx, house.purses.node());
                return true;
            });
            minutes(old, daily, 0, 120);
            now.addAndGet(1_000 * DAY);
            minutes(old, daily, 120, 50);
            house.store.write(tx -> true);
            assertEquals(1, windows(house, daily));
            minutes(old, daily, 170, 20);
            house.store.write(tx -> true);
            assertEquals(0, windows(house, daily));
        }
    }

    private void minutes(OldWindows old, Budget daily, int from, int minutes) {
        for (int i = 0; i < minutes; i++) {
            now.addAndGet(60_000);
            old.tend(() -> List.of(daily), (from + i) * 60_000_000_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aStepEndsWhereItHasDoneEnoughAndSaysHowFarItCame(TestDatabase kind) throws Exception {
        try (MoneyHouse house = new MoneyHouse(kind.fresh(home), home)) {
            house.store.write(tx -> {
                for (int budget = 0; budget < 3; budget++) {
                    for (int i = 1; i <= 150; i++) {
                        tx.handle()
                                .execute(
                                        "INSERT INTO budget_window (budget_id, start_at, granted) VALUES (?, ?, 0)",
                                        "b" + budget,
                                        MoneyHouse.NOW - 100 * DAY + i);
                    }
                }
                return true;
            });
            List<OldWindows.Step> steps = new ArrayList<>();
            List<String> left = List.of("b0", "b1", "b2");
            while (!left.isEmpty()) {
                List<String> some = left;
                OldWindows.Step step = house.store.write(tx -> OldWindows.step(tx.handle(), MoneyHouse.NOW, some));
                steps.add(step);
                left = left.subList(step.done(), left.size());
            }
            assertEquals(List.of(new OldWindows.Step(300, 2), new OldWindows.Step(150, 1)), steps);
        }
    }

    private void forget(MoneyHouse house, Budget hourly) {
        house.purses.returnIdle(System.nanoTime(), Long.MAX_VALUE); // what windows that are over have left
        house.purses.awaitQuiet();
        house.store.write(tx -> {
            UnpostedRows.postAll(tx, house.purses.node());
            return OldWindows.step(tx.handle(), now.get(), List.of(hourly.id()));
        });
    }

    private Reservation reserve(MoneyHouse house, String keyId) {
        Reservation reservation =
                Samples.reserved(house.ask(start("req_" + ++calls, keyId, "personal", now.get()), ceiling(1_000)));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    private void spend(MoneyHouse house, String keyId) throws Exception {
        house.settled(reserve(house, keyId), Samples.end(now.get(), cost(900)));
    }

    private static int windows(MoneyHouse house, Budget budget) {
        List<Long> starts = house.store.read(
                handle -> handle.createQuery("SELECT start_at FROM budget_window WHERE budget_id = :id")
                        .bind("id", budget.id())
                        .mapTo(Long.class)
                        .list());
        return starts.size();
    }
}
