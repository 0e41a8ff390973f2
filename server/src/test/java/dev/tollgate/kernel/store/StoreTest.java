package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
class StoreTest {
    private static final String INSERT = "INSERT INTO item (id, place) VALUES (?, ?)";

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @Test
    void aReadThatIsNotAnsweredIsToldFromOneThatIsWrong() {
        RuntimeException wrong = assertThrows(
                RuntimeException.class,
                () -> store.read(handle -> handle.createQuery("SELECT nothing FROM nowhere")
                        .mapTo(Long.class)
                        .one()));
        assertFalse(wrong instanceof StoreUnavailable, wrong.toString());
        store.close();
        StoreUnavailable away = assertThrows(
                StoreUnavailable.class,
                () -> store.read(handle ->
                        handle.createQuery("SELECT 1").mapTo(Long.class).one()));
        assertFalse(away.isRejected());
    }

    @BeforeEach
    void open() throws SQLException {
        url = kind.empty(folder);
        store = Store.open(url);
        store.write(
                tx -> tx.handle().execute("CREATE TABLE item (id TEXT NOT NULL PRIMARY KEY, place BIGINT NOT NULL)"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static void insert(WriteSession tx, String id) {
        tx.handle().execute("INSERT INTO item (id, place) VALUES (?, (SELECT COUNT(*) FROM item))", id);
    }

    private static void batch(WriteSession tx, String id) throws SQLException {
        PreparedStatement row = tx.batch(INSERT);
        row.setString(1, id);
        row.setLong(2, 0);
        row.addBatch();
    }

    @Test
    void faultsNameTheStatementAndNoValueOfIt() {
        String sql = "INSERT INTO item (id, place) VALUES (:id, 0)";
        store.write(tx -> tx.handle().createUpdate(sql).bind("id", "tgr_secret").execute());
        Throwable written = assertThrows(
                RuntimeException.class,
                () -> store.write(tx ->
                        tx.handle().createUpdate(sql).bind("id", "tgr_secret").execute()));
        Throwable read = assertThrows(
                RuntimeException.class,
                () -> store.read(handle -> handle.createQuery("SELECT nothing FROM item WHERE id = :id")
                        .bind("id", "tgr_secret")
                        .mapTo(String.class)
                        .list()));
        assertTrue(messages(written).contains(sql), messages(written));
        assertTrue(messages(read).contains("SELECT nothing FROM item"), messages(read));
        for (Throwable each : List.of(written, read)) {
            assertFalse(messages(each).contains("tgr_secret"), messages(each));
        }
    }

    private static String messages(Throwable fault) {
        StringBuilder all = new StringBuilder();
        for (Throwable each = fault; each != null; each = each.getCause()) {
            all.append(each).append('\n');
        }
        return all.toString();
    }

    private List<String> items() {
        return store.read(handle -> handle.createQuery("SELECT id FROM item ORDER BY place, id")
                .mapTo(String.class)
                .list());
    }

    /** Keeps the writer busy, so that what is submitted meanwhile becomes one group. */
    private CountDownLatch hold() throws InterruptedException {
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

    private CompletableFuture<@Nullable StoreUnavailable> submit(Store.Unit unit) {
        CompletableFuture<@Nullable StoreUnavailable> outcome = new CompletableFuture<>();
        store.submit(unit, failure -> assertTrue(outcome.complete(failure), "called twice"));
        return outcome;
    }

    @Test
    void whatAWriteHasReturnedIsSeenByEveryReader() {
        for (int i = 0; i < 20; i++) {
            String id = "item " + i;
            assertEquals(id, store.write(tx -> {
                insert(tx, id);
                return id;
            }));
            assertEquals(i + 1, items().size());
        }
    }

    @Test
    void aRefusalPassesThroughAndNothingHasChanged() {
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> store.write(tx -> {
                    insert(tx, "half");
                    throw Refusal.conflict("no", "");
                }));
        assertEquals(Refusal.Kind.CONFLICT, refusal.kind());
        assertEquals(List.of(), items());
    }

    @Test
    void faultyUnitsCostTheOthersOfTheirGroupNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("faultyUnitsCostTheOthersOfTheirGroupNothing seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 10; round++) {
            store.write(tx -> tx.handle().execute("DELETE FROM item"));
            CountDownLatch release = hold();
            List<String> good = new ArrayList<>();
            Map<String, CompletableFuture<@Nullable StoreUnavailable>> outcomes = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                String id = "item " + i;
                int fault = random.nextInt(24);
                if (fault >= 4) {
                    good.add(id);
                }
                outcomes.put(id, submit(tx -> {
                    insert(tx, id);
                    switch (fault) {
                        case 0 -> throw Refusal.invalid("no", "");
                        case 1 -> throw new StackOverflowError();
                        case 2 -> tx.handle().execute("INSERT INTO no_such_table VALUES (1)");
                        case 3 -> batch(tx, id); // there already: shows only when the batches are sent
                        default -> {}
                    }
                }));
            }
            release.countDown();
            for (Map.Entry<String, CompletableFuture<@Nullable StoreUnavailable>> each : outcomes.entrySet()) {
                StoreUnavailable failure = each.getValue().get(60, TimeUnit.SECONDS);
                assertEquals(good.contains(each.getKey()), failure == null, each.getKey());
                assertTrue(failure == null || failure.isRejected());
            }
            assertEquals(good, items(), "all of them, in the order in which they came");
        }
    }

    @Test
    void aGroupHasOneAttachmentAndOneStepBeforeItsCommit() throws Exception {
        CountDownLatch release = hold();
        List<CompletableFuture<@Nullable StoreUnavailable>> outcomes = new ArrayList<>();
        Object owner = new Object();
        for (int i = 0; i < 40; i++) {
            outcomes.add(submit(tx -> {
                AtomicInteger count = tx.attachment(owner, session -> {
                    AtomicInteger made = new AtomicInteger();
                    session.beforeCommit(last -> batch(last, "group of " + made.get()));
                    return made;
                });
                count.incrementAndGet();
            }));
        }
        release.countDown();
        for (CompletableFuture<@Nullable StoreUnavailable> outcome : outcomes) {
            assertNull(outcome.get(60, TimeUnit.SECONDS));
        }
        assertEquals(List.of("group of 40"), items());
    }

    @Test
    void aFailedGroupLeavesNeitherAttachmentsNorBatchesBehind() throws Exception {
        Object owner = new Object();
        assertThrows(IllegalStateException.class, () -> {
            StoreUnavailable failure = submit(tx -> {
                        tx.attachment(owner, session -> "stale");
                        batch(tx, "stale");
                        throw new IllegalStateException("on purpose");
                    })
                    .get(60, TimeUnit.SECONDS);
            assertTrue(failure != null && failure.getCause() != null);
            throw (Exception) failure.getCause();
        });
        assertEquals("fresh", store.write(tx -> tx.attachment(owner, session -> "fresh")));
        store.write(tx -> {
            batch(tx, "fresh");
            return "";
        });
        assertEquals(List.of("fresh"), items());
    }

    @Test
    void aCallbackThatThrowsStopsNobody() {
        store.submit(tx -> {}, failure -> {
            throw new AssertionError("on purpose");
        });
        store.write(tx -> {
            insert(tx, "after");
            return "";
        });
        assertEquals(List.of("after"), items());
    }

    @Test
    void aWriteInsideAWriteIsRefusedInsteadOfWaitingForItself() {
        StoreUnavailable failure =
                assertThrows(StoreUnavailable.class, () -> store.write(tx -> store.write(inner -> "")));
        assertInstanceOf(IllegalStateException.class, failure.getCause());
    }

    @Test
    void everySubmissionIsAnsweredOnceWhileTheStoreCloses() throws Exception {
        Queue<AtomicInteger> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger kept = new AtomicInteger();
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        List<Thread> submitters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            submitters.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; closed.getCount() > 0 || n < 1_000; n++) {
                    AtomicInteger answered = new AtomicInteger();
                    answers.add(answered);
                    store.submit(tx -> {}, failure -> {
                        answered.incrementAndGet();
                        if (failure == null) {
                            kept.incrementAndGet();
                        } else {
                            assertFalse(failure.isRejected());
                        }
                    });
                    if (n == 500) {
                        closing.countDown();
                    }
                }
            }));
        }
        closing.await();
        store.close();
        closed.countDown();
        for (Thread submitter : submitters) {
            submitter.join();
        }
        assertTrue(kept.get() > 0, "some were written");
        for (AtomicInteger answered : answers) {
            assertEquals(1, answered.get());
        }
    }

    @Test
    void anIdleStoreHoldsNoLock() throws Exception {
        Store other = Store.open(url);
        try {
            store.write(tx -> {
                insert(tx, "one");
                return "";
            });
            other.write(tx -> {
                insert(tx, "two");
                return "";
            });
            store.write(tx -> {
                insert(tx, "three");
                return "";
            });
        } finally {
            other.close();
        }
        assertEquals(List.of("one", "two", "three"), items());
    }
}
