package dev.tollgate.ledger;

import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class UsageLedgerTest extends InLedger {
    private static final long DAY = 86_400_000L;
    private static final long NOW = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    private static final Served SONNET = new Served("anthropic", "claude-sonnet-4-5", "cred_1", "main");
    private static final Timings TIMINGS = new Timings(310, 412_000, 903_000);

    private static CallStart start(String requestId, long atMillis, String keyId, @Nullable String feature) {
        return new CallStart(
                requestId,
                atMillis,
                new Payer(keyId, "name of " + keyId, "personal", feature),
                "anthropic",
                "messages",
                "sonnet",
                null,
                false,
                ClientInfo.NONE);
    }

    private static CallRecord call(CallStart start, @Nullable Served served, Charge charge) {
        CallEnd end = new CallEnd(
                start.atMillis() + 900, Outcome.OK, 200, served, charge, TIMINGS, List.of(), List.of(), List.of());
        return new CallRecord(start, end, 5_000);
    }

    private static Charge metered(long input, long output, long costNanoUsd) {
        return new Charge.Metered(
                new Tokens(input, 2 * input, 3, 4, output, 1, 0), UsageSource.REPORTED, true, costNanoUsd);
    }

    @Test
    void aPersonIsOneMemberWhicheverAppsTheyUseAndAKeyOfNobodyIsItsName() {
        CallStart[] starts = {
            of("req_1", "gra_1", "Claude Code", "per_ann"),
            of("req_2", "gra_2", "Codex", "per_ann"),
            of("req_3", "gra_3", "Codex", "per_bob"),
            of("req_4", "k1", "ci", null)
        };
        for (CallStart start : starts) {
            insert(call(start, SONNET, metered(1, 1, 1_000)));
        }
        Map<String, Long> calls =
                ledger.sums().summarize(List.of(UsageBy.MEMBER), Instant.EPOCH, UsageSums.EVER).stream()
                        .collect(Collectors.toMap(UsageRow::id, UsageRow::calls));
        assertEquals(Map.of("per_ann", 2L, "per_bob", 1L, "ci", 1L), calls);
        List<UsageRow> ann = ledger.sums()
                .summarize(List.of(UsageBy.KEY), Map.of(UsageBy.MEMBER, "per_ann"), Instant.EPOCH, UsageSums.EVER);
        assertEquals(
                Set.of("Claude Code", "Codex"), ann.stream().map(UsageRow::name).collect(Collectors.toSet()));
        store.write(tx -> UsageRollup.step(tx, 0, NOW + 1_000_000, 100));
        assertEquals(
                calls,
                ledger.sums().summarize(List.of(UsageBy.MEMBER), Instant.EPOCH, UsageSums.EVER).stream()
                        .collect(Collectors.toMap(UsageRow::id, UsageRow::calls)),
                "rolled up");
    }

    private static CallStart of(String requestId, String keyId, String keyName, @Nullable String member) {
        return new CallStart(
                requestId,
                NOW,
                new Payer(keyId, keyName, "personal", null, member),
                "anthropic",
                "messages",
                "sonnet",
                null,
                false,
                ClientInfo.NONE);
    }

    @Test
    void everythingThatExplainNeedsComesBack() {
        CallStart start = new CallStart(
                "req_1",
                NOW,
                new Payer("k1", "laptop 😀", "personal", "summaries", "per_ann"),
                "openai",
                "chat_completions",
                "fast",
                "fast",
                true,
                new ClientInfo("codex_exec/0.30 (Linux)", "codex_exec", "8f14e45f-ceea-467f-a8a3-3b4d5e6f7a8b"));
        CallEnd end = new CallEnd(
                NOW + 903,
                Outcome.CLIENT_GONE,
                200,
                SONNET,
                new Charge.Metered(new Tokens(1, 2, 3, 4, 5, 6, 7), UsageSource.ESTIMATED, true, 8_000_000_009L),
                TIMINGS,
                List.of("openai/gpt-5", "anthropic/claude-sonnet-4-5", "sim/echo"),
                List.of(
                        new Attempt("openai", "gpt-5", null, 300, 1_000, 0, "connect \"refused\"\\"),
                        new Attempt("anthropic", "claude-sonnet-4-5", "other", 1_400, 90_000, 529, "overloaded"),
                        new Attempt("anthropic", "claude-sonnet-4-5", "main", 92_000, 400_000, 200, "ok")),
                List.of("model: fast -> claude-sonnet-4-5", "stream_options.include_usage: true"));
        CallRecord call = new CallRecord(start, end, 9_000_000_000L);
        insert(call);
        assertEquals(Optional.of(call), ledger.find("req_1"));
    }

    @Test
    void aCallOfOneGoodAttemptComesBack() {
        CallEnd end = new CallEnd(
                NOW + 1,
                Outcome.OK,
                200,
                SONNET,
                metered(1, 2, 3),
                TIMINGS,
                List.of(),
                List.of(new Attempt("anthropic", "claude-sonnet-4-5", "main", 300, 400, 200, "ok")),
                List.of());
        CallRecord call = new CallRecord(start("req_1", NOW, "k1", null), end, 4);
        insert(call);
        CallRecord found = ledger.find("req_1").orElseThrow();
        assertEquals(call, found);
        assertEquals(List.of("anthropic/claude-sonnet-4-5"), found.end().route());
    }

    @Test
    void everyKindOfChargeComesBackWithItsCost() {
        Map<Charge, Long> costs = Map.of(
                metered(1, 2, 3),
                3L,
                new Charge.Metered(Tokens.NONE, UsageSource.REPORTED, true, 0),
                0L, // an explicit zero stays a zero
                new Charge.Metered(new Tokens(1, 0, 0, 0, 1, 0, 0), UsageSource.REPORTED, false, 0),
                0L,
                new Charge.AtReservation(true, "output_tokens was -5"),
                5_000L,
                new Charge.AtReservation(false, "no usage"),
                0L,
                new Charge.Free(),
                0L);
        int number = 0;
        for (Map.Entry<Charge, Long> each : costs.entrySet()) {
            String requestId = "req_" + number++;
            Served served = each.getKey() instanceof Charge.Free ? null : SONNET;
            CallRecord call = call(start(requestId, NOW, "k1", null), served, each.getKey());
            insert(call);
            CallRecord found = ledger.find(requestId).orElseThrow();
            assertEquals(call, found);
            assertEquals(each.getValue(), found.costNanoUsd());
            assertEquals(
                    each.getKey() instanceof Charge.AtReservation
                            ? CallRecord.State.UNRECONCILED
                            : CallRecord.State.SETTLED,
                    found.state());
        }
        assertEquals(
                5_003,
                ledger.sums()
                        .summarize(List.of(UsageBy.KEY), Instant.EPOCH, UsageSums.EVER)
                        .getFirst()
                        .costNanoUsd());
    }

    @Test
    void aRequestIdIsBilledOnceAndItsFirstRowStays() {
        CallRecord first = call(start("req_1", NOW, "k1", null), SONNET, metered(1, 2, 3));
        insert(first);
        assertThrows(
                StoreUnavailable.class,
                () -> insert(call(start("req_1", NOW, "k2", null), SONNET, metered(100, 200, 300))));
        assertEquals(Optional.of(first), ledger.find("req_1"));
        assertEquals(
                3,
                ledger.sums()
                        .summarize(List.of(UsageBy.MODEL), Instant.EPOCH, UsageSums.EVER)
                        .getFirst()
                        .costNanoUsd());
        boolean billed = store.write(tx -> ledger.contains(tx, "req_1"));
        boolean other = store.write(tx -> ledger.contains(tx, "req_2"));
        assertTrue(billed);
        assertTrue(!other);
        assertEquals(Optional.empty(), ledger.find("req_2"));
    }

    @Test
    void summariesAddUpWhatWasUsedSinceThen() {
        long seed = System.nanoTime();
        System.out.println("summariesAddUpWhatWasUsedSinceThen seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<CallRecord> calls = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String feature = random.nextInt(3) == 0 ? null : "feature " + random.nextInt(3);
            CallStart start = start("req_" + i, NOW - random.nextLong(10 * DAY), "k" + random.nextInt(5), feature);
            Served served = random.nextInt(8) == 0 ? null : new Served("p" + random.nextInt(2), "m", "c", "n");
            calls.add(call(
                    start,
                    served,
                    served == null
                            ? new Charge.Free()
                            : metered(random.nextInt(1000), random.nextInt(1000), random.nextLong(1L << 40))));
        }
        insert(calls.toArray(CallRecord[]::new));
        Instant since = Instant.ofEpochMilli(NOW - 7 * DAY);
        List<CallRecord> counted = calls.stream()
                .filter(call -> call.start().atMillis() >= since.toEpochMilli())
                .toList();
        Map<UsageBy, Function<CallRecord, String>> groups = Map.of(
                UsageBy.KEY, call -> call.start().payer().keyId(),
                UsageBy.FEATURE,
                        call -> String.valueOf(call.start().payer().feature()).replace("null", ""),
                UsageBy.MODEL, UsageLedgerTest::model,
                UsageBy.DAY,
                        call -> Instant.ofEpochMilli(call.start().atMillis())
                                .toString()
                                .substring(0, 10));
        groups.forEach((by, group) -> {
            List<UsageRow> rows = ledger.sums().summarize(List.of(by), since, UsageSums.EVER);
            assertEquals(expected(counted, group), byId(rows), () -> by + " seed " + seed);
            List<UsageRow> ordered = rows.stream()
                    .sorted(
                            by == UsageBy.DAY
                                    ? (a, b) -> b.id().compareTo(a.id())
                                    : (a, b) -> Long.compare(b.costNanoUsd(), a.costNanoUsd()))
                    .toList();
            assertEquals(ordered, rows, () -> "order of " + by);
        });
        assertEquals(
                "name of k0",
                row(ledger.sums().summarize(List.of(UsageBy.KEY), since, UsageSums.EVER), "k0")
                        .name());
        assertEquals(
                "(not sent)",
                row(ledger.sums().summarize(List.of(UsageBy.MODEL), since, UsageSums.EVER), "")
                        .name());
    }

    private static String model(CallRecord call) {
        Served served = call.end().served();
        return served == null ? "" : served.provider() + "/" + served.model();
    }

    private static UsageRow row(List<UsageRow> rows, String id) {
        return rows.stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
    }

    /** Calls, input, output, cache reads, cache writes, cost. */
    private static Map<String, List<Long>> expected(List<CallRecord> calls, Function<CallRecord, String> group) {
        Map<String, List<Long>> sums = new HashMap<>();
        for (CallRecord call : calls) {
            Tokens tokens = call.tokens();
            List<Long> more = List.of(
                    1L,
                    tokens.input(),
                    tokens.output(),
                    tokens.cacheRead(),
                    tokens.cacheWrite5m() + tokens.cacheWrite1h(),
                    call.costNanoUsd());
            sums.merge(group.apply(call), more, (a, b) -> {
                List<Long> sum = new ArrayList<>();
                for (int i = 0; i < a.size(); i++) {
                    sum.add(a.get(i) + b.get(i));
                }
                return sum;
            });
        }
        return sums;
    }

    private static Map<String, List<Long>> byId(List<UsageRow> rows) {
        Map<String, List<Long>> sums = new HashMap<>();
        rows.forEach(row -> sums.put(
                row.id(),
                List.of(
                        row.calls(),
                        row.inputTokens(),
                        row.outputTokens(),
                        row.cacheReadTokens(),
                        row.cacheWriteTokens(),
                        row.costNanoUsd())));
        return sums;
    }

    @Test
    void aSummaryLoadsItsSumsAndNotTheCalls() {
        int calls = 50_000;
        store.write(tx -> tx.handle().execute("""
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                INSERT INTO call (request_id, at, ended_at, state, key_id, key_name, account, dialect, operation,
                        requested_model, stream, provider, model, status, outcome, input, cache_read, cache_write_5m,
                        cache_write_1h, output, reasoning, web_searches, usage_source, priced, cost, reserved,
                        dispatch_us, first_byte_us, total_us)
                SELECT 'req_' || i, ? + i, 0, 'settled', 'k' || i % 3, 'name', 'personal', 'anthropic', 'messages',
                        'm', 0, 'p', 'm', 200, 'ok', 1, 2, 3, 4, 5, 0, 0, 'reported', 1, 7, 9, 1, 1, 1 FROM n""", calls, NOW));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (UsageBy by : UsageBy.values()) {
            ledger.sums().summarize(List.of(by), Instant.EPOCH, UsageSums.EVER); // what is made once
            long before = threads.getCurrentThreadAllocatedBytes();
            List<UsageRow> rows = ledger.sums().summarize(List.of(by), Instant.EPOCH, UsageSums.EVER);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(calls, rows.stream().mapToLong(UsageRow::calls).sum());
            assertEquals(
                    7L * calls, rows.stream().mapToLong(UsageRow::costNanoUsd).sum());
            assertTrue(allocated < 10L * calls, () -> "by " + by + ": " + allocated + " bytes");
        }
    }

    @Test
    void whenAKeyWasLastUsedIsKnown() {
        insert(call(start("req_1", NOW, "k1", null), SONNET, metered(1, 1, 1)));
        assertEquals(Map.of("k1", Instant.ofEpochMilli(NOW)), ledger.lastUsed(List.of("k1", "k2")));
        ledger.flush();
        insert(call(start("req_3", NOW + 60_000, "k1", null), SONNET, metered(1, 1, 1)));
        insert(call(start("req_4", NOW + 30_000, "k1", null), SONNET, metered(1, 1, 1)));
        insert(call(start("req_5", NOW, "k2", null), SONNET, metered(1, 1, 1)));
        Map<String, Instant> known = Map.of("k1", Instant.ofEpochMilli(NOW + 60_000), "k2", Instant.ofEpochMilli(NOW));
        assertEquals(known, ledger.lastUsed(List.of("k1", "k2", "k3")));
        // Another process, with an older call.
        UsageLedger other = new UsageLedger(store);
        store.write(tx -> {
            other.insert(tx, call(start("req_6", NOW - DAY, "k1", null), SONNET, metered(1, 1, 1)));
            return "";
        });
        ledger.flush();
        other.flush();
        assertEquals(known, other.lastUsed(List.of("k1", "k2", "k3")));
        assertEquals(Map.of(), ledger.lastUsed(List.of()));
    }

    /** Nothing but a minute's patience, or the end of the process, brings them to the store where they are very many. */
    @Test
    void whenFewKeysWereLastUsedIsSoonInTheStore() throws InterruptedException {
        insert(call(start("req_1", NOW, "k1", null), SONNET, metered(1, 1, 1)));
        UsageLedger other = new UsageLedger(store);
        until(() -> {
            ledger.tend();
            return !other.lastUsed(List.of("k1")).isEmpty();
        });
        assertEquals(Map.of("k1", Instant.ofEpochMilli(NOW)), other.lastUsed(List.of("k1")));
    }

    @Test
    void theLastUseOfManyKeysIsFound() {
        List<String> keys = new ArrayList<>();
        List<CallRecord> calls = new ArrayList<>();
        for (int i = 0; i < 1_234; i++) {
            keys.add("k" + i);
            calls.add(call(start("req_" + i, NOW + i, "k" + i, null), SONNET, metered(1, 1, 1)));
        }
        insert(calls.toArray(CallRecord[]::new));
        ledger.flush();
        Map<String, Instant> uses = new UsageLedger(store).lastUsed(keys);
        assertEquals(1_234, uses.size());
        assertEquals(Instant.ofEpochMilli(NOW + 777), uses.get("k777"));
    }

    @Test
    void hostileTextFromAClientIsBoundedAndStored() {
        String nasty = "\u0000\u001b[31m\ud83d" + "x".repeat(100_000) + "'); DROP TABLE call; --";
        CallStart start = new CallStart(
                "req_1",
                NOW,
                new Payer("k1", nasty, nasty, nasty),
                "anthropic",
                "messages",
                nasty,
                nasty,
                false,
                new ClientInfo(nasty, nasty, nasty));
        CallEnd end = new CallEnd(
                NOW,
                Outcome.REFUSED,
                400,
                new Served(nasty, nasty, nasty, nasty),
                new Charge.AtReservation(true, nasty),
                Timings.UNKNOWN,
                Collections.nCopies(1_000, nasty),
                Collections.nCopies(1_000, new Attempt(nasty, nasty, nasty, 0, 0, 0, nasty)),
                Collections.nCopies(1_000, nasty));
        CallRecord call = new CallRecord(start, end, 1);
        insert(call);
        CallRecord found = ledger.find("req_1").orElseThrow();
        assertEquals(call, found);
        assertTrue(found.start().payer().keyName().startsWith("??[31m?xxx"));
        assertTrue(
                found.toString().length() < 40_000,
                () -> "length " + found.toString().length());
    }

    @Test
    void aNegativeCountOrCostIsNoRecord() {
        assertThrows(IllegalArgumentException.class, () -> new Tokens(0, 0, 0, -1, 0, 0, 0));
        assertThrows(
                IllegalArgumentException.class, () -> new Charge.Metered(Tokens.NONE, UsageSource.REPORTED, true, -1));
        assertThrows(
                IllegalArgumentException.class, () -> new Charge.Metered(Tokens.NONE, UsageSource.REPORTED, false, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Charge.Metered(Tokens.NONE, UsageSource.RESERVATION, true, 1));
    }
}
