package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that one provider got and did not answer, and another served: each place's budgets pay what was done there. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class LostAttemptsTest {
    private static final Served A = new Served("a", "m", "cred_a", "main");
    private static final Served B = new Served("b", "m", "cred_b", "main");
    private static final List<Place> PLACES = List.of(new Place("a", "m"), new Place("b", "m"));
    private static final long BOUND = 1_000;
    private static final long LOST = 200;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private Budget ofA;

    @SuppressWarnings("NullAway.Init")
    private Budget ofB;

    @SuppressWarnings("NullAway.Init")
    private Budget ofModel;

    @SuppressWarnings("NullAway.Init")
    private Budget ofAll;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        house = new MoneyHouse(url, home);
        ofA = set(new Scope(null, null, null, null, "a", null));
        ofB = set(new Scope(null, null, null, null, "b", null));
        ofModel = set(new Scope(null, null, null, null, "a", "m"));
        ofAll = set(account("personal"));
    }

    private Budget set(Scope scope) {
        return house.budgets.set(budget(scope, 10_000, Window.LIFETIME), "owner");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reservation reserved() {
        return Samples.reserved(
                house.ask(start("req_1", "k1", "personal", System.currentTimeMillis()), PLACES, ceiling(BOUND)));
    }

    private Reservation lostAtAThenSentToB() {
        Reservation reservation = reserved();
        reservation.dispatched(A);
        reservation.lost(A);
        assertInstanceOf(ReservationResult.Reserved.class, house.extend(reservation, LOST));
        reservation.dispatched(B);
        return reservation;
    }

    private void settle(Reservation reservation, Charge charge, long lost, long billed) throws Exception {
        CallEnd end = new CallEnd(
                System.currentTimeMillis(),
                Outcome.OK,
                200,
                B,
                charge,
                new Timings(1, 2, 3),
                List.of("a/m", "b/m"),
                List.of(
                        new Attempt("a", "m", "main", 1, 1, 0, "reset").asLost(lost, billed),
                        new Attempt("b", "m", "main", 2, 1, 200, "ok")),
                List.of());
        assertInstanceOf(SettlementResult.Durable.class, house.settled(reservation, end));
    }

    /** Of a, of a's model, of b, of the account. */
    private void spent(long a, long b, long all) {
        assertEquals(
                List.of(a, a, b, all),
                List.of(ofA, ofModel, ofB, ofAll).stream()
                        .map(budget -> house.budgets.show(budget.id()).spentNanoUsd())
                        .toList());
        for (Budget budget : List.of(ofA, ofModel, ofB, ofAll)) {
            assertEquals(0, house.budgets.show(budget.id()).heldNanoUsd(), budget.label());
        }
    }

    @Test
    void eachPlacePaysItsPart() throws Exception {
        settle(lostAtAThenSentToB(), cost(500), LOST, LOST);
        spent(200, 300, 500);
        assertTrue(new Books(house.store).verify().ok());
    }

    @Test
    void anAnswerThatComesToItsWholeBoundIsPaidBesideWhatWasLost() throws Exception {
        settle(lostAtAThenSentToB(), cost(BOUND + LOST), LOST, LOST);
        spent(LOST, BOUND, BOUND + LOST);
        assertEquals(0, house.ledger.find("req_1").orElseThrow().overrunNanoUsd());
        assertTrue(new Books(house.store).verify().ok());
    }

    /** Of one that is not sent again nothing more is held, and what was held before is free when it has been settled. */
    @Test
    void whatABudgetHasNotLeftIsNotHeldForAnotherAttempt() throws Exception {
        Budget tight = house.budgets.set(
                budget(new Scope(null, null, null, null, "b", "m"), BOUND + LOST - 1, Window.LIFETIME), "owner");
        Reservation reservation = reserved();
        ReservationResult.Exhausted lacking =
                assertInstanceOf(ReservationResult.Exhausted.class, house.extend(reservation, LOST));
        assertEquals(tight.id(), lacking.budget().id());
        assertEquals(LOST - 1, lacking.leftNanoUsd());
        assertEquals(BOUND, reservation.boundNanoUsd());
        assertInstanceOf(ReservationResult.Reserved.class, house.extend(reservation, LOST - 1));
        assertEquals(BOUND + LOST - 1, reservation.boundNanoUsd());
        settle(reservation, cost(BOUND + LOST - 1), LOST - 1, LOST - 1);
        assertEquals(BOUND, house.budgets.show(tight.id()).spentNanoUsd());
        spent(LOST - 1, BOUND, BOUND + LOST - 1);
    }

    @Test
    void attemptsTogetherComeToNoMoreThanACallMayCost() {
        Budget each = house.budgets.set(budget(account("personal"), BOUND + LOST, Window.REQUEST), "owner");
        Reservation reservation = reserved();
        assertInstanceOf(ReservationResult.Reserved.class, house.extend(reservation, LOST));
        ReservationResult.Exhausted lacking =
                assertInstanceOf(ReservationResult.Exhausted.class, house.extend(reservation, 1));
        assertEquals(each.id(), lacking.budget().id());
        assertEquals(BOUND + LOST, reservation.boundNanoUsd());
    }

    @Test
    void aCallThatHasBeenSettledMeanwhileHoldsNothingMore() throws Exception {
        Reservation reservation = reserved();
        assertInstanceOf(
                SettlementResult.Durable.class,
                house.settled(reservation, Samples.end(System.currentTimeMillis(), 500)));
        house.extend(reservation, LOST);
        assertEquals(BOUND, reservation.boundNanoUsd());
        assertEquals(0, house.budgets.show(ofAll.id()).heldNanoUsd());
    }

    @Test
    void whereTheLastUsageIsNotKnownItsPlacePaysTheReservationAndTheOtherItsEstimate() throws Exception {
        Reservation reservation = lostAtAThenSentToB();
        settle(reservation, new Charge.AtReservation(true, "unknown"), LOST, 0);
        spent(LOST, BOUND + LOST, BOUND + LOST);
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        house.store.write(tx -> {
            house.purses.resolved(tx, call, -400);
            return "";
        });
        spent(LOST, BOUND + LOST - 400, BOUND + LOST - 400);
        long rest = BOUND + LOST - 400;
        assertEquals(List.of(LOST, rest, LOST, rest), costs(call, -400));
    }

    /** Of a, of b, of a's model, of the account: what it cost each of them. */
    private List<Long> costs(CallRecord call, long difference) {
        List<Charged> charged = house.budgets.charged(call, difference);
        return Stream.of(ofA, ofB, ofModel, ofAll)
                .flatMap(budget -> charged.stream()
                        .filter(each -> each.budget().id().equals(budget.id()))
                        .map(Charged::costNanoUsd))
                .toList();
    }

    @Test
    void theRowStillSaysWhichBudgetsPaid() throws Exception {
        settle(lostAtAThenSentToB(), cost(500), 200, 150);
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        assertEquals(200, call.end().attempts().getFirst().lostNanoUsd());
        assertEquals(150, call.end().attempts().getFirst().billedNanoUsd());
        assertEquals(0, call.end().attempts().getLast().lostNanoUsd());
        assertEquals(List.of(200L, 350L, 200L, 500L), costs(call, 0));
        assertEquals(
                List.of(ofA, ofB, ofModel, ofAll).stream().map(Budget::id).collect(Collectors.toSet()),
                house.budgets.charged(call, 0).stream()
                        .map(charged -> charged.budget().id())
                        .collect(Collectors.toSet()));
    }

    @Test
    void aProcessThatDiesLeavesBothPlacesTheReservation() {
        lostAtAThenSentToB();
        house.close();
        house = new MoneyHouse(url, home);
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        spent(BOUND + LOST, BOUND + LOST, BOUND + LOST);
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        house.store.write(tx -> {
            house.purses.resolved(tx, call, 300 - call.costNanoUsd());
            return "";
        });
        spent(300, 300, 300);
        assertEquals(List.of(300L, 300L, 300L, 300L), costs(call, 300 - call.costNanoUsd()));
    }

    @Test
    void anAttemptThatWasRepeatedAtItsOwnPlaceConcernsNoOther() {
        Reservation reservation = reserved();
        reservation.dispatched(B);
        reservation.lost(B);
        reservation.dispatched(B);
        house.close();
        house = new MoneyHouse(url, home);
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        spent(0, BOUND, BOUND);
    }
}
