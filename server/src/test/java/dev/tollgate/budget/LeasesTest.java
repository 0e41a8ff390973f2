package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node holds of budgets that it does not spend: given back when idle, returned at its next start, freed by an operator's word. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class LeasesTest {
    private static final long CAP = 1_000;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private int calls;

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse lost;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse other;

    @SuppressWarnings("NullAway.Init")
    private Budget shared;

    @BeforeEach
    void open() throws Exception {
        url = kind.fresh(home);
        lost = opened("lost");
        shared = lost.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        other = opened("other");
    }

    private MoneyHouse opened(String name) throws Exception {
        return new MoneyHouse(
                url,
                Files.createDirectories(home.resolve(name)),
                trail -> trail,
                Settlement.DEADLINE,
                () -> Instant.ofEpochMilli(now.get()));
    }

    @AfterEach
    void close() {
        lost.close();
        other.close();
    }

    private ReservationResult ask(MoneyHouse house, long bound) {
        return house.ask(start("req_" + ++calls, "k1", "personal", now.get()), ceiling(bound));
    }

    private Reservation reserve(MoneyHouse house, long bound) {
        Reservation reservation = Samples.reserved(ask(house, bound));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    private void settle(MoneyHouse house, Reservation reservation, long cost) throws Exception {
        assertInstanceOf(
                SettlementResult.Durable.class, house.settled(reservation, Samples.end(now.get(), cost(cost))));
    }

    private BudgetRows.Standing standing() {
        other.store.write(tx -> true);
        return other.store.read(handle -> BudgetRows.standing(handle, shared.id(), 0));
    }

    private static void returnIdle(MoneyHouse house) {
        house.purses.returnIdle(System.nanoTime(), 0); // notes what there is
        house.purses.returnIdle(System.nanoTime(), 0); // it has not changed
        house.purses.awaitQuiet();
    }

    private void silence() {
        now.addAndGet(BudgetBook.SILENT.toMillis());
    }

    @Test
    void whatIsIdleGoesBackAndWhatIsInFlightStays() throws Exception {
        settle(lost, reserve(lost, 500), 100);
        Reservation open = reserve(lost, 50);
        assertTrue(standing().grantedNanoUsd() > 150);
        returnIdle(lost);
        assertEquals(new BudgetRows.Standing(100, 150), standing());
        settle(other, reserve(other, 850), 850);
        settle(lost, open, 20);
        assertInstanceOf(
                Exhausted.class, ask(other, 30), "what the other node has at hand is its own until it is idle");
        returnIdle(lost);
        settle(other, reserve(other, 30), 30);
        assertEquals(new BudgetRows.Standing(CAP, CAP), standing());
    }

    @Test
    void whatIsUsedIsNotIdle() throws Exception {
        settle(lost, reserve(lost, 500), 100);
        lost.purses.returnIdle(System.nanoTime(), 0);
        settle(lost, reserve(lost, 10), 10);
        lost.purses.returnIdle(System.nanoTime(), 0);
        lost.purses.awaitQuiet();
        assertTrue(standing().grantedNanoUsd() > 110);
    }

    @Test
    void aLostNodeIsFreedByAnOperatorsWordAlone() throws Exception {
        settle(lost, reserve(lost, 600), 100);
        reserve(lost, 300);
        assertInstanceOf(Exhausted.class, ask(other, 900));
        assertThrows(Refusal.class, () -> other.budgets.free(lost.journal.id(), "owner"), "it lives");
        assertThrows(Refusal.class, () -> other.budgets.free("nobody", "owner"));
        silence();
        assertThrows(Refusal.class, () -> other.budgets.free(other.journal.id(), "owner"), "that is itself");
        assertInstanceOf(Exhausted.class, ask(other, 900), "time alone frees nothing");
        long held = standing().grantedNanoUsd() - 100;
        assertEquals(held, other.budgets.free(lost.journal.id(), "owner"));
        assertEquals(0, other.budgets.free(lost.journal.id(), "owner"), "once");
        settle(other, reserve(other, 900), 900);
        assertEquals(new BudgetRows.Standing(CAP, CAP), standing());
        assertTrue(other.audited().contains("budget.node_freed " + lost.journal.id()));
    }

    @Test
    void aNodeThatWasWronglyFreedStopsSpendingAndOwesWhatItHadInFlight() throws Exception {
        settle(lost, reserve(lost, 600), 100);
        Reservation first = reserve(lost, 200);
        Reservation second = reserve(lost, 200);
        silence();
        other.budgets.free(lost.journal.id(), "owner");
        settle(lost, first, 150); // before it has heard
        ReservationResult told = ask(lost, 500); // more than is at hand: it asks the store, and hears
        assertEquals(new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY), told);
        settle(lost, second, 30);
        lost.purses.awaitQuiet();
        assertEquals(new BudgetRows.Standing(280, 280), standing());
        settle(lost, reserve(lost, 720), 720); // under the new epoch
        assertEquals(0, assertInstanceOf(Exhausted.class, ask(lost, 1)).leftNanoUsd());
        assertEquals(0, assertInstanceOf(Exhausted.class, ask(other, 1)).leftNanoUsd());
    }

    @Test
    void aLostNodeThatOwesIsFreedOfWhatItHolds() throws Exception {
        Reservation dearer = reserve(lost, 500);
        Reservation open = reserve(lost, 500);
        settle(lost, dearer, 700);
        returnIdle(lost);
        assertEquals(new BudgetRows.Standing(700, 1_200), standing());
        silence();
        assertEquals(500, other.budgets.free(lost.journal.id(), "owner"));
        assertEquals(300, assertInstanceOf(Exhausted.class, ask(other, 301)).leftNanoUsd());
        reserve(other, 300);
        settle(lost, open, 100); // it lives, and has not heard
        lost.purses.awaitQuiet(); // it returns the rest, and hears
        assertEquals(new BudgetRows.Standing(800, 1_100), standing());
        assertEquals(0, assertInstanceOf(Exhausted.class, ask(lost, 1)).leftNanoUsd());
    }

    @Test
    void aHomeThatOwesAndComesBackOwesWhatItsJournalHolds() throws Exception {
        Reservation dearer = reserve(lost, 500);
        reserve(lost, 500);
        settle(lost, dearer, 700);
        lost.close();
        lost = opened("lost");
        assertEquals(1, lost.settlement.recover().unreconciled());
        assertEquals(new BudgetRows.Standing(1_200, 1_200), standing());
        assertEquals(0, assertInstanceOf(Exhausted.class, ask(lost, 1)).leftNanoUsd());
    }

    @Test
    void aHomeThatComesBackAfterItWasFreedOwesWhatItsJournalHolds() throws Exception {
        reserve(lost, 300);
        lost.close();
        silence();
        other.budgets.free(lost.journal.id(), "owner");
        assertEquals(new BudgetRows.Standing(0, 0), standing());
        lost = opened("lost");
        assertEquals(1, lost.settlement.recover().unreconciled());
        assertEquals(new BudgetRows.Standing(300, 300), standing());
        settle(lost, reserve(lost, 700), 700);
        assertInstanceOf(Exhausted.class, ask(other, 1));
    }

    @Test
    void aSilentNodeThatHoldsSomethingIsToldOfOnce() throws Exception {
        List<Notice> notices = new CopyOnWriteArrayList<>();
        other.events.subscribe(notices::add);
        LostNodes watch =
                new LostNodes(other.store, other.events, () -> Instant.ofEpochMilli(now.get()), System.nanoTime());
        reserve(lost, 300);
        watch.look();
        other.store.write(tx -> true);
        assertEquals(List.of(), notices);
        now.addAndGet(Duration.ofHours(2).toMillis());
        for (int again = 0; again < 2; again++) {
            watch.look();
            other.store.write(tx -> true);
        }
        assertEquals(1, notices.size());
        assertEquals("budget.node_lost", notices.getFirst().kind());
        assertEquals(lost.journal.id(), notices.getFirst().subject());
    }

    @Test
    void whatAWindowThatIsOverHasLeftGoesBack() throws Exception {
        Budget daily = lost.budgets.set(budget(account("personal"), CAP, Window.DAY), "owner");
        settle(lost, reserve(lost, 600), 100);
        Reservation overnight = reserve(lost, 100);
        long day = Window.DAY.startMillis(now.get(), BudgetSamples.UTC);
        now.addAndGet(Duration.ofDays(1).toMillis());
        lost.purses.returnIdle(System.nanoTime(), Long.MAX_VALUE);
        lost.purses.awaitQuiet();
        assertEquals(200, yesterday(daily, day).grantedNanoUsd());
        settle(lost, overnight, 40);
        lost.purses.awaitQuiet();
        assertEquals(new BudgetRows.Standing(140, 140), yesterday(daily, day));
    }

    private BudgetRows.Standing yesterday(Budget daily, long start) {
        return lost.store.read(handle -> BudgetRows.standing(handle, daily.id(), start));
    }
}
