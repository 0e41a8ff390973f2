package dev.tollgate.holdings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.AuditRow;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Pledges;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.SettlementRows;
import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.holdings.Holding.State;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.UsageLedger;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
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
class HoldingsTest {
    private static final List<Pledges.Dearest> DEAREST = List.of(
            new Pledges.Dearest(new Place("anth", "claude-a"), 5_000),
            new Pledges.Dearest(new Place("anth", "claude-b"), 5_000));
    private static final Payer OWNER = new Payer("key_1", "owner", "personal", null);

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private UsageLedger ledger;

    @SuppressWarnings("NullAway.Init")
    private AuditLog audit;

    @SuppressWarnings("NullAway.Init")
    private Holdings holdings;

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(kind.fresh(folder));
        ledger = new UsageLedger(store);
        audit = new AuditLog(store, InstantSource.system(), new byte[32]);
        Purses purses = Purses.open(store, new Events(), InstantSource.system(), "node", place -> place);
        holdings = new Holdings(
                store, new SettlementRows(ledger, audit), new Pledges(purses), audit, InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Holding batch(int number) {
        return new Holding(
                "req_" + (100 + number),
                Kind.BATCH,
                "",
                "anthropic",
                "anth",
                "cred_1",
                "main",
                OWNER,
                "app-1",
                1_000,
                State.SENDING,
                List.of("claude-a", "claude-b"),
                true,
                5_000,
                "");
    }

    private Holding opened(int number) {
        Holding batch = batch(number);
        holdings.sending(batch, DEAREST, true);
        holdings.opened(batch, "msgbatch_" + number, "{}");
        return holdings.find(Kind.BATCH, "anthropic", "key_1", "msgbatch_" + number)
                .orElseThrow();
    }

    private static CallRecord row(String requestId) {
        CallStart start = new CallStart(
                requestId, 1_000, OWNER, "anthropic", "message_batch", "claude-a", null, false, ClientInfo.NONE);
        CallEnd end = new CallEnd(
                2_000,
                Outcome.OK,
                200,
                null,
                new Charge.AtReservation(true, "why"),
                Timings.UNKNOWN,
                List.of(),
                List.of(),
                List.of());
        return new CallRecord(start, end, 5_000);
    }

    private List<String> actions() {
        return audit.tail(100).stream().map(AuditRow::action).toList();
    }

    @Test
    void whatWasNotedComesBack() {
        Holding batch = opened(1);
        assertEquals("req_101", batch.requestId());
        assertEquals(State.OPEN, batch.state());
        assertEquals(List.of("claude-a", "claude-b"), batch.models());
        assertEquals(5_000, batch.boundNanoUsd());
        assertEquals("cred_1", batch.credentialId());
        assertEquals(OWNER, batch.payer());
        assertEquals("app-1", batch.app());
    }

    @Test
    void aBatchIsSettledOnceHoweverManyFindOut() {
        Holding batch = opened(1);
        long first = IntStream.range(0, 8)
                .parallel()
                .filter(time -> holdings.settle(batch, List.of(row("req_101"), row("req_101.1"))))
                .count();
        assertEquals(1, first);
        assertEquals(5_000, ledger.find("req_101").orElseThrow().costNanoUsd());
        assertTrue(ledger.find("req_101.1").isPresent());
        assertEquals(2, actions().stream().filter("call.unreconciled"::equals).count(), actions()::toString);
        assertEquals(List.of(), holdings.unsettled("", 10));
    }

    @Test
    void whatWasSentAndNeverAnsweredStaysOwed() {
        holdings.sending(batch(1), DEAREST, true);
        assertEquals(
                List.of(State.SENDING),
                holdings.unsettled("", 10).stream().map(Holding::state).toList());
        assertEquals(List.of(), holdings.newest(Kind.BATCH, "anthropic", "key_1", 10), "nobody sees it: it has no id");
    }

    @Test
    void whatTheProviderRefusedIsNotOwed() {
        Holding batch = batch(1);
        holdings.sending(batch, DEAREST, true);
        holdings.refused(batch);
        assertEquals(List.of(), holdings.unsettled("", 10));
        Holding open = opened(2);
        holdings.refused(open); // too late: the provider has it
        assertEquals(1, holdings.unsettled("", 10).size());
    }

    @Test
    void onlyItsOwnKeyFindsIt() {
        opened(1);
        assertTrue(holdings.find(Kind.BATCH, "anthropic", "key_2", "msgbatch_1").isEmpty());
        assertTrue(holdings.find(Kind.FILE, "anthropic", "key_1", "msgbatch_1").isEmpty());
        assertTrue(holdings.find(Kind.BATCH, "openai", "key_1", "msgbatch_1").isEmpty());
        assertEquals(List.of(), holdings.newest(Kind.BATCH, "anthropic", "key_2", 10));
    }

    @Test
    void listsAreTurnedPageByPageBothWays() {
        IntStream.rangeClosed(1, 5).forEach(this::opened);
        assertEquals(List.of("msgbatch_5", "msgbatch_4"), ids(holdings.newest(Kind.BATCH, "anthropic", "key_1", 2)));
        assertEquals(
                List.of("msgbatch_3", "msgbatch_2"),
                ids(holdings.older(Kind.BATCH, "anthropic", "key_1", "req_104", 2)));
        assertEquals(
                List.of("msgbatch_4", "msgbatch_3"),
                ids(holdings.newer(Kind.BATCH, "anthropic", "key_1", "req_102", 2)));
    }

    private static List<String> ids(List<Holding> found) {
        return found.stream().map(Holding::id).toList();
    }

    @Test
    void whatIsDeletedIsFoundByNobodyAndItsOwnerIsInTheTrail() {
        Holding batch = opened(1);
        holdings.deleted(batch);
        holdings.deleted(batch);
        assertTrue(holdings.find(Kind.BATCH, "anthropic", "key_1", "msgbatch_1").isEmpty());
        assertEquals(1, actions().stream().filter("batch.deleted"::equals).count());
        assertEquals(1, holdings.unsettled("", 10).size(), "what it owes stays owed");
    }
}
