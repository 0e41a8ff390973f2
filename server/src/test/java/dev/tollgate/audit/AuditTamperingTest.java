package dev.tollgate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody changes the tables, in every way that we could think of, at random places: each is named by its row. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class AuditTamperingTest {
    private static final int ROWS = 40;
    private static final int ROUNDS = 12;

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private AuditHouse house;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private List<AuditRow> rows = List.of();
    private AuditRows.Head head = new AuditRows.Head(0, "", "");

    @BeforeEach
    void write() throws SQLException {
        System.out.println("AuditTamperingTest seed " + seed);
        house = new AuditHouse(kind.fresh(folder));
        house.store.write(tx -> {
            for (int i = 1; i <= ROWS; i++) {
                house.audit.record(tx, "owner", "key.created", "k" + i, "{\"n\":" + random.nextInt() + "}");
            }
            return "";
        });
        rows = house.rows();
        head = house.head();
        assertTrue(house.audit.verify().ok());
    }

    @AfterEach
    void close() {
        house.close();
    }

    private interface Tampering {
        /** Changes the copy of the trail, and says which rows a verification must name, and no others. */
        List<Long> apply(List<AuditRow> trail);
    }

    /** The tampering at random places; each must be named, and what is put back is whole again. */
    private void named(Tampering tampering) {
        for (int round = 0; round < ROUNDS; round++) {
            List<AuditRow> trail = new ArrayList<>(rows);
            List<Long> expected = tampering.apply(trail);
            house.replace(trail, head);
            VerifyReport report = house.audit.verify();
            assertEquals(
                    expected, report.broken().stream().map(AuditFault::seq).toList(), () -> report + " seed " + seed);
            assertEquals(expected.size(), report.faults());
        }
        house.replace(rows, head);
        assertTrue(house.audit.verify().ok());
    }

    private int anyRow() {
        return random.nextInt(ROWS);
    }

    private int anyRowButTheLast() {
        return random.nextInt(ROWS - 1);
    }

    private static AuditRow with(AuditRow row, int field) {
        return new AuditRow(
                row.seq(),
                field == 0 ? row.atMillis() + 1 : row.atMillis(),
                field == 1 ? row.actor() + "x" : row.actor(),
                field == 2 ? "key.revoked" : row.action(),
                field == 3 ? row.subject() + " " : row.subject(),
                field == 4 ? "" : row.detail(),
                field == 5 ? AuditChain.GENESIS.replace('A', 'E').substring(0, 42) + "A" : row.prevHash(),
                row.hash());
    }

    /** As somebody would who knows how the hash is made. */
    private static AuditRow rehashed(AuditRow row, long seq, String prevHash, String detail) {
        String hash =
                new AuditChain().hash(seq, row.atMillis(), row.actor(), row.action(), row.subject(), detail, prevHash);
        return new AuditRow(seq, row.atMillis(), row.actor(), row.action(), row.subject(), detail, prevHash, hash);
    }

    @Test
    void aChangedFieldIsNamed() {
        for (int field = 0; field <= 5; field++) {
            int changed = field;
            named(trail -> {
                int at = anyRow();
                trail.set(at, with(trail.get(at), changed));
                return List.of(at + 1L);
            });
        }
    }

    @Test
    void aChangedHashIsNamedWithTheRowThatBuildsOnIt() {
        named(trail -> {
            int at = anyRow();
            AuditRow row = trail.get(at);
            trail.set(
                    at,
                    new AuditRow(
                            row.seq(),
                            row.atMillis(),
                            row.actor(),
                            row.action(),
                            row.subject(),
                            row.detail(),
                            row.prevHash(),
                            at % 2 == 0 ? "" : rows.get((at + 1) % ROWS).hash()));
            // For the last row, it is the head that builds on it.
            return List.of(at + 1L, Math.min(at + 2L, ROWS));
        });
    }

    @Test
    void aRowReplacedWithItsHashIsNamedByTheNextOrByTheHead() {
        named(trail -> {
            int at = anyRow();
            AuditRow row = trail.get(at);
            trail.set(at, rehashed(row, row.seq(), row.prevHash(), "forged"));
            return List.of(Math.min(at + 2L, ROWS));
        });
    }

    @Test
    void aDroppedRowIsNamed() {
        named(trail -> {
            int at = anyRow();
            trail.remove(at);
            return List.of(at + 1L);
        });
    }

    @Test
    void aDroppedRangeIsNamedByItsFirstRow() {
        named(trail -> {
            int from = anyRowButTheLast();
            int to = from + 1 + random.nextInt(ROWS - from);
            trail.subList(from, to).clear();
            return List.of(from + 1L);
        });
        List<AuditRow> trail = new ArrayList<>(rows);
        trail.subList(4, 9).clear();
        house.replace(trail, head);
        assertEquals(
                "The rows 5 to 9 are missing.",
                house.audit.verify().broken().getFirst().problem());
    }

    @Test
    void anEmptiedTrailIsNamed() {
        named(trail -> {
            trail.clear();
            return List.of(1L);
        });
    }

    @Test
    void reorderedRowsAreNamed() {
        named(trail -> {
            int one = anyRow();
            int other = (one + 1 + random.nextInt(ROWS - 1)) % ROWS;
            long first = trail.get(one).seq();
            long second = trail.get(other).seq();
            trail.set(one, numbered(trail.get(one), second));
            trail.set(other, numbered(trail.get(other), first));
            long smaller = Math.min(first, second);
            long larger = Math.max(first, second);
            // Each of the two, and the row (or the head) that builds on each; one beside the other is named for itself.
            List<Long> named = new ArrayList<>(List.of(smaller));
            if (larger > smaller + 1) {
                named.add(smaller + 1);
            }
            named.add(larger);
            named.add(Math.min(larger + 1, ROWS));
            return named;
        });
    }

    private static AuditRow numbered(AuditRow row, long seq) {
        return new AuditRow(
                seq,
                row.atMillis(),
                row.actor(),
                row.action(),
                row.subject(),
                row.detail(),
                row.prevHash(),
                row.hash());
    }

    @Test
    void aDroppedRowIsFoundEvenIfAllAfterItAreChainedAnew() {
        named(trail -> {
            int at = anyRowButTheLast();
            trail.remove(at);
            rechain(trail, at);
            return List.of((long) ROWS); // the head sealed one row more
        });
    }

    @Test
    void aTrailRewrittenToItsEndDoesNotFitItsHead() {
        named(trail -> {
            int at = anyRow();
            trail.set(at, with(trail.get(at), 4));
            rechain(trail, at);
            return List.of((long) ROWS);
        });
    }

    private static void rechain(List<AuditRow> trail, int from) {
        for (int i = from; i < trail.size(); i++) {
            String prev = i == 0 ? AuditChain.GENESIS : trail.get(i - 1).hash();
            trail.set(i, rehashed(trail.get(i), i + 1L, prev, trail.get(i).detail()));
        }
    }

    @Test
    void rowsPutInAreNamed() {
        named(trail -> {
            AuditRow last = trail.getLast();
            int more = 1 + random.nextInt(3);
            List<Long> expected = new ArrayList<>();
            for (int i = 1; i <= more; i++) {
                trail.add(rehashed(last, ROWS + i, trail.getLast().hash(), "put in"));
                expected.add((long) ROWS + i);
            }
            return expected;
        });
        named(trail -> {
            long seq = -random.nextInt(5);
            trail.add(0, rehashed(trail.getFirst(), seq, AuditChain.GENESIS, "put in"));
            return List.of(seq);
        });
    }

    @Test
    void severalTamperingsAreAllNamed() {
        named(trail -> {
            List<Integer> places = new ArrayList<>();
            for (int at = 1; at < ROWS; at += 3) { // no two beside each other
                places.add(at);
            }
            Collections.shuffle(places, new Random(random.nextLong()));
            List<Integer> chosen = places.subList(0, 4).stream().sorted().toList();
            for (int at : chosen.reversed()) {
                if (random.nextBoolean()) {
                    trail.remove(at);
                } else {
                    trail.set(at, with(trail.get(at), random.nextInt(6)));
                }
            }
            return chosen.stream().map(at -> at + 1L).toList();
        });
    }

    @Test
    void aChangedHeadIsNamed() {
        AuditRow earlier = rows.get(ROWS - 10);
        List<AuditRow> cut = rows.subList(0, ROWS - 9);
        List<AuditRows.Head> forged = List.of(
                // A tail cut off, and the head moved back to fit.
                new AuditRows.Head(earlier.seq(), earlier.hash(), head.seal()),
                new AuditRows.Head(
                        earlier.seq(),
                        earlier.hash(),
                        new AuditChain()
                                .seal(new SecretKeySpec(new byte[32], "HmacSHA256"), earlier.seq(), earlier.hash())),
                new AuditRows.Head(earlier.seq(), "", ""));
        for (AuditRows.Head head : forged) {
            house.replace(cut, head);
            assertEquals(
                    List.of(0L),
                    house.audit.verify().broken().stream().map(AuditFault::seq).toList());
        }
    }

    @Test
    void aMissingHeadIsNamed() {
        house.sql("DELETE FROM audit_head");
        VerifyReport report = house.audit.verify();
        assertEquals(List.of(0L), report.broken().stream().map(AuditFault::seq).toList());
    }

    @Test
    void anOlderCopyOfEverythingVerifiesButItsHeadHashIsNotTheOneThatWasNoted() {
        String noted = house.audit.verify().headHash();
        house.append("owner", "key.created", "late", "");
        String later = house.audit.verify().headHash();
        house.replace(rows, head);
        VerifyReport report = house.audit.verify();
        assertTrue(report.ok());
        assertEquals(noted, report.headHash());
        assertTrue(!later.equals(report.headHash()));
    }

    @Test
    void theTrailGoesOnBehindAHeadThatWasTamperedWithAndNeverVerifiesAgain() {
        AuditRow earlier = rows.get(ROWS - 10);
        house.replace(rows.subList(0, ROWS - 9), new AuditRows.Head(earlier.seq(), earlier.hash(), "forged"));
        house.append("owner", "key.created", "after", "");
        house.append("owner", "key.created", "after that", "");
        assertResumedAfter(earlier.seq());
    }

    @Test
    void theTrailGoesOnBehindRowsThatStandBeyondItsHead() {
        AuditRow last = rows.getLast();
        List<AuditRow> trail = new ArrayList<>(rows);
        trail.add(rehashed(last, ROWS + 1, last.hash(), "put in"));
        house.replace(trail, head);
        house.append("owner", "key.created", "after", "");
        house.append("owner", "key.created", "after that", "");
        assertResumedAfter(ROWS + 1);
    }

    @Test
    void theTrailGoesOnWithoutAHead() {
        house.sql("DELETE FROM audit_head");
        house.append("owner", "key.created", "after", "");
        house.append("owner", "key.created", "after that", "");
        assertResumedAfter(ROWS);
    }

    private void assertResumedAfter(long seq) {
        List<AuditRow> resumed = house.audit.after(seq, 10);
        assertEquals(
                List.of("audit.head_rejected", "key.created", "key.created"),
                resumed.stream().map(AuditRow::action).toList());
        VerifyReport report = house.audit.verify();
        assertEquals(
                List.of(seq + 1), report.broken().stream().map(AuditFault::seq).toList(), report::toString);
    }
}
