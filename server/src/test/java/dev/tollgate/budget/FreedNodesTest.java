package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is taken for dead, at the very moment in which something else happens to it. Where several write at once, that is
 * PostgreSQL; each test holds a row until all that it starts wait for it.
 */
@Timeout(120)
class FreedNodesTest {
    private static final long CAP = 1_000;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<MoneyHouse> houses = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl.PostgreSql url;

    @SuppressWarnings("NullAway.Init")
    private Jdbi beside;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse one;

    @SuppressWarnings("NullAway.Init")
    private Budget shared;

    /** Has spent 100 and holds more, and is silent since. */
    @SuppressWarnings("NullAway.Init")
    private String lost;

    @BeforeEach
    void open() throws Exception {
        url = (DatabaseUrl.PostgreSql) TestDatabase.POSTGRESQL.fresh(home);
        beside = Jdbi.create(url.jdbcUrl());
        one = opened("one");
        shared = one.budgets.set(budget(account("personal"), CAP, Window.LIFETIME), "owner");
        MoneyHouse gone = opened("lost");
        Reservation reservation = Samples.reserved(gone.ask(start("req_1", "k1", "personal", now.get()), ceiling(300)));
        reservation.dispatched(Samples.SERVED);
        assertInstanceOf(SettlementResult.Durable.class, gone.settled(reservation, Samples.end(now.get(), cost(100))));
        Samples.reserved(gone.ask(start("req_2", "k1", "personal", now.get()), ceiling(300)));
        lost = gone.journal.id();
        gone.settlement.close(); // nobody tends its slices any more
        now.addAndGet(BudgetBook.SILENT.toMillis());
    }

    private MoneyHouse opened(String name) throws Exception {
        MoneyHouse house = new MoneyHouse(
                url,
                Files.createDirectories(home.resolve(name)),
                trail -> trail,
                Settlement.DEADLINE,
                () -> Instant.ofEpochMilli(now.get()));
        houses.add(house);
        return house;
    }

    @AfterEach
    void close() {
        threads.close();
        houses.forEach(MoneyHouse::close);
    }

    private BudgetRows.Standing standing() {
        return one.store.read(handle -> BudgetRows.standing(handle, shared.id(), 0));
    }

    private long grantedToNodes() {
        return one.store.read(handle -> handle.createQuery("SELECT CAST(SUM(granted) AS BIGINT) FROM budget_slice")
                .mapTo(Long.class)
                .one());
    }

    /** Until so many sessions wait for a lock. */
    private void awaitWaiting(int sessions) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (one.store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM pg_stat_activity"
                                + " WHERE wait_event_type = 'Lock' AND datname = current_database()")
                        .mapTo(Integer.class)
                        .one())
                < sessions) {
            assertTrue(System.nanoTime() < until, "nobody waits");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private <T> Future<T> meanwhile(Consumer<Handle> first, Callable<T> then, boolean kept) {
        return meanwhile(first, List.of(then), kept).getFirst();
    }

    /** Starts them while a transaction has done something, and ends that when all of them wait for it. */
    private <T> List<Future<T>> meanwhile(Consumer<Handle> first, List<Callable<T>> then, boolean kept) {
        List<Future<T>> started = new ArrayList<>();
        try (Handle handle = beside.open()) {
            handle.begin();
            first.accept(handle);
            then.forEach(each -> started.add(threads.submit(each)));
            awaitWaiting(then.size());
            if (kept) {
                handle.commit();
            } else {
                handle.rollback();
            }
        }
        return started;
    }

    @Test
    void aNodeThatComesBackWhileItIsFreedKeepsWhatItHolds() throws Exception {
        BudgetRows.Standing before = standing();
        Future<Long> freed = meanwhile(
                handle -> NodeRows.enter(handle, lost, now.get()), () -> one.budgets.free(lost, "owner"), true);
        ExecutionException refused = assertThrows(ExecutionException.class, () -> freed.get(60, TimeUnit.SECONDS));
        assertInstanceOf(Refusal.class, refused.getCause());
        assertEquals(before, standing());
        assertEquals(
                0L,
                one.store.<Long>read(
                        handle -> NodeRows.find(handle, lost).orElseThrow().epoch()));
    }

    @Test
    void aNodeThatIsFreedTwiceAtOnceIsFreedOnce() throws Exception {
        MoneyHouse other = opened("other");
        long held = standing().grantedNanoUsd() - 100;
        List<Future<Long>> both = meanwhile(
                handle -> NodeRows.turn(handle, lost),
                List.of(() -> one.budgets.free(lost, "owner"), () -> other.budgets.free(lost, "owner")),
                true);
        long freed = 0;
        for (Future<Long> each : both) {
            freed += each.get(60, TimeUnit.SECONDS);
        }
        assertEquals(held, freed);
        assertEquals(new BudgetRows.Standing(100, 100), standing());
        assertEquals(100, grantedToNodes());
    }

    /** It was only paused: its clock stood still, and its settlement comes through first. */
    @Test
    void whatIsSettledWhileTheNodeIsFreedIsNotLentAgain() throws Exception {
        long held = standing().grantedNanoUsd() - 100;
        Future<Long> freed = meanwhile(
                handle -> handle.execute("UPDATE budget_slice SET spent = spent + 50 WHERE node = ?", lost),
                () -> one.budgets.free(lost, "owner"),
                true);
        assertEquals(held - 50, freed.get(60, TimeUnit.SECONDS));
        assertEquals(new BudgetRows.Standing(150, 150), standing());
        assertEquals(150, grantedToNodes());
    }

    /** The same home started twice: who is second with a turn has drawn nothing by it. */
    @Test
    void ofTwoThatSignTheSameTurnAtOnceOneIsRefused() throws Exception {
        NodeRows.Node next = new NodeRows.Node(lost, 0, turn() + 1, 0);
        Future<Boolean> second = meanwhile(
                handle -> assertEquals(1, signed(handle, next)),
                () -> one.store.write(tx -> NodeRows.sign(tx, next, now.get())),
                true);
        assertFalse(second.get(60, TimeUnit.SECONDS));
        NodeRows.Node after = new NodeRows.Node(lost, 0, next.turn() + 1, 0);
        Future<Boolean> alone = meanwhile(
                handle -> assertEquals(1, signed(handle, after)),
                () -> one.store.write(tx -> NodeRows.sign(tx, after, now.get())),
                false);
        assertTrue(alone.get(60, TimeUnit.SECONDS), "the first was not kept");
    }

    private long turn() {
        return one.store.read(
                handle -> NodeRows.find(handle, lost).orElseThrow().turn());
    }

    /** As another process of that home does. */
    private int signed(Handle handle, NodeRows.Node node) {
        return handle.execute(
                "UPDATE budget_node SET turn = ?, seen_at = ? WHERE node = ? AND epoch = ?",
                node.turn(),
                now.get(),
                node.id(),
                node.epoch());
    }

    /** A commit whose answer was lost may still be under way: to look past it would be to draw twice. */
    @Test
    void whoAsksForTheTurnWaitsForTheOneThatIsUnderWay() throws Exception {
        long before = turn();
        for (boolean kept : new boolean[] {false, true}) {
            NodeRows.Node next = new NodeRows.Node(lost, 0, before + 1, 0);
            Future<Long> told = meanwhile(
                    handle -> signed(handle, next),
                    () -> one.store.write(tx -> NodeRows.turn(tx.handle(), lost)),
                    kept);
            assertEquals(kept ? before + 1 : before, told.get(60, TimeUnit.SECONDS));
        }
    }
}
