package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** That a threshold is told once, also where the store is away or the process dies at the wrong moment; and that batches pass it, too. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class ThresholdNoticesTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private volatile boolean keepsNone;
    private int calls;

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private Holdings holdings;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        enter();
        house.store.write(tx -> tx.handle().execute("CREATE TABLE kept (message TEXT NOT NULL)"));
    }

    private void enter() {
        house = new MoneyHouse(url, home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()));
        house.events.subscribeKeeper(this::keep);
        house.settlement.recover();
        holdings = new Holdings(
                house.store,
                new SettlementRows(house.ledger, house.audit),
                house.pledges,
                house.audit,
                () -> Instant.ofEpochMilli(now.get()));
    }

    /** What was raised as urgent, in whichever transaction. */
    private final Set<String> urgent = ConcurrentHashMap.newKeySet();

    /** As the board does. */
    private void keep(WriteSession tx, Notice notice) {
        if (notice.urgent()) {
            urgent.add(notice.message());
        }
        if (keepsNone) {
            throw new IllegalStateException("nothing is kept");
        }
        tx.handle().execute("INSERT INTO kept (message) VALUES (?)", notice.message());
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Budget set(Threshold... thresholds) {
        return set(1_000, thresholds);
    }

    private Budget set(long limit, Threshold... thresholds) {
        return house.budgets.set(
                new Budget("", key("k1"), "", limit, Window.DAY, BudgetSamples.UTC, List.of(thresholds), false, 0),
                "owner");
    }

    private void spend(long amount) throws Exception {
        Reservation reservation =
                Samples.reserved(house.ask(start("req_" + ++calls, "k1", "personal", now.get()), ceiling(amount)));
        reservation.dispatched(Samples.SERVED);
        house.settled(reservation, Samples.end(now.get(), cost(amount)));
    }

    /** The percentages that were told so far. */
    private List<Integer> told() {
        house.store.write(tx -> true); // behind what was submitted before
        house.store.write(tx -> true);
        return house
                .store
                .read(handle -> handle.createQuery("SELECT message FROM kept")
                        .mapTo(String.class)
                        .list())
                .stream()
                .map(message -> Integer.valueOf(message.replaceAll(".*?(\\d+) %.*", "$1")))
                .sorted()
                .toList();
    }

    private void refuse(long boundNanoUsd) {
        house.purses.refused(refused(boundNanoUsd));
    }

    private RefusedCall refused(long boundNanoUsd) {
        String requestId = "req_" + ++calls;
        ReservationResult.Exhausted exhausted = assertInstanceOf(
                ReservationResult.Exhausted.class,
                house.ask(start(requestId, "k1", "personal", now.get()), ceiling(boundNanoUsd)));
        return RefusedCall.of(requestId, now.get(), exhausted, boundNanoUsd);
    }

    /** What was told so far. */
    private List<String> messages() {
        house.store.write(tx -> true); // behind what was submitted before
        return house.store.read(handle -> handle.createQuery("SELECT message FROM kept")
                .mapTo(String.class)
                .list());
    }

    private void awaitTold(Integer... percentages) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!told().equals(List.of(percentages)) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        assertEquals(List.of(percentages), told());
    }

    private void rename(String from, String to) {
        house.store.write(tx -> tx.handle().execute("ALTER TABLE " + from + " RENAME TO " + to));
    }

    /** From then on calls are refused: that cannot wait for the morning. */
    @Test
    void onlyTheThresholdOfTheWholeLimitIsUrgent() throws Exception {
        Budget budget = set(Threshold.notice(70), Threshold.notice(99), Threshold.notice(100));
        spend(995);
        awaitTold(70, 99);
        assertEquals(Set.of(), urgent);
        spend(5);
        awaitTold(70, 99, 100);
        assertEquals(Set.of("At least 100 % of the budget " + budget.label() + " has been spent."), urgent);
    }

    /** What is left may be too little for any call: nobody would hear of 100 %. */
    @Test
    void aBudgetThatRefusesBeforeAllIsSpentIsToldOnceUnderALimit() throws Exception {
        Budget budget = set(Threshold.notice(100));
        spend(900);
        refuse(200);
        refuse(300);
        String message = "The budget " + budget.label()
                + " has refused a call: $0.0000001 are left, and the call may come to $0.0000002.";
        assertEquals(List.of(message), messages());
        assertEquals(Set.of(message), urgent);
        house.close();
        enter();
        refuse(200);
        assertEquals(List.of(message), messages(), "by another process");
        set(1_050, Threshold.notice(100));
        refuse(200);
        assertEquals(2, messages().size(), "under another limit");
        now.addAndGet(DAY);
        spend(900);
        refuse(200);
        refuse(200);
        assertEquals(3, messages().size(), "in another window");
    }

    @Test
    void aFloodOfRefusedCallsReachesTheStoreOnce() throws Exception {
        set(Threshold.notice(100));
        spend(900);
        refuse(200);
        assertEquals(1, messages().size());
        house.store.write(tx -> tx.handle().execute("DELETE FROM budget_told"));
        for (int asked = 0; asked < 20; asked++) {
            refuse(200);
        }
        assertEquals(1, messages().size());
    }

    /** Told late, at the turn of the window or of the limit, it would be untrue, and the true one not told. */
    @Test
    void aRefusalOfAnotherWindowOrUnderAnotherLimitIsNotTold() throws Exception {
        set(Threshold.notice(100));
        spend(900);
        RefusedCall before = refused(200);
        set(1_050, Threshold.notice(100));
        house.purses.refused(before);
        assertEquals(List.of(), messages());
        RefusedCall ofThisWindow = refused(200);
        now.addAndGet(DAY);
        house.purses.refused(ofThisWindow);
        assertEquals(List.of(), messages());
        spend(900);
        refuse(200);
        assertEquals(1, messages().size());
    }

    /** It would take the place of the notice that smaller ones do not fit any more. */
    @Test
    void aCallThatNoWindowIsEnoughForIsNotTold() throws Exception {
        set(Threshold.notice(100));
        refuse(1_001);
        assertEquals(List.of(), messages());
        spend(900);
        refuse(200);
        assertEquals(1, messages().size());
    }

    @Test
    void aRefusalThatNeedsNobodyIsNotTold() throws Exception {
        set(Threshold.notice(100));
        Reservation held = Samples.reserved(house.ask(start("req_held", "k1", "personal", now.get()), ceiling(900)));
        refuse(200);
        assertEquals(List.of(), messages(), "it passes when the other call ends");
        held.dispatched(Samples.SERVED);
        house.settled(held, Samples.end(now.get(), cost(1_000)));
        awaitTold(100);
        refuse(200);
        awaitTold(100); // it was told that all is spent
    }

    @Test
    void aBudgetThatGivesNoNoticeAtTheEndGivesNoneOfRefusals() throws Exception {
        set(Threshold.notice(70));
        spend(600);
        refuse(500);
        house.budgets.set(
                new Budget(
                        "",
                        key("k1"),
                        "",
                        50,
                        Window.REQUEST,
                        BudgetSamples.UTC,
                        List.of(Threshold.notice(100)),
                        false,
                        0),
                "owner");
        refuse(60);
        assertEquals(List.of(), messages());
    }

    @Test
    void aThresholdThatTheStoreDidNotTakeIsToldLaterAndOnce() throws Exception {
        set(Threshold.notice(70), Threshold.notice(90));
        rename("budget_told", "elsewhere");
        spend(950);
        assertEquals(List.of(), told());
        rename("elsewhere", "budget_told");
        awaitTold(70, 90);
        spend(10);
        house.close();
        enter();
        house.purses.recall(house.store);
        spend(10);
        awaitTold(70, 90);
    }

    @Test
    void underARaisedLimitWhatIsNotPassedAnyMoreIsToldAgain() throws Exception {
        set(1_000, Threshold.notice(70), Threshold.notice(90));
        spend(950);
        awaitTold(70, 90);
        set(1_200, Threshold.notice(70), Threshold.notice(90)); // 840 and 1,080
        assertEquals(List.of(70, 90), told());
        spend(129);
        assertEquals(List.of(70, 90), told());
        spend(1);
        awaitTold(70, 90, 90);
        set(10_000, Threshold.notice(70), Threshold.notice(90));
        spend(7_900);
        awaitTold(70, 70, 90, 90);
        spend(20);
        awaitTold(70, 70, 90, 90, 90);
        house.close();
        enter();
        house.purses.recall(house.store);
        spend(10);
        awaitTold(70, 70, 90, 90, 90);
    }

    @Test
    void whatALoweredLimitOrANewThresholdFindsPassedIsToldAtOnceAndOnce() throws Exception {
        set(1_000, Threshold.notice(70));
        spend(600);
        assertEquals(List.of(), told());
        set(700, Threshold.notice(70));
        awaitTold(70);
        set(650, Threshold.notice(70), Threshold.notice(90));
        awaitTold(70, 90);
        set(640, Threshold.notice(70), Threshold.notice(90));
        assertEquals(List.of(70, 90), told());
    }

    /** By other nodes, of which this one has not heard. */
    @Test
    void whatOthersHaveSpentCountsWhenALimitIsLowered() throws Exception {
        set(1_000, Threshold.notice(70));
        spend(10);
        house.store.write(tx -> tx.handle()
                .execute("INSERT INTO budget_slice (budget_id, start_at, node, granted, spent)"
                        + " SELECT budget_id, start_at, 'other', 600, 600 FROM budget_window"));
        set(800, Threshold.notice(70));
        awaitTold(70);
    }

    /** It comes to the store after the limit was changed: under the new one it is not true. */
    @Test
    void whatWasPassedUnderAnotherLimitIsNotTold() throws Exception {
        Budget before = set(1_000, Threshold.notice(70));
        Budget after = set(2_000, Threshold.notice(70));
        Thresholds thresholds =
                new Thresholds(house.store, house.events, () -> Instant.ofEpochMilli(now.get()), System.nanoTime());
        long start = Window.DAY.startMillis(now.get(), BudgetSamples.UTC);
        thresholds.spent(before, start, 0, 1_399);
        assertEquals(List.of(), told());
        thresholds.spent(after, start, 1_399, 1_400);
        assertEquals(List.of(70), told());
    }

    @Test
    void aNoticeThatIsNotKeptIsNotNotedAsTold() throws Exception {
        set(Threshold.notice(70));
        keepsNone = true;
        spend(750);
        told();
        int noted = house.store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM budget_told")
                .mapTo(Integer.class)
                .one());
        assertEquals(0, noted);
        keepsNone = false;
        awaitTold(70);
    }

    @Test
    void whatAProcessDiedOverIsToldByTheNextWithoutAnotherCall() throws Exception {
        for (int other = 0; other < 50; other++) {
            house.budgets.set(BudgetSamples.budget(key("other" + other), 1_000, Window.DAY), "owner");
        }
        set(Threshold.notice(70), Threshold.notice(90));
        keepsNone = true;
        spend(950);
        told();
        house.close();
        keepsNone = false;
        enter();
        assertEquals(List.of(), told());
        house.purses.recall(house.store);
        awaitTold(70, 90);
    }

    private Holding batch(long boundNanoUsd) {
        Holding batch = new Holding(
                "req_batch" + ++calls,
                Holding.Kind.BATCH,
                "",
                "anthropic",
                Samples.SERVED.provider(),
                "cred_1",
                "main",
                start("req_" + calls, "k1", "personal", now.get()).payer(),
                "",
                now.get(),
                Holding.State.SENDING,
                List.of(Samples.SERVED.model()),
                true,
                boundNanoUsd,
                "");
        List<Pledges.Dearest> dearest = MoneyHouse.PLACES.stream()
                .map(place -> new Pledges.Dearest(place, boundNanoUsd))
                .toList();
        assertEquals(Optional.empty(), holdings.sending(batch, dearest, true));
        return batch;
    }

    private boolean settle(Holding batch, long amount) {
        return holdings.settle(
                batch,
                List.of(new CallRecord(
                        start(batch.requestId(), "k1", "personal", batch.createdAtMillis()),
                        Samples.end(now.get(), cost(amount)),
                        amount)));
    }

    @Test
    void whatABatchHasCostPassesThresholdsAtOnce() throws Exception {
        Budget budget = set(
                Threshold.notice(40),
                new Threshold(50, ThresholdAction.NO_HEAVY),
                new Threshold(60, ThresholdAction.CHEAPER));
        HeavyFeatures heavy = HeavyFeatures.open(house.store, house.audit, () -> Instant.ofEpochMilli(now.get()));
        heavy.set("chat", true, "owner");
        ThresholdActions actions = new ThresholdActions(house.purses, heavy);
        spend(100);
        Holding batch = batch(900);
        assertNull(
                reached(actions).switchedOff(), "what is held for a call is not spent yet, and so it is with a batch");
        assertTrue(settle(batch, 500));
        assertEquals(
                List.of(new ThresholdActions.Passed(budget, 60)),
                reached(actions).cheaper());
        assertNotNull(reached(actions).switchedOff());
        awaitTold(40, 50, 60);
        assertFalse(settle(batch, 500), "once");
        spend(1);
        assertEquals(601, spent(budget));
        awaitTold(40, 50, 60);
    }

    /** In the present window, as far as this node knows. */
    private long spent(Budget budget) {
        return Objects.requireNonNull(house.purses.present(budget.id())).spent();
    }

    private ThresholdActions.Reached reached(ThresholdActions actions) {
        return actions.reached(start("req_asked", "k1", "personal", now.get()), MoneyHouse.PLACES);
    }

    @Test
    void aBatchOfYesterdayPassesYesterdaysThresholds() throws Exception {
        Budget budget = set(Threshold.notice(70));
        Holding batch = batch(900);
        now.addAndGet(DAY);
        spend(100);
        assertTrue(settle(batch, 800));
        awaitTold(70);
        assertEquals(100, spent(budget));
        spend(650);
        awaitTold(70, 70);
    }

    @Test
    void aBatchLearnsWhatOthersHaveSpent() throws Exception {
        Budget budget = set(new Threshold(50, ThresholdAction.CHEAPER));
        ThresholdActions actions = new ThresholdActions(
                house.purses, HeavyFeatures.open(house.store, house.audit, () -> Instant.ofEpochMilli(now.get())));
        batch(10);
        house.store.write(tx -> tx.handle()
                .execute("INSERT INTO budget_slice (budget_id, start_at, node, granted, spent)"
                        + " SELECT budget_id, start_at, 'other', 600, 600 FROM budget_window"));
        assertEquals(List.of(), reached(actions).cheaper());
        batch(10);
        assertEquals(
                List.of(new ThresholdActions.Passed(budget, 50)),
                reached(actions).cheaper());
    }
}
