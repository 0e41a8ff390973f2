package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Prices that are built in, in the operator's file, and set by command. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class CatalogPriceTest extends CatalogHouse {
    private static final long USD = 1_000_000_000L;

    private static Price at(Model model, String instant) {
        return model.priceAt(Instant.parse(instant)).orElseThrow();
    }

    private static LocalDate day(String date) {
        return LocalDate.parse(date);
    }

    @Test
    void pricesGoWithTheirProvider() {
        Catalog catalog = catalog();
        catalog.addProvider(openAiLike("mine", "https://x.example"), "owner");
        catalog.setPrice("mine", "llama", new NewPrice(1, 1, null, null, null, null), "owner");
        catalog.removeProvider("mine", "owner");
        catalog.addProvider(openAiLike("mine", "https://y.example"), "owner");
        assertNull(first(catalog, "mine/llama").price());
    }

    @Test
    void aPriceHoldsFromItsDayAndItsHistoryIsKept() {
        Catalog catalog = catalog();
        catalog.setPrice("openai", "gpt-5", new NewPrice(USD, 2 * USD, null, null, null, day("2026-11-01")), "owner");
        catalog.setPrice("openai", "gpt-5", new NewPrice(3 * USD, 4 * USD, 5L, 6L, 7L, day("2026-12-01")), "owner");
        Model model = catalog().view().model("openai", "gpt-5").orElseThrow();
        assertEquals(USD, at(model, "2026-11-22T00:00:00Z").inputNanoUsdPerMTok());
        assertEquals(
                USD / 10, at(model, "2026-11-22T00:00:00Z").cacheReadNanoUsdPerMTok(), "left out: a tenth, as before");
        assertEquals(3 * USD, at(model, "2026-12-01T00:00:00Z").inputNanoUsdPerMTok());
        assertEquals(7L, at(model, "2026-12-01T00:00:00Z").cacheWrite1hNanoUsdPerMTok());
        assertTrue(at(model, "2026-10-31T23:59:59Z").source().startsWith("built-in price file of "));
        assertEquals("operator", at(model, "2026-11-22T00:00:00Z").source());
    }

    @Test
    void theSameDayAgainReplacesThePriceAndTodayIsTheDefault() {
        Catalog catalog = catalog();
        catalog.setPrice("sim", "echo", new NewPrice(1, 1, null, null, null, null), "owner");
        PriceChange change = catalog.setPrice("sim", "echo", new NewPrice(0, 0, null, null, null, null), "owner");
        assertEquals(day("2026-11-22"), change.price().since());
        assertEquals(change.price(), first(catalog, "sim/echo").price());
        assertEquals(change.price(), change.model().prices().getLast());
        assertEquals(0, change.price().inputNanoUsdPerMTok());
        assertEquals(2, audited.size());
    }

    @Test
    void aNegotiatedPriceKeepsTheCacheDiscountTheSearchPriceAndTheLongTier() {
        Catalog catalog =
                catalog(); // the list says 2.50, 0.25 and 15, searches 0.01, from 272,000 tokens on 5, 0.50 and 22.50
        Price set = catalog.setPrice(
                        "openai", "gpt-5.4", new NewPrice(2 * USD, 9 * USD, null, null, null, null), "owner")
                .price();
        LongContext tier = new LongContext(272_000, 4 * USD, 13_500_000_000L, 400_000_000, 4 * USD, 4 * USD);
        Price expected = new Price(
                2 * USD,
                9 * USD,
                200_000_000,
                2 * USD,
                2 * USD,
                10_000_000,
                SearchUnit.REQUEST,
                tier,
                Map.of(ServiceTier.PRIORITY, 2_000_000L),
                day("2026-11-22"),
                "operator");
        assertEquals(expected, set);
        assertEquals(expected, first(catalog(), "gpt-5.4").price(), "after a restart");
        assertTrue(audited.getFirst().contains("\"above_tokens\":272000"), audited.getFirst());
    }

    @Test
    void aNegotiatedPriceKeepsWhatCountsAsASearch() {
        NewPrice said = new NewPrice(USD, USD, null, null, null, null);
        catalog().setPrice("gemini", "gemini-2.5-flash", said, "owner");
        Candidate kept = first(catalog(), "gemini-2.5-flash");
        assertNotNull(kept.price());
        assertEquals(SearchUnit.PROMPT, kept.price().searchUnit());
        assertEquals(1_048_576, kept.contextTokens());
    }

    @Test
    void whatANegotiatedPriceSaysIsNotInheritedAndItsTierFollows() {
        NewPrice said = new NewPrice(5 * USD, 15 * USD, USD, 6 * USD, 7 * USD, null);
        Price set = catalog().setPrice("openai", "gpt-5.4", said, "owner").price();
        assertEquals(
                List.of(USD, 6 * USD, 7 * USD),
                List.of(
                        set.cacheReadNanoUsdPerMTok(),
                        set.cacheWrite5mNanoUsdPerMTok(),
                        set.cacheWrite1hNanoUsdPerMTok()));
        LongContext tier = set.longContext();
        assertNotNull(tier);
        assertEquals(2 * USD, tier.cacheReadNanoUsdPerMTok(), "still twice that of a short prompt");
        assertEquals(22_500_000_000L, tier.outputNanoUsdPerMTok());
    }

    @Test
    void theSamePriceAgainInheritsTheSame() {
        Catalog catalog = catalog();
        NewPrice price = new NewPrice(1_234_567_891L, 7 * USD, null, null, null, null);
        catalog.setPrice("openai", "gpt-5.4", new NewPrice(0, 0, null, null, null, null), "owner");
        Price once = catalog.setPrice("openai", "gpt-5.4", price, "owner").price();
        assertEquals(123_456_789L, once.cacheReadNanoUsdPerMTok(), "a tenth, rounded half up");
        assertEquals(once, catalog.setPrice("openai", "gpt-5.4", price, "owner").price());
        Price later = catalog.setPrice(
                        "openai", "gpt-5.4", new NewPrice(10, 10, null, null, null, day("2026-12-24")), "owner")
                .price();
        assertEquals(1, later.cacheReadNanoUsdPerMTok(), "from the price set before");
    }

    @Test
    void aModelThatWasFreeHasNoProportionsToInherit() {
        Catalog catalog = catalog();
        catalog.setPrice("sim", "echo", new NewPrice(0, 0, null, null, null, day("2026-01-01")), "owner");
        Price set = catalog.setPrice("sim", "echo", new NewPrice(USD, USD, null, null, null, null), "owner")
                .price();
        assertEquals(USD, set.cacheReadNanoUsdPerMTok());
    }

    @Test
    void aPriceWhoseInheritedRateIsOutOfRangeIsRefused() {
        Catalog catalog = catalog();
        NewPrice tiny = new NewPrice(1, 1, Price.MAX_NANO_USD, null, null, day("2026-01-01"));
        catalog.setPrice("sim", "echo", tiny, "owner");
        NewPrice huge = new NewPrice(Price.MAX_NANO_USD, 1, null, null, null, null);
        refused(Refusal.Kind.INVALID, () -> catalog.setPrice("sim", "echo", huge, "owner"));
    }

    @Test
    void aPriceSetForADatedIdIsThatOfTheModel() {
        Catalog catalog = catalog();
        NewPrice price = new NewPrice(USD, USD, null, null, null, null);
        PriceChange change = catalog.setPrice("anthropic", "claude-sonnet-4-5-20250929", price, "owner");
        assertEquals("claude-sonnet-4-5", change.model().id());
        assertEquals(change.price(), first(catalog, "claude-sonnet-4-5").price());
    }

    @Test
    void aPriceMakesAnUnknownModelKnown() {
        Catalog catalog = catalog();
        catalog.addProvider(openAiLike("mine", "https://x.example"), "owner");
        catalog.setPrice("mine", "llama:8b", new NewPrice(1, 2, null, null, null, null), "owner");
        assertEquals("mine/llama:8b", first(catalog, "llama:8b").qualifiedName());
        refused(
                Refusal.Kind.NOT_FOUND,
                () -> catalog.setPrice("nobody", "m", new NewPrice(1, 2, null, null, null, null), "owner"));
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.setPrice("mine", "m", new NewPrice(-1, 2, null, null, null, null), "owner"));
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.setPrice("mine", "a b", new NewPrice(1, 2, null, null, null, null), "owner"));
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.setPrice("mine", "m", new NewPrice(1, 2, null, null, null, LocalDate.MAX), "owner"));
    }

    @Test
    void theOperatorsFileWinsOverTheBuiltinAndACommandOverTheFile() throws IOException {
        Files.writeString(home.resolve("prices.json"), """
                {"date": "2026-11-20", "models": [
                  {"provider": "openai", "id": "gpt-5-2025-08-07", "prices": [
                    {"since": "2026-11-10", "input_usd_per_mtok": "7", "output_usd_per_mtok": "8"}]},
                  {"provider": "openai", "id": "in-house", "context_tokens": 4096, "prices": [
                    {"since": "2026-01-01", "input_usd_per_mtok": "0", "output_usd_per_mtok": "0"}]}]}
                """);
        Catalog catalog = catalog();
        Model model = catalog.view().model("openai", "gpt-5").orElseThrow();
        assertEquals("GPT-5", model.displayName(), "what the file leaves out stays");
        assertEquals(7 * USD, at(model, "2026-11-22T00:00:00Z").inputNanoUsdPerMTok());
        assertTrue(at(model, "2026-11-09T00:00:00Z").source().startsWith("built-in price file of "));
        assertEquals(
                4096, catalog.view().model("openai", "in-house").orElseThrow().contextTokens());
        catalog.setPrice("openai", "gpt-5", new NewPrice(9 * USD, 9 * USD, null, null, null, day("2026-11-10")), "o");
        assertEquals(
                9 * USD,
                at(catalog.view().model("openai", "gpt-5").orElseThrow(), "2026-11-22T00:00:00Z")
                        .inputNanoUsdPerMTok());
    }

    @Test
    void noLaterBuiltinPriceUndoesTheOperators() {
        Catalog catalog = catalog(); // the built-in file doubles this model's price on 2027-01-01
        NewPrice negotiated = new NewPrice(USD, USD, null, null, null, day("2026-11-01"));
        Price set = catalog.setPrice("gemini", "gemini-3.8-flash", negotiated, "owner")
                .price();
        assertEquals(set, first(catalog, "gemini-3.8-flash").price());
        Model model = catalog.view().model("gemini", "gemini-3.8-flash").orElseThrow();
        assertEquals(set, at(model, "2027-06-01T00:00:00Z"));
        assertEquals(set, at(model, "2026-11-01T00:00:00Z"));
        assertEquals(750_000_000, at(model, "2026-10-31T00:00:00Z").inputNanoUsdPerMTok());
    }

    @Test
    void aFaultyPriceFileStopsTheStart() throws IOException {
        Files.writeString(home.resolve("prices.json"), "{\"date\": \"2026-11-20\",\n \"modls\": []}");
        Refusal refusal = refused(Refusal.Kind.INVALID, this::catalog);
        assertTrue(refusal.text().contains("line 2"), refusal.text());
    }
}
