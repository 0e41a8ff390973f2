package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Old calls become sums: whatever is asked of the books says the same before and after. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class UsageRollupTest extends InLedger {
    private static final long DAY = 86_400_000L;
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant SOME_DAY =
            LocalDate.parse("2026-11-05").atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final List<List<UsageBy>> QUESTIONS = List.of(
            List.of(UsageBy.KEY),
            List.of(UsageBy.MEMBER),
            List.of(UsageBy.ACCOUNT),
            List.of(UsageBy.APP),
            List.of(UsageBy.FEATURE),
            List.of(UsageBy.PROVIDER),
            List.of(UsageBy.MODEL),
            List.of(UsageBy.DAY),
            List.of(UsageBy.FEATURE, UsageBy.DAY),
            List.of(UsageBy.DAY, UsageBy.KEY, UsageBy.APP, UsageBy.MODEL));

    @SuppressWarnings("NullAway.Init")
    private UsageRollup rollup;

    /** All that may not change. */
    private record Seen(
            Map<List<UsageBy>, List<UsageRow>> all,
            Map<List<UsageBy>, List<UsageRow>> some,
            List<DailyUsage> daily,
            List<AccountBalance> balances,
            BooksReport report) {}

    @BeforeEach
    void open() {
        rollup = new UsageRollup(store, Duration.ofDays(400), InstantSource.fixed(NOW));
    }

    private Seen look() {
        Books books = new Books(store);
        return new Seen(
                asked(Instant.EPOCH, UsageSums.EVER),
                asked(SOME_DAY, SOME_DAY.plus(Duration.ofDays(9))),
                ledger.sums().daily("p1", LocalDate.parse("2026-10-25"), LocalDate.parse("2026-11-20")),
                books.balances(),
                books.verify());
    }

    private Map<List<UsageBy>, List<UsageRow>> asked(Instant since, Instant until) {
        return QUESTIONS.stream()
                .collect(Collectors.toMap(by -> by, by -> ledger.sums().summarize(by, since, until)));
    }

    private long count(String sql) {
        return store.read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private static CallRecord call(String id, long atMillis, long costNanoUsd, long reservedNanoUsd) {
        return call(id, atMillis, "k1", "p1", null, null, metered(costNanoUsd, 0), reservedNanoUsd);
    }

    private static Charge metered(long costNanoUsd, long discountNanoUsd) {
        return new Charge.Metered(
                new Tokens(1, 2, 3, 4, 5, 2, 1), UsageSource.REPORTED, true, costNanoUsd, discountNanoUsd);
    }

    private static CallRecord call(
            String id,
            long atMillis,
            String key,
            String provider,
            @Nullable String app,
            @Nullable String feature,
            Charge charge,
            long reservedNanoUsd) {
        CallStart start = new CallStart(
                id,
                atMillis,
                new Payer(key, "name of " + key, "personal", feature),
                "anthropic",
                "messages",
                "sonnet",
                null,
                false,
                new ClientInfo(null, app, null));
        Served served = provider.isEmpty() ? null : new Served(provider, "m", "c", "n");
        CallEnd end = new CallEnd(
                atMillis, Outcome.OK, 200, served, charge, Timings.UNKNOWN, List.of(), List.of(), List.of());
        return new CallRecord(start, end, reservedNanoUsd);
    }

    /** Calls of all kinds over the last thirty days. */
    private void fill(SplittableRandom random, int calls) {
        Resolutions resolutions = new Resolutions(
                store, ledger, (tx, a, b, c, d) -> {}, InstantSource.fixed(NOW), (tx, call, more) -> {});
        for (int i = 0; i < calls; i++) {
            Charge charge = switch (random.nextInt(10)) {
                case 0 -> new Charge.Free();
                case 1 -> new Charge.AtReservation(true, "no usage");
                default -> metered(random.nextLong(2_000), random.nextLong(100));
            };
            insert(call(
                    "req_" + i,
                    NOW.toEpochMilli() - random.nextLong(30 * DAY),
                    "k" + random.nextInt(3),
                    charge instanceof Charge.Free ? "" : "p" + random.nextInt(2),
                    random.nextBoolean() ? null : "app " + random.nextInt(2),
                    random.nextBoolean() ? null : "feature " + random.nextInt(2),
                    charge,
                    1_000));
            if (charge instanceof Charge.AtReservation && random.nextBoolean()) {
                resolutions.resolve("owner", "req_" + i, random.nextLong(2_000), "");
            }
        }
    }

    @Test
    void allSumsAreTheSameBeforeAndAfter() throws Exception {
        long seed = System.nanoTime();
        System.out.println("allSumsAreTheSameBeforeAndAfter seed " + seed);
        fill(new SplittableRandom(seed), 700);
        Seen before = look();
        assertTrue(before.report().ok());
        long cutoff = NOW.toEpochMilli() - 10 * DAY;
        long unreconciled = count("SELECT COUNT(*) FROM call WHERE state = 'unreconciled'");
        long old = count("SELECT COUNT(*) FROM call WHERE state = 'settled' AND at < " + cutoff);

        assertEquals(old, rollup.round(cutoff));

        assertEquals(before, look(), () -> "seed " + seed);
        assertEquals(700 - old, count("SELECT COUNT(*) FROM call"));
        assertEquals(unreconciled, count("SELECT COUNT(*) FROM call WHERE state = 'unreconciled'"));
        assertEquals(0, rollup.round(cutoff));
        rollup.round(NOW.toEpochMilli());
        assertEquals(before, look(), () -> "all of them, seed " + seed);
    }

    @Test
    void aStepThatFailsHalfWayHasChangedNothing() {
        fill(new SplittableRandom(1), 60);
        Seen before = look();
        long rows = count("SELECT COUNT(*) FROM call");
        assertThrows(
                StoreUnavailable.class,
                () -> store.write(tx -> {
                    assertEquals(
                            10, UsageRollup.step(tx, 0, NOW.toEpochMilli(), 10).calls());
                    throw new SQLException("the process dies here");
                }));
        assertEquals(rows, count("SELECT COUNT(*) FROM call"));
        assertEquals(0, count("SELECT COUNT(*) FROM usage_day"));
        store.write(tx -> UsageRollup.step(tx, 0, NOW.toEpochMilli(), 10));
        assertEquals(rows - 10, count("SELECT COUNT(*) FROM call"));
        assertEquals(before, look());
    }

    @Test
    void aCallThatIsSettledLateIsAddedToItsDay() throws Exception {
        long then = NOW.toEpochMilli() - 5 * DAY;
        insert(call("req_1", then, 7, 10));
        rollup.round(NOW.toEpochMilli());
        insert(call("req_2", then, 30, 10));
        rollup.round(NOW.toEpochMilli());
        assertEquals(1, count("SELECT COUNT(*) FROM usage_day"));
        assertEquals(0, count("SELECT COUNT(*) FROM transfer"));
        UsageRow day = ledger.sums()
                .summarize(List.of(UsageBy.DAY), Instant.EPOCH, UsageSums.EVER)
                .getFirst();
        assertEquals(List.of(2L, 37L), List.of(day.calls(), day.costNanoUsd()));
        BooksReport report = new Books(store).verify();
        assertEquals(List.of(true, 2L, 1L), List.of(report.ok(), report.calls(), report.transfers()));
    }

    @Test
    void whatAnUnansweredAttemptCostIsStillOwedToItsProvider() throws Exception {
        insert(Calls.PLAIN.app("codex").afterLost("req_1", 90, 100, 20, "p1", "p2"));
        insert(new Calls("team", null, null, null).afterLost("req_2", 9, 100, 9, "p1"));
        insert(Calls.PLAIN.afterLost("req_3", 150, 100, 20, "anthropic", "p1", "p1")); // an overrun, too
        Seen before = look();
        assertTrue(before.report().ok(), () -> before.report().toString());
        assertEquals(owed(), used());
        assertEquals(Map.of("anthropic", 160L, "p1", 69L, "p2", 20L), used());
        assertEquals(3, rollup.round(NOW.toEpochMilli()));
        assertEquals(before, look());
        assertEquals(owed(), used());
        assertEquals(0, count("SELECT COUNT(*) FROM transfer"));
    }

    /** By provider, without those to whom nothing is owed: as the accounts have it. */
    private Map<String, Long> owed() {
        return new Books(store)
                .balances().stream()
                        .filter(account -> account.name().startsWith("provider:") && account.balanceNanoUsd() != 0)
                        .collect(Collectors.toMap(
                                account -> account.name().substring("provider:".length()),
                                AccountBalance::balanceNanoUsd));
    }

    /** The same as usage has it. */
    private Map<String, Long> used() {
        return ledger.sums().summarize(List.of(UsageBy.PROVIDER), Instant.EPOCH, UsageSums.EVER).stream()
                .filter(row -> row.costNanoUsd() != 0)
                .collect(Collectors.toMap(UsageRow::id, UsageRow::costNanoUsd));
    }

    /** Whatever else it is asked by; and each model has its own. */
    @Test
    void whatAnUnansweredAttemptCostIsItsPlacesInAllSums() throws Exception {
        insert(Calls.PLAIN.app("codex").afterLost("req_1", 90, 100, 20, "p1", "anthropic"));
        insert(Calls.PLAIN.metered("req_2", 7, 10));
        for (boolean rolled : List.of(false, true)) {
            if (rolled) {
                assertEquals(2, rollup.round(NOW.toEpochMilli()));
            }
            assertEquals(
                    List.of("anthropic/claude-sonnet-4-5 57 2", "anthropic/m 20 0", "p1/m 20 0"),
                    said(List.of(UsageBy.MODEL), Map.of()));
            assertEquals(
                    List.of("codex, p1 20 0"),
                    said(List.of(UsageBy.APP, UsageBy.PROVIDER), Map.of(UsageBy.PROVIDER, "p1")));
            assertEquals(
                    List.of("codex 50 1", " 7 1"),
                    said(List.of(UsageBy.APP), Map.of(UsageBy.MODEL, "anthropic/claude-sonnet-4-5")));
            assertEquals(List.of("codex 90 1", " 7 1"), said(List.of(UsageBy.APP), Map.of()));
            assertEquals(List.of(), said(List.of(UsageBy.MODEL), Map.of(UsageBy.APP, "another")));
            assertEquals(
                    List.of(20L),
                    ledger.sums().daily("p1", LocalDate.EPOCH, LocalDate.parse("2027-01-01")).stream()
                            .map(DailyUsage::costNanoUsd)
                            .toList());
        }
    }

    private List<String> said(List<UsageBy> by, Map<UsageBy, String> only) {
        return ledger.sums().summarize(by, only, Instant.EPOCH, UsageSums.EVER).stream()
                .map(row -> row.id() + " " + row.costNanoUsd() + " " + row.calls())
                .toList();
    }

    /** It is not carried into a day, where nobody would find it any more. */
    @Test
    void anAttemptsTransferThatWasChangedIsFoundBeforeAndAfter() throws Exception {
        insert(Calls.PLAIN.afterLost("req_1", 90, 100, 20, "p1"));
        store.write(tx -> tx.handle().execute("UPDATE transfer SET amount = 19"));
        List<BooksReport.Fault> before = new Books(store).verify().faults();
        assertTrue(!before.isEmpty());
        assertEquals(1, rollup.round(NOW.toEpochMilli()));
        assertEquals(before, new Books(store).verify().faults());
    }

    @Test
    void aCallWhoseOverrunIsWrongStaysForTheVerificationToName() throws Exception {
        insert(call("req_1", NOW.toEpochMilli() - DAY, 30, 10));
        store.write(tx -> tx.handle().execute("UPDATE transfer SET amount = 19"));
        assertEquals(0, rollup.round(NOW.toEpochMilli()));
        assertTrue(new Books(store)
                .verify().faults().stream().anyMatch(fault -> fault.subject().equals("req_1")));
    }

    @Test
    void aSumThatWasChangedIsFound() throws Exception {
        insert(call("req_1", NOW.toEpochMilli() - DAY, 30, 40));
        rollup.round(NOW.toEpochMilli());
        assertTrue(new Books(store).verify().ok());
        store.write(tx -> tx.handle().execute("UPDATE usage_day SET cost = 29"));
        assertEquals(
                List.of("account:personal", "provider:p1"),
                new Books(store)
                        .verify().faults().stream()
                                .map(BooksReport.Fault::subject)
                                .toList());
    }

    @Test
    void oldCallsAreFoundByTheirTime() {
        if (kind != TestDatabase.SQLITE) {
            return; // PostgreSQL plans by the sizes of tables, which here are nothing
        }
        List<String> plan = store.read(handle -> handle.createQuery("EXPLAIN QUERY PLAN " + UsageRollup.TAKE)
                .bind(0, 0L)
                .bind(1, NOW.toEpochMilli())
                .bind(2, 200L)
                .map((row, context) -> row.getString("detail"))
                .list());
        assertTrue(
                plan.stream().anyMatch(step -> step.contains("USING INDEX call_by_time (at>? AND at<?)")),
                () -> "plan " + plan);
        assertTrue(
                plan.stream().noneMatch(step -> step.startsWith("SCAN") || step.contains("TEMP B-TREE")),
                () -> "plan " + plan);
    }
}
