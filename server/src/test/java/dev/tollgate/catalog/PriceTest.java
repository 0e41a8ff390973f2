package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ServiceTier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PriceTest {
    private static final long USD = 1_000_000_000L;
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    /** The rates of Claude Haiku 5.5. */
    private static final Price TIERED = new Price(
            USD / 10,
            USD / 2,
            USD / 100,
            USD / 8,
            USD / 5,
            USD / 100,
            new LongContext(100_000, USD / 2, 5 * USD / 2, USD / 20, 5 * USD / 8, USD),
            DAY,
            "test");

    private static Price flat(long input, long output) {
        return new Price(input, output, input, input, input, 0, null, DAY, "test");
    }

    @Test
    void aMillionTokensCostThePriceItself() {
        assertEquals(3 * USD, flat(3 * USD, 15 * USD).costNanoUsd(1_000_000, 0, 0, 0, 0, 0));
        assertEquals(15 * USD, flat(3 * USD, 15 * USD).costNanoUsd(0, 0, 0, 0, 1_000_000, 0));
    }

    @Test
    void eachKindOfTokenIsChargedOnceAtItsOwnPrice() {
        assertEquals(USD / 10 / 1000, TIERED.costNanoUsd(1000, 0, 0, 0, 0, 0));
        assertEquals(USD / 100 / 1000, TIERED.costNanoUsd(0, 1000, 0, 0, 0, 0));
        assertEquals(USD / 8 / 1000, TIERED.costNanoUsd(0, 0, 1000, 0, 0, 0));
        assertEquals(USD / 5 / 1000, TIERED.costNanoUsd(0, 0, 0, 1000, 0, 0));
        assertEquals(USD / 2 / 1000, TIERED.costNanoUsd(0, 0, 0, 0, 1000, 0));
        assertEquals(3 * USD / 100, TIERED.costNanoUsd(0, 0, 0, 0, 0, 3));
    }

    @Test
    void theLongTierBeginsAboveItsBoundAndCountsCachedTokens() {
        long atBound = TIERED.costNanoUsd(60_000, 40_000, 0, 0, 1_000_000, 0);
        long aboveBound = TIERED.costNanoUsd(60_000, 40_001, 0, 0, 1_000_000, 0);
        assertEquals(60_000 * 100 + 40_000 * 10 + USD / 2, atBound);
        assertEquals(60_000 * 500 + 40_001 * 50 + 5 * USD / 2, aboveBound);
        assertEquals(5 * USD / 2 + 100_001 * 625, TIERED.costNanoUsd(0, 0, 100_001, 0, 1_000_000, 0));
    }

    @Test
    void roundsHalfUpOncePerCall() {
        // 0.4 + 0.4 nano-dollars of two kinds are 0.8 and become 1; rounded each by itself they would be 0.
        assertEquals(1, flat(400_000, 400_000).costNanoUsd(1, 0, 0, 0, 1, 0));
        assertEquals(1, flat(500_000, 0).costNanoUsd(1, 0, 0, 0, 0, 0));
        assertEquals(0, flat(499_999, 0).costNanoUsd(1, 0, 0, 0, 0, 0));
    }

    @Test
    void isExactForAnyPriceAndCount() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            Price price = random(random);
            long[] n = new long[6];
            for (int k = 0; k < 6; k++) {
                n[k] = random.nextLong(1L << random.nextInt(1, 31));
            }
            LongContext rates = rates(price, n[0] + n[1] + n[2] + n[3]);
            BigDecimal exact = mtok(n[0], rates.inputNanoUsdPerMTok())
                    .add(mtok(n[1], rates.cacheReadNanoUsdPerMTok()))
                    .add(mtok(n[2], rates.cacheWrite5mNanoUsdPerMTok()))
                    .add(mtok(n[3], rates.cacheWrite1hNanoUsdPerMTok()))
                    .add(mtok(n[4], rates.outputNanoUsdPerMTok()))
                    .add(BigDecimal.valueOf(n[5]).multiply(BigDecimal.valueOf(price.webSearchNanoUsdPerRequest())));
            BigDecimal rounded = exact.setScale(0, RoundingMode.HALF_UP);
            if (rounded.toBigInteger().bitLength() > 60) {
                continue;
            }
            long cost = price.costNanoUsd(n[0], n[1], n[2], n[3], n[4], n[5]);
            assertEquals(rounded.longValueExact(), cost, "seed " + seed + ", round " + i);
        }
    }

    private static LongContext rates(Price price, long promptTokens) {
        LongContext tier = price.longContext();
        if (tier != null && promptTokens > tier.aboveTokens()) {
            return tier;
        }
        return new LongContext(
                0,
                price.inputNanoUsdPerMTok(),
                price.outputNanoUsdPerMTok(),
                price.cacheReadNanoUsdPerMTok(),
                price.cacheWrite5mNanoUsdPerMTok(),
                price.cacheWrite1hNanoUsdPerMTok());
    }

    private static BigDecimal mtok(long tokens, long nanoUsdPerMTok) {
        return BigDecimal.valueOf(tokens)
                .multiply(BigDecimal.valueOf(nanoUsdPerMTok))
                .movePointLeft(6);
    }

    private static Price random(SplittableRandom random) {
        LongContext tier = random.nextBoolean()
                ? null
                : new LongContext(
                        random.nextLong(1L << 31),
                        rate(random),
                        rate(random),
                        rate(random),
                        rate(random),
                        rate(random));
        return new Price(
                rate(random),
                rate(random),
                rate(random),
                rate(random),
                rate(random),
                rate(random) / 1_000_000,
                tier,
                DAY,
                "");
    }

    private static long rate(SplittableRandom random) {
        return random.nextLong(1L << random.nextInt(1, 47));
    }

    @Test
    void neverOverflowsSilently() {
        Price dear = flat(Price.MAX_NANO_USD, Price.MAX_NANO_USD);
        assertThrows(ArithmeticException.class, () -> dear.costNanoUsd(10_000_000_000L, 0, 0, 0, 0, 0));
        assertThrows(ArithmeticException.class, () -> dear.costNanoUsd(Long.MAX_VALUE, 1, 0, 0, 0, 0));
        assertEquals(Price.MAX_NANO_USD * 1000, dear.costNanoUsd(500_000_000, 0, 0, 0, 500_000_000, 0));
    }

    @Test
    void negativeCountsAreNeverACredit() {
        Price price = flat(USD, USD);
        assertThrows(IllegalArgumentException.class, () -> price.costNanoUsd(-1, 0, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> price.costNanoUsd(5, -1, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> price.costNanoUsd(0, 0, 0, 0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> price.costNanoUsd(0, 0, 0, 0, 0, -1));
        assertThrows(IllegalArgumentException.class, () -> flat(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> flat(0, Price.MAX_NANO_USD + 1));
    }

    private static Price termed(SearchUnit unit, Map<ServiceTier, Long> factors) {
        return new Price(USD, 3, USD / 10, USD, USD, USD / 100, unit, TIERED.longContext(), factors, DAY, "test");
    }

    @Test
    void aGroundedPromptOfGemini25IsBilledOnceAndEmptyQueriesNever() {
        Price perPrompt = termed(SearchUnit.PROMPT, Map.of());
        assertEquals(0, perPrompt.costNanoUsd(0, 0, 0, 0, 0, 0));
        assertEquals(USD / 100, perPrompt.costNanoUsd(0, 0, 0, 0, 0, 1));
        assertEquals(USD / 100, perPrompt.costNanoUsd(0, 0, 0, 0, 0, 5));
        assertEquals(5 * USD / 100, termed(SearchUnit.REQUEST, Map.of()).costNanoUsd(0, 0, 0, 0, 0, 5));
    }

    @Test
    void aTierMultipliesEveryRateOfTokensAndNoSearch() {
        Price price = termed(SearchUnit.PROMPT, Map.of(ServiceTier.FLEX, 500_000L, ServiceTier.FAST, 6_000_000L));
        assertEquals(price, price.servedAs(ServiceTier.STANDARD).orElseThrow());
        assertTrue(price.servedAs(ServiceTier.PRIORITY).isEmpty());
        Price flex = price.servedAs(ServiceTier.FLEX).orElseThrow();
        assertEquals(USD / 2, flex.inputNanoUsdPerMTok());
        assertEquals(2, flex.outputNanoUsdPerMTok(), "1.5, half up");
        assertEquals(USD / 20, flex.cacheReadNanoUsdPerMTok());
        assertEquals(price.webSearchNanoUsdPerRequest(), flex.webSearchNanoUsdPerRequest());
        Price fast = price.servedAs(ServiceTier.FAST).orElseThrow();
        assertEquals(6 * price.costNanoUsd(200_000, 0, 0, 0, 0, 0), fast.costNanoUsd(200_000, 0, 0, 0, 0, 0));
    }

    @Test
    void aFactorNeverLeadsBeyondTheHighestPrice() {
        Price dear = new Price(
                Price.MAX_NANO_USD,
                0,
                0,
                0,
                0,
                0,
                SearchUnit.REQUEST,
                null,
                Map.of(ServiceTier.FAST, 2_000_000L),
                DAY,
                "t");
        assertEquals(
                Price.MAX_NANO_USD,
                dear.servedAs(ServiceTier.FAST).orElseThrow().inputNanoUsdPerMTok());
    }
}
