package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Resolutions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an unreconciled call came to counts at once in all that looks at what has been spent. */
@Timeout(120)
class ResolvedCallsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(MoneyHouse.NOW));

    @TempDir
    Path home = Path.of("");

    private final List<Notice> told = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private Resolutions resolutions;

    @BeforeEach
    void open() {
        house = new MoneyHouse(
                new DatabaseUrl.Sqlite(home.resolve("tollgate.db")), home, trail -> trail, Settlement.DEADLINE, CLOCK);
        house.events.subscribeKeeper((tx, notice) -> told.add(notice));
        resolutions = new Resolutions(house.store, house.ledger, house.audit, CLOCK, house.purses);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Budget set(Window window, Threshold... thresholds) {
        return house.budgets.set(
                new Budget("", key("k1"), "", 1_000, window, BudgetSamples.UTC, List.of(thresholds), false, 0),
                "owner");
    }

    private void settle(String id, long bound, Charge charge) throws Exception {
        Reservation reservation =
                Samples.reserved(house.ask(start(id, "k1", "personal", MoneyHouse.NOW), ceiling(bound)));
        reservation.dispatched(Samples.SERVED);
        house.settled(reservation, Samples.end(MoneyHouse.NOW, charge));
    }

    private long known(Budget budget) {
        return house.purses.presentPart(budget.id()).getFirst().slice().spent();
    }

    @Test
    void whatWasBilledTooMuchIsNoLongerSpent() throws Exception {
        Budget budget = set(Window.LIFETIME, new Threshold(50, ThresholdAction.CHEAPER));
        ThresholdActions actions =
                new ThresholdActions(house.purses, HeavyFeatures.open(house.store, house.audit, CLOCK));
        settle("req_1", 800, new Charge.AtReservation(true, "no usage"));
        assertEquals(
                1,
                actions.reached(start("req_2", "k1", "personal", MoneyHouse.NOW), MoneyHouse.PLACES)
                        .cheaper()
                        .size());
        resolutions.resolve("owner", "req_1", 100, "");
        assertEquals(100, known(budget));
        assertEquals(
                List.of(),
                actions.reached(start("req_2", "k1", "personal", MoneyHouse.NOW), MoneyHouse.PLACES)
                        .cheaper());
        settle("req_2", 20, cost(20));
        assertEquals(120, known(budget));
        assertEquals(120, house.budgets.show(budget.id()).spentNanoUsd());
    }

    @Test
    void whatWasBilledTooLittleIsSpentAndPassesThresholds() throws Exception {
        Budget budget = set(Window.LIFETIME, Threshold.notice(70));
        settle("req_1", 600, new Charge.AtReservation(true, "no usage"));
        resolutions.resolve("owner", "req_1", 750, "");
        assertEquals(750, known(budget));
        house.store.write(tx -> true); // behind what was submitted before
        assertEquals(
                List.of("budget.threshold"), told.stream().map(Notice::kind).toList());
    }

    /** A window that is over keeps to itself. */
    @Test
    void anotherWindowIsNotTouched() throws Exception {
        Budget budget = set(Window.DAY);
        settle("req_1", 600, new Charge.AtReservation(true, "no usage"));
        house.purses
                .presentPart(budget.id())
                .getFirst()
                .purse()
                .slice(MoneyHouse.NOW + 86_400_000L)
                .addSpent(50);
        resolutions.resolve("owner", "req_1", 100, "");
        assertEquals(
                50,
                house.purses
                        .presentPart(budget.id())
                        .getFirst()
                        .purse()
                        .present()
                        .spent());
    }
}
