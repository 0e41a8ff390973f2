package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random lives of one node against a model that is nothing but sums: calls reserved, settled in any order, twice, for less and for
 * more than their bound, abandoned; limits changed; days ending; crashes; slices given back when idle; other homes that are lost with
 * what they had in flight, and freed. The seed is printed and replays the run with
 * {@code -Dtollgate.seed=}.
 */
class BudgetSimulationTest {
    private static final int STEPS = 600;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final String[] KEYS = {"k1", "k2"};

    @TempDir
    Path home = Path.of("");

    /** One budget as the model sees it. */
    private static final class Modelled {
        final Scope scope;
        final Window window;
        long limit;
        /** By the windows' starts. */
        final Map<Long, Long> spent = new HashMap<>();

        final Map<Long, Long> held = new HashMap<>();

        Modelled(Scope scope, Window window, long limit) {
            this.scope = scope;
            this.window = window;
            this.limit = limit;
        }

        boolean covers(Open call) {
            return scope.keyId() == null || scope.keyId().equals(call.key);
        }

        long start(long at) {
            return window.startMillis(at, BudgetSamples.UTC);
        }

        long free(long at) {
            return limit - spent.getOrDefault(start(at), 0L) - held.getOrDefault(start(at), 0L);
        }
    }

    private record Open(Reservation reservation, String key, long at, long bound, boolean sent) {}

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private final List<Modelled> model = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private int calls;
    private int homes;
    private int deaths;
    private int deathsAtHand;

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private SplittableRandom random;

    @ParameterizedTest
    @CsvSource({"SQLITE, 1", "SQLITE, 2", "POSTGRESQL, 3"})
    @Timeout(240)
    void whatIsHeldAndSpentIsAlwaysWhatTheSumsSay(TestDatabase kind, int life) throws Exception {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("BudgetSimulationTest seed " + seed);
        random = new SplittableRandom(seed);
        url = kind.fresh(home);
        house = opened(home);
        try {
            add(new Scope("personal", null, null, null, null, null), Window.LIFETIME);
            add(new Scope("personal", null, null, "k1", null, null), Window.DAY);
            add(new Scope(null, null, "chat", "k2", "anthropic", null), Window.HOUR);
            for (int step = 0; step < STEPS; step++) {
                step();
                check("seed " + seed + ", step " + step);
            }
            System.out.println("BudgetSimulationTest: it died " + deaths + " times, " + deathsAtHand
                    + " of them with money at hand");
        } finally {
            house.close();
        }
    }

    private MoneyHouse opened(Path folder) {
        return new MoneyHouse(url, folder, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()));
    }

    private void add(Scope scope, Window window) {
        Modelled added = new Modelled(scope, window, random.nextLong(1_000, 200_000));
        model.add(added);
        house.budgets.set(budget(scope, added.limit, window), "owner");
    }

    private void step() throws Exception {
        switch (random.nextInt(60)) {
            case 0, 1, 2 -> crash();
            case 3, 4, 5 -> now.addAndGet(random.nextLong(3 * HOUR));
            case 6, 7, 8 -> change();
            case 9, 10, 11 -> returnIdle(house, open);
            case 12 -> loseAHome();
            case 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33 ->
                settle(house, open);
            default -> reserve(house, open);
        }
    }

    /** Changes nothing of what is spent or held, wherever it lies; nor of what a provider that charges too much has made it owe. */
    private void returnIdle(MoneyHouse node, List<Open> its) throws Exception {
        if (random.nextBoolean() && !its.isEmpty()) {
            Open call = its.remove(random.nextInt(its.size()));
            settle(node, call, call.bound + random.nextLong(20_000));
        }
        node.purses.returnIdle(System.nanoTime(), 0);
        node.purses.returnIdle(System.nanoTime(), 0);
        node.purses.awaitQuiet();
    }

    /**
     * Another node lends what this one does not need, spends of it, and is gone: what it had in flight nobody can ever tell. Or it is
     * not, and its calls end after all. What it owes then is covered by what this one has, once that has heard of it.
     */
    private void loseAHome() throws Exception {
        returnIdle(house, open);
        long change = LimitNews.last(house.store);
        List<Open> lost = new ArrayList<>();
        MoneyHouse other = opened(Files.createDirectory(home.resolve("other" + ++homes)));
        try {
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                reserve(other, lost);
                if (random.nextInt(3) == 0) {
                    settle(other, lost);
                }
                if (random.nextInt(4) == 0) {
                    returnIdle(other, lost);
                }
            }
            other.settlement.close(); // nobody tends its slices any more, and what they had returned has been
            other.purses.awaitQuiet();
            now.addAndGet(BudgetBook.SILENT.toMillis());
            house.budgets.free(other.journal.id(), "owner");
            lost.forEach(this::release);
            if (random.nextInt(3) == 0) {
                for (Open call : lost) {
                    finishFreed(other, call);
                }
            }
        } finally {
            other.close();
        }
        house.budgets.catchUp(change);
    }

    private void finishFreed(MoneyHouse other, Open call) throws Exception {
        long cost = call.sent ? random.nextLong(call.bound + 3_000) : 0;
        Charge charge = call.sent ? cost(cost) : new Charge.Free();
        assertInstanceOf(
                SettlementResult.Durable.class, other.settled(call.reservation, Samples.end(now.get(), charge)));
        covering(call).forEach(each -> each.spent.merge(each.start(call.at), cost, Long::sum));
    }

    private void release(Open call) {
        covering(call).forEach(each -> each.held.merge(each.start(call.at), -call.bound, Long::sum));
    }

    private void reserve(MoneyHouse node, List<Open> its) {
        String key = KEYS[random.nextInt(KEYS.length)];
        long at = now.get();
        long bound = random.nextLong(1, 20_000);
        ReservationResult result = node.ask(start("req_" + ++calls, key, "personal", at), ceiling(bound));
        switch (result) {
            case ReservationResult.Reserved(Reservation reservation) -> {
                boolean sent = random.nextInt(10) > 0;
                if (sent) {
                    reservation.dispatched(Samples.SERVED);
                }
                Open call = new Open(reservation, key, at, bound, sent);
                its.add(call);
                covering(call).forEach(each -> {
                    assertTrue(each.free(at) >= bound, "a cap is passed");
                    each.held.merge(each.start(at), bound, Long::sum);
                });
            }
            case Exhausted exhausted -> {
                Open call = new Open(noReservation(), key, at, bound, false);
                long least = covering(call).stream()
                        .mapToLong(each -> each.free(at))
                        .min()
                        .orElse(Long.MAX_VALUE);
                assertTrue(least < bound, "refused, although there is enough");
                assertEquals(Math.max(0, least), exhausted.leftNanoUsd(), "what is left");
            }
            case ReservationResult.Refused refused -> throw new AssertionError(refused.toString());
            case ReservationResult.Unpriced unpriced -> throw new AssertionError(unpriced.toString());
        }
    }

    @SuppressWarnings("NullAway") // stands for a call that holds nothing
    private static Reservation noReservation() {
        return null;
    }

    private List<Modelled> covering(Open call) {
        return model.stream().filter(each -> each.covers(call)).toList();
    }

    private void settle(MoneyHouse node, List<Open> its) throws Exception {
        if (its.isEmpty()) {
            return;
        }
        Open call = its.remove(random.nextInt(its.size()));
        long cost = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> call.bound;
            case 2 -> call.bound + random.nextLong(3_000); // a provider that charges more than it may
            default -> random.nextLong(call.bound + 1);
        };
        settle(node, call, cost);
    }

    private void settle(MoneyHouse node, Open call, long cost) throws Exception {
        Charge charge = call.sent ? cost(cost) : new Charge.Free();
        SettlementResult result = node.settled(call.reservation, Samples.end(now.get(), charge));
        assertInstanceOf(SettlementResult.Durable.class, result);
        over(call, call.sent ? cost : 0);
        if (random.nextInt(5) == 0) {
            result = node.settled(call.reservation, Samples.end(now.get(), charge));
            assertInstanceOf(SettlementResult.AlreadySettled.class, result);
        }
    }

    private void over(Open call, long cost) {
        for (Modelled each : covering(call)) {
            each.held.merge(each.start(call.at), -call.bound, Long::sum);
            each.spent.merge(each.start(call.at), cost, Long::sum);
        }
    }

    private void change() {
        Modelled changed = model.get(random.nextInt(model.size()));
        long used = changed.limit - changed.free(now.get());
        changed.limit = Math.max(
                1_000,
                switch (random.nextInt(4)) {
                    case 0 -> random.nextLong(used + 100_000);
                    case 1 -> used + random.nextLong(5_000); // so little that nodes are soon granted all of it
                    default -> used + random.nextLong(200_000);
                });
        house.budgets.set(budget(changed.scope, changed.limit, changed.window), "owner");
    }

    /**
     * What was sent is billed at its bound; what was not, is not; nor is what had slices at hand lost. Settlements and draws are on their
     * way when it dies: the store gets them, and the node never hears of it.
     */
    private void crash() throws Exception {
        int settling = random.nextInt(1 + Math.min(3, open.size()));
        int asking = random.nextInt(3);
        deaths++;
        deathsAtHand += atHand() > 0 ? 1 : 0;
        house.die(() -> {
            for (int i = 0; i < settling; i++) {
                Open call = open.remove(random.nextInt(open.size()));
                long cost = random.nextLong(call.bound + 1);
                var _ = house.settle(
                        call.reservation, Samples.end(now.get(), call.sent ? cost(cost) : new Charge.Free()));
                over(call, call.sent ? cost : 0);
            }
            for (int i = 0; i < asking; i++) {
                String key = KEYS[random.nextInt(KEYS.length)];
                CallStart start = start("req_" + ++calls, key, "personal", now.get());
                house.reserve(start, ceiling(random.nextLong(1, 20_000)), result -> {});
            }
        });
        house = opened(home);
        if (random.nextInt(4) == 0) { // and again, before it has recovered
            house.die(() -> {});
            house = opened(home);
        }
        house.settlement.recover();
        open.forEach(call -> over(call, call.sent ? call.bound : 0));
        open.clear();
    }

    private long atHand() {
        return house.budgets.list("", 1_000).stream()
                .map(status -> house.purses.present(status.budget().id()))
                .mapToLong(slice -> slice == null ? 0 : Math.max(0, slice.free()))
                .sum();
    }

    private void check(String where) {
        house.purses.awaitQuiet(); // what a lower limit has made slices give back is there now
        for (BudgetBook.Status status : house.budgets.list("", 1_000)) {
            Modelled expected = model.stream()
                    .filter(each -> each.scope.equals(status.budget().scope()))
                    .findFirst()
                    .orElseThrow();
            long start = expected.start(now.get());
            assertEquals(expected.spent.getOrDefault(start, 0L), status.spentNanoUsd(), where);
            assertEquals(expected.held.getOrDefault(start, 0L), status.heldNanoUsd(), where);
            Slice here = house.purses.present(status.budget().id());
            long atHand = here == null ? 0 : here.free();
            assertTrue(atHand <= Math.max(0, expected.free(now.get())), where + ", at hand beyond the cap: " + atHand);
        }
    }
}
