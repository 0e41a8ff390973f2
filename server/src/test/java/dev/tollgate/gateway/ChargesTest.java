package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Price;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.SearchUnit;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.UsageSource;
import java.net.URI;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChargesTest {
    private static final long USD = 1_000_000_000L;
    private static final Usage USED = new Usage(1_000, 0, 0, 0, 500, 0, 0);

    private static Candidate candidate(long contextTokens) {
        Price price = new Price(
                5 * USD,
                25 * USD,
                USD / 2,
                5 * USD,
                5 * USD,
                35_000_000,
                SearchUnit.PROMPT,
                null,
                Map.of(ServiceTier.FAST, 2_000_000L, ServiceTier.BATCH, 500_000L),
                LocalDate.EPOCH,
                "test");
        Provider provider =
                new Provider("p", Set.of(Dialect.OPENAI), URI.create("https://p.example"), AuthStyle.BEARER, false);
        return new Candidate(provider, "m", price, true, contextTokens);
    }

    private static Charge.Metered metered(UsageReading reading, long contextTokens, long bodyBytes) {
        return assertInstanceOf(Charge.Metered.class, Charges.of(reading, candidate(contextTokens), bodyBytes));
    }

    @Test
    void aLargeImageIsNeverBilledBeyondTheModelsContext() {
        UsageReading broke = new UsageReading.Partial(Usage.ZERO);
        Charge.Metered charge = metered(broke, 200_000, 10L << 20);
        assertEquals(200_000, charge.tokens().input());
        assertEquals(USD, charge.costNanoUsd());
        assertEquals(250, metered(broke, 200_000, 1_000).tokens().input(), "a small body is estimated as before");
        assertEquals(2_621_440, metered(broke, 0, 10L << 20).tokens().input(), "nothing bounds an unknown model");
    }

    @Test
    void theEstimateOfThePromptKeepsTheRest() {
        Usage seen = new Usage(0, 0, 0, 0, 7, 0, 3, ServiceTier.FAST);
        Charge.Metered charge = metered(new UsageReading.Partial(seen), 0, 4_000);
        assertEquals(1_000, charge.tokens().input());
        assertEquals(1_000 * 10_000 + 7 * 50_000 + 35_000_000, charge.costNanoUsd());
    }

    @Test
    void whatTheProviderRefusedCostsNothing() {
        assertEquals(new Charge.Free(), Charges.of(new UsageReading.Refused(), candidate(0), 4_000));
    }

    @Test
    void fastModeIsPricedAsFastMode() {
        Usage fast = new Usage(1_000, 0, 0, 0, 500, 0, 0, ServiceTier.FAST);
        long standard = metered(new UsageReading.Reported(USED), 0, 0).costNanoUsd();
        assertEquals(
                2 * standard, metered(new UsageReading.Reported(fast), 0, 0).costNanoUsd());
    }

    @Test
    void aTierWithoutAFactorIsNotPricedAsStandard() {
        Usage priority = new Usage(1_000, 0, 0, 0, 500, 0, 0, ServiceTier.PRIORITY);
        Charge.AtReservation charge = assertInstanceOf(
                Charge.AtReservation.class, Charges.of(new UsageReading.Reported(priority), candidate(0), 0));
        assertTrue(charge.reason().contains("priority tier"), charge.reason());
    }

    @Test
    void aPromptThatSearchedOftenIsBilledOneSearchWhereThatIsTheUnit() {
        Usage searched = new Usage(0, 0, 0, 0, 0, 0, 4);
        Charge.Metered charge = metered(new UsageReading.Reported(searched), 0, 0);
        assertEquals(35_000_000, charge.costNanoUsd());
        assertEquals(4, charge.tokens().webSearches(), "the row says how many there were");
    }

    @Test
    void anAnswerOfABatchHasTheBatchesPriceWhateverTierItNames() {
        long standard = metered(new UsageReading.Reported(USED), 0, 0).costNanoUsd();
        for (ServiceTier tier : ServiceTier.values()) {
            Usage used = new Usage(1_000, 0, 0, 0, 500, 0, 0, tier);
            Charge.Metered charge =
                    assertInstanceOf(Charge.Metered.class, Charges.ofBatched(used, candidate(0)), tier.name());
            assertEquals(standard / 2, charge.costNanoUsd(), tier.name());
        }
    }

    @Test
    void attemptsThatWereLostAreChargedWithTheLastInFull() {
        Charge.Metered last = metered(new UsageReading.Reported(USED), 0, 0);
        Charge.Metered lost = metered(new UsageReading.Partial(Usage.ZERO), 0, 4_000);
        long both = last.costNanoUsd() + lost.costNanoUsd();
        Charge.Metered sum = assertInstanceOf(Charge.Metered.class, Charges.withLost(last, lost, both));
        assertEquals(both, sum.costNanoUsd());
        assertEquals(2_000, sum.tokens().input());
        assertEquals(UsageSource.ESTIMATED, sum.source());
        assertEquals(
                both,
                assertInstanceOf(Charge.Metered.class, Charges.withLost(last, lost, lost.costNanoUsd()))
                        .costNanoUsd(),
                "the overrun is the last one's");
        assertEquals(
                lost.costNanoUsd(),
                assertInstanceOf(Charge.Metered.class, Charges.withLost(new Charge.Free(), lost, both))
                        .costNanoUsd());
        assertSame(last, Charges.withLost(last, new Charge.Free(), both));
        Charge held = new Charge.AtReservation(true, "unknown");
        assertSame(held, Charges.withLost(held, lost, both));
        assertSame(held, Charges.withLost(new Charge.Free(), held, both));
        assertSame(held, Charges.withLost(last, held, both));
        assertSame(last, Charges.withLost(last, held, last.costNanoUsd() - 1), "an overrun stays one");
    }
}
