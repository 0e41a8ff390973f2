package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.TestTime;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import io.github.bucket4j.TimeMeter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Over any minute, whatever comes, no more is let in than the limit and what the bucket held. The seed is printed. */
class RatePropertyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final int ROUNDS = 60;
    private static final int CALLS = 400;
    private static final Served SERVED = new Served("p", "m", "c", "main");

    private long now;
    private final TimeMeter clock = new TestTime(() -> now);

    private record Taken(long at, long input) {}

    @Test
    void noMinuteSeesMoreThanTheLimitAndAFullBucket() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("RatePropertyTest: -Dtollgate.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            now = random.nextLong(1L << 50);
            long requests = 1 + random.nextLong(100);
            long input = 1 + random.nextLong(10_000);
            long atOnce = 1 + random.nextLong(20);
            round(random, requests, input, atOnce, "seed " + seed + ", round " + round);
        }
    }

    private void round(Random random, long requests, long input, long atOnce, String where) {
        RateDesk desk = new RateDesk(place -> place, RateShare.WHOLE, clock);
        desk.put(new Rate(
                "rat_1", BudgetSamples.key("k"), "", requests, input, 0, atOnce, new CallLimit(0, 0, List.of()), 0));
        List<Taken> taken = new ArrayList<>();
        Deque<RatePass> underWay = new ArrayDeque<>();
        Deque<Long> estimates = new ArrayDeque<>();
        for (int call = 0; call < CALLS; call++) {
            now += pause(random);
            long tokens = 1 + random.nextLong(input);
            RateCover cover = desk.covering(BudgetSamples.start("r", "k", "personal", 0), List.of(new Place("p", "m")));
            switch (cover.admit(tokens)) {
                case RateResult.Admitted(RatePass pass) -> {
                    taken.add(new Taken(now, tokens));
                    underWay.add(pass);
                    estimates.add(tokens);
                }
                case RateResult.Refused refused ->
                    assertTrue(refused.waitNanos() > 0 && refused.waitNanos() <= 2 * MINUTE, where + ": " + refused);
            }
            assertTrue(underWay.size() <= atOnce, () -> where + ": " + underWay.size() + " at once of " + atOnce);
            if (!underWay.isEmpty() && random.nextInt(3) > 0) {
                underWay.remove().end(asEstimated(estimates.remove()), SERVED);
            }
        }
        hold(taken, requests, input, where);
    }

    /** Bursts, steady calls, and now and then a long silence. */
    private static long pause(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong(2 * MINUTE);
            case 1, 2, 3 -> random.nextLong(SECOND);
            default -> random.nextLong(SECOND / 50);
        };
    }

    private static Charge asEstimated(long tokens) {
        return new Charge.Metered(new Tokens(tokens, 0, 0, 0, 3, 0, 0), UsageSource.REPORTED, false, 0);
    }

    private static void hold(List<Taken> taken, long requests, long input, String where) {
        for (int first = 0; first < taken.size(); first++) {
            long calls = 0;
            long tokens = 0;
            for (int i = first;
                    i < taken.size() && taken.get(i).at() - taken.get(first).at() <= MINUTE;
                    i++) {
                calls++;
                tokens += taken.get(i).input();
            }
            assertTrue(calls <= 2 * requests, where + ": " + calls + " requests of " + requests);
            assertTrue(tokens <= 2 * input, where + ": " + tokens + " tokens of " + input);
        }
    }
}
