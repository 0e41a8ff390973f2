package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that meet others: what the database gives up for another transaction is written all the same, once. */
@Timeout(120)
class StoreConflictsTest {
    private static CompletableFuture<@Nullable StoreUnavailable> submit(Store store, Store.Unit unit) {
        CompletableFuture<@Nullable StoreUnavailable> outcome = new CompletableFuture<>();
        store.submit(unit, outcome::complete);
        return outcome;
    }

    private static @Nullable StoreUnavailable told(CompletableFuture<@Nullable StoreUnavailable> outcome)
            throws Exception {
        return outcome.get(60, TimeUnit.SECONDS);
    }

    private static void createItems(Store store) {
        store.write(tx -> tx.handle()
                .execute("CREATE TABLE item (id TEXT NOT NULL PRIMARY KEY, writes BIGINT NOT NULL DEFAULT 0)"));
        store.write(tx -> tx.handle().execute("INSERT INTO item (id) VALUES ('a'), ('b')"));
    }

    private static void touch(WriteSession tx, String id) {
        tx.handle().execute("UPDATE item SET writes = writes + 1 WHERE id = ?", id);
    }

    private static List<Long> writes(Store store) {
        return store.read(handle -> handle.createQuery("SELECT writes FROM item ORDER BY id")
                .mapTo(Long.class)
                .list());
    }

    /** Holds the writer, so that what is submitted meanwhile becomes one group. */
    private static CountDownLatch hold(Store store) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store.submit(
                tx -> {
                    held.countDown();
                    release.await();
                },
                failure -> {});
        held.await();
        return release;
    }

    @Test
    void whoIsGivenUpInADeadlockIsWrittenAfterAll(@TempDir Path folder) throws Exception {
        DatabaseUrl.PostgreSql url = (DatabaseUrl.PostgreSql) TestDatabase.POSTGRESQL.fresh(folder);
        try (Store store = Store.open(url);
                Connection other = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
                Statement statement = other.createStatement()) {
            createItems(store);
            statement.execute("SET deadlock_timeout = '60s'"); // so that it is the writer who is given up
            other.setAutoCommit(false);
            statement.execute("UPDATE item SET writes = writes + 10 WHERE id = 'b'");
            CountDownLatch hasFirst = new CountDownLatch(1);
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<@Nullable StoreUnavailable> outcome = submit(store, tx -> {
                runs.incrementAndGet();
                touch(tx, "a");
                hasFirst.countDown();
                touch(tx, "b");
            });
            hasFirst.await();
            statement.execute("UPDATE item SET writes = writes + 10 WHERE id = 'a'");
            other.commit();
            assertNull(told(outcome));
            assertEquals(List.of(11L, 11L), writes(store));
            assertEquals(2, runs.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void whatIsGivenUpSomeTimesIsWrittenWithItsGroupInItsOrder(String state, @TempDir Path folder) throws Exception {
        try (Store store = Store.open(TestDatabase.SQLITE.fresh(folder))) {
            createItems(store);
            CountDownLatch release = hold(store);
            AtomicInteger given = new AtomicInteger();
            AtomicInteger first = new AtomicInteger();
            var before = submit(store, tx -> {
                first.incrementAndGet();
                touch(tx, "a");
            });
            var loser = submit(store, tx -> {
                touch(tx, "b");
                if (given.incrementAndGet() <= 3) {
                    throw new IllegalStateException("wrapped", new SQLException("given up", state));
                }
            });
            release.countDown();
            assertNull(told(before));
            assertNull(told(loser));
            assertEquals(List.of(1L, 1L), writes(store));
            assertEquals(4, given.get());
            assertEquals(4, first.get(), "the whole group is repeated");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whoAlwaysLosesIsNotAtFaultAndCostsTheOthersNothing(TestDatabase kind, @TempDir Path folder) throws Exception {
        try (Store store = Store.open(kind.fresh(folder))) {
            createItems(store);
            CountDownLatch release = hold(store);
            List<CompletableFuture<@Nullable StoreUnavailable>> others = new ArrayList<>();
            others.add(submit(store, tx -> touch(tx, "a")));
            var loser = submit(store, tx -> {
                throw new SQLException("given up", "40001");
            });
            others.add(submit(store, tx -> touch(tx, "b")));
            release.countDown();
            StoreUnavailable failure = told(loser);
            assertNotNull(failure);
            assertFalse(failure.isRejected(), "another time it may be written");
            for (CompletableFuture<@Nullable StoreUnavailable> other : others) {
                assertNull(told(other));
            }
            assertEquals(List.of(1L, 1L), writes(store));
        }
    }

    @Test
    void twoWritersOfOneDatabaseNeverWaitForEachOtherInACircle(@TempDir Path folder) throws Exception {
        DatabaseUrl url = TestDatabase.POSTGRESQL.fresh(folder);
        try (Store one = Store.open(url);
                Store two = Store.open(url)) {
            createItems(one);
            AtomicInteger runs = new AtomicInteger();
            for (int round = 1; round <= 5; round++) {
                var forth = submit(one, tx -> touchBoth(tx, "a", "b", runs));
                var back = submit(two, tx -> touchBoth(tx, "b", "a", runs));
                assertNull(told(forth));
                assertNull(told(back));
                assertEquals(2 * round, runs.get(), "none was given up and repeated");
            }
            assertEquals(List.of(10L, 10L), writes(one));
        }
    }

    /** The pause lets the other one take its first row, if it can. */
    private static void touchBoth(WriteSession tx, String first, String second, AtomicInteger runs) {
        runs.incrementAndGet();
        touch(tx, first);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        touch(tx, second);
    }

    /** Else a node that is paused amid a transaction would stop all others. */
    @Test
    void theDatabaseEndsATransactionThatNobodyContinues(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(TestDatabase.POSTGRESQL.fresh(folder))) {
            String limit = store.write(tx -> tx.handle()
                    .createQuery("SHOW idle_in_transaction_session_timeout")
                    .mapTo(String.class)
                    .one());
            assertEquals("10s", limit);
        }
    }

    /** With "off" a commit is told before it is on the disk. */
    @ParameterizedTest
    @CsvSource({"off, on", "on, on", "local, local", "remote_apply, remote_apply"})
    void whatIsAcknowledgedIsDurableWhateverTheDatabasesSettings(String setting, String used, @TempDir Path folder)
            throws Exception {
        DatabaseUrl.PostgreSql url = (DatabaseUrl.PostgreSql) TestDatabase.POSTGRESQL.fresh(folder);
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE \"" + connection.getCatalog() + "\" SET synchronous_commit = " + setting);
        }
        try (Store store = Store.open(url)) {
            assertEquals(
                    used,
                    store.write(tx -> tx.handle()
                            .createQuery("SHOW synchronous_commit")
                            .mapTo(String.class)
                            .one()));
        }
    }
}
