package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that settles calls is killed with {@code kill -9}, again and again, on one home: 200 times with {@code ./tollgate soak}. */
class KillTest {
    private static final int ROUNDS = Boolean.getBoolean("tollgate.soak") ? 200 : 6;
    /** The cap is raised by thirty calls' worth for each life, so that each has some and most see it used up. */
    private static final long RAISE = 30L * Samples.BOUND;

    private static final long CAP = ROUNDS * RAISE;

    @TempDir
    Path home = Path.of("");

    private final Set<String> reserved = new HashSet<>();
    private final Map<String, Long> acknowledged = new HashMap<>();
    private int unreconciled;
    private int refused;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @Timeout(1_800)
    void noAcknowledgedSettlementIsLostAndEveryReservationIsBilledOnce(TestDatabase kind) throws Exception {
        DatabaseUrl database = kind.fresh(home);
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("KillTest on " + kind + " seed " + seed + ", " + ROUNDS + " rounds");
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            // Mostly amid calls; sometimes right after the start, or while the last life is being settled.
            boolean atOnce = round > 0 && random.nextInt(5) == 0;
            live(
                    database,
                    "life" + round,
                    random.nextLong(),
                    (round + 1) * RAISE,
                    atOnce ? random.nextInt(3) : 20 + random.nextInt(380));
        }
        try (MoneyHouse house = CrashingGate.house(home, database)) {
            Recovery last = house.settlement.recover();
            assertEquals(0, last.torn(), "a kill tears nothing");
            check(house);
            assertTrue(unreconciled + last.unreconciled() > 0, "some were in flight: " + last);
            System.out.printf(
                    "KillTest: %d reserved, %d refused, %d acknowledged, %d rows%n",
                    reserved.size(), refused, acknowledged.size(), house.calls());
        }
    }

    private void live(DatabaseUrl database, String name, long seed, long cap, int linesToLive) throws Exception {
        Process gate = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingGate.class.getName(),
                        home.toString(),
                        name,
                        Long.toString(seed),
                        Long.toString(cap),
                        CrashingGate.argument(database))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(gate.getInputStream(), StandardCharsets.US_ASCII))) {
            List<String> lines = new ArrayList<>();
            String line = said.readLine();
            while (line != null && lines.size() < linesToLive) {
                lines.add(line);
                line = said.readLine();
            }
            gate.toHandle().destroyForcibly(); // SIGKILL; Process itself would close what is left to read
            while (line != null) { // what it said before it died counts
                lines.add(line);
                line = said.readLine();
            }
            assertEquals(128 + 9, gate.waitFor(), "killed, and not ended by itself: " + lines);
            lines.forEach(this::note);
        } finally {
            gate.destroyForcibly();
            gate.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private void note(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "recovered" -> {
                unreconciled += Integer.parseInt(words[1]);
                assertEquals("0", words[3], "a kill tears nothing");
            }
            case "reserved" -> reserved.add(words[1]);
            case "refused" -> refused++;
            case "settled" -> acknowledged.put(words[1], Long.parseLong(words[2]));
            default -> throw new AssertionError(line);
        }
    }

    private void check(MoneyHouse house) throws IOException {
        Map<String, Long> costs = new HashMap<>();
        Map<String, String> states = new HashMap<>();
        house.store.read(handle -> handle.createQuery("SELECT request_id, cost, state FROM call")
                .map((row, context) -> {
                    states.put(row.getString(1), row.getString(3));
                    return costs.put(row.getString(1), row.getLong(2)) == null;
                })
                .list());
        acknowledged.forEach((id, cost) -> {
            assertEquals(cost, costs.get(id), () -> "the client saw the end of " + id);
            assertEquals("settled", states.get(id), id);
        });
        for (String id : reserved) {
            assertTrue(costs.containsKey(id), () -> id + " was in flight and is forgotten");
        }
        states.forEach((id, state) -> {
            if (state.equals("unreconciled")) {
                assertEquals(Samples.BOUND, costs.get(id), id);
            }
        });
        List<String> expected = states.entrySet().stream()
                .map(each -> "call." + each.getValue() + " " + each.getKey())
                .sorted()
                .toList();
        List<String> audited = house.audited().stream()
                .filter(row -> row.startsWith("call."))
                .sorted()
                .toList();
        assertEquals(expected, audited, "each has one audit row");
        checkBudget(house, costs.values().stream().mapToLong(Long::longValue).sum());
        assertTrue(house.audit.verify().ok());
        assertEquals(new Recovery(0, 0, 0), house.settlement.recover());
    }

    private void checkBudget(MoneyHouse house, long cost) {
        BudgetBook.Status budget = house.budgets.list("", 1_000).getFirst();
        assertEquals(cost, budget.spentNanoUsd(), "all that was billed is spent, and once");
        assertEquals(0, budget.heldNanoUsd(), "what died holds nothing any more");
        assertTrue(cost <= CAP, "over the cap: " + cost);
        assertTrue(refused > 0 || cost < CAP - Samples.BOUND, "refused too early, or never");
    }
}
