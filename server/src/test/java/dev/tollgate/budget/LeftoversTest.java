package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.RolledUp;
import dev.tollgate.ledger.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a dead process had in flight is charged to the very windows that held for it. */
@Timeout(120)
class LeftoversTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() {
        house = opened(trail -> trail);
    }

    private MoneyHouse opened(UnaryOperator<AuditTrail> between) {
        return new MoneyHouse(
                new DatabaseUrl.Sqlite(home.resolve("tollgate.db")),
                home,
                between,
                Settlement.DEADLINE,
                () -> Instant.ofEpochMilli(now.get()));
    }

    /** The audit trail stands for any row that the store will not take. */
    private static AuditTrail picky(AuditTrail trail) {
        return (tx, actor, action, subject, detail) -> {
            if (action.equals("call.unreconciled")) {
                throw new IllegalStateException("such a row is not taken");
            }
            trail.record(tx, actor, action, subject, detail);
        };
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Recovery crash(UnaryOperator<AuditTrail> between) {
        house.close();
        house = opened(between);
        return house.settlement.recover();
    }

    @Test
    void whereTheModelsNameIsCutEveryBudgetThatHeldPays() {
        String longest = "m".repeat(200);
        Budget ofModel =
                house.budgets.set(budget(new Scope(null, null, null, null, "p", longest), 1_000, Window.DAY), "owner");
        Budget ofOther =
                house.budgets.set(budget(new Scope(null, null, null, null, "q", "n"), 1_000, Window.DAY), "owner");
        List<Place> places = List.of(new Place("p", longest), new Place("q", "n"));
        Samples.reserved(house.ask(start("f", "cli"), places, ceiling(300)))
                .dispatched(new Served("p", longest, "cred", "main"));
        crash(trail -> trail);
        assertEquals(300, house.budgets.show(ofModel.id()).spentNanoUsd());
        assertEquals(300, house.budgets.show(ofOther.id()).spentNanoUsd(), "it may have been that one");
    }

    private CallStart start(String feature, String app) {
        return new CallStart(
                "req_1",
                now.get(),
                new Payer("k1", "k1", "personal", feature),
                "anthropic",
                "messages",
                "m".repeat(300),
                "a".repeat(300),
                false,
                new ClientInfo(null, app, null));
    }

    private void reserve(CallStart start, long bound) {
        Samples.reserved(house.ask(start, ceiling(bound))).dispatched(Samples.SERVED);
    }

    @Test
    void namesThatAreLongerThanTheJournalHasRoomForLoseNoBudget() {
        String longest = "\u8a9e".repeat(64); // three bytes each
        List<Budget> budgets = new ArrayList<>();
        for (Window window : List.of(Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH, Window.LIFETIME)) {
            budgets.add(house.budgets.set(
                    budget(new Scope(null, null, longest, null, null, null), 1_000, window), "owner"));
            budgets.add(house.budgets.set(
                    budget(new Scope(null, longest, null, "k1", "anthropic", null), 1_000, window), "owner"));
        }
        reserve(start(longest, longest), 300);
        assertEquals(new Recovery(1, 0, 0), crash(trail -> trail));
        for (Budget each : budgets) {
            BudgetBook.Status status = house.budgets.show(each.id());
            assertEquals(300, status.spentNanoUsd(), each.label());
            assertEquals(0, status.heldNanoUsd(), each.label());
        }
    }

    @Test
    void moreBudgetsThanTheJournalHasRoomForArePaidAllTheSame() {
        List<Budget> budgets = new ArrayList<>();
        for (int scope = 1; scope < 8; scope++) {
            Scope some = new Scope(
                    (scope & 1) == 0 ? null : "personal",
                    (scope & 2) == 0 ? null : "cli",
                    (scope & 4) == 0 ? null : "f",
                    null,
                    null,
                    null);
            for (Window window : List.of(Window.MINUTE, Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH)) {
                budgets.add(house.budgets.set(budget(some, 1_000, window), "owner"));
            }
        }
        reserve(start("f", "cli"), 300);
        assertEquals(new Recovery(1, 0, 0), crash(trail -> trail));
        for (Budget each : budgets) {
            BudgetBook.Status status = house.budgets.show(each.id());
            assertEquals(300, status.spentNanoUsd(), each.label());
            assertEquals(0, status.heldNanoUsd(), each.label());
        }
    }

    /** More than the journal has marks for, so they are found anew; and one of them is of a place where it had been lost. */
    @Test
    void ofManyBudgetsThoseOfAPlaceThatWasLostPay() {
        Budget ofLost =
                house.budgets.set(budget(new Scope(null, null, null, null, "q", null), 1_000, Window.DAY), "owner");
        Budget ofOther = house.budgets.set(
                budget(new Scope(null, null, "another", null, "q", null), 1_000, Window.DAY), "owner");
        for (int scope = 1; scope < 8; scope++) {
            Scope some = new Scope(
                    (scope & 1) == 0 ? null : "personal",
                    (scope & 2) == 0 ? null : "cli",
                    (scope & 4) == 0 ? null : "f",
                    null,
                    null,
                    null);
            for (Window window : List.of(Window.MINUTE, Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH)) {
                house.budgets.set(budget(some, 1_000, window), "owner");
            }
        }
        Served lost = new Served("q", "n", "cred", "main");
        Reservation call = Samples.reserved(
                house.ask(start("f", "cli"), List.of(new Place("q", "n"), MoneyHouse.PLACES.getFirst()), ceiling(300)));
        call.dispatched(lost);
        call.lost(lost);
        call.dispatched(Samples.SERVED);
        assertEquals(new Recovery(1, 0, 0), crash(trail -> trail));
        assertEquals(300, house.budgets.show(ofLost.id()).spentNanoUsd());
        assertEquals(0, house.budgets.show(ofOther.id()).spentNanoUsd(), "not its feature");
    }

    @Test
    void theWindowThatHeldPaysThoughTheClockSaysAnother() {
        Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
        now.addAndGet(DAY);
        house.purses.present(daily.id()); // tomorrow's window has begun
        now.addAndGet(-DAY);
        reserve(start("f", "cli"), 300);
        crash(trail -> trail);
        assertEquals(0, house.budgets.show(daily.id()).spentNanoUsd());
        now.addAndGet(DAY);
        assertEquals(300, house.budgets.show(daily.id()).spentNanoUsd());
    }

    @Test
    void aBudgetThatWasMadeAfterTheCallPaysNothing() {
        reserve(start("f", "cli"), 300);
        Budget later = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
        crash(trail -> trail);
        assertEquals(0, house.budgets.show(later.id()).spentNanoUsd());
    }

    /** The process dies before it has heard that the charge is durable. */
    @Test
    void aRowThatIsRefusedForEverIsChargedOnceThoughTheJournalStillHasTheCall() throws Exception {
        Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
        reserve(start("f", "cli"), 300);
        house.close();
        Path journal = home.resolve("in-flight.journal");
        Path before = Files.copy(journal, home.resolve("before.journal"));
        for (int again = 0; again < 2; again++) {
            Files.copy(before, journal, StandardCopyOption.REPLACE_EXISTING);
            house = opened(LeftoversTest::picky);
            assertEquals(new Recovery(0, 0, 1), house.settlement.recover());
            assertEquals(300, house.budgets.show(daily.id()).spentNanoUsd());
            house.close();
        }
        house = opened(LeftoversTest::picky);
        assertEquals(
                1,
                house.audited().stream().filter("call.unrecorded req_1"::equals).count());
    }

    @Test
    void aRowThatIsRefusedForEverIsNotChargedWhereItMayHaveBeenBilledBefore() throws Exception {
        Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
        Reservation settled =
                Samples.reserved(house.ask(BudgetSamples.start("req_0", "k1", "personal", now.get()), ceiling(50)));
        house.settled(settled, Samples.end(now.get(), cost(50)));
        assertEquals(1, RolledUp.before(house.store, now.get() + 1));
        reserve(start("f", "cli"), 300);
        assertEquals(new Recovery(0, 0, 1), crash(LeftoversTest::picky));
        assertEquals(50, house.budgets.show(daily.id()).spentNanoUsd());
        assertEquals(0, house.budgets.show(daily.id()).heldNanoUsd());
    }

    @Test
    void aRowThatIsRefusedForEverIsChargedAndFreezesNothing() throws Exception {
        Budget daily = house.budgets.set(budget(key("k1"), 1_000, Window.DAY), "owner");
        reserve(start("f", "cli"), 300);
        assertEquals(new Recovery(0, 0, 1), crash(LeftoversTest::picky));
        BudgetBook.Status status = house.budgets.show(daily.id());
        assertEquals(300, status.spentNanoUsd());
        assertEquals(0, status.heldNanoUsd());
        assertTrue(house.audited().contains("call.unrecorded req_1"));
        assertEquals(new Recovery(0, 0, 0), crash(LeftoversTest::picky), "once");
        Reservation rest =
                Samples.reserved(house.ask(BudgetSamples.start("req_2", "k1", "personal", now.get()), ceiling(700)));
        house.settled(rest, Samples.end(now.get(), cost(700)));
        assertEquals(1_000, house.budgets.show(daily.id()).spentNanoUsd());
    }
}
