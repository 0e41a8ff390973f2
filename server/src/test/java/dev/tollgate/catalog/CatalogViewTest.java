package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogViewTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Provider RESALE =
            new Provider("resale", Set.of(Dialect.OPENAI), URI.create("https://r.example"), AuthStyle.BEARER, false);

    private final CatalogView view = view(
            List.of(
                    new Alias("fast", List.of("anthropic/claude-haiku-4-5", "resale/anthropic/claude-haiku-4-5")),
                    new Alias("gpt-4.1", List.of("anthropic/claude-opus-5")),
                    new Alias("orphan", List.of("gone/model")),
                    new Alias("half-orphan", List.of("gone/model", "openai/gpt-5"))),
            List.of(
                    model("resale", "gpt-5", 1),
                    model("resale", "anthropic/claude-haiku-4-5", 1),
                    model("resale", "meta/llama-9", 1),
                    model("resale", "only-here", 1)));

    private static CatalogView view(List<Alias> aliases, List<Model> more) {
        List<Provider> providers = new ArrayList<>(BuiltinProviders.VENDORS);
        providers.add(BuiltinProviders.simulated(URI.create("http://127.0.0.1:1")));
        providers.add(RESALE);
        List<Model> models = new ArrayList<>(ModelMerger.merge(PriceFileReader.builtin(), null, List.of()));
        models.addAll(more);
        return CatalogView.of(providers, models, aliases);
    }

    private static Model model(String provider, String id, long usd) {
        return new Model(provider, id, Set.of(), id, 0, 0, NOW, List.of(price(usd, "2020-01-01")));
    }

    private static Price price(long usd, String since) {
        return new Price(usd, usd, usd, usd, usd, 0, null, LocalDate.parse(since), "test");
    }

    private Resolution.Resolved resolved(String requested, Dialect dialect) {
        Resolution.Resolved resolved =
                assertInstanceOf(Resolution.Resolved.class, view.resolve(requested, dialect, NOW));
        assertEquals(requested, resolved.requested());
        return resolved;
    }

    private Candidate only(String requested, Dialect dialect) {
        Resolution.Resolved resolved = resolved(requested, dialect);
        assertEquals(1, resolved.candidates().size());
        return resolved.candidates().getFirst();
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "CONVERSE", mode = EnumSource.Mode.EXCLUDE)
    void aBareIdLeadsToItsVendorWhateverTheCallersDialect(Dialect dialect) {
        Candidate candidate = only("claude-haiku-4-5", dialect);
        assertEquals("anthropic/claude-haiku-4-5", candidate.qualifiedName());
        assertNotNull(candidate.price());
        assertTrue(candidate.bareNameLeadsHere());
    }

    @Test
    void aDatedIdIsSentAsTypedAndPricedAsItsModel() {
        Candidate dated = only("claude-sonnet-4-5-20250929", Dialect.ANTHROPIC);
        assertEquals("anthropic/claude-sonnet-4-5-20250929", dated.qualifiedName());
        assertEquals(only("claude-sonnet-4-5", Dialect.ANTHROPIC).price(), dated.price());
        assertEquals(
                dated.price(),
                only("anthropic/claude-sonnet-4-5-20250929", Dialect.OPENAI).price());
        assertTrue(resolved("claude-sonnet-4-5-20250929", Dialect.ANTHROPIC).known());
    }

    @Test
    void ofTwoProvidersTheOneThatSpeaksTheCallersDialectIsPreferredAndAmongThoseTheBuiltin() {
        assertEquals("openai/gpt-5", only("gpt-5", Dialect.OPENAI).qualifiedName());
        Provider both = new Provider(
                "both", Set.of(Dialect.ANTHROPIC), URI.create("https://b.example"), AuthStyle.BEARER, false);
        CatalogView other = CatalogView.of(
                List.of(BuiltinProviders.VENDORS.get(1), both),
                List.of(model("openai", "gpt-5", 1), model("both", "gpt-5", 2)),
                List.of());
        Resolution.Resolved anthropic =
                assertInstanceOf(Resolution.Resolved.class, other.resolve("gpt-5", Dialect.ANTHROPIC, NOW));
        assertEquals("both", anthropic.candidates().getFirst().provider().name());
        Resolution.Resolved openai =
                assertInstanceOf(Resolution.Resolved.class, other.resolve("gpt-5", Dialect.OPENAI, NOW));
        assertEquals("openai", openai.candidates().getFirst().provider().name());
    }

    @Test
    void aQualifiedNameLeadsToThatProviderAndNoOther() {
        assertEquals("resale/gpt-5", only("resale/gpt-5", Dialect.OPENAI).qualifiedName());
        assertFalse(only("resale/gpt-5", Dialect.OPENAI).bareNameLeadsHere());
        assertTrue(only("openai/gpt-5", Dialect.OPENAI).bareNameLeadsHere());
        assertTrue(only("resale/only-here", Dialect.ANTHROPIC).bareNameLeadsHere());
    }

    @Test
    void aModelIdMayHoldSlashesOfItsOwn() {
        assertEquals("meta/llama-9", only("resale/meta/llama-9", Dialect.OPENAI).model());
        assertEquals("resale/meta/llama-9", only("meta/llama-9", Dialect.OPENAI).qualifiedName());
        // Where the first part names a provider, that provider is meant.
        assertEquals(
                "anthropic",
                only("anthropic/claude-haiku-4-5", Dialect.OPENAI).provider().name());
        assertFalse(only("resale/anthropic/claude-haiku-4-5", Dialect.OPENAI).bareNameLeadsHere());
    }

    @Test
    void anUnknownModelOfAProviderGoesThereUnpriced() {
        Resolution.Resolved resolved = resolved("anthropic/claude-next", Dialect.OPENAI);
        assertFalse(resolved.known());
        assertEquals("anthropic/claude-next", resolved.candidates().getFirst().qualifiedName());
        assertNull(resolved.candidates().getFirst().price());
        assertFalse(
                resolved.candidates().getFirst().bareNameLeadsHere(), "an OpenAI caller's bare name goes to OpenAI");
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "CONVERSE", mode = EnumSource.Mode.EXCLUDE)
    void anUnknownBareIdGoesToTheVendorOfTheCallersDialectUnpriced(Dialect dialect) {
        Resolution.Resolved resolved = resolved("brand-new-model", dialect);
        assertFalse(resolved.known());
        assertEquals(
                dialect.wireName(), resolved.candidates().getFirst().provider().name());
        assertNull(resolved.candidates().getFirst().price());
        assertTrue(resolved.candidates().getFirst().bareNameLeadsHere());
    }

    @Test
    void anAliasLeadsToItsCandidatesInOrder() {
        Resolution.Resolved resolved = resolved("fast", Dialect.ANTHROPIC);
        assertEquals("fast", resolved.alias());
        assertTrue(resolved.known());
        assertEquals(
                List.of("anthropic/claude-haiku-4-5", "resale/anthropic/claude-haiku-4-5"),
                resolved.candidates().stream().map(Candidate::qualifiedName).toList());
    }

    @Test
    void anAliasShadowsAModelWhichItsQualifiedNameStillReaches() {
        assertEquals("anthropic/claude-opus-5", only("gpt-4.1", Dialect.OPENAI).qualifiedName());
        Candidate shadowed = only("openai/gpt-4.1", Dialect.OPENAI);
        assertEquals("openai/gpt-4.1", shadowed.qualifiedName());
        assertFalse(shadowed.bareNameLeadsHere(), "the bare name leads to the alias now");
    }

    @Test
    void candidatesWhoseProviderIsGoneAreLeftOut() {
        assertEquals("openai/gpt-5", only("half-orphan", Dialect.OPENAI).qualifiedName());
        assertInstanceOf(Resolution.Unknown.class, view.resolve("orphan", Dialect.OPENAI, NOW));
    }

    @Test
    void whatFollowsTheColonOfASimulatedModelBelongsToTheSameModel() {
        Candidate flaky = only("sim/flaky:429", Dialect.OPENAI);
        assertEquals("flaky:429", flaky.model());
        assertEquals(only("sim/flaky", Dialect.OPENAI).price(), flaky.price());
        assertTrue(resolved("sim/flaky:429", Dialect.OPENAI).known());
        assertEquals("sim/story:slow", only("story:slow", Dialect.GEMINI).qualifiedName());
        assertTrue(view.model("sim", "flaky:reset").isPresent());
        assertFalse(resolved("resale/only-here:8b", Dialect.OPENAI).known(), "elsewhere a colon is part of the id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nowhere/model",
                "a b",
                "x\u0000",
                "../../v1/files",
                "anthropic/../x",
                "anthropic/",
                "a//b",
                "gpt-5?key=1",
                "gpt-5%2e",
                "naïve",
                "x\r\nHost: y",
                "openai/."
            })
    void whatCannotBeAModelIsUnknown(String requested) {
        assertInstanceOf(Resolution.Unknown.class, view.resolve(requested, Dialect.OPENAI, NOW));
    }

    @Test
    void anEndlessNameIsUnknown() {
        assertInstanceOf(Resolution.Unknown.class, view.resolve("x".repeat(1_000_000), Dialect.OPENAI, NOW));
    }

    @Test
    void anUnknownNameComesWithTheNearest() {
        Resolution.Unknown unknown = assertInstanceOf(
                Resolution.Unknown.class, view.resolve("antropic/claude-haiku-4-5", Dialect.OPENAI, NOW));
        assertEquals("anthropic/claude-haiku-4-5", unknown.nearest().getFirst());
    }

    @Test
    void thePriceIsThatOfTheDay() {
        Model changing = new Model(
                "openai", "p", Set.of(), "p", 0, 0, NOW, List.of(price(1, "2026-01-01"), price(2, "2026-11-23")));
        CatalogView changes = CatalogView.of(BuiltinProviders.VENDORS, List.of(changing), List.of());
        assertNull(priceOf(changes, "2025-12-31T23:59:59.999Z"));
        assertEquals(price(1, "2026-01-01"), priceOf(changes, "2026-01-01T00:00:00Z"));
        assertEquals(price(1, "2026-01-01"), priceOf(changes, "2026-11-22T23:59:59.999Z"));
        assertEquals(price(2, "2026-11-23"), priceOf(changes, "2026-11-23T00:00:00Z"));
        assertEquals(price(1, "2026-01-01"), priceOf(changes, "2026-11-22T00:00:00Z"));
    }

    private static @Nullable Price priceOf(CatalogView view, String instant) {
        Resolution.Resolved resolved =
                assertInstanceOf(Resolution.Resolved.class, view.resolve("p", Dialect.OPENAI, Instant.parse(instant)));
        return resolved.candidates().getFirst().price();
    }

    @Test
    void lookingAKnownNameUpAgainAllocatesNothing() {
        assertSame(
                view.resolve("fast", Dialect.ANTHROPIC, NOW),
                view.resolve("fast", Dialect.ANTHROPIC, NOW.plusSeconds(3600)));
        assertSame(
                view.resolve("gpt-5", Dialect.OPENAI, NOW), view.resolve("gpt-5", Dialect.OPENAI, NOW.plusSeconds(1)));
    }

    @Test
    void modelsAreListedOnceByProviderAndId() {
        List<String> names = view.models().stream().map(Model::qualifiedName).toList();
        assertEquals(names.stream().sorted().distinct().toList(), names);
        assertTrue(names.contains("sim/echo"));
        assertEquals(2, view.modelsNamed("gpt-5").size());
        assertEquals(
                "claude-sonnet-4-5",
                view.modelsNamed("claude-sonnet-4-5-20250929").getFirst().id());
        assertEquals(List.of(), view.modelsNamed("fast"));
    }
}
