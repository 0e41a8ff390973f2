package dev.tollgate.budget;

import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditRow;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.UsageSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(180)
class SettlementTest {
    private static final long NOW = MoneyHouse.NOW;
    private static final SettlementResult DURABLE = new SettlementResult.Durable();

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        house = new MoneyHouse(url, home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void reopen(UnaryOperator<AuditTrail> between) {
        house.close();
        house = new MoneyHouse(url, home, between, Settlement.DEADLINE);
    }

    private CountDownLatch holdTheWriter() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        house.store.submit(
                tx -> {
                    held.countDown();
                    release.await();
                },
                failure -> {});
        held.await();
        return release;
    }

    /** Throws where the audit trail is to note one of these calls. */
    private static UnaryOperator<AuditTrail> failingFor(String subject, AtomicInteger times) {
        return trail -> (tx, actor, action, about, detail) -> {
            if (about.equals(subject) && times.getAndDecrement() > 0) {
                throw new IllegalStateException("on purpose");
            }
            trail.record(tx, actor, action, about, detail);
        };
    }

    @Test
    void aSettledCallHasItsUsageRowAndItsAuditRow() throws Exception {
        Reservation reservation = house.reserve("req_1");
        assertEquals(Samples.BOUND, reservation.boundNanoUsd());
        assertEquals(1, house.journal.inFlight());
        assertEquals(DURABLE, house.settled(reservation, Samples.end(NOW + 900, 12_345_678)));
        assertEquals(
                new CallRecord(reservation.start(), Samples.end(NOW + 900, 12_345_678), Samples.BOUND),
                house.ledger.find("req_1").orElseThrow());
        AuditRow row = house.audit.tail(1).getFirst();
        assertEquals("key:k1 call.settled req_1", row.actor() + " " + row.action() + " " + row.subject());
        JsonNode detail = Json.MAPPER.readTree(row.detail());
        assertEquals("name of k1", detail.get("key").asString());
        assertEquals("anthropic/claude-sonnet-4-5", detail.get("model").asString());
        assertEquals("ok", detail.get("outcome").asString());
        assertEquals(30_920, detail.get("input_tokens").asLong());
        assertEquals(600, detail.get("output_tokens").asLong());
        assertEquals(12_345_678, detail.get("cost_nano_usd").asLong());
        assertEquals(0, house.journal.inFlight());
        assertEquals(0, house.settlement.pending());
    }

    @Test
    void unknownUsageIsBilledAtTheReservation() throws Exception {
        Reservation reservation = house.reserve("req_1");
        house.settled(reservation, Samples.end(NOW, new Charge.AtReservation(true, "output_tokens was -5")));
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        assertEquals(CallRecord.State.UNRECONCILED, call.state());
        assertEquals(UsageSource.RESERVATION, call.usageSource());
        assertEquals(Samples.BOUND, call.costNanoUsd());
        assertEquals(List.of("call.unreconciled req_1"), house.audited());
    }

    @Test
    void namesWithQuotesStayJson() throws Exception {
        Reservation reservation =
                Samples.reserved(house.ask(Samples.start("req_1", "a\"b\\c\n", NOW), Samples.CEILING));
        house.settled(reservation, Samples.end(NOW, 1));
        JsonNode detail = Json.MAPPER.readTree(house.audit.tail(1).getFirst().detail());
        assertEquals("name of a\"b\\c?", detail.get("key").asString());
    }

    @Test
    void theCallerIsToldOnlyWhenTheRowsCanBeReadElsewhere() throws Exception {
        Reservation reservation = house.reserve("req_1");
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        house.settlement.settle(
                reservation,
                Samples.end(NOW, 1),
                result -> seen.complete(house.calls() == 1 && house.audited().size() == 1));
        assertTrue(seen.get(60, TimeUnit.SECONDS));
    }

    @Test
    void theSlotIsHeldUntilTheSettlementIsDurable() throws Exception {
        Reservation reservation = house.reserve("req_1");
        CountDownLatch release = holdTheWriter();
        CompletableFuture<SettlementResult> result = house.settle(reservation, Samples.end(NOW, 1));
        assertEquals(1, house.journal.inFlight());
        assertEquals(1, house.settlement.pending());
        assertFalse(result.isDone());
        release.countDown();
        assertEquals(DURABLE, result.get(60, TimeUnit.SECONDS));
        assertEquals(0, house.journal.inFlight());
    }

    /** No write fails; none is answered either. */
    @Test
    void oneThatTheStoreTakesNoAnswerForIsToldAndNoCallIsReservedUntilItIsDurable() throws Exception {
        house.close();
        house = new MoneyHouse(url, home, trail -> trail, Duration.ofMillis(200));
        Reservation reservation = house.reserve("req_1");
        CountDownLatch release = holdTheWriter();
        try {
            CompletableFuture<SettlementResult> told = house.settle(reservation, Samples.end(NOW, 7));
            assertInstanceOf(SettlementResult.Failed.class, told.get(60, TimeUnit.SECONDS));
            assertTrue(house.settlement.storeAway(), "who is told comes back at once, and would pay for nothing again");
            assertEquals(
                    new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY),
                    house.ask(Samples.start("req_2", "k1", NOW), Samples.CEILING));
        } finally {
            release.countDown();
        }
        until(() -> !house.settlement.storeAway());
        assertEquals(0, house.settlement.pending());
        assertEquals(7, house.ledger.find("req_1").orElseThrow().costNanoUsd());
    }

    @Test
    void aReservationIsSettledOnceHoweverManyTry() throws Exception {
        for (int round = 0; round < 20; round++) {
            Reservation reservation = house.reserve("req_" + round);
            List<SettlementResult> results = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch answered = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                int cost = i;
                Thread.startVirtualThread(() -> house.settlement.settle(reservation, Samples.end(NOW, cost), result -> {
                    results.add(result);
                    answered.countDown();
                }));
            }
            answered.await();
            assertEquals(1, Collections.frequency(results, DURABLE));
            assertEquals(3, Collections.frequency(results, new SettlementResult.AlreadySettled()));
            assertEquals(round + 1, house.calls());
            assertEquals(round + 1, house.audited().size());
            assertThrows(IllegalStateException.class, () -> reservation.dispatched(Samples.SERVED));
        }
    }

    @Test
    void aGroupThatFailedAndRanAgainIsBilledOnce() throws Exception {
        reopen(failingFor("req_7", new AtomicInteger(1)));
        CountDownLatch release = holdTheWriter();
        List<CompletableFuture<SettlementResult>> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            results.add(house.settle(house.reserve("req_" + i), Samples.end(NOW, 1)));
        }
        release.countDown();
        for (CompletableFuture<SettlementResult> result : results) {
            assertEquals(DURABLE, result.get(60, TimeUnit.SECONDS));
        }
        assertEquals(20, house.calls());
        assertEquals(20, house.audited().stream().distinct().count());
        assertEquals(20, house.audited().size());
        assertTrue(house.audit.verify().ok());
    }

    @Test
    void aSettlementThatCannotBeWrittenCostsNoOtherAndIsLeftToTheNextStart() throws Exception {
        reopen(failingFor("req_7", new AtomicInteger(Integer.MAX_VALUE)));
        CountDownLatch release = holdTheWriter();
        List<CompletableFuture<SettlementResult>> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            results.add(house.settle(house.reserve("req_" + i), Samples.end(NOW, 1)));
        }
        release.countDown();
        for (int i = 0; i < 20; i++) {
            SettlementResult result = results.get(i).get(60, TimeUnit.SECONDS);
            assertEquals(i != 7, result.equals(DURABLE), "call " + i);
            assertEquals(i == 7, result instanceof SettlementResult.Failed, "call " + i);
        }
        assertEquals(1, house.journal.inFlight());
        assertEquals(0, house.settlement.pending());
        assertFalse(house.settlement.storeAway());
        assertInstanceOf(
                ReservationResult.Reserved.class, house.ask(Samples.start("req_20", "k1", NOW), Samples.CEILING));

        reopen(trail -> trail);
        assertEquals(new Recovery(2, 0, 0), house.settlement.recover());
        CallRecord call = house.ledger.find("req_7").orElseThrow();
        assertEquals(CallRecord.State.UNRECONCILED, call.state());
        assertEquals(Samples.BOUND, call.costNanoUsd());
    }

    @Test
    void whatWasSentIsSettledAtItsReservationAtTheNextStartAndWhatWasNotIsFree() throws Exception {
        Reservation dispatched = house.reserve("req_1");
        Samples.reserved(house.ask(Samples.start("req_2", "k1", NOW), Samples.CEILING));
        reopen(trail -> trail);
        assertEquals(new Recovery(2, 0, 0), house.settlement.recover());
        CallRecord call = house.ledger.find("req_1").orElseThrow();
        assertEquals(dispatched.start().payer(), call.start().payer());
        assertEquals(NOW, call.start().atMillis());
        assertEquals(Samples.SERVED, call.end().served());
        assertEquals(Outcome.GATE_STOPPED, call.end().outcome());
        assertEquals(CallRecord.State.UNRECONCILED, call.state());
        assertEquals(Samples.BOUND, call.costNanoUsd());
        CallRecord unsent = house.ledger.find("req_2").orElseThrow();
        assertEquals(0, unsent.costNanoUsd(), "no candidate had been chosen: nothing was sent");
        assertEquals(Outcome.GATE_STOPPED, unsent.end().outcome());
        assertEquals(
                List.of("call.settled req_2", "call.unreconciled req_1"),
                house.audited().stream().sorted().toList());
        assertEquals(new Recovery(0, 0, 0), house.settlement.recover(), "once");
        reopen(trail -> trail);
        assertEquals(new Recovery(0, 0, 0), house.settlement.recover(), "and for all");
    }

    @Test
    void whatWasDurableWhenTheProcessEndedIsNotBilledAgain() throws Exception {
        Reservation reservation = house.reserve("req_1");
        // The process ends between the commit and the slot's release.
        house.store.write(tx -> {
            house.ledger.insert(tx, new CallRecord(reservation.start(), Samples.end(NOW, 5), Samples.BOUND));
            return "";
        });
        reopen(trail -> trail);
        assertEquals(new Recovery(0, 1, 0), house.settlement.recover());
        assertEquals(5, house.ledger.find("req_1").orElseThrow().costNanoUsd());
        assertEquals(List.of(), house.audited());
    }

    @Test
    void aTornSlotIsReportedAndFreed() throws Exception {
        Reservation torn = house.reserve("req_1");
        house.reserve("req_2");
        int slot = torn.slot().number();
        house.close();
        flip(4096 + slot * 1024L + 40);
        house = new MoneyHouse(url, home);
        assertEquals(new Recovery(1, 0, 1), house.settlement.recover());
        assertEquals(
                List.of("call.torn slot " + slot, "call.unreconciled req_2"),
                house.audited().stream().sorted().toList());
        reopen(trail -> trail);
        assertEquals(new Recovery(0, 0, 0), house.settlement.recover());
    }

    private void flip(long at) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(home.resolve("in-flight.journal").toFile(), "rw")) {
            file.seek(at);
            int before = file.read();
            file.seek(at);
            file.write(before ^ 0xff);
        }
    }

    @Test
    void aLeftoverThatCannotBeSettledStaysForTheStartAfter() throws Exception {
        house.reserve("req_1");
        house.reserve("req_2");
        reopen(failingFor("req_1", new AtomicInteger(Integer.MAX_VALUE)));
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        reopen(trail -> trail);
        assertEquals(new Recovery(1, 0, 0), house.settlement.recover());
        assertEquals(2, house.calls());
    }

    @Test
    void callersOnManyThreadsAreEachBilledWhatTheyUsed() throws Exception {
        long seed = System.nanoTime();
        System.out.println("callersOnManyThreadsAreEachBilledWhatTheyUsed seed " + seed);
        int threads = 4;
        int each = 500;
        Map<String, Long> costs = new ConcurrentHashMap<>();
        CountDownLatch durable = new CountDownLatch(threads * each);
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            SplittableRandom random = new SplittableRandom(seed + t);
            String prefix = "req_" + t + "_";
            callers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    String requestId = prefix + i;
                    boolean known = random.nextInt(10) > 0;
                    long cost = known ? random.nextLong(1L << 40) : Samples.BOUND;
                    costs.put(requestId, cost);
                    Reservation reservation = house.reserve(requestId);
                    house.settlement.settle(
                            reservation,
                            known
                                    ? Samples.end(NOW, cost)
                                    : Samples.end(NOW, new Charge.AtReservation(true, "unknown")),
                            result -> {
                                if (result.equals(DURABLE)) {
                                    durable.countDown();
                                }
                            });
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertTrue(durable.await(120, TimeUnit.SECONDS), "seed " + seed);
        Map<String, Long> billed = new ConcurrentHashMap<>();
        house.store.read(handle -> handle.createQuery("SELECT request_id, cost FROM call")
                .map((row, context) -> billed.put(row.getString(1), row.getLong(2)) == null)
                .list());
        assertEquals(costs, billed, "seed " + seed);
        assertEquals((long) threads * each, house.audited().stream().distinct().count());
        assertTrue(house.audit.verify().ok());
        assertEquals(0, house.journal.inFlight());
    }
}
