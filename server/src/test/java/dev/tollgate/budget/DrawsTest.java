package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that wait for the store together. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class DrawsTest {
    private static final long CAP = 1_000_000;
    private static final int CALLERS = 6;
    private static final int CALLS = 150;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() throws Exception {
        house = new MoneyHouse(kind.fresh(home), home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private ReservationResult ask(String id, String keyId, long bound) {
        return house.ask(start(id, keyId, "personal", MoneyHouse.NOW), ceiling(bound));
    }

    private void spend(String id, String keyId, long bound, long cost) throws Exception {
        Reservation reservation = Samples.reserved(ask(id, keyId, bound));
        reservation.dispatched(Samples.SERVED);
        assertInstanceOf(
                SettlementResult.Durable.class, house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(cost))));
    }

    /** All that is left is in the slice: whoever took it while the store is asked would leave nothing to others. */
    @Test
    void aCallThatCannotBePaidKeepsNothingFromThoseThatCan() throws Exception {
        house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        house.budgets.set(budget(key("big"), CAP / 2, Window.LIFETIME), "owner");
        spend("req_all", "k1", CAP, 0);
        AtomicBoolean running = new AtomicBoolean(true);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> big = threads.submit(() -> {
                int refused = 0;
                while (running.get()) {
                    // What it lacks is now in the one budget, now in the other.
                    long bound = refused % 2 == 0 ? CAP + 1 : CAP - CAP / 4;
                    assertInstanceOf(Exhausted.class, ask("req_big_" + refused++, "big", bound));
                }
                return refused;
            });
            List<Future<?>> small = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String name = "req_" + i + "_";
                small.add(threads.submit(() -> {
                    for (int n = 0; n < CALLS; n++) {
                        spend(name + n, "small", 1_000, 500); // throws where it is refused
                    }
                    return true;
                }));
            }
            for (Future<?> each : small) {
                each.get(60, TimeUnit.SECONDS);
            }
            running.set(false);
            assertTrue(big.get(60, TimeUnit.SECONDS) > 10, "it asked again and again");
        }
    }

    /** They reach the store together, and what the first is granted beyond its need is not missing to the next. */
    @Test
    void callsThatWaitTogetherArePaidOutOfTheSameMoneyInTheirOrder() throws Exception {
        house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        List<CompletableFuture<ReservationResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            CompletableFuture<ReservationResult> result = new CompletableFuture<>();
            long bound = i % 3 == 2 ? CAP : CAP / 8;
            house.reserve(start("req_" + i, "k1", "personal", MoneyHouse.NOW), ceiling(bound), result::complete);
            results.add(result);
        }
        for (int i = 0; i < results.size(); i++) {
            ReservationResult result = results.get(i).get(60, TimeUnit.SECONDS);
            if (i % 3 == 2) {
                assertInstanceOf(Exhausted.class, result, "call " + i);
            } else {
                assertInstanceOf(ReservationResult.Reserved.class, result, "call " + i);
            }
        }
        assertEquals(
                0, assertInstanceOf(Exhausted.class, ask("req_last", "k1", 1)).leftNanoUsd());
    }

    @Test
    void aCallerThatStumblesOverItsReservationLeavesNothingHeld() throws Exception {
        Budget set = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        CompletableFuture<ReservationResult> next = new CompletableFuture<>();
        house.reserve(start("req_1", "k1", "personal", MoneyHouse.NOW), ceiling(CAP / 2), result -> {
            throw new IllegalStateException("the event loop is gone");
        });
        house.reserve(start("req_2", "k1", "personal", MoneyHouse.NOW), ceiling(CAP / 2), next::complete);
        Samples.reserved(next.get(60, TimeUnit.SECONDS));
        assertEquals(1, house.journal.inFlight());
        assertEquals(CAP / 2, house.budgets.show(set.id()).heldNanoUsd());
    }

    @Test
    void aJournalThatFailsRefusesTheCallAndReleasesWhatItHeld() {
        Budget set = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        house.journal.close(); // its memory is gone: to write to it throws
        assertEquals(
                new ReservationResult.Refused(ReservationResult.Reason.JOURNAL_FAULT), ask("req_1", "k1", CAP / 2));
        assertEquals(0, house.budgets.show(set.id()).heldNanoUsd());
    }
}
