package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceFileTest {
    private static final String GOOD = """
            {"date": "2026-11-22",
             "models": [
               {"provider": "local-llama", "id": "llama-9", "prices": [
                 {"since": "2026-01-02", "input_usd_per_mtok": "0.5",
                  "output_usd_per_mtok": 2, "cache_read_usd_per_mtok": 0.05,
                  "web_search_unit": "prompt", "service_tiers": {"fast": "2.5", "flex": 0.5}}]}]}
            """;

    private static PriceFile read(String json) {
        return PriceFileReader.read(json.getBytes(StandardCharsets.UTF_8), "The price file", "price file");
    }

    @Test
    void readsTextsAndPlainNumbersAndFillsCachePricesWithTheInputPrice() {
        PriceFile.Entry entry = read(GOOD).models().getFirst();
        Price price = entry.prices().getFirst();
        assertEquals(500_000_000, price.inputNanoUsdPerMTok());
        assertEquals(2_000_000_000, price.outputNanoUsdPerMTok());
        assertEquals(50_000_000, price.cacheReadNanoUsdPerMTok());
        assertEquals(500_000_000, price.cacheWrite5mNanoUsdPerMTok());
        assertEquals(LocalDate.of(2026, 1, 2), price.since());
        assertEquals("price file of 2026-11-22", price.source());
        assertEquals(SearchUnit.PROMPT, price.searchUnit());
        assertEquals(Map.of(ServiceTier.FAST, 2_500_000L, ServiceTier.FLEX, 500_000L), price.tierFactorsMillionths());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"0.5\"           | \"-0.5\"      | 4 | /models/0/prices/0/input_usd_per_mtok",
                "\"0.5\"           | \"1e9\"       | 4 | /models/0/prices/0/input_usd_per_mtok",
                "\"0.5\"           | null          | 4 | /models/0/prices/0/input_usd_per_mtok",
                "\"0.5\"           | \"1000001\"   | 4 | /models/0/prices/0/input_usd_per_mtok",
                ": 2,              | : 2e3,        | 5 | /models/0/prices/0/output_usd_per_mtok",
                "output_usd        | outputs_usd   | 5 | outputs_usd_per_mtok is not known",
                "2026-01-02        | 2026-13-02    | 4 | /models/0/prices/0/since",
                "\"llama-9\"       | \"../../x\"   | 3 | /models/0/id",
                "\"local-llama\"   | \"Local\"     | 3 | /models/0/provider",
                "\"id\"            | \"ident\"     | 3 | ident is not known",
                "\"2026-11-22\"    | 7             | 1 | /date",
                "\"prompt\"        | \"token\"     | 6 | /models/0/prices/0/web_search_unit",
                "\"fast\"          | \"quick\"     | 6 | quick is not known",
                "\"fast\"          | \"standard\"  | 6 | standard is not known",
                "\"2.5\"           | \"0\"         | 6 | /models/0/prices/0/service_tiers/fast",
                "\"2.5\"           | \"100.1\"     | 6 | /models/0/prices/0/service_tiers/fast",
                "\"2.5\"           | \"0.0000001\" | 6 | /models/0/prices/0/service_tiers/fast",
                "]}]}              | ]}]           | 7 | not JSON",
                "\"models\"        | models        | 2 | not JSON",
                "]}]}              | ]}]} x        | 6 | not JSON",
            })
    void namesTheLineAndTheFieldOfAFault(String good, String bad, int line, String place) {
        String broken = GOOD.replace(good, bad);
        assertFalse(broken.equals(GOOD), "the test breaks nothing");
        Refusal refusal = assertThrows(Refusal.class, () -> read(broken));
        assertTrue(refusal.text().startsWith("The price file, line " + line), refusal.text());
        assertTrue(refusal.text().contains(place), refusal.text());
        assertFalse(refusal.cure().isEmpty());
    }

    @Test
    void neverTakesAMissingPriceForFree() {
        Refusal refusal = assertThrows(Refusal.class, () -> read(GOOD.replace("\"output_usd_per_mtok\": 2, ", "")));
        assertTrue(refusal.text().contains("output_usd_per_mtok is missing"), refusal.text());
    }

    @Test
    void aPriceOfZeroMustBeWrittenDown() {
        Price price = read(GOOD.replace("\"0.5\"", "\"0\""))
                .models()
                .getFirst()
                .prices()
                .getFirst();
        assertEquals(0, price.inputNanoUsdPerMTok());
    }

    @Test
    void refusesTheSameModelTwiceAndTwoPricesOfOneDay() {
        String model = GOOD.substring(GOOD.indexOf("{\"provider\""), GOOD.lastIndexOf("]}"));
        assertThrows(Refusal.class, () -> read(GOOD.replace(model, model + "," + model)));
        String price = GOOD.substring(GOOD.indexOf("{\"since\""), GOOD.lastIndexOf("]}]}"));
        assertThrows(Refusal.class, () -> read(GOOD.replace(price, price + "," + price)));
    }

    @Test
    void theOperatorsFileNeedNotExistButMustBeReadable(@TempDir Path home) throws IOException {
        Path file = home.resolve("prices.json");
        assertTrue(PriceFileReader.operators(file).isEmpty());
        Files.writeString(file, GOOD);
        assertEquals(1, PriceFileReader.operators(file).orElseThrow().models().size());
        Files.writeString(file, "");
        Refusal refusal = assertThrows(Refusal.class, () -> PriceFileReader.operators(file));
        assertTrue(refusal.text().contains(file.toString()));
        Files.delete(file);
        Files.createDirectory(file);
        assertThrows(Refusal.class, () -> PriceFileReader.operators(file));
    }

    @Test
    void theBuiltinFileIsWholeAndPlausible() {
        PriceFile file = PriceFileReader.builtin();
        Set<String> providers =
                file.models().stream().map(PriceFile.Entry::provider).collect(Collectors.toSet());
        assertEquals(Set.of("anthropic", "openai", "gemini", "sim"), providers);
        for (PriceFile.Entry entry : file.models()) {
            String name = entry.provider() + "/" + entry.id();
            assertNotNull(entry.displayName(), name);
            assertNotNull(entry.released(), name);
            assertTrue(entry.contextTokens() != null && entry.contextTokens() > 0, name);
            assertNotNull(entry.maxOutputTokens(), name);
            assertEquals(entry.released(), entry.prices().getFirst().since(), name + " is priced from its first day");
            entry.prices().forEach(price -> assertPlausible(name, entry, price));
        }
    }

    private static void assertPlausible(String name, PriceFile.Entry entry, Price price) {
        assertTrue(price.source().contains(": "), name + " names its source");
        assertTrue(price.inputNanoUsdPerMTok() > 0, name + " is not free");
        assertTrue(price.cacheReadNanoUsdPerMTok() <= price.inputNanoUsdPerMTok(), name);
        assertTrue(price.cacheWrite5mNanoUsdPerMTok() >= price.inputNanoUsdPerMTok(), name);
        assertTrue(price.cacheWrite1hNanoUsdPerMTok() >= price.cacheWrite5mNanoUsdPerMTok(), name);
        boolean embeds = entry.maxOutputTokens() != null && entry.maxOutputTokens() == 0;
        assertTrue(embeds || price.outputNanoUsdPerMTok() > price.inputNanoUsdPerMTok(), name);
        // A slipped decimal point is what this is for: no model of today costs less than 2 cents or more than $200.
        assertTrue(
                price.inputNanoUsdPerMTok() >= 20_000_000L && price.outputNanoUsdPerMTok() <= 200_000_000_000L, name);
        LongContext tier = price.longContext();
        if (tier != null) {
            assertTrue(tier.inputNanoUsdPerMTok() > price.inputNanoUsdPerMTok(), name);
            assertTrue(tier.outputNanoUsdPerMTok() > price.outputNanoUsdPerMTok(), name);
            assertTrue(tier.cacheReadNanoUsdPerMTok() > price.cacheReadNanoUsdPerMTok(), name);
            assertTrue(tier.cacheWrite1hNanoUsdPerMTok() > price.cacheWrite1hNanoUsdPerMTok(), name);
        }
    }

    @Test
    void theBuiltinFileKnowsDatedIdsAndTheSimulatedModels() {
        List<Model> models = ModelMerger.merge(PriceFileReader.builtin(), null, List.of());
        Set<String> ids = models.stream()
                .flatMap(model -> Stream.concat(Stream.of(model.id()), model.alsoIds().stream()))
                .collect(Collectors.toSet());
        assertTrue(ids.containsAll(List.of(
                "claude-sonnet-4-5-20250929",
                "claude-haiku-4-5-20251001",
                "gpt-5-2025-08-07",
                "echo",
                "story",
                "tools",
                "flaky")));
    }
}
