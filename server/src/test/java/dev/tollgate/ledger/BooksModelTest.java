package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random calls, overruns, duplicates, resolutions and groups that fail, against a ledger of a few lines: after each step
 * every account is what the model says, and all of them add up to nothing. Run with {@code -Dtollgate.seed=…} to replay.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(300)
class BooksModelTest {
    private static final int STEPS = 250;
    private static final List<String> NAMES = List.of("a", "b", "(other)", "é😀", "a:b", "%", "");

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    /** What the books should be: each account's debits and credits. */
    private final Map<String, long[]> accounts = new TreeMap<>();

    private final Set<String> resolved = new HashSet<>();
    /** Every call that has its row. */
    private final List<CallRecord> calls = new ArrayList<>();

    private int next;

    private void move(CallRecord call, long nanoUsd) {
        Served served = call.end().served();
        String payer = "account:" + call.start().payer().account();
        String provider = "provider:" + (served == null ? "(none)" : served.provider());
        long lost = 0;
        for (Attempt attempt : call.end().attempts()) {
            entry(payer, "provider:" + attempt.provider(), attempt.billedNanoUsd());
            lost += attempt.billedNanoUsd();
        }
        entry(payer, provider, nanoUsd - lost);
        String app = call.start().client().app();
        if (app != null && !app.isEmpty()) {
            entry("app:" + app, "apps", nanoUsd);
        }
        String feature = call.start().payer().feature();
        if (feature != null && !feature.isEmpty()) {
            entry("feature:" + feature, "features", nanoUsd);
        }
    }

    private void entry(String from, String to, long nanoUsd) {
        if (nanoUsd == 0) {
            return;
        }
        long[] debited = accounts.computeIfAbsent(nanoUsd > 0 ? from : to, name -> new long[2]);
        long[] credited = accounts.computeIfAbsent(nanoUsd > 0 ? to : from, name -> new long[2]);
        debited[0] += Math.abs(nanoUsd);
        credited[1] += Math.abs(nanoUsd);
    }

    private void settled(CallRecord call) {
        calls.add(call);
        move(call, call.costNanoUsd());
    }

    private CallRecord random(SplittableRandom random) {
        Calls parties = new Calls(
                "acc" + random.nextInt(3),
                random.nextInt(9) == 0 ? null : "p" + random.nextInt(3),
                random.nextInt(3) == 0 ? null : NAMES.get(random.nextInt(NAMES.size())),
                random.nextInt(3) == 0 ? null : NAMES.get(random.nextInt(NAMES.size())));
        String id = "req_" + next++;
        long reserved = random.nextLong(1L << random.nextInt(1, 50));
        return switch (random.nextInt(6)) {
            case 0 -> parties.call(id, new Charge.Free(), reserved);
            case 1 -> parties.unreconciled(id, reserved);
            case 2 -> parties.metered(id, reserved + random.nextLong(1_000), reserved); // an overrun
            case 3 -> {
                long cost = random.nextLong(reserved + 1);
                yield parties.afterLost(id, cost, reserved, cost / 3, "p" + random.nextInt(3), "p" + random.nextInt(3));
            }
            default -> parties.metered(id, random.nextLong(reserved + 1), reserved);
        };
    }

    @Test
    void theBooksAreWhatASimpleModelSays() throws Exception {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("theBooksAreWhatASimpleModelSays " + kind + " seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        accounts.put("apps", new long[2]);
        accounts.put("features", new long[2]);
        try (Store store = Store.open(kind.fresh(folder))) {
            UsageLedger ledger = new UsageLedger(store);
            Resolutions resolutions = new Resolutions(
                    store, ledger, (tx, a, b, c, d) -> {}, InstantSource.system(), (tx, call, more) -> {});
            Books books = new Books(store);
            for (int step = 0; step < STEPS; step++) {
                String at = "step " + step + " seed " + seed;
                switch (random.nextInt(6)) {
                    case 0, 1 -> group(store, ledger, random, at);
                    case 2 -> duplicate(store, ledger, random, at);
                    case 3, 4 -> resolve(resolutions, random, at);
                    default -> failed(store, ledger, random, at);
                }
                assertBooks(books, at);
            }
            BooksReport report = books.verify();
            assertEquals(List.of(), report.faults(), () -> "seed " + seed);
            assertEquals(calls.size(), report.calls(), () -> "seed " + seed);
        }
    }

    /** Several units at once, of which one may throw: the others are kept, whether or not they shared its group. */
    private void group(Store store, UsageLedger ledger, SplittableRandom random, String at) {
        int units = random.nextInt(1, 12);
        int throwing = random.nextInt(3) == 0 ? random.nextInt(units) : -1;
        List<CompletableFuture<Boolean>> outcomes = new ArrayList<>();
        List<CallRecord> written = new ArrayList<>();
        for (int i = 0; i < units; i++) {
            CallRecord call = random(random);
            boolean fails = i == throwing;
            CompletableFuture<Boolean> outcome = new CompletableFuture<>();
            written.add(call);
            outcomes.add(outcome);
            store.submit(
                    tx -> {
                        ledger.insert(tx, call);
                        if (fails) {
                            throw new IllegalStateException("this unit fails");
                        }
                    },
                    failure -> outcome.complete(failure == null));
        }
        for (int i = 0; i < units; i++) {
            assertEquals(i != throwing, outcomes.get(i).join(), at);
            if (i != throwing) {
                settled(written.get(i));
            }
        }
    }

    private void duplicate(Store store, UsageLedger ledger, SplittableRandom random, String at) {
        if (calls.isEmpty()) {
            return;
        }
        CallRecord again = calls.get(random.nextInt(calls.size()));
        boolean known = store.write(tx -> ledger.contains(tx, again.start().requestId()));
        assertEquals(true, known, at);
        refused(store, ledger, List.of(random(random), again), at);
    }

    private void failed(Store store, UsageLedger ledger, SplittableRandom random, String at) {
        CallRecord twice = random(random);
        refused(store, ledger, List.of(twice, random(random), twice), at);
    }

    private static void refused(Store store, UsageLedger ledger, List<CallRecord> unit, String at) {
        boolean kept;
        try {
            kept = store.write(tx -> {
                for (CallRecord call : unit) {
                    ledger.insert(tx, call);
                }
                return true;
            });
        } catch (StoreUnavailable e) {
            kept = !e.isRejected();
        }
        assertEquals(false, kept, at);
    }

    private void resolve(Resolutions resolutions, SplittableRandom random, String at) {
        if (calls.isEmpty()) {
            return;
        }
        CallRecord call = calls.get(random.nextInt(calls.size()));
        String id = call.start().requestId();
        long cost = random.nextInt(4) == 0 ? call.costNanoUsd() : random.nextLong(2 * call.costNanoUsd() + 2);
        boolean possible = call.state() == CallRecord.State.UNRECONCILED
                && !resolved.contains(id)
                && cost <= Resolutions.MOST_NANO_USD;
        boolean done;
        try {
            assertEquals(
                    cost - call.costNanoUsd(),
                    resolutions.resolve("owner", id, cost, "").differenceNanoUsd(),
                    at);
            done = true;
        } catch (Refusal e) {
            done = false;
        }
        assertEquals(possible, done, at);
        if (done) {
            resolved.add(id);
            move(call, cost - call.costNanoUsd());
        }
    }

    private void assertBooks(Books books, String at) {
        Map<String, List<Long>> expected = new TreeMap<>();
        accounts.forEach((name, sides) -> expected.put(name, List.of(sides[0], sides[1])));
        Map<String, List<Long>> found = new TreeMap<>();
        long sum = 0;
        for (AccountBalance account : books.balances()) {
            found.put(account.name(), List.of(account.debitsNanoUsd(), account.creditsNanoUsd()));
            sum += account.balanceNanoUsd();
        }
        assertEquals(expected, found, at);
        assertEquals(0, sum, at);
    }
}
