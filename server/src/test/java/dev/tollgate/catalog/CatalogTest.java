package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class CatalogTest {
    private static final long USD = 1_000_000_000L;
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /** Names are public, addresses themselves: no test asks a name server. */
    private static final HostLookup LOOKUP = host ->
            new InetAddress[] {InetAddress.ofLiteral(Character.isDigit(host.charAt(0)) ? host : "93.184.216.34")};

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final List<String> audited = new ArrayList<>();
    private final AuditTrail trail =
            (tx, actor, action, subject, detail) -> audited.add(actor + " " + action + " " + subject + " " + detail);
    private Map<String, List<String>> credentials = Map.of();
    private @Nullable DatabaseUrl url;
    private @Nullable Store open;

    @BeforeEach
    void openStore() throws SQLException {
        url = kind.fresh(home);
        open = Store.open(url);
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    private Store store() {
        assertNotNull(open);
        return open;
    }

    private Catalog catalog() {
        return catalog(trail);
    }

    private Catalog catalog(AuditTrail audit) {
        return Catalog.open(
                store(),
                audit,
                InstantSource.fixed(NOW),
                LOOKUP,
                provider -> credentials.getOrDefault(provider, List.of()),
                home.resolve("prices.json"));
    }

    private static Refusal refused(Refusal.Kind kind, Runnable change) {
        Refusal refusal = assertThrows(Refusal.class, change::run);
        assertEquals(kind, refusal.kind(), refusal.text());
        assertFalse(refusal.cure().isEmpty());
        return refusal;
    }

    private static Candidate first(Catalog catalog, String name) {
        Resolution.Resolved resolved =
                assertInstanceOf(Resolution.Resolved.class, catalog.view().resolve(name, Dialect.OPENAI, NOW));
        return resolved.candidates().getFirst();
    }

    @Test
    void fourProvidersExistFromTheStart() {
        Map<String, Provider> providers = catalog().view().providers();
        assertEquals(List.of("anthropic", "gemini", "openai", "sim"), List.copyOf(providers.keySet()));
        assertTrue(providers.values().stream().allMatch(Provider::builtin));
        assertEquals(
                List.of(
                        "https://api.anthropic.com X_API_KEY [ANTHROPIC]",
                        "https://generativelanguage.googleapis.com X_GOOG_API_KEY [GEMINI]",
                        "https://api.openai.com BEARER [OPENAI]",
                        "http://127.0.0.1:9 NONE [ANTHROPIC, OPENAI, GEMINI]"),
                providers.values().stream()
                        .map(p -> p.baseUrl() + " " + p.auth() + " "
                                + p.dialects().stream().sorted().toList())
                        .toList());
    }

    @Test
    void anAddedProviderIsThereAtOnceAndAfterARestart() {
        Catalog catalog = catalog();
        Provider added =
                catalog.addProvider("local-llama", Dialect.OPENAI, "http://192.168.1.20:8000/v1", null, "owner");
        assertEquals(URI.create("http://192.168.1.20:8000"), added.baseUrl());
        assertEquals(AuthStyle.BEARER, added.auth());
        assertEquals(added, catalog.view().providers().get("local-llama"));
        assertEquals(added, catalog().view().providers().get("local-llama"));
        assertEquals("local-llama/llama", first(catalog, "local-llama/llama").qualifiedName());
        assertEquals(
                List.of("owner provider.added local-llama {\"dialects\":[\"openai\"],"
                        + "\"base_url\":\"http://192.168.1.20:8000\",\"auth\":\"bearer\"}"),
                audited);
    }

    @Test
    void aBuiltinProviderCanBeMovedAndStaysBuiltin() {
        Catalog catalog = catalog();
        Provider moved = catalog.changeProvider("anthropic", "https://proxy.example.org/anthropic/", null, "owner");
        assertEquals(URI.create("https://proxy.example.org/anthropic"), moved.baseUrl());
        assertTrue(moved.builtin());
        assertEquals(AuthStyle.X_API_KEY, moved.auth());
        assertEquals(moved, catalog().view().providers().get("anthropic"));
        catalog.changeProvider("anthropic", null, AuthStyle.BEARER, "owner");
        Provider after = catalog().view().providers().get("anthropic");
        assertNotNull(after);
        assertEquals(AuthStyle.BEARER, after.auth());
        assertEquals(moved.baseUrl(), after.baseUrl());
    }

    @Test
    void theSimulatedProvidersAddressIsNeverStored() {
        Catalog catalog = catalog();
        URI here = URI.create("http://127.0.0.1:8080/sim");
        catalog.setSimulatedProvider(here);
        assertEquals(here, first(catalog, "sim/echo").provider().baseUrl());
        catalog.setAlias("a", List.of("sim/echo"), "owner");
        assertEquals(here, first(catalog, "a").provider().baseUrl(), "a change keeps it");
        assertEquals(
                BuiltinProviders.SIMULATED_NOWHERE,
                first(catalog(), "sim/echo").provider().baseUrl());
        refused(Refusal.Kind.INVALID, () -> catalog.changeProvider("sim", "https://x.example", null, "owner"));
    }

    @Test
    void refusesProvidersThatCannotBe() {
        Catalog catalog = catalog();
        catalog.addProvider("mine", Dialect.OPENAI, "https://x.example", null, "owner");
        refused(
                Refusal.Kind.CONFLICT,
                () -> catalog.addProvider("mine", Dialect.OPENAI, "https://x.example", null, "owner"));
        refused(
                Refusal.Kind.CONFLICT,
                () -> catalog.addProvider("openai", Dialect.OPENAI, "https://x.example", null, "owner"));
        for (String name : List.of("", "Mine", "-x", "a/b", "a.b", "a b", "x".repeat(64), "a'; DROP TABLE provider")) {
            refused(
                    Refusal.Kind.INVALID,
                    () -> catalog.addProvider(name, Dialect.OPENAI, "https://x.example", null, "owner"));
        }
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.addProvider("in-clear", Dialect.OPENAI, "http://public.example", null, "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.changeProvider("nobody", "https://x.example", null, "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.changeProvider("mine", null, null, "owner"));
        assertEquals(1, audited.size(), "nothing that was refused is in the audit");
    }

    @Test
    void aProviderInUseIsNotRemovedAndTheRefusalNamesItsUsers() {
        Catalog catalog = catalog();
        catalog.addProvider("mine", Dialect.OPENAI, "https://x.example", null, "owner");
        credentials = Map.of("mine", List.of("team-key", "spare-key"));
        Refusal used = refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("mine", "owner"));
        assertTrue(used.text().contains("team-key, spare-key"), used.text());
        credentials = Map.of();
        catalog.setAlias("fast", List.of("openai/gpt-5", "mine/llama"), "owner");
        Refusal named = refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("mine", "owner"));
        assertTrue(named.text().contains("fast"), named.text());
        catalog.removeAlias("fast", "owner");
        catalog.removeProvider("mine", "owner");
        assertNull(catalog.view().providers().get("mine"));
        assertNull(catalog().view().providers().get("mine"));
        refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("openai", "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.removeProvider("mine", "owner"));
    }

    @Test
    void pricesGoWithTheirProvider() {
        Catalog catalog = catalog();
        catalog.addProvider("mine", Dialect.OPENAI, "https://x.example", null, "owner");
        catalog.setPrice("mine", "llama", new NewPrice(1, 1, null, null, null, null), "owner");
        catalog.removeProvider("mine", "owner");
        catalog.addProvider("mine", Dialect.OPENAI, "https://y.example", null, "owner");
        assertNull(first(catalog, "mine/llama").price());
    }

    @Test
    void anAliasIsReplacedWholeAndSaysWhatItShadows() {
        Catalog catalog = catalog();
        assertNull(catalog.setAlias("fast", List.of("openai/gpt-5", "sim/echo"), "owner")
                .shadows());
        catalog.setAlias("fast", List.of("anthropic/claude-haiku-4-5"), "owner");
        Alias alias = catalog().view().aliases().get("fast");
        assertNotNull(alias);
        assertEquals(List.of("anthropic/claude-haiku-4-5"), alias.candidates());
        assertEquals(
                "openai/gpt-4.1",
                catalog.setAlias("gpt-4.1", List.of("openai/gpt-5"), "owner").shadows());
        assertEquals("openai/gpt-5", first(catalog, "gpt-4.1").qualifiedName());
        catalog.removeAlias("gpt-4.1", "owner");
        assertEquals("openai/gpt-4.1", first(catalog, "gpt-4.1").qualifiedName());
    }

    @Test
    void anAliasIsStrictUntilItIsSetAnew() {
        Catalog catalog = catalog();
        Alias strict = new Alias("fast", List.of("openai/gpt-5", "sim/echo", "sim/tools"), true);
        catalog.setAlias(strict, "owner");
        assertEquals(strict, catalog.view().aliases().get("fast"));
        assertEquals(strict, catalog().view().aliases().get("fast"));
        catalog.setAlias("fast", strict.candidates(), "owner");
        assertEquals(
                new Alias("fast", strict.candidates(), false),
                catalog().view().aliases().get("fast"));
    }

    @Test
    void refusesAliasesThatCannotBe() {
        Catalog catalog = catalog();
        for (String name : List.of("", "a/b", "-a", "a b", "x".repeat(65))) {
            refused(Refusal.Kind.INVALID, () -> catalog.setAlias(name, List.of("openai/gpt-5"), "owner"));
        }
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias("a", List.of(), "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias("a", List.of("openai/x", "openai/x"), "owner"));
        Refusal bare = refused(Refusal.Kind.INVALID, () -> catalog.setAlias("a", List.of("claude-haiku-4.5"), "owner"));
        assertTrue(bare.cure().contains("claude-haiku-4-5"), bare.cure());
        Refusal nobody = refused(Refusal.Kind.INVALID, () -> catalog.setAlias("a", List.of("nobody/x"), "owner"));
        assertTrue(nobody.cure().contains("anthropic, gemini, openai, sim"), nobody.cure());
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias("a", List.of("openai/../x"), "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.removeAlias("a", "owner"));
        assertTrue(catalog.view().aliases().isEmpty());
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

    private static Price at(Model model, String instant) {
        return model.priceAt(Instant.parse(instant)).orElseThrow();
    }

    private static LocalDate day(String date) {
        return LocalDate.parse(date);
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
        catalog.addProvider("mine", Dialect.OPENAI, "https://x.example", null, "owner");
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

    @Test
    void aChangeWithoutItsAuditRowIsNotKept() {
        AuditTrail broken = (tx, actor, action, subject, detail) -> {
            throw new IllegalStateException("no audit");
        };
        Catalog catalog = catalog(broken);
        assertThrows(StoreUnavailable.class, () -> catalog.setAlias("fast", List.of("sim/echo"), "owner"));
        assertTrue(catalog.view().aliases().isEmpty());
        assertTrue(catalog().view().aliases().isEmpty());
    }

    @Test
    void changesAtOnceAllArrive() throws InterruptedException, ExecutionException {
        Catalog catalog = catalog((tx, actor, action, subject, detail) -> {});
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<AliasChange>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "alias-" + i;
                changes.add(threads.submit(() -> catalog.setAlias(name, List.of("sim/echo"), "owner")));
            }
            for (Future<AliasChange> change : changes) {
                String name = change.get().alias().name();
                assertTrue(catalog.view().aliases().containsKey(name), "there once the change has returned");
            }
        }
        assertEquals(20, catalog.view().aliases().size());
    }

    @Test
    void anotherNodesChangeIsSeenAfterReload() {
        Catalog one = catalog();
        Catalog other = catalog();
        one.setAlias("fast", List.of("sim/echo"), "owner");
        assertTrue(other.view().aliases().isEmpty());
        other.reload();
        assertEquals("sim/echo", first(other, "fast").qualifiedName());
    }
}
