package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is held for a batch that is not sent after all leaves no trace, wherever it fails. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class PledgingTest {
    private static final long CAP = 1_000;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private Budget wide;

    @SuppressWarnings("NullAway.Init")
    private Budget narrow;

    @BeforeEach
    void open() throws Exception {
        house = new MoneyHouse(kind.fresh(home), home);
        wide = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        narrow = house.budgets.set(budget(key("k1"), CAP / 2, Window.LIFETIME), "owner");
        // A call leaves something at hand of both, which the pledge takes along.
        Reservation reservation =
                Samples.reserved(house.ask(start("req_1", "k1", "personal", MoneyHouse.NOW), ceiling(200)));
        reservation.dispatched(Samples.SERVED);
        house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(100)));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Pledging pledging(String requestId, long amount, Store.Unit note, Duration deadline) {
        List<Hold.Part> parts =
                house.purses.covering(Subject.of(start(requestId, "k1", "personal", 0), MoneyHouse.PLACES)).stream()
                        .map(purse -> new Hold.Part(purse, purse.present()))
                        .toList();
        Store.Unit undo = tx -> house.pledges.settle(tx, requestId, List.of());
        return new Pledging(house.purses, requestId, new Hold(amount, parts), note, undo, deadline);
    }

    private void assertNothingIsHeld() {
        house.purses.awaitQuiet();
        for (Budget each : List.of(wide, narrow)) {
            BudgetBook.Status status = house.budgets.show(each.id());
            assertEquals(100, status.spentNanoUsd(), each.label());
            assertEquals(0, status.heldNanoUsd(), each.label());
        }
        assertEquals(
                0,
                house.store.<Integer>read(handle -> handle.createQuery("SELECT COUNT(*) FROM budget_pledge")
                        .mapTo(Integer.class)
                        .one()));
        Samples.reserved(house.ask(start("req_rest", "k1", "personal", MoneyHouse.NOW), ceiling(CAP / 2 - 100)));
    }

    @Test
    void whereOneBudgetHasNotEnoughTheOthersKeepNothing() {
        Optional<ReservationResult> refused =
                pledging("req_2", 450, tx -> {}, Duration.ofMinutes(1)).run();
        ReservationResult.Exhausted exhausted =
                assertInstanceOf(ReservationResult.Exhausted.class, refused.orElseThrow());
        assertEquals(narrow.id(), exhausted.budget().id());
        assertEquals(400, exhausted.leftNanoUsd());
        assertNothingIsHeld();
    }

    @Test
    void whereItsNoteIsRefusedWhatWasAtHandComesBack() {
        long atHand = free();
        assertTrue(atHand > 0);
        Pledging pledging = pledging(
                "req_2",
                300,
                tx -> {
                    throw Refusal.invalid("The batch is not well formed.", "Give another.");
                },
                Duration.ofMinutes(1));
        assertThrows(Refusal.class, pledging::run);
        assertEquals(atHand, free());
        assertNothingIsHeld();
    }

    private long free() {
        house.purses.awaitQuiet();
        Slice slice = house.purses.present(wide.id());
        return slice == null ? 0 : slice.free();
    }

    /** The store takes it after its caller has been told that it must not be sent. */
    @Test
    void whatIsKeptTooLateIsUndone() {
        CountDownLatch slow = new CountDownLatch(1);
        house.store.submit(tx -> slow.await(), failure -> {});
        AtomicInteger noted = new AtomicInteger();
        Optional<ReservationResult> refused = pledging(
                        "req_2", 300, tx -> noted.incrementAndGet(), Duration.ofMillis(50))
                .run();
        assertEquals(new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY), refused.orElseThrow());
        slow.countDown();
        house.purses.awaitQuiet();
        assertEquals(1, noted.get(), "it was written");
        assertNothingIsHeld();
    }

    @Test
    void whoseTurnComesTooLateHoldsNothingEver() {
        CountDownLatch slow = new CountDownLatch(1);
        SlicesByHand.hold(house.purses, slow); // the pledge's turn comes only after that
        AtomicInteger noted = new AtomicInteger();
        Optional<ReservationResult> refused = pledging(
                        "req_2", 300, tx -> noted.incrementAndGet(), Duration.ofMillis(50))
                .run();
        assertTrue(refused.isPresent());
        slow.countDown();
        assertNothingIsHeld();
        assertEquals(0, noted.get());
    }

    /** An operator has taken this node for dead while the pledge waited: what its slices had at hand is others' already. */
    @Test
    void whatHasBeenFreedIsNotGivenBackOnceMore() {
        assertTrue(free() > 0);
        Pledging pledging = pledging("req_2", 300, tx -> {}, Duration.ofMinutes(1));
        house.store.write(tx -> {
            assertTrue(NodeRows.nextEpoch(tx.handle(), house.purses.node(), Long.MAX_VALUE)
                    .isPresent());
            return UnspentRows.giveBackAll(tx, house.purses.node());
        });
        house.purses.till().enter(() -> true); // hears of it first
        assertEquals(Optional.empty(), pledging.run());
        house.purses.awaitQuiet();
        for (Budget each : List.of(wide, narrow)) {
            assertEquals(
                    new BudgetRows.Standing(100, 400),
                    house.store.read(handle -> BudgetRows.standing(handle, each.id(), 0)),
                    each.label());
        }
    }
}
