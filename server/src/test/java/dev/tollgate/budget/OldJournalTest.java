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
import dev.tollgate.ledger.Books;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.RolledUp;
import dev.tollgate.ledger.UsageBy;
import dev.tollgate.ledger.UsageSums;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A home that lay idle until the rows of its last calls were summed up by day. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class OldJournalTest {
    private static final long NOW = System.currentTimeMillis();

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private Budget all;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        house = new MoneyHouse(url, home);
        all = house.budgets.set(budget(account("personal"), 10_000, Window.LIFETIME), "owner");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Reservation reserve(String requestId, String keyId) {
        Reservation reservation = Samples.reserved(house.ask(start(requestId, keyId, "personal", NOW), ceiling(300)));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    private Recovery startAgain() {
        house.close();
        house = new MoneyHouse(url, home);
        return house.settlement.recover();
    }

    private long billed(String keyId) {
        return house
                .ledger
                .sums()
                .summarize(List.of(UsageBy.KEY), Map.of(UsageBy.KEY, keyId), Instant.EPOCH, UsageSums.EVER)
                .stream()
                .mapToLong(row -> row.costNanoUsd())
                .sum();
    }

    @Test
    void whatWasSettledAndSummedUpIsNotBilledAgainButShownOnce() throws Exception {
        Reservation settled = reserve("req_settled", "k1");
        reserve("req_in_flight", "k2");
        house.journal.close(); // as if it died between the commit and the release of the slot
        assertInstanceOf(SettlementResult.Durable.class, house.settled(settled, Samples.end(NOW, cost(100))));
        assertEquals(1, RolledUp.before(house.store, NOW + Duration.ofDays(1).toMillis()));

        assertEquals(new Recovery(2, 0, 0), startAgain());
        assertEquals(100, billed("k1"), "once");
        assertEquals(300, billed("k2"), "its key has no sum of that day: it was never settled");
        assertEquals(400, house.budgets.show(all.id()).spentNanoUsd());
        assertEquals(0, house.budgets.show(all.id()).heldNanoUsd());
        CallRecord shown = house.ledger.find("req_settled").orElseThrow();
        assertEquals(CallRecord.State.UNRECONCILED, shown.state());
        assertEquals(0, shown.costNanoUsd());
        assertTrue(new Books(house.store).verify().ok());

        assertEquals(new Recovery(0, 0, 0), startAgain(), "shown once");
        assertEquals(100, billed("k1"));
    }

    @Test
    void whatIsFoundSettledIsNotShown() throws Exception {
        Reservation settled = reserve("req_settled", "k1");
        house.journal.close();
        house.settled(settled, Samples.end(NOW, cost(100)));
        assertEquals(new Recovery(0, 1, 0), startAgain());
        assertEquals(100, billed("k1"));
    }
}
