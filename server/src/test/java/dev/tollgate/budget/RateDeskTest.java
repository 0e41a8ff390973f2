package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.TestTime;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in, who is not, and how much each limit has left. The clock stands unless a test moves it. */
@Timeout(60)
class RateDeskTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final Place HERE = new Place("anthropic", "claude-sonnet-4-5");
    private static final Place THERE = new Place("openai", "gpt-5");
    private static final Served SERVED_HERE = new Served("anthropic", "claude-sonnet-4-5", "c", "main");

    private final AtomicLong now = new AtomicLong(7 * MINUTE);
    private final TimeMeter clock = new TestTime(now::get);
    private final RateDesk desk = new RateDesk(place -> place, RateShare.WHOLE, clock);

    private static Rate rate(String id, Scope scope, long requests, long input, long output, long concurrent) {
        return new Rate(id, scope, "", requests, input, output, concurrent, new CallLimit(0, 0, List.of()), 0);
    }

    private static Rate ofKey(String key, long requests, long input, long output, long concurrent) {
        return rate("rat_" + key, BudgetSamples.key(key), requests, input, output, concurrent);
    }

    private RateCover cover(String key, Place... places) {
        return desk.covering(
                BudgetSamples.start("req", key, "personal", 0), places.length == 0 ? List.of(HERE) : List.of(places));
    }

    private RatePass pass(String key, long inputTokens) {
        return assertInstanceOf(RateResult.Admitted.class, cover(key).admit(inputTokens))
                .pass();
    }

    private RateResult.Refused refused(String key, long inputTokens) {
        return assertInstanceOf(RateResult.Refused.class, cover(key).admit(inputTokens));
    }

    private long left(String key, RateKind kind) {
        return left(cover(key), kind);
    }

    private static long left(RateCover cover, RateKind kind) {
        return Objects.requireNonNull(cover.tightest(kind)).remaining();
    }

    private static Charge used(long input, long cacheRead, long cacheWrite, long output) {
        Tokens tokens = new Tokens(input, cacheRead, cacheWrite, 0, output, 0, 0);
        return new Charge.Metered(tokens, UsageSource.REPORTED, false, 0);
    }

    @Test
    void requestsComeBackEvenly() {
        desk.put(ofKey("k", 60, 0, 0, 0));
        for (int i = 0; i < 60; i++) {
            pass("k", 1);
        }
        RateResult.Refused refused = refused("k", 1);
        assertEquals(RateKind.REQUESTS, refused.kind());
        assertEquals(SECOND, refused.waitNanos());
        now.addAndGet(SECOND - 1);
        refused("k", 1);
        now.addAndGet(1);
        pass("k", 1);
        refused("k", 1);
    }

    @Test
    void aCallThatOneRateRefusesHasUsedNothingOfTheOthers() {
        desk.put(rate("rat_1", BudgetSamples.key("k"), 10, 1_000, 100, 5));
        desk.put(rate("rat_2", BudgetSamples.account("personal"), 1, 0, 0, 0));
        pass("k", 100);
        assertEquals("rat_2", refused("k", 100).rate().id());
        assertEquals(
                9, left(desk.covering(BudgetSamples.start("r", "k", "other", 0), List.of(HERE)), RateKind.REQUESTS));
        assertEquals(900, left("k", RateKind.INPUT_TOKENS));
        assertEquals(1, gauge("rat_1").underWay());
    }

    private RateGauge gauge(String id) {
        return Objects.requireNonNull(desk.gauge(id));
    }

    @Test
    void aRequestIsGivenBackWhereItsOwnTokensAreNotToBeHad() {
        desk.put(ofKey("k", 10, 100, 0, 2));
        pass("k", 100);
        assertEquals(RateKind.INPUT_TOKENS, refused("k", 50).kind());
        assertEquals(9, left("k", RateKind.REQUESTS));
        assertEquals(1, gauge("rat_k").underWay());
    }

    @Test
    void inputIsSetRightOnceItIsKnown() {
        desk.put(ofKey("k", 0, 1_000, 0, 0));
        pass("k", 600).end(used(100, 5_000, 50, 7), SERVED_HERE);
        assertEquals(850, left("k", RateKind.INPUT_TOKENS), "cache reads count nothing, cache writes do");
        pass("k", 600).end(used(1_850, 0, 0, 7), SERVED_HERE);
        RateResult.Refused refused = refused("k", 1);
        assertEquals(0, left("k", RateKind.INPUT_TOKENS));
        assertEquals(1_001 * MINUTE / 1_000, refused.waitNanos(), "1,000 in debt");
    }

    @Test
    void whatWasNotUsedIsGivenBackAndWhatIsNotKnownStays() {
        desk.put(ofKey("k", 10, 1_000, 100, 0));
        pass("k", 600).end(new Charge.Free(), null);
        assertEquals(1_000, left("k", RateKind.INPUT_TOKENS));
        pass("k", 600).end(new Charge.AtReservation(true, "cut"), SERVED_HERE);
        assertEquals(400, left("k", RateKind.INPUT_TOKENS));
        assertEquals(8, left("k", RateKind.REQUESTS), "a request it was");
        assertEquals(0, gauge("rat_k").underWay());
    }

    @Test
    void anAnswerMayLeaveOutputInDebtAndThenNobodyGetsIn() {
        desk.put(ofKey("k", 0, 0, 60, 0));
        RatePass first = pass("k", 1);
        RatePass second = pass("k", 1);
        first.end(used(1, 0, 0, 50), SERVED_HERE);
        pass("k", 1);
        second.end(used(1, 0, 0, 100), SERVED_HERE);
        RateResult.Refused refused = refused("k", 1);
        assertEquals(RateKind.OUTPUT_TOKENS, refused.kind());
        assertEquals(91 * SECOND, refused.waitNanos(), "90 in debt, and one to go on");
        pass("k", 0); // a call that counts tokens writes none
        now.addAndGet(91 * SECOND);
        pass("k", 1);
    }

    @Test
    void aPromptOfMoreThanAMinutesTokensNeedsAFullBucketAndLeavesADebt() {
        desk.put(ofKey("k", 0, 100, 0, 0));
        RatePass large = pass("k", 250);
        refused("k", 1);
        large.end(used(250, 0, 0, 1), SERVED_HERE);
        assertEquals(151 * MINUTE / 100, refused("k", 1).waitNanos());
    }

    @Test
    void aHostileFigureDoesNotBreakTheBucket() {
        desk.put(ofKey("k", 0, 100, 100, 0));
        pass("k", 1).end(used(Long.MAX_VALUE / 2, 0, 0, Long.MAX_VALUE / 2), SERVED_HERE);
        assertTrue(refused("k", 1).waitNanos() > MINUTE);
        assertEquals(0, left("k", RateKind.OUTPUT_TOKENS));
    }

    @Test
    void theLongestWaitIsTold() {
        desk.put(rate("rat_1", BudgetSamples.key("k"), 60, 0, 0, 0));
        desk.put(rate("rat_2", BudgetSamples.account("personal"), 0, 60, 0, 0));
        for (int i = 0; i < 60; i++) {
            pass("k", 1);
        }
        RateResult.Refused refused = refused("k", 30);
        assertEquals("rat_2", refused.rate().id());
        assertEquals(30 * SECOND, refused.waitNanos());
        assertEquals(
                List.of(0L, 1L),
                List.of(gauge("rat_1").refused(), gauge("rat_2").refused()));
    }

    @Test
    void aPlaceAmongTheCallsUnderWayIsFreedOnce() {
        desk.put(ofKey("k", 0, 0, 0, 2));
        RatePass first = pass("k", 1);
        pass("k", 1);
        assertEquals(RateKind.CONCURRENT, refused("k", 1).kind());
        first.end(used(1, 0, 0, 1), SERVED_HERE);
        first.end(used(1, 0, 0, 1), SERVED_HERE);
        pass("k", 1);
        refused("k", 1);
        assertEquals(2, gauge("rat_k").underWay());
    }

    @Test
    void aChangedLimitKeepsWhatIsUsedInProportion() {
        desk.put(ofKey("k", 60, 1_000, 0, 0));
        for (int i = 0; i < 45; i++) {
            pass("k", 1);
        }
        desk.put(ofKey("k", 120, 1_000, 0, 0));
        assertEquals(30, left("k", RateKind.REQUESTS));
        desk.put(ofKey("k", 12, 1_000, 0, 0));
        assertEquals(3, left("k", RateKind.REQUESTS));
        assertEquals(955, left("k", RateKind.INPUT_TOKENS), "the limit that stays is as it was");
        desk.put(ofKey("k", 12, 0, 0, 0));
        assertNull(cover("k").tightest(RateKind.INPUT_TOKENS));
    }

    @Test
    void aChangedLimitForgivesNoDebt() {
        desk.put(ofKey("k", 0, 0, 60, 0));
        pass("k", 1).end(used(1, 0, 0, 120), SERVED_HERE);
        desk.put(ofKey("k", 0, 0, 120, 0));
        assertTrue(refused("k", 1).waitNanos() >= 30 * SECOND);
    }

    @Test
    void callsUnderWayCountAlsoWhereTheLimitCameLater() {
        desk.put(ofKey("k", 60, 0, 0, 0));
        RatePass before = pass("k", 1);
        desk.put(ofKey("k", 60, 0, 0, 1));
        refused("k", 1);
        before.end(new Charge.Free(), null);
        pass("k", 1);
    }

    @Test
    void aRateOfAPlaceCountsWhatWasServedThere() {
        Scope openai = new Scope(null, null, null, null, "openai", null);
        Scope anthropic = new Scope(null, null, null, null, "anthropic", "claude-sonnet-4-5");
        desk.put(rate("rat_1", openai, 10, 100, 100, 0));
        desk.put(rate("rat_2", anthropic, 10, 100, 100, 0));
        RateCover both = cover("k", THERE, HERE);
        assertEquals(2, both.rates().size());
        assertInstanceOf(RateResult.Admitted.class, both.admit(50)).pass().end(used(20, 0, 0, 30), SERVED_HERE);
        assertEquals(100, left(cover("k", THERE), RateKind.INPUT_TOKENS));
        assertEquals(100, left(cover("k", THERE), RateKind.OUTPUT_TOKENS));
        assertEquals(80, left(cover("k", HERE), RateKind.INPUT_TOKENS));
        assertEquals(70, left(cover("k", HERE), RateKind.OUTPUT_TOKENS));
    }

    @Test
    void whatNoRateCoversIsNotLookedAt() {
        assertTrue(!desk.isInUse());
        desk.put(ofKey("k", 1, 0, 0, 0));
        assertTrue(desk.isInUse());
        assertTrue(cover("other").isEmpty());
        desk.remove("rat_k");
        assertTrue(cover("k").isEmpty());
    }

    @Test
    void theTighterOfTwoRatesIsTold() {
        desk.put(rate("rat_1", BudgetSamples.key("k"), 100, 0, 0, 0));
        desk.put(rate("rat_2", BudgetSamples.account("personal"), 10, 0, 0, 0));
        pass("k", 1);
        assertEquals(new RateStanding(10, 9, 6 * SECOND), cover("k").tightest(RateKind.REQUESTS));
    }

    @Test
    void aNodeLetsInItsShare() {
        RateDesk half = new RateDesk(place -> place, (rate, kind) -> rate.limit(kind) / 2, clock);
        half.put(ofKey("k", 10, 0, 0, 0));
        RateCover cover = half.covering(BudgetSamples.start("r", "k", "personal", 0), List.of(HERE));
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(RateResult.Admitted.class, cover.admit(1));
        }
        assertEquals(
                5, assertInstanceOf(RateResult.Refused.class, cover.admit(1)).limit());
    }

    /** Whoever is in the way of a lock, be it of a burst or of an operator who changes rates: nobody waits for it. */
    @Test
    void aBurstOfOneKeyTakesNothingFromAnotherAndHoldsNoLock() throws Exception {
        desk.put(ofKey("burst", 10, 0, 0, 3));
        desk.put(ofKey("calm", 100, 0, 0, 3));
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> holder = CompletableFuture.runAsync(() -> {
            synchronized (desk) {
                locked.countDown();
                await(done);
            }
        });
        await(locked);
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 1_000; j++) {
                cover("burst").admit(1); // and its calls never end
            }
            pass("calm", 1).end(new Charge.Free(), null);
        }
        done.countDown();
        holder.get();
        assertEquals(3, gauge("rat_burst").underWay());
        refused("calm", 1);
        assertEquals(1, gauge("rat_calm").refused(), "its own limit alone has refused it");
        assertEquals(99_997, gauge("rat_burst").refused());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void parallelCallsNeverPassALimitTogether() throws Exception {
        desk.put(ofKey("k", 1_000, 0, 0, 4));
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2_000; i++) {
                    if (cover("k").admit(1) instanceof RateResult.Admitted(RatePass pass)) {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        admitted.incrementAndGet();
                        Thread.onSpinWait();
                        atOnce.decrementAndGet();
                        pass.end(new Charge.Free(), null);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(admitted.get() <= 1_000, () -> "admitted " + admitted);
        assertTrue(most.get() <= 4, () -> "at once " + most);
        assertEquals(0, gauge("rat_k").underWay());
        assertEquals(1_000 - admitted.get(), left("k", RateKind.REQUESTS));
    }

    @Test
    void resetIsWhenTheBucketIsFull() {
        desk.put(ofKey("k", 0, 0, 60, 0));
        pass("k", 1).end(used(0, 0, 0, 90), SERVED_HERE);
        RateStanding standing = Objects.requireNonNull(cover("k").tightest(RateKind.OUTPUT_TOKENS));
        assertEquals(new RateStanding(60, 0, Duration.ofSeconds(90).toNanos()), standing);
    }
}
