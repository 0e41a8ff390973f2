package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.LongContext;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.SearchUnit;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.gateway.Stages.Permitted;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CeilingsTest {
    private static final long USD = 1_000_000_000L;
    private static final Provider PROVIDER = provider(Dialect.OPENAI, Dialect.ANTHROPIC, Dialect.GEMINI);

    private static Provider provider(Dialect... dialects) {
        return new Provider("p", Set.of(dialects), URI.create("https://p.example"), AuthStyle.BEARER, false);
    }

    private static Candidate candidate(String model, long usd, long contextTokens) {
        Price price =
                new Price(usd * USD, usd * USD, usd * USD, usd * USD, usd * USD, USD, null, LocalDate.EPOCH, "test");
        return new Candidate(PROVIDER, model, price, true, contextTokens);
    }

    private static Ceiling ceiling(int bodyBytes, Candidate... candidates) {
        return ceiling(Operation.CHAT_COMPLETIONS, bodyBytes, candidates);
    }

    private static Ceiling ceiling(Operation operation, int bodyBytes, Candidate... candidates) {
        byte[] start = "{\"model\":\"m\",\"max_tokens\":100}".getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(start, bodyBytes);
        Arrays.fill(body, start.length, bodyBytes, (byte) ' ');
        Permitted permitted = Calls.permitted(operation, body, candidates);
        return Ceilings.of(permitted, CatalogView.of(List.of(), List.of(), List.of()));
    }

    @Test
    void aLargeImageIsNeverReservedBeyondTheModelsContext() {
        assertEquals(200_000, ceiling(1 << 20, candidate("m", 5, 200_000)).inputTokens());
        assertEquals(1_000, ceiling(1_000, candidate("m", 5, 200_000)).inputTokens());
        assertEquals(new Ceiling(200_000, 100, 5 * USD, 5 * USD, 0), ceiling(1 << 20, candidate("m", 5, 200_000)));
    }

    @Test
    void theLongestContextThatMayBeReachedBoundsThePrompt() {
        Ceiling both = ceiling(1 << 20, candidate("short", 5, 200_000), candidate("long", 1, 400_000));
        assertEquals(400_000, both.inputTokens());
        assertEquals(5 * USD, both.inputNanoUsdPerMTok());
        assertEquals(
                1 << 20,
                ceiling(1 << 20, candidate("known", 5, 200_000), candidate("unknown", 1, 0))
                        .inputTokens());
    }

    @Test
    void theContextBoundsOneTextOfAnEmbeddingAndNotAllOfThem() {
        assertEquals(
                1 << 20,
                ceiling(Operation.EMBEDDINGS, 1 << 20, candidate("m", 5, 8_192)).inputTokens());
    }

    private static Ceiling covered(Operation operation, String json, Candidate... candidates) {
        byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return Ceilings.covered(
                Calls.permitted(operation, body, candidates), CatalogView.of(List.of(), List.of(), List.of()));
    }

    /** Each further round reads a window of 100,000 tokens at 5 dollars a million; each search costs a dollar. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | {'tools':[{'type':'web_search_1','max_uses':3}],'model':'m','max_tokens':9} | 3 | 3",
                "MESSAGES | {'tools':[{'type':'web_search_1','max_uses':30}],'model':'m','max_tokens':9} | 10 | 30",
                "MESSAGES | {'tools':[{'type':'code_execution_1'}],'model':'m','max_tokens':9} | 10 | 0",
                "MESSAGES | {'tools':[{'type':'web_fetch_1','max_uses':2},{'type':'web_search_1','max_uses':2}],'model':'m'}"
                        + " | 4 | 2",
                "RESPONSES | {'tools':[{'type':'web_search'}],'model':'m'} | 10 | 10",
                "RESPONSES | {'tools':[{'type':'web_search'},{'type':'mcp'}],'max_tool_calls':2,'model':'m'} | 2 | 2",
                "CHAT_COMPLETIONS | {'web_search_options':{},'model':'m'} | 1 | 1",
                "GENERATE_CONTENT | {'tools':[{'googleSearch':{}}]} | 1 | 10",
                "MESSAGES | {'tools':[{'name':'own'}],'model':'m'} | 0 | 0",
            })
    void theRoundsAndFeesOfServerToolsAreHeld(Operation operation, String json, long rounds, long searches) {
        long expected = rounds * 100_000 * 5_000 + searches * USD;
        assertEquals(
                expected, covered(operation, json, candidate("m", 5, 100_000)).requestNanoUsd());
    }

    /** What bounds the caller's own vendor bounds no other: there, it is what the gate writes. */
    @Test
    void theToolsOfAConvertedCallAreHeldByTheRulesOfWhoRunsThem() {
        Candidate own = candidate("m", 5, 100_000);
        Candidate other = new Candidate(provider(Dialect.OPENAI), "m", own.price(), true, 100_000);
        String once = "{'tools':[{'type':'web_search_1','max_uses':1}],'model':'m','max_tokens':9}";
        assertEquals(
                100_000 * 5_000L + USD, covered(Operation.MESSAGES, once, own).requestNanoUsd());
        assertEquals(
                10 * (100_000 * 5_000L + USD),
                covered(Operation.MESSAGES, once, other).requestNanoUsd());
    }

    @Test
    void theToolsOfABatchedRequestAreHeldToo() {
        Candidate candidate = candidate("m", 5, 100_000);
        CatalogView catalog = CatalogView.of(List.of(), List.of(), List.of());
        Permitted asked = Calls.permitted(
                Operation.MESSAGES,
                "{\"tools\":[{\"type\":\"web_search_1\",\"max_uses\":3}],\"model\":\"m\",\"max_tokens\":9}"
                        .getBytes(StandardCharsets.UTF_8),
                candidate);
        long held = Ceilings.ofBatched(asked.fields(), 100, candidate, catalog).requestNanoUsd();
        assertEquals(3 * (100_000 * 5_000L + USD), held);
    }

    @Test
    void whatAProviderPutsBeforeACallWithToolsIsHeld() {
        Candidate candidate = candidate("m", 5, 100_000);
        String tools = "{'tools':[{'name':'own'}],'model':'m','max_tokens':9}";
        String none = "{'model':'m','max_tokens':9}";
        assertEquals(none.length(), covered(Operation.MESSAGES, none, candidate).inputTokens());
        assertEquals(
                tools.length() + 4_096,
                covered(Operation.MESSAGES, tools, candidate).inputTokens());
    }

    @Test
    void anAdvisorIsHeldAtItsOwnModelsPriceWindowAndLongestAnswer() {
        Candidate small = candidate("m", 1, 100_000);
        Price dear = candidate("big", 20, 0).price();
        Model big = new Model(
                "p", "big", Set.of(), "Big", 200_000, 30_000, Instant.EPOCH, List.of(Objects.requireNonNull(dear)));
        CatalogView catalog = CatalogView.of(List.of(PROVIDER), List.of(big), List.of());
        byte[] body = "{\"model\":\"m\",\"tools\":[{\"type\":\"advisor_1\",\"model\":\"big\",\"max_uses\":2}]}"
                .getBytes(StandardCharsets.UTF_8);
        long held = Ceilings.covered(Calls.permitted(Operation.MESSAGES, body, small), catalog)
                .requestNanoUsd();
        assertEquals(2 * 100_000 * 1_000L + 2 * (200_000 + 30_000) * 20_000L, held);
    }

    @Test
    void aTierIsHeldAtItsFactorOrWhereThatIsNotKnownAtTheDearestThereHasBeen() {
        Candidate known = new Candidate(
                PROVIDER,
                "m",
                new Price(
                        USD,
                        USD,
                        USD,
                        USD,
                        USD,
                        0,
                        SearchUnit.REQUEST,
                        null,
                        Map.of(ServiceTier.PRIORITY, 2_500_000L, ServiceTier.FLEX, 500_000L),
                        LocalDate.EPOCH,
                        "test"),
                true,
                0);
        String asks = "{'model':'m','service_tier':'%s'}";
        assertEquals(2_500_000_000L, input(asks.formatted("priority"), known));
        assertEquals(6 * USD, input(asks.formatted("another"), known));
        assertEquals(USD, input(asks.formatted("flex"), known), "it may be served as usual");
        assertEquals(USD, input(asks.formatted("auto"), known));
    }

    private static long input(String json, Candidate candidate) {
        return covered(Operation.CHAT_COMPLETIONS, json, candidate).inputNanoUsdPerMTok();
    }

    @Test
    void whatNoBudgetCoversIsHeldAtItsPromptAndAnswer() {
        byte[] body = "{\"model\":\"m\",\"speed\":\"fast\",\"tools\":[{\"type\":\"web_search_1\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        Ceiling ceiling = Ceilings.of(
                Calls.permitted(Operation.MESSAGES, body, candidate("m", 5, 0)),
                CatalogView.of(List.of(), List.of(), List.of()));
        assertEquals(0, ceiling.requestNanoUsd());
        assertEquals(5 * USD, ceiling.outputNanoUsdPerMTok());
    }

    @Test
    void noCallCostsMoreThanWhatIsHeldHoweverItsPromptIsCachedAndWhicheverTierItFallsInto() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            Price price = random(random);
            long[] input = random.longs(4, 0, 1L << random.nextInt(1, 20)).toArray();
            long output = random.nextLong(1L << 20);
            long prompt = Arrays.stream(input).sum();
            Ceiling held = new Ceiling(
                    prompt,
                    output,
                    Ceilings.dearestInput(price),
                    Ceilings.dearestOutput(price),
                    price.searchesNanoUsd(2));
            long cost = price.costNanoUsd(input[0], input[1], input[2], input[3], output, 2);
            assertTrue(
                    Math.min(Ceiling.MOST_NANO_USD, cost) <= held.nanoUsd(),
                    () -> "the ceiling was passed: seed " + seed + ", " + price);
        }
    }

    private static Price random(SplittableRandom random) {
        long[] of = random.longs(11, 0, 1L << random.nextInt(1, 36)).toArray();
        LongContext tier = random.nextBoolean()
                ? null
                : new LongContext(random.nextLong(1L << 21), of[6], of[7], of[8], of[9], of[10]);
        return new Price(of[0], of[1], of[2], of[3], of[4], of[5], tier, LocalDate.EPOCH, "test");
    }
}
