package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real PostgreSQL is away under load: calls are served from the slices at hand, then refused; when it is back they go on, and every
 * one of them is billed once. Three seconds; thirty with {@code ./tollgate soak}. What it says at its end is the proof.
 */
@Timeout(300)
class StoreOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(Boolean.getBoolean("tollgate.soak") ? 30 : 4);
    private static final int CALLERS = 8;
    private static final long CAP = 100 * Money.NANO_USD_PER_USD;
    private static final long MOST = CAP / 20_000;

    private enum Phase {
        BEFORE,
        AWAY,
        AFTER
    }

    /** What became of the calls of one phase. */
    private static final class Tally {
        final AtomicLong served = new AtomicLong();
        final AtomicLong withheld = new AtomicLong();
        final AtomicLong refused = new AtomicLong();
        final AtomicLong bounds = new AtomicLong();

        @Override
        public String toString() {
            return served + " served whole, " + withheld + " whose end was withheld, " + refused
                    + " refused, bounds of $" + Money.formatUsd(bounds.get());
        }
    }

    @TempDir
    Path home = Path.of("");

    private final Map<Phase, Tally> tallies =
            new EnumMap<>(Map.of(Phase.BEFORE, new Tally(), Phase.AWAY, new Tally(), Phase.AFTER, new Tally()));
    private final AtomicLong billed = new AtomicLong();
    private final AtomicLong held = new AtomicLong();
    /** Held by whoever changes the phase: nobody is then between asking and having been told. */
    private final ReentrantReadWriteLock asking = new ReentrantReadWriteLock();

    private volatile Phase phase = Phase.BEFORE;
    private volatile boolean over;

    @SuppressWarnings("NullAway.Init")
    private TcpProxy line;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @BeforeEach
    void open() throws Exception {
        DatabaseUrl.PostgreSql url = (DatabaseUrl.PostgreSql) TestDatabase.POSTGRESQL.fresh(home);
        line = TcpProxy.to(url);
        house = new MoneyHouse(line.through(url), home, trail -> trail, Duration.ofSeconds(3));
    }

    @AfterEach
    void close() throws Exception {
        line.mend();
        house.close();
        line.close();
    }

    @Test
    void slicesAreSpentThenCallsAreRefusedAndNothingIsLostOrLeaked() throws Exception {
        Budget shared = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        house.budgets.set(budget(key("k1"), CAP, Window.DAY), "owner");
        long atHand;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            call(threads, callers);
            until(() -> tally(Phase.BEFORE).served.get() > 200);
            asking.writeLock().lock();
            try {
                line.cut();
                phase = Phase.AWAY;
                Slice slice = house.purses.present(shared.id());
                atHand = held.get() + (slice == null ? 0 : slice.free());
            } finally {
                asking.writeLock().unlock();
            }
            call(threads, callers); // those of before may all be waiting for what they have settled
            until(() -> house.settlement.storeAway());
            until(() -> tally(Phase.AWAY).refused.get() > 10);
            Thread.sleep(OUTAGE); // the outage itself
            asking.writeLock().lock();
            try {
                phase = Phase.AFTER;
                line.mend();
            } finally {
                asking.writeLock().unlock();
            }
            until(() -> tally(Phase.AFTER).served.get() > 200);
            over = true;
            for (Future<?> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }
        }
        until(() -> house.settlement.pending() == 0);
        check(shared, atHand);
    }

    private void call(ExecutorService threads, List<Future<?>> callers) {
        for (int i = 0; i < CALLERS; i++) {
            SplittableRandom random = new SplittableRandom(callers.size());
            String name = "req_" + callers.size() + "_";
            callers.add(threads.submit(() -> {
                for (int n = 0; !over; n++) {
                    call(name + n, random);
                }
                return true;
            }));
        }
    }

    private Tally tally(Phase of) {
        return Objects.requireNonNull(tallies.get(of));
    }

    private void call(String id, SplittableRandom random) throws Exception {
        long bound = random.nextLong(1, MOST);
        Tally tally;
        ReservationResult result;
        asking.readLock().lock();
        try {
            tally = tally(phase);
            result = house.ask(start(id, "k1", "personal", MoneyHouse.NOW), ceiling(bound));
            if (result instanceof ReservationResult.Reserved) {
                held.addAndGet(bound);
                tally.bounds.addAndGet(bound);
            }
        } finally {
            asking.readLock().unlock();
        }
        switch (result) {
            case ReservationResult.Reserved(Reservation reservation) -> {
                reservation.dispatched(Samples.SERVED);
                Thread.sleep(random.nextInt(8)); // the provider at its work
                long cost = random.nextLong(bound + 1);
                billed.addAndGet(cost);
                SettlementResult settled = house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(cost)));
                held.addAndGet(-bound);
                (settled instanceof SettlementResult.Durable ? tally.served : tally.withheld).incrementAndGet();
            }
            case ReservationResult.Refused(ReservationResult.Reason reason) -> {
                assertEquals(ReservationResult.Reason.STORE_AWAY, reason);
                tally.refused.incrementAndGet();
                Thread.sleep(5);
            }
            case Exhausted exhausted -> throw new AssertionError("the cap is far away: " + exhausted);
            case ReservationResult.Unpriced unpriced -> throw new AssertionError(unpriced.toString());
        }
    }

    private void check(Budget shared, long atHand) throws InterruptedException {
        System.out.println(
                "StoreOutageTest: away for " + OUTAGE.toSeconds() + " s and more under " + CALLERS + " callers");
        for (Phase each : Phase.values()) {
            System.out.println("StoreOutageTest: " + each + " " + tally(each));
        }
        System.out.println(
                "StoreOutageTest: at most $" + Money.formatUsd(atHand) + " could be spent while it was away");
        assertEquals(0, tally(Phase.BEFORE).refused.get());
        assertTrue(tally(Phase.AWAY).bounds.get() > 0, "served from the slices at hand");
        assertTrue(tally(Phase.AWAY).refused.get() > 10, "then refused");
        assertTrue(tally(Phase.AWAY).bounds.get() <= atHand, "no more than what was at hand");
        assertEquals(0, tally(Phase.AFTER).withheld.get());
        until(() -> !house.settlement.storeAway());
        assertEquals(0, house.journal.inFlight());
        long rows = house.store.read(handle -> handle.createQuery("SELECT CAST(SUM(cost) AS BIGINT) FROM call")
                .mapTo(Long.class)
                .one());
        assertEquals(billed.get(), rows, "each is billed, and once");
        BudgetBook.Status status = house.budgets.show(shared.id());
        assertEquals(billed.get(), status.spentNanoUsd());
        assertTrue(status.spentNanoUsd() <= CAP);
        house.purses.awaitQuiet();
        assertEquals(0, house.budgets.show(shared.id()).heldNanoUsd(), "nothing is leaked");
    }

    /** The store has granted, or taken back, and its answer is lost: the node finds out, and neither loses nor doubles it. */
    @Test
    void moneyOnItsWayWhenTheLineBreaksIsFoundAgain() throws Exception {
        Budget shared = house.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        for (int round = 0; round < 4; round++) {
            line.loseTheAnswerToTheNextCommit();
            ReservationResult result = house.ask(
                    start("req_" + round, "k1", "personal", MoneyHouse.NOW), ceiling(CAP / 4 - round * (CAP / 100)));
            assertTrue(line.hasLostIt(), "round " + round);
            until(() -> house.store.takesWrites(Duration.ofSeconds(1)));
            house.purses.awaitQuiet();
            if (result instanceof ReservationResult.Reserved(Reservation reservation)) {
                reservation.dispatched(Samples.SERVED);
                house.settled(reservation, Samples.end(MoneyHouse.NOW, cost(0)));
            }
            assertEquals(0, house.budgets.show(shared.id()).heldNanoUsd(), "round " + round);
            line.loseTheAnswerToTheNextCommit();
            house.purses.returnIdle(System.nanoTime(), 0);
            house.purses.returnIdle(System.nanoTime(), 0);
            house.purses.awaitQuiet();
            assertTrue(line.hasLostIt(), "round " + round);
            assertEquals(0, house.budgets.show(shared.id()).heldNanoUsd(), "round " + round);
        }
        Reservation all = Samples.reserved(house.ask(start("req_all", "k1", "personal", MoneyHouse.NOW), ceiling(CAP)));
        house.settled(all, Samples.end(MoneyHouse.NOW, cost(CAP)));
        assertEquals(CAP, house.budgets.show(shared.id()).spentNanoUsd());
    }
}
