package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Resolutions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is set on one node is in force on the other. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class LimitNewsTest {
    private static final List<Place> PLACES = MoneyHouse.PLACES;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    /** A gate's limits. */
    private static final class Node implements AutoCloseable {
        final long seen;
        final MoneyHouse house;
        final RateDesk desk;
        final RateBook rates;
        final HeavyFeatures heavy;
        final LimitNews news;
        private int calls;

        Node(DatabaseUrl url, Path home) throws Exception {
            house = new MoneyHouse(url, Files.createDirectories(home));
            seen = LimitNews.last(house.store);
            desk = RateDesk.open(house.store, RateShare.WHOLE, place -> place);
            rates = new RateBook(house.store, house.audit, InstantSource.system(), desk);
            heavy = HeavyFeatures.open(house.store, house.audit, InstantSource.system());
            news = new LimitNews(house.store, seen, house.budgets, rates, heavy);
        }

        ReservationResult ask(long bound) {
            return house.ask(start(house.journal.id() + ++calls, "k1", "personal", MoneyHouse.NOW), ceiling(bound));
        }

        Reservation reserve(long bound) {
            Reservation reservation = Samples.reserved(ask(bound));
            reservation.dispatched(Samples.SERVED);
            return reservation;
        }

        void settle(Reservation reservation, long nanoUsd) throws Exception {
            assertInstanceOf(
                    SettlementResult.Durable.class,
                    house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(nanoUsd))));
        }

        boolean isRated() {
            return !desk.covering(start("req", "k1", "personal", 0), PLACES).isEmpty();
        }

        @Override
        public void close() {
            news.close();
            house.close();
        }
    }

    @SuppressWarnings("NullAway.Init")
    private Node one;

    @SuppressWarnings("NullAway.Init")
    private Node other;

    @BeforeEach
    void open() throws Exception {
        DatabaseUrl url = kind.fresh(home);
        one = new Node(url, home.resolve("one"));
        other = new Node(url, home.resolve("other"));
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private Budget set(long limit) {
        return one.house.budgets.set(budget(key("k1"), limit, Window.LIFETIME), "owner");
    }

    @Test
    void aNewCapHoldsOnTheOtherNode() {
        Budget cap = set(1_000);
        Samples.reserved(other.ask(1_001));
        other.news.catchUp();
        assertEquals(
                1_000,
                assertInstanceOf(ReservationResult.Exhausted.class, other.ask(1_001))
                        .leftNanoUsd());
        assertEquals(cap, other.house.purses.find(cap.id()));
    }

    @Test
    void aLowerLimitEndsWhatTheOtherNodeHasAtHand() throws Exception {
        Budget cap = set(1_000_000);
        other.news.catchUp();
        other.settle(other.reserve(1_000), 500);
        Slice slice = Objects.requireNonNull(other.house.purses.present(cap.id()));
        assertTrue(slice.free() > 1_000);
        Reservation open = other.reserve(400);
        set(1_000);
        other.news.catchUp();
        assertEquals(
                100,
                assertInstanceOf(ReservationResult.Exhausted.class, other.ask(101))
                        .leftNanoUsd());
        other.settle(open, 0);
        other.house.purses.awaitQuiet();
        Samples.reserved(one.ask(500));
        assertInstanceOf(ReservationResult.Exhausted.class, one.ask(1));
        set(2_000);
        other.news.catchUp();
        Samples.reserved(other.ask(1_000));
        assertInstanceOf(ReservationResult.Exhausted.class, other.ask(1));
    }

    /** The one holds 600 and has 400 lent to the other, of which a provider charges 300 too much. */
    private Reservation overrunOnTheOtherNode() throws Exception {
        set(1_000);
        other.news.catchUp();
        Reservation open = one.reserve(600);
        other.settle(other.reserve(400), 700);
        return open;
    }

    private static void assertLeft(long nanoUsd, Node node) {
        assertEquals(
                nanoUsd,
                assertInstanceOf(ReservationResult.Exhausted.class, node.ask(nanoUsd + 1))
                        .leftNanoUsd());
        Samples.reserved(node.ask(nanoUsd));
    }

    @Test
    void whatAProviderOverrunsOnOneNodeIsCoveredByWhatTheOtherDoesNotNeed() throws Exception {
        Reservation open = overrunOnTheOtherNode();
        other.house.purses.returnIdle(System.nanoTime(), 0);
        other.house.purses.returnIdle(System.nanoTime(), 0);
        other.house.purses.awaitQuiet();
        one.news.catchUp();
        one.settle(open, 100); // 500 come back, and 300 are owed
        one.house.purses.awaitQuiet();
        assertLeft(200, one);
    }

    @Test
    void soIsTheDebtOfANodeThatIsStartedAnew() throws Exception {
        Reservation open = overrunOnTheOtherNode();
        other.house.purses.returnUnspent(other.house.store);
        one.news.catchUp();
        one.settle(open, 100);
        one.house.purses.awaitQuiet();
        assertLeft(200, one);
    }

    @Test
    void whatACallTurnsOutToHaveCostIsCoveredByWhatTheOtherNodeDoesNotNeed() throws Exception {
        set(1_000);
        other.news.catchUp();
        Reservation open = one.reserve(600);
        long now = System.currentTimeMillis(); // a budget is charged for the calls that were made after it
        Reservation unknown =
                Samples.reserved(other.house.ask(start("req_unknown", "k1", "personal", now), ceiling(400)));
        unknown.dispatched(Samples.SERVED);
        other.house.settled(unknown, Samples.end(MoneyHouse.NOW, new Charge.AtReservation(true, "no usage")));
        new Resolutions(
                        other.house.store,
                        other.house.ledger,
                        other.house.audit,
                        InstantSource.system(),
                        other.house.purses)
                .resolve("owner", "req_unknown", 700, "");
        one.news.catchUp();
        one.settle(open, 100);
        one.house.purses.awaitQuiet();
        assertLeft(200, one);
    }

    @Test
    void thresholdsTheirActionsAndTheRuleForUnpricedModelsAreSeen() {
        Budget cap = set(1_000);
        other.news.catchUp();
        assertFalse(other.house.purses.anyActs());
        Budget acting = one.house.budgets.set(
                new Budget(
                        "",
                        cap.scope(),
                        "",
                        1_000,
                        Window.LIFETIME,
                        BudgetSamples.UTC,
                        List.of(new Threshold(50, ThresholdAction.CHEAPER)),
                        true,
                        0),
                "owner");
        other.news.catchUp();
        assertEquals(acting, other.house.purses.find(cap.id()));
        assertTrue(other.house.purses.anyActs());
        set(1_000);
        other.news.catchUp();
        assertFalse(other.house.purses.anyActs());
    }

    @Test
    void aBudgetThatIsRemovedHoldsNobodyAndWhatItLentGoesBack() throws Exception {
        Budget cap = set(1_000);
        other.news.catchUp();
        other.settle(other.reserve(500), 100);
        one.house.budgets.remove(cap.id(), "owner");
        other.news.catchUp();
        assertNull(other.house.purses.find(cap.id()));
        Samples.reserved(other.ask(1_001));
        other.house.purses.awaitQuiet();
        other.house.store.write(tx -> true);
        BudgetRows.Standing standing = one.house.store.read(handle -> BudgetRows.standing(handle, cap.id(), 0));
        assertEquals(new BudgetRows.Standing(100, 100), standing);
        Budget again = set(50);
        other.news.catchUp();
        assertInstanceOf(ReservationResult.Exhausted.class, other.ask(51));
        assertEquals(again, other.house.purses.find(again.id()));
    }

    private Rate rate(long requests) {
        return one.rates.set(
                new Rate("", key("k1"), "k1", requests, 0, 0, 0, new CallLimit(0, 0, List.of()), 0), "owner");
    }

    @Test
    void aRateIsSeenItsChangeAndItsEnd() {
        Rate set = rate(10);
        assertFalse(other.isRated());
        other.news.catchUp();
        assertTrue(other.isRated());
        Rate changed = rate(5);
        other.news.catchUp();
        assertEquals(changed, Objects.requireNonNull(other.desk.gauge(set.id())).rate());
        one.rates.remove(set.id(), "owner");
        other.news.catchUp();
        assertFalse(other.isRated());
        assertNull(other.desk.gauge(set.id()));
        Rate again = rate(7);
        other.news.catchUp();
        assertEquals(again, Objects.requireNonNull(other.desk.gauge(again.id())).rate());
        assertEquals(1, other.rates.list().size(), "what was removed stays so");
    }

    @Test
    void whatHasBeenUsedOfARateStaysUsedWhenItIsReadAgain() {
        Rate atOnce = new Rate("", key("k1"), "k1", 0, 0, 0, 1, new CallLimit(0, 0, List.of()), 0);
        Rate set = one.rates.set(atOnce, "owner");
        other.news.catchUp();
        RateGauge gauge = Objects.requireNonNull(other.desk.gauge(set.id()));
        assertInstanceOf(RateGauge.Entry.Entered.class, gauge.enter(0));
        one.rates.set(atOnce, "owner");
        other.news.catchUp();
        assertSame(gauge, other.desk.gauge(set.id()));
        assertInstanceOf(RateGauge.Entry.Full.class, gauge.enter(0));
    }

    @Test
    void aFeatureThatIsMarkedAsHeavyIsSo() {
        one.heavy.set("draw", true, "owner");
        assertFalse(other.heavy.isHeavy("draw"));
        other.news.catchUp();
        assertTrue(other.heavy.isHeavy("draw"));
        one.heavy.set("draw", false, "owner");
        other.news.catchUp();
        assertFalse(other.heavy.isHeavy("draw"));
    }

    @Test
    void whileTheStoreIsAwayWhatIsKnownStaysInForce() {
        Budget cap = set(1_000);
        Rate rate = rate(10);
        other.news.catchUp();
        table("limit_state", "away");
        assertThrows(RuntimeException.class, other.news::catchUp);
        assertEquals(cap, other.house.purses.find(cap.id()));
        assertNotNull(other.desk.gauge(rate.id()));
        assertInstanceOf(ReservationResult.Exhausted.class, other.ask(1_001));
        table("away", "limit_state");
        Budget changed = set(2_000);
        Rate more = rate(20);
        table("rate", "away");
        assertThrows(RuntimeException.class, other.news::catchUp, "half way");
        table("away", "rate");
        other.news.catchUp();
        assertEquals(changed, other.house.purses.find(cap.id()));
        assertEquals(more, Objects.requireNonNull(other.desk.gauge(rate.id())).rate());
    }

    private void table(String name, String renamed) {
        one.house.store.write(tx -> tx.handle().execute("ALTER TABLE " + name + " RENAME TO " + renamed));
    }

    @Test
    void bothNodesEndWithTheSameHoweverTheyChangeItAtOnce() throws Exception {
        Budget cap = set(1_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> here = threads.submit(() -> changes(one, 1_000));
            Future<?> there = threads.submit(() -> changes(other, 2_000));
            here.get(100, TimeUnit.SECONDS);
            there.get(100, TimeUnit.SECONDS);
        }
        one.news.catchUp();
        other.news.catchUp();
        Budget last = one.house.budgets.show(cap.id()).budget();
        assertEquals(last, one.house.purses.find(cap.id()));
        assertEquals(last, other.house.purses.find(cap.id()));
    }

    private static void changes(Node node, long from) {
        for (int i = 0; i < 30; i++) {
            node.house.budgets.set(budget(key("k1"), from + i, Window.LIFETIME), "owner");
            node.news.catchUp();
        }
    }

    @Test
    void whoFollowsHearsOfItUnasked() throws InterruptedException {
        try (LimitNews following =
                LimitNews.follow(other.house.store, other.seen, other.house.budgets, other.rates, other.heavy)) {
            assertNotNull(following);
            Budget cap = set(1_000);
            until(() -> other.house.purses.find(cap.id()) != null);
        }
    }
}
