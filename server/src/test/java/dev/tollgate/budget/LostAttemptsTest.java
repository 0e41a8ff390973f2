package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.TestDatabase;
import dev.tollgate.kernel.store.DatabaseUrl;
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

    private Reservation lostAtAThenSentToB() {
        Reservation reservation = Samples.reserved(
                house.ask(start("req_1", "k1", "personal", System.currentTimeMillis()), PLACES, ceiling(BOUND)));
        reservation.dispatched(A);
        reservation.lost(A);
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
        settle(lostAtAThenSentToB(), cost(500), 200, 200);
        spent(200, 300, 500);
        assertTrue(new Books(house.store).verify().ok());
    }

    @Test
    void whatTheReservationHadNoRoomForIsPaidWhereItMayBeBilledAndNowhereElse() throws Exception {
        settle(lostAtAThenSentToB(), cost(BOUND), 200, 50);
        spent(200, 950, BOUND);
    }

    @Test
    void whereTheLastUsageIsNotKnownItsPlacePaysTheReservationAndTheOtherItsEstimate() throws Exception {
        Reservation reservation = lostAtAThenSentToB();
        settle(reservation, new Charge.AtReservation(true, "unknown"), 200, 0);
        spent(200, BOUND, BOUND);
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        house.store.write(tx -> {
            house.purses.resolved(tx, call, -400);
            return "";
        });
        spent(200, 600, 600);
    }

    @Test
    void theRowStillSaysWhichBudgetsPaid() throws Exception {
        settle(lostAtAThenSentToB(), cost(500), 200, 150);
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        assertEquals(200, call.end().attempts().getFirst().lostNanoUsd());
        assertEquals(150, call.end().attempts().getFirst().billedNanoUsd());
        assertEquals(0, call.end().attempts().getLast().lostNanoUsd());
        assertEquals(
                List.of(ofA, ofB, ofModel, ofAll).stream().map(Budget::id).collect(Collectors.toSet()),
                house.budgets.charged(call).stream()
                        .map(charged -> charged.budget().id())
                        .collect(Collectors.toSet()));
    }

    @Test
    void aProcessThatDiesLeavesBothPlacesTheReservation() {
        lostAtAThenSentToB();
        house.close();
        house = new MoneyHouse(url, home);
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        spent(BOUND, BOUND, BOUND);
    }

    @Test
    void anAttemptThatWasRepeatedAtItsOwnPlaceConcernsNoOther() {
        Reservation reservation = Samples.reserved(
                house.ask(start("req_1", "k1", "personal", System.currentTimeMillis()), PLACES, ceiling(BOUND)));
        reservation.dispatched(B);
        reservation.lost(B);
        reservation.dispatched(B);
        house.close();
        house = new MoneyHouse(url, home);
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        spent(0, BOUND, BOUND);
    }
}
