package dev.tollgate.budget;

import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.Books;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Settlement over a line to PostgreSQL that breaks. */
@Timeout(120)
class StoreAwaySettlementTest {
    private static final SettlementResult DURABLE = new SettlementResult.Durable();

    @TempDir
    Path home = Path.of("");

    private final AtomicBoolean stumbles = new AtomicBoolean();

    @SuppressWarnings("NullAway.Init")
    private TcpProxy line;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() throws Exception {
        DatabaseUrl.PostgreSql url = (DatabaseUrl.PostgreSql) TestDatabase.POSTGRESQL.fresh(home);
        line = TcpProxy.to(url);
        house = new MoneyHouse(line.through(url), home, this::stumbling, Duration.ofSeconds(1));
    }

    /** As if the connection broke amid a transaction, once it is told to. */
    private AuditTrail stumbling(AuditTrail trail) {
        return (tx, actor, action, subject, detail) -> {
            if (stumbles.getAndSet(false)) {
                throw new IllegalStateException(new SQLException("gone", "08006"));
            }
            trail.record(tx, actor, action, subject, detail);
        };
    }

    @AfterEach
    void close() throws Exception {
        line.mend();
        house.close();
        line.close();
    }

    @Test
    void whileTheStoreIsAwayCallersAreToldCallsAreRefusedAndNothingIsLost() throws Exception {
        assertEquals(DURABLE, house.settled(house.reserve("req_before"), Samples.end(MoneyHouse.NOW, 1)));
        List<Reservation> reservations =
                IntStream.range(0, 30).mapToObj(i -> house.reserve("req_" + i)).toList();
        line.cut();
        List<CompletableFuture<SettlementResult>> results = new ArrayList<>();
        for (int i = 0; i < reservations.size(); i++) {
            results.add(house.settle(reservations.get(i), Samples.end(MoneyHouse.NOW, 100 + i)));
        }
        for (CompletableFuture<SettlementResult> result : results) {
            assertInstanceOf(SettlementResult.Failed.class, result.get(60, TimeUnit.SECONDS));
        }
        until(house.settlement::storeAway);
        assertEquals(
                new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY),
                house.ask(Samples.start("req_refused", "k1", MoneyHouse.NOW), Samples.CEILING));
        assertEquals(30, house.settlement.pending());
        assertEquals(30, house.journal.inFlight());

        line.mend();
        until(() -> house.settlement.pending() == 0);
        until(() -> !house.settlement.storeAway());
        assertEquals(0, house.journal.inFlight());
        List<String> expected = new ArrayList<>(List.of("call.settled req_before"));
        for (int i = 0; i < 30; i++) {
            assertEquals(100 + i, house.ledger.find("req_" + i).orElseThrow().costNanoUsd());
            expected.add("call.settled req_" + i);
        }
        assertEquals(expected, house.audited(), "in the order in which they were settled");
        assertEquals(DURABLE, house.settled(house.reserve("req_after"), Samples.end(MoneyHouse.NOW, 1)));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotBilledTwice() throws Exception {
        for (int round = 0; round < 5; round++) {
            Reservation reservation = house.reserve("req_" + round);
            line.loseTheAnswerToTheNextCommit();
            CompletableFuture<SettlementResult> told = house.settle(reservation, Samples.end(MoneyHouse.NOW, 7));
            until(() -> house.settlement.pending() == 0);
            assertTrue(told.isDone(), "whoever waits is told");
            assertTrue(line.hasLostIt());
        }
        assertEquals(5, house.calls());
        assertEquals(
                IntStream.range(0, 5).mapToObj(i -> "call.settled req_" + i).toList(), house.audited());
        assertTrue(house.audit.verify().ok());
    }

    private void untilSomebodyWaitsForALock() throws InterruptedException {
        until(() -> house.store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                        .mapTo(Long.class)
                        .one())
                > 0);
    }

    /** The connection is gone, the commit is still on its way, and its settlement is tried again before it arrives. */
    @Test
    void aCommitThatArrivesDuringItsRepetitionIsFoundAndNotRefused() throws Exception {
        for (int round = 0; round < 3; round++) {
            Reservation reservation = house.reserve("req_" + round);
            line.delayTheNextCommit();
            CompletableFuture<SettlementResult> told = house.settle(reservation, Samples.end(MoneyHouse.NOW, 7));
            until(line::delays);
            untilSomebodyWaitsForALock();
            line.deliver();
            until(() -> house.settlement.pending() == 0);
            assertTrue(told.isDone(), "whoever waits is told");
            assertEquals(0, house.journal.inFlight(), "it is known to be durable");
        }
        assertEquals(3, house.calls());
        assertEquals(
                IntStream.range(0, 3).mapToObj(i -> "call.settled req_" + i).toList(), house.audited());
        assertTrue(new Books(house.store).verify().ok());
    }

    /** Two calls of one id are a fault of the gate's; the second must not vanish in the first one's row. */
    @Test
    void aRepetitionIsNotTakenForAnotherCallsRow() throws Exception {
        assertEquals(DURABLE, house.settled(house.reserve("req_1"), Samples.end(MoneyHouse.NOW, 7)));
        Reservation second = house.reserve("req_1");
        stumbles.set(true);
        CompletableFuture<SettlementResult> told = house.settle(second, Samples.end(MoneyHouse.NOW, 8));
        until(() -> house.settlement.pending() == 0);
        assertFalse(stumbles.get(), "it was tried twice");
        assertInstanceOf(SettlementResult.Failed.class, told.get(60, TimeUnit.SECONDS));
        assertEquals(1, house.journal.inFlight(), "its slot still says what it may have cost");
        assertEquals(1, house.calls());
    }

    @Test
    void aStartThatCannotReachTheStoreKeepsWhatIsInTheJournal() throws Exception {
        house.reserve("req_1");
        house.settlement.close();
        house.journal.close();
        try (InFlightJournal journal = InFlightJournal.open(home);
                Settlement settlement = new Settlement(
                        house.store, house.ledger, house.audit, journal, house.purses, InstantSource.system())) {
            line.cut();
            assertEquals(new Recovery(0, 0, 0), settlement.recover());
        }
        line.mend();
        try (InFlightJournal journal = InFlightJournal.open(home);
                Settlement settlement = new Settlement(
                        house.store, house.ledger, house.audit, journal, house.purses, InstantSource.system())) {
            until(() -> house.store.takesWrites(Duration.ofSeconds(1)));
            assertEquals(new Recovery(1, 0, 0), settlement.recover());
        }
        assertEquals(1, house.calls());
    }
}
