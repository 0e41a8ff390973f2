package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Served;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class BudgetsTest {
    private static final long DAY = Duration.ofDays(1).toMillis();
    /** 2026-11-18T11:06:40Z. */
    private static final long NOON = MoneyHouse.NOW;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(NOON);
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private int calls;

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        house = opened();
    }

    private MoneyHouse opened() {
        MoneyHouse opened =
                new MoneyHouse(url, home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()));
        opened.events.subscribe(notices::add);
        opened.events.subscribeKeeper((tx, notice) -> notices.add(notice));
        return opened;
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Budget set(Scope scope, long limit, Window window) {
        return house.budgets.set(budget(scope, limit, window), "owner");
    }

    private ReservationResult ask(String keyId, long bound) {
        return house.ask(start("req_" + ++calls, keyId, "personal", now.get()), ceiling(bound));
    }

    private Reservation reserve(String keyId, long bound) {
        Reservation reservation = Samples.reserved(ask(keyId, bound));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    private void settle(Reservation reservation, long cost) throws Exception {
        assertInstanceOf(
                SettlementResult.Durable.class, house.settled(reservation, Samples.end(now.get(), cost(cost))));
    }

    private void spend(String keyId, long bound, long cost) throws Exception {
        settle(reserve(keyId, bound), cost);
    }

    private Exhausted refused(String keyId, long bound) {
        return assertInstanceOf(Exhausted.class, ask(keyId, bound));
    }

    @Test
    void aCallThatMayPassTheCapIsRefusedBeforeItIsSent() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.LIFETIME);
        spend("k1", 600, 500);
        Exhausted exhausted = refused("k1", 501);
        assertEquals(budget.id(), exhausted.budget().id());
        assertEquals(500, exhausted.leftNanoUsd());
        assertEquals(500, exhausted.spentNanoUsd());
        assertEquals(Long.MAX_VALUE, exhausted.resetsAtMillis());
        assertFalse(exhausted.isHeldByOthers(501));
        spend("k1", 500, 500); // to the last nano-dollar
        assertEquals(0, refused("k1", 1).leftNanoUsd());
        spend("k2", 5_000, 5_000); // not covered
    }

    @Test
    void parallelCallsHoldTheirBoundsBeforeTheyEnd() throws Exception {
        set(key("k1"), 1_000, Window.LIFETIME);
        Reservation first = reserve("k1", 600);
        Exhausted second = refused("k1", 600);
        assertTrue(second.isHeldByOthers(600), "the first may turn out cheaper");
        assertEquals(400, second.leftNanoUsd());
        settle(first, 100);
        spend("k1", 900, 900);
    }

    @Test
    void everyBudgetInScopeMustFitAndARefusalTakesFromNone() throws Exception {
        set(key("k1"), 1_000, Window.DAY);
        set(account("personal"), 500, Window.MONTH);
        assertEquals(Window.MONTH, refused("k1", 600).budget().window());
        set(account("personal"), 10_000, Window.MONTH);
        spend("k1", 1_000, 1_000);
        assertEquals(Window.DAY, refused("k1", 1).budget().window());
        spend("k2", 9_000, 9_000);
    }

    @Test
    void aBudgetOfAModelPaysWhatThatModelDid() throws Exception {
        Place other = new Place("openai", "gpt-5");
        set(new Scope(null, null, null, null, "openai", "gpt-5"), 1_000, Window.LIFETIME);
        Budget provider = set(new Scope(null, null, null, "k1", "anthropic", null), 1_000, Window.LIFETIME);
        List<Place> both = new ArrayList<>(MoneyHouse.PLACES);
        both.add(other);
        Reservation reservation =
                Samples.reserved(house.ask(start("req_both", "k1", "personal", now.get()), both, ceiling(1_000)));
        assertInstanceOf(
                Exhausted.class,
                house.ask(start("req_held", "k9", "personal", now.get()), List.of(other), ceiling(1)),
                "until it is known where it went, both hold it");
        reservation.dispatched(Samples.SERVED);
        settle(reservation, 700);
        assertEquals(700, house.budgets.show(provider.id()).spentNanoUsd());
        Reservation there = Samples.reserved(
                house.ask(start("req_there", "k9", "personal", now.get()), List.of(other), ceiling(1_000)));
        Served served = new Served("openai", "gpt-5", "cred", "main");
        there.dispatched(served);
        house.settled(there, Samples.end(now.get(), cost(10), served));
        assertEquals(700, house.budgets.show(provider.id()).spentNanoUsd());
    }

    @Test
    void whatAProviderChargesBeyondTheBoundIsSpentAndNothingIsLentAgainstIt() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.LIFETIME);
        spend("k1", 100, 1_500);
        BudgetBook.Status status = house.budgets.show(budget.id());
        assertEquals(1_500, status.spentNanoUsd());
        assertEquals(0, status.leftNanoUsd());
        refused("k1", 1);
        set(key("k1"), 2_000, Window.LIFETIME);
        spend("k1", 500, 500);
        refused("k1", 1);
    }

    @Test
    void aLimitMayBeRaisedAndLoweredUnderWay() throws Exception {
        set(key("k1"), 1_000, Window.LIFETIME);
        Reservation open = reserve("k1", 300);
        Budget lowered = set(key("k1"), 400, Window.LIFETIME);
        assertEquals(100, refused("k1", 101).leftNanoUsd(), "what was granted under the old limit has come back");
        settle(open, 300);
        assertEquals(100, house.budgets.show(lowered.id()).leftNanoUsd());
        assertEquals(lowered.id(), set(key("k1"), 5_000, Window.LIFETIME).id());
        spend("k1", 4_700, 4_700);
        refused("k1", 1);
    }

    @Test
    void aRemovedBudgetHoldsNobodyAndANewOneBeginsFromNothing() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.LIFETIME);
        Reservation open = reserve("k1", 1_000);
        house.budgets.remove(budget.id(), "owner");
        spend("k1", 9_000, 9_000);
        settle(open, 1_000);
        assertThrows(Refusal.class, () -> house.budgets.show(budget.id()));
        assertThrows(Refusal.class, () -> house.budgets.remove(budget.id(), "owner"));
        set(key("k1"), 1_000, Window.LIFETIME);
        spend("k1", 1_000, 1_000);
        refused("k1", 1);
    }

    @Test
    void aReservationThatDiedWithTheProcessIsSpentAndNothingElseStaysHeld() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        spend("k1", 200, 150);
        reserve("k1", 300);
        Samples.reserved(ask("k1", 200)); // never sent
        house.close();
        house = opened();
        house.settlement.recover();
        BudgetBook.Status status = house.budgets.show(budget.id());
        assertEquals(450, status.spentNanoUsd());
        assertEquals(0, status.heldNanoUsd());
        spend("k1", 550, 550);
        refused("k1", 1);
    }

    @Test
    void aReservationOfYesterdayIsRecoveredIntoYesterday() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        reserve("k1", 900);
        house.close();
        now.addAndGet(DAY);
        house = opened();
        house.settlement.recover();
        assertEquals(0, house.budgets.show(budget.id()).spentNanoUsd());
        spend("k1", 1_000, 1_000);
    }

    @Test
    void aBatchHoldsItsBoundAcrossARestartUntilItIsSettled() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.LIFETIME);
        spend("k1", 100, 100); // leaves something at hand, which must not stand in the way
        assertEquals(Optional.empty(), pledge("req_batch", 800));
        assertInstanceOf(Exhausted.class, pledge("req_other", 101).orElseThrow());
        house.close();
        house = opened();
        house.settlement.recover();
        assertEquals(800, house.budgets.show(budget.id()).heldNanoUsd());
        refused("k1", 101);
        CallRecord row =
                new CallRecord(start("req_batch", "k1", "personal", NOON), Samples.end(now.get(), cost(300)), 800);
        for (int again = 0; again < 2; again++) {
            house.store.write(tx -> {
                house.pledges.settle(tx, "req_batch", List.of(row));
                return true;
            });
        }
        assertEquals(400, house.budgets.show(budget.id()).spentNanoUsd());
        spend("k1", 600, 600);
        refused("k1", 1);
    }

    @Test
    void whatIsResolvedAfterwardsIsSpentAsItTurnedOut() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        Reservation open = reserve("k1", 800);
        CallRecord call = new CallRecord(open.start(), Samples.end(now.get(), cost(800)), 800);
        settle(open, 800);
        for (long difference : new long[] {-500, 100}) {
            house.store.write(tx -> {
                house.purses.resolved(tx, call, difference);
                return true;
            });
        }
        assertEquals(400, house.budgets.show(budget.id()).spentNanoUsd());
        spend("k1", 600, 600);
        refused("k1", 1);
    }

    @Test
    void whatIsSettledAndResolvedInTheNextWindowIsOfTheOneThatHeldIt() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        Reservation open = reserve("k1", 800);
        now.addAndGet(DAY);
        spend("k1", 10, 10); // the next window has begun
        set(key("k1"), 900, Window.DAY); // and the limit is another
        settle(open, 800);
        CallRecord call = house.ledger.find(open.start().requestId()).orElseThrow();
        house.store.write(tx -> {
            house.purses.resolved(tx, call, -500);
            return true;
        });
        assertEquals(10, house.budgets.show(budget.id()).spentNanoUsd());
        long heldIt = Window.DAY.startMillis(NOON, BudgetSamples.UTC);
        assertEquals(heldIt, house.budgets.charged(call, 0).getFirst().startMillis());
        assertEquals(
                300,
                house.store
                        .read(handle -> BudgetRows.standing(handle, budget.id(), heldIt))
                        .spentNanoUsd());
    }

    /** Its body came while others began the next window: there is one answer to which window it is of. */
    @Test
    void aCallThatBeganBeforeTheWindowThatPaysIsOfThatWindowInAllBooks() throws Exception {
        Budget day = set(key("k1"), 1_000, Window.DAY);
        Budget hour = set(key("k1"), 1_000, Window.HOUR);
        long before = Window.DAY.startMillis(NOON, BudgetSamples.UTC);
        long midnight = Window.DAY.endMillis(before, BudgetSamples.UTC);
        now.set(midnight + 3);
        house.purses.present(day.id()); // another call has come
        Reservation late = Samples.reserved(house.ask(start("req_late", "k1", "personal", midnight - 5), ceiling(800)));
        late.dispatched(Samples.SERVED);
        assertInstanceOf(
                SettlementResult.Durable.class,
                house.settled(late, Samples.end(now.get(), new Charge.AtReservation(true, "no usage"))));
        CallRecord call = house.ledger.find("req_late").orElseThrow();
        assertEquals(midnight, call.start().atMillis());
        house.store.write(tx -> {
            house.purses.resolved(tx, call, -500);
            return true;
        });
        for (Budget budget : List.of(day, hour)) {
            assertEquals(300, house.budgets.show(budget.id()).spentNanoUsd(), budget.label());
        }
        assertEquals(
                List.of(midnight, midnight),
                house.budgets.charged(call, 0).stream()
                        .map(Charged::startMillis)
                        .toList());
        assertEquals(
                new BudgetRows.Standing(0, 0),
                house.store.read(handle -> BudgetRows.standing(handle, day.id(), before)));
    }

    /** A node on the same store frees what a lost one held of many windows in many transactions. */
    @Test
    void whatALostNodeHeldIsFreedInStepsAndOnceBegunItGoesOn() throws Exception {
        int windows = 2 * FreeingNode.STEP + 7;
        house.store.write(tx -> {
            NodeRows.enter(tx.handle(), "lost", now.get());
            for (int i = 0; i < windows; i++) {
                String id = String.format(Locale.ROOT, "bud_%05d", i);
                tx.handle().execute("INSERT INTO budget_window (budget_id, start_at, granted) VALUES (?, 0, 10)", id);
                tx.handle()
                        .execute(
                                "INSERT INTO budget_slice (budget_id, start_at, node, granted, spent)"
                                        + " VALUES (?, 0, 'lost', 10, 4)",
                                id);
            }
            return true;
        });
        now.addAndGet(BudgetBook.SILENT.toMillis());
        // As if it had ended after its first step.
        house.store.write(tx -> {
            NodeRows.nextEpoch(tx.handle(), "lost", now.get());
            return UnspentRows.giveBackSome(tx.handle(), "lost", new Slice.Key("", -1), FreeingNode.STEP);
        });
        assertEquals(6L * (windows - FreeingNode.STEP), house.budgets.free("lost", "owner"));
        assertEquals(0, house.budgets.free("lost", "owner"), "nothing is left");
        List<Long> sums = house.store.read(
                handle -> handle.createQuery("SELECT SUM(w.granted), SUM(s.granted), SUM(s.spent) FROM budget_window w"
                                + " JOIN budget_slice s ON s.budget_id = w.budget_id WHERE s.node = 'lost'")
                        .map((row, context) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
                        .one());
        assertEquals(List.of(4L * windows, 4L * windows, 4L * windows), sums);
        assertEquals(
                3,
                house.audited().stream()
                        .filter("budget.node_freed lost"::equals)
                        .count());
    }

    /** What it was granted since it came back is its own. */
    @Test
    void aNodeThatComesBackBetweenTwoStepsIsFreedNoFurther() {
        NodeRows.Node dead = house.store.write(tx -> {
            NodeRows.enter(tx.handle(), "lost", now.get());
            return NodeRows.nextEpoch(tx.handle(), "lost", now.get()).orElseThrow();
        });
        assertTrue(house.store.<Boolean>write(tx -> NodeRows.isStill(tx.handle(), dead)));
        now.addAndGet(1);
        house.store.write(tx -> NodeRows.enter(tx.handle(), "lost", now.get()));
        assertFalse(house.store.<Boolean>write(tx -> NodeRows.isStill(tx.handle(), dead)));
    }

    @Test
    void aBatchThatWasNotSentHoldsNothing() throws Exception {
        set(key("k1"), 1_000, Window.DAY);
        pledge("req_batch", 1_000);
        house.store.write(tx -> {
            house.pledges.settle(tx, "req_batch", List.of());
            return true;
        });
        spend("k1", 1_000, 1_000);
    }

    private Optional<ReservationResult> pledge(String requestId, long bound) {
        return pledge(
                requestId,
                MoneyHouse.PLACES.stream()
                        .map(place -> new Pledges.Dearest(place, bound))
                        .toList(),
                bound);
    }

    private Optional<ReservationResult> pledge(String requestId, List<Pledges.Dearest> dearest, long bound) {
        return held(requestId, dearest, bound).map(Pledges.Refused::why);
    }

    private Optional<Pledges.Refused> held(String requestId, List<Pledges.Dearest> dearest, long bound) {
        return house.pledges.hold(
                new Pledges.Wanted(
                        requestId,
                        start(requestId, "k1", "personal", now.get()).payer(),
                        null,
                        dearest,
                        true,
                        bound,
                        now.get()),
                tx -> {},
                tx -> {});
    }

    @Test
    void everyWindowHasTheWholeLimitAndACallIsPaidFromTheOneInWhichItBegan() throws Exception {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        Reservation overnight = reserve("k1", 1_000);
        assertEquals(NOON - NOON % DAY + DAY, refused("k1", 1).resetsAtMillis());
        now.addAndGet(DAY);
        spend("k1", 1_000, 600);
        settle(overnight, 1_000);
        assertEquals(600, house.budgets.show(budget.id()).spentNanoUsd());
        spend("k1", 400, 400);
        refused("k1", 1);
    }

    @Test
    void aClockThatJumpsBackOpensNoOldWindowAgain() throws Exception {
        set(key("k1"), 1_000, Window.DAY);
        now.addAndGet(DAY);
        spend("k1", 1_000, 1_000);
        now.addAndGet(-DAY);
        refused("k1", 1);
    }

    @Test
    void aLimitOnEachRequestLooksAtItsBoundAlone() throws Exception {
        set(key("k1"), 1_000, Window.REQUEST);
        spend("k1", 1_000, 1_000);
        spend("k1", 1_000, 1_000);
        Exhausted exhausted = refused("k1", 1_001);
        assertEquals(1_000, exhausted.leftNanoUsd());
        assertFalse(exhausted.isHeldByOthers(1_001));
    }

    @Test
    void aLimitOnEachRequestLooksAtEachRequestOfABatchAtItsOwnPlaces() {
        set(key("k1"), 1_000, Window.REQUEST);
        set(new Scope(null, null, null, null, "p", "cheap"), 100, Window.REQUEST);
        Pledges.Dearest cheap = new Pledges.Dearest(new Place("p", "cheap"), 100);
        Pledges.Dearest dear = new Pledges.Dearest(new Place("p", "dear"), 1_000);
        assertEquals(Optional.empty(), held("req_fits", List.of(cheap, dear), 50_000));
        Pledges.Dearest over = new Pledges.Dearest(cheap.place(), 101);
        Pledges.Refused refused = held("req_over", List.of(dear, over), 50_000).orElseThrow();
        assertEquals(over, refused.one());
        assertEquals(
                100, assertInstanceOf(Exhausted.class, refused.why()).budget().limitNanoUsd());
        Pledges.Dearest most = new Pledges.Dearest(dear.place(), 1_001);
        assertEquals(
                most,
                held("req_most", List.of(cheap, most), 50_000).orElseThrow().one());
    }

    @Test
    void aModelWithoutAPriceIsRefusedUnlessTheBudgetAllowsIt() {
        set(key("k1"), 1_000, Window.DAY);
        ReservationResult result = house.ask(start("req_1", "k1", "personal", NOON), Ceiling.NOTHING);
        assertInstanceOf(ReservationResult.Unpriced.class, result);
        house.budgets.set(
                new Budget("", key("k1"), "", 1_000, Window.DAY, BudgetSamples.UTC, List.of(), true, 0), "owner");
        Samples.reserved(house.ask(start("req_2", "k1", "personal", NOON), Ceiling.NOTHING));
    }

    @Test
    void aThresholdIsToldOnceInAWindowEvenAfterARestart() throws Exception {
        set(key("k1"), 1_000, Window.DAY);
        spend("k1", 650, 650);
        assertEquals(List.of(), told());
        spend("k1", 100, 100);
        assertEquals(List.of(70), told());
        house.close();
        house = opened();
        house.settlement.recover();
        spend("k1", 10, 10);
        spend("k1", 240, 240);
        assertEquals(List.of(70, 90, 100), told());
        now.addAndGet(DAY);
        spend("k1", 999, 750);
        assertEquals(List.of(70, 90, 100, 70), told());
    }

    @Test
    void minutesAreToldOfOnceADay() throws Exception {
        set(key("k1"), 1_000, Window.MINUTE);
        for (int minute = 0; minute < 3; minute++) {
            spend("k1", 1_000, 750);
            now.addAndGet(Duration.ofMinutes(1).toMillis());
        }
        assertEquals(List.of(70), told());
        spend("k1", 1_000, 950);
        assertEquals(List.of(70, 90), told());
        now.addAndGet(DAY);
        spend("k1", 1_000, 750);
        assertEquals(List.of(70, 90, 70), told());
    }

    /** The percentages of the notices so far, those included that are on their way. */
    private List<Integer> told() {
        house.store.write(tx -> true); // whatever was submitted before has been written
        house.store.write(tx -> true);
        return notices.stream()
                .filter(notice -> notice.kind().equals("budget.threshold"))
                .map(notice -> Integer.valueOf(notice.message().replaceAll(".*?(\\d+) %.*", "$1")))
                .toList();
    }

    @Test
    void theSameScopeAndWindowInAnotherTimeZoneIsRefused() {
        set(key("k1"), 1_000, Window.DAY);
        Budget elsewhere =
                new Budget("", key("k1"), "", 1_000, Window.DAY, ZoneId.of("Asia/Tokyo"), List.of(), false, 0);
        assertThrows(Refusal.class, () -> house.budgets.set(elsewhere, "owner"));
        assertEquals(1, house.budgets.list("", 1_000).size());
    }

    @Test
    void aPageTellsOfEachBudgetWhatIsTrueOfItAlone() throws Exception {
        List<String> ids = new ArrayList<>();
        for (Window window : List.of(Window.DAY, Window.MONTH, Window.LIFETIME, Window.REQUEST)) {
            now.incrementAndGet(); // ids of one millisecond are in any order
            ids.add(set(key("k1"), 1_000, window).id());
        }
        now.incrementAndGet();
        ids.add(set(key("k2"), 1_000, Window.DAY).id());
        spend("k1", 300, 300);
        List<BudgetBook.Status> all = house.budgets.list("", 1_000);
        assertEquals(ids, ids(all));
        assertEquals(ids.stream().map(house.budgets::show).toList(), all);
        assertEquals(
                List.of(300L, 300L, 300L),
                all.stream().limit(3).map(BudgetBook.Status::spentNanoUsd).toList());
        assertEquals(0, all.getLast().spentNanoUsd());
        house.budgets.remove(ids.get(1), "owner");
        assertEquals(List.of(ids.get(0), ids.get(2)), ids(house.budgets.list("", 2)));
        assertEquals(List.of(ids.get(3), ids.get(4)), ids(house.budgets.list(ids.get(2), 2)));
        assertEquals(List.of(), house.budgets.list(ids.get(4), 2));
        assertDoesNotThrow(() -> house.budgets.list("\u0000", 2)); // PostgreSQL takes no such character
    }

    private static List<String> ids(List<BudgetBook.Status> page) {
        return page.stream().map(status -> status.budget().id()).toList();
    }

    /** With 100,000 budgets a question for each would take minutes. */
    @Test
    void theStoreIsAskedAsOftenForManyBudgetsAsForOne() {
        set(key("k0"), 1_000, Window.DAY);
        long forOne = questions();
        for (int i = 1; i <= 50; i++) {
            set(key("k" + i), 1_000, i % 2 == 0 ? Window.DAY : Window.MONTH);
        }
        assertEquals(forOne, questions());
        assertEquals(51, house.budgets.list("", 1_000).size());
    }

    private long questions() {
        return house.store.read(handle -> {
            AtomicLong asked = new AtomicLong();
            handle.getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                    asked.incrementAndGet();
                }
            });
            house.budgets.page(handle, "", 1_000, now.get());
            return asked.get();
        });
    }

    @Test
    void thresholdsAreCheckedBeforeAnythingIsStored() {
        for (List<Integer> wrong : List.of(List.of(0), List.of(101), List.of(90, 70), List.of(70, 70))) {
            List<Threshold> thresholds = wrong.stream().map(Threshold::notice).toList();
            Budget budget = new Budget("", key("k1"), "", 1, Window.DAY, BudgetSamples.UTC, thresholds, false, 0);
            assertThrows(Refusal.class, () -> house.budgets.set(budget, "owner"), wrong.toString());
        }
        assertEquals(List.of(), house.budgets.list("", 1_000));
    }

    @Test
    void changesAreAudited() {
        Budget budget = set(key("k1"), 1_000, Window.DAY);
        set(key("k1"), 2_000, Window.DAY);
        house.budgets.remove(budget.id(), "owner");
        assertEquals(
                List.of(
                        "budget.created " + budget.id(),
                        "budget.changed " + budget.id(),
                        "budget.removed " + budget.id()),
                house.audited());
    }
}
