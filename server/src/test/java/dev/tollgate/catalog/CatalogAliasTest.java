package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.CachePolicy;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class CatalogAliasTest extends CatalogHouse {
    @Test
    void anAliasIsReplacedWholeAndSaysWhatItShadows() {
        Catalog catalog = catalog();
        assertNull(catalog.setAlias(new Alias("fast", List.of("openai/gpt-5", "sim/echo")), "owner")
                .shadows());
        catalog.setAlias(new Alias("fast", List.of("anthropic/claude-haiku-4-5")), "owner");
        Alias alias = catalog().view().aliases().get("fast");
        assertNotNull(alias);
        assertEquals(List.of("anthropic/claude-haiku-4-5"), alias.candidates());
        assertEquals(
                "openai/gpt-4.1",
                catalog.setAlias(new Alias("gpt-4.1", List.of("openai/gpt-5")), "owner")
                        .shadows());
        assertEquals("openai/gpt-5", first(catalog, "gpt-4.1").qualifiedName());
        catalog.removeAlias("gpt-4.1", "owner");
        assertEquals("openai/gpt-4.1", first(catalog, "gpt-4.1").qualifiedName());
    }

    @Test
    void anAliasIsStrictUntilItIsSetAnew() {
        Catalog catalog = catalog();
        Alias strict = new Alias("fast", List.of("openai/gpt-5", "sim/echo", "sim/tools"), true, null, null);
        catalog.setAlias(strict, "owner");
        assertEquals(strict, catalog.view().aliases().get("fast"));
        assertEquals(strict, catalog().view().aliases().get("fast"));
        catalog.setAlias(new Alias("fast", strict.candidates()), "owner");
        assertEquals(
                new Alias("fast", strict.candidates(), false, null, null),
                catalog().view().aliases().get("fast"));
    }

    @Test
    void anAliasKeepsAnswersUntilItIsSetAnew() {
        Catalog catalog = catalog();
        Alias kept = new Alias(
                "fast",
                List.of("openai/gpt-5", "sim/echo"),
                false,
                null,
                new CachePolicy(604_800, CachePolicy.Scope.CALLER));
        catalog.setAlias(kept, "owner");
        assertEquals(kept, catalog.view().aliases().get("fast"));
        assertEquals(kept, catalog().view().aliases().get("fast"));
        catalog.setAlias(new Alias("fast", kept.candidates()), "owner");
        Alias again = catalog().view().aliases().get("fast");
        assertNotNull(again);
        assertNull(again.cache());
    }

    @Test
    void refusesAliasesThatCannotBe() {
        Catalog catalog = catalog();
        for (String name : List.of("", "a/b", "-a", "a b", "x".repeat(65))) {
            refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias(name, List.of("openai/gpt-5")), "owner"));
        }
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of()), "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("openai/x", "openai/x")), "owner"));
        Refusal bare = refused(
                Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("claude-haiku-4.5")), "owner"));
        assertTrue(bare.cure().contains("claude-haiku-4-5"), bare.cure());
        Refusal nobody =
                refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("nobody/x")), "owner"));
        assertTrue(nobody.cure().contains("anthropic, gemini, openai, sim"), nobody.cure());
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("openai/../x")), "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.removeAlias("a", "owner"));
        assertTrue(catalog.view().aliases().isEmpty());
    }

    private static Alias falling(String name, @Nullable String cheaper) {
        return new Alias(name, List.of("sim/echo"), false, cheaper, null);
    }

    @Test
    void aCheaperAliasIsKeptUntilTheAliasIsSetAnew() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("small", null), "owner");
        Alias big = new Alias("big", List.of("sim/echo", "sim/tools"), false, "small", null);
        catalog.setAlias(big, "owner");
        assertEquals(big, catalog().view().aliases().get("big"));
        refused(Refusal.Kind.CONFLICT, () -> catalog.removeAlias("small", "owner"));
        catalog.setAlias(falling("big", null), "owner");
        catalog.removeAlias("small", "owner");
        assertEquals(falling("big", null), catalog().view().aliases().get("big"));
    }

    @Test
    void cheaperAliasesExistAndLeadInNoCircle() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("a", null), "owner");
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("a", "a"), "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("new", "new"), "owner"));
        Refusal unknown = refused(Refusal.Kind.NOT_FOUND, () -> catalog.setAlias(falling("a", "nobody"), "owner"));
        assertTrue(unknown.cure().contains("alias list"), unknown.cure());
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.setAlias(falling("a", "sim/echo"), "owner"));
        catalog.setAlias(falling("b", "a"), "owner");
        catalog.setAlias(falling("c", "b"), "owner");
        Refusal circle = refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("a", "c"), "owner"));
        assertTrue(circle.toString().contains("a, then c, then b, then a"), circle.toString());
        assertEquals(falling("a", null), catalog.view().aliases().get("a"));
    }

    @Test
    void aStrictAliasFallsToAStrictOneOnly() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("small", null), "owner");
        Alias strict = new Alias("big", List.of("sim/echo"), true, "small", null);
        refused(Refusal.Kind.CONFLICT, () -> catalog.setAlias(strict, "owner"));
        catalog.setAlias(new Alias("small", List.of("sim/echo"), true, null, null), "owner");
        catalog.setAlias(strict, "owner");
        refused(Refusal.Kind.CONFLICT, () -> catalog.setAlias(falling("small", null), "owner"));
    }
}
