package dev.tollgate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
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
class AuditLogTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private AuditHouse house;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(folder);
        house = new AuditHouse(url);
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void anEmptyTrailVerifies() {
        VerifyReport report = house.audit.verify();
        assertTrue(report.ok());
        assertEquals(0, report.rows());
        assertEquals(0, report.headSeq());
        assertEquals(List.of(), house.audit.tail(10));
    }

    @Test
    void aRowTellsWhoDidWhatToWhatAndWhen() {
        InstantSource clock = () -> Instant.ofEpochMilli(1_795_000_000_123L);
        AuditLog audit = new AuditLog(house.store, clock, AuditHouse.KEY);
        house.store.write(tx -> {
            audit.append(tx, new AuditEvent("owner", "alias.set", "fast", "{\"to\":\"é 😀\"}"));
            return "";
        });
        AuditRow row = audit.tail(1).getFirst();
        String hash = new AuditChain()
                .hash(1, 1_795_000_000_123L, "owner", "alias.set", "fast", "{\"to\":\"é 😀\"}", AuditChain.GENESIS);
        assertEquals(
                new AuditRow(
                        1,
                        1_795_000_000_123L,
                        "owner",
                        "alias.set",
                        "fast",
                        "{\"to\":\"é 😀\"}",
                        AuditChain.GENESIS,
                        hash),
                row);
        assertEquals(hash, audit.verify().headHash());
    }

    @Test
    void aRowStandsOrFallsWithTheChangeItTellsOf() {
        house.append("owner", "key.created", "one", "");
        assertThrows(
                Refusal.class,
                () -> house.store.write(tx -> {
                    house.audit.record(tx, "owner", "key.created", "two", "");
                    throw Refusal.conflict("no", "");
                }));
        house.append("owner", "key.created", "three", "");
        assertEquals(
                List.of("one", "three"),
                house.rows().stream().map(AuditRow::subject).toList());
        assertEquals(List.of(1L, 2L), house.rows().stream().map(AuditRow::seq).toList());
        assertTrue(house.audit.verify().ok());
    }

    @Test
    void textThatADatabaseWouldRefuseIsMadeFitAndVerifies() {
        house.append("own\u0000er", "a\nb", "half \ud83d", "x".repeat(10_000));
        AuditRow row = house.audit.tail(1).getFirst();
        assertEquals("own?er", row.actor());
        assertEquals("a?b", row.action());
        assertEquals("half ?", row.subject());
        assertEquals(4_000, row.detail().length());
        assertTrue(house.audit.verify().ok());
    }

    @Test
    void theTrailGoesOnAfterARestart() {
        house.append("owner", "server.started", "1", "");
        house.close();
        house = new AuditHouse(url);
        house.append("owner", "server.started", "2", "");
        VerifyReport report = house.audit.verify();
        assertTrue(report.ok(), report::toString);
        assertEquals(2, report.rows());
        assertEquals(2, report.headSeq());
    }

    @Test
    void aTrailOfManyPagesIsReadInItsOrder() {
        int count = 3_210;
        house.store.write(tx -> {
            for (int i = 1; i <= count; i++) {
                house.audit.record(tx, "owner", "key.created", "k" + i, "");
            }
            return "";
        });
        assertEquals(
                LongStream.rangeClosed(1, count).boxed().toList(),
                house.rows().stream().map(AuditRow::seq).toList());
        assertEquals(count, house.audit.verify().rows());
        assertEquals(
                List.of("k3210", "k3209"),
                house.audit.tail(2).stream().map(AuditRow::subject).toList());
        assertEquals(
                List.of("k1001", "k1002"),
                house.audit.after(1_000, 2).stream().map(AuditRow::subject).toList());
    }

    @Test
    void aTrailWithMoreFaultsThanCanBeListedCountsThemAll() {
        house.store.write(tx -> {
            for (int i = 1; i <= 1_500; i++) {
                house.audit.record(tx, "owner", "key.created", "k" + i, "");
            }
            return "";
        });
        house.sql("UPDATE audit_row SET actor = 'nobody'");
        VerifyReport report = house.audit.verify();
        assertFalse(report.ok());
        assertEquals(1_500, report.faults());
        assertEquals(VerifyReport.MOST_LISTED, report.broken().size());
    }

    /** Groups form as they will, some of their units fail, and verifications run beside them. */
    @Test
    void manyWritersAndFailingUnitsMakeOneUnbrokenChain() throws Exception {
        long seed = System.nanoTime();
        System.out.println("manyWritersAndFailingUnitsMakeOneUnbrokenChain seed " + seed);
        AtomicInteger kept = new AtomicInteger();
        int threads = 6;
        int each = 120;
        List<Thread> writers = new ArrayList<>();
        CountDownLatch answered = new CountDownLatch(threads * each);
        for (int thread = 0; thread < threads; thread++) {
            SplittableRandom random = new SplittableRandom(seed + thread);
            String actor = "writer " + thread;
            writers.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    String subject = "row " + i;
                    int rows = 1 + random.nextInt(3);
                    boolean faulty = random.nextInt(40) == 0;
                    house.store.submit(
                            tx -> {
                                for (int row = 0; row < rows; row++) {
                                    house.audit.record(tx, actor, "test", subject, "");
                                }
                                if (faulty) {
                                    throw new IllegalStateException("on purpose");
                                }
                            },
                            failure -> {
                                kept.addAndGet(failure == null ? rows : 0);
                                answered.countDown();
                            });
                }
            }));
        }
        while (answered.getCount() > 0) {
            VerifyReport report = house.audit.verify();
            assertTrue(report.ok(), () -> report + " seed " + seed);
        }
        for (Thread writer : writers) {
            writer.join();
        }
        VerifyReport report = house.audit.verify();
        assertTrue(report.ok(), () -> report + " seed " + seed);
        assertEquals(kept.get(), report.rows());
        assertEquals(kept.get(), report.headSeq());
    }

    @Test
    void severalNodesOnOneDatabaseMakeOneChain() throws Exception {
        try (AuditHouse other = new AuditHouse(url)) {
            int each = 60;
            List<Thread> nodes = new ArrayList<>();
            AtomicInteger failed = new AtomicInteger();
            for (AuditHouse node : List.of(house, other)) {
                nodes.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        try {
                            node.append("owner", "test", "row " + i, "");
                        } catch (RuntimeException e) {
                            failed.incrementAndGet();
                        }
                    }
                }));
            }
            for (Thread node : nodes) {
                node.join();
            }
            VerifyReport report = other.audit.verify();
            assertTrue(report.ok(), report::toString);
            assertEquals(0, failed.get());
            assertEquals(2L * each, report.rows());
        }
    }

    @Test
    void anExportHasEveryRowOnceAndEndsWhereTheTrailEndedAtItsBeginning() {
        house.store.write(tx -> {
            for (int i = 1; i <= 1_234; i++) {
                house.audit.record(tx, "owner", "test", "row " + i, "");
            }
            return "";
        });
        AuditPages pages = house.audit.export();
        List<Long> numbers = new ArrayList<>();
        for (List<AuditRow> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            assertTrue(page.size() <= 500, () -> "a page too large for memory");
            page.forEach(row -> numbers.add(row.seq()));
            house.append("owner", "test", "meanwhile", "");
        }
        assertEquals(LongStream.rangeClosed(1, 1_234).boxed().toList(), numbers);
        assertEquals(1_237, house.rows().size());
    }
}
