package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.CachePolicy;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
        assertNull(catalog.setAlias(new Alias("fast", List.of("openai/gpt-5", "sim/echo")), false, "owner")
                .shadows());
        catalog.setAlias(new Alias("fast", List.of("anthropic/claude-haiku-4-5")), false, "owner");
        Alias alias = catalog().view().aliases().get("fast");
        assertNotNull(alias);
        assertEquals(List.of("anthropic/claude-haiku-4-5"), alias.candidates());
        assertEquals(
                "openai/gpt-4.1",
                catalog.setAlias(new Alias("gpt-4.1", List.of("openai/gpt-5")), false, "owner")
                        .shadows());
        assertEquals("openai/gpt-5", first(catalog, "gpt-4.1").qualifiedName());
        catalog.removeAlias("gpt-4.1", "owner");
        assertEquals("openai/gpt-4.1", first(catalog, "gpt-4.1").qualifiedName());
    }

    @Test
    void anAliasIsStrictUntilItIsSetAnew() {
        Catalog catalog = catalog();
        Alias strict = new Alias("fast", List.of("openai/gpt-5", "sim/echo", "sim/tools"), true, null, null);
        catalog.setAlias(strict, false, "owner");
        assertEquals(strict, catalog.view().aliases().get("fast"));
        assertEquals(strict, catalog().view().aliases().get("fast"));
        catalog.setAlias(new Alias("fast", strict.candidates()), false, "owner");
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
        catalog.setAlias(kept, false, "owner");
        assertEquals(kept, catalog.view().aliases().get("fast"));
        assertEquals(kept, catalog().view().aliases().get("fast"));
        catalog.setAlias(new Alias("fast", kept.candidates()), false, "owner");
        Alias again = catalog().view().aliases().get("fast");
        assertNotNull(again);
        assertNull(again.cache());
    }

    @Test
    void refusesAliasesThatCannotBe() {
        Catalog catalog = catalog();
        for (String name : List.of("", "a/b", "-a", "a b", "x".repeat(65))) {
            refused(
                    Refusal.Kind.INVALID,
                    () -> catalog.setAlias(new Alias(name, List.of("openai/gpt-5")), false, "owner"));
        }
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of()), false, "owner"));
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.setAlias(new Alias("a", List.of("openai/x", "openai/x")), false, "owner"));
        Refusal bare = refused(
                Refusal.Kind.INVALID,
                () -> catalog.setAlias(new Alias("a", List.of("claude-haiku-4.5")), false, "owner"));
        assertTrue(bare.cure().contains("claude-haiku-4-5"), bare.cure());
        Refusal nobody = refused(
                Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("nobody/x")), false, "owner"));
        assertTrue(nobody.cure().contains("anthropic, gemini, openai, sim"), nobody.cure());
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(new Alias("a", List.of("openai/../x")), false, "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.removeAlias("a", "owner"));
        assertTrue(catalog.view().aliases().isEmpty());
    }

    @Test
    void refusesCandidatesWithoutAPriceUnlessThatIsMeant() {
        Catalog catalog = catalog();
        Alias alias = new Alias("own", List.of("sim/echo", "openai/llama-4", "openai/new"));
        Refusal refused = refused(Refusal.Kind.INVALID, () -> catalog.setAlias(alias, false, "owner"));
        assertEquals("These candidates have no price: openai/llama-4, openai/new.", refused.getMessage());
        assertTrue(refused.cure().contains("./tollgate price set openai/llama-4 --input USD"), refused.cure());
        assertTrue(refused.cure().contains("--unpriced"), refused.cure());
        assertTrue(catalog.view().aliases().isEmpty());
        assertTrue(catalog().view().aliases().isEmpty());
        catalog.setAlias(alias, true, "owner");
        assertEquals(alias, catalog().view().aliases().get("own"));
    }

    @Test
    void aPriceOfZeroIsAPriceForAnAliasAndOneThatBeginsTomorrowIsNone() {
        Catalog catalog = catalog();
        Alias alias = new Alias("own", List.of("openai/llama-4"));
        LocalDate tomorrow = LocalDate.ofInstant(NOW, ZoneOffset.UTC).plusDays(1);
        catalog.setPrice("openai", "llama-4", new NewPrice(0, 0, null, null, null, tomorrow), "owner");
        Refusal refused = refused(Refusal.Kind.INVALID, () -> catalog.setAlias(alias, false, "owner"));
        assertEquals("The candidate openai/llama-4 has no price.", refused.getMessage());
        catalog.setPrice("openai", "llama-4", new NewPrice(0, 0, null, null, null, null), "owner");
        catalog.setAlias(alias, false, "owner");
        assertEquals(alias, catalog().view().aliases().get("own"));
    }

    private static Alias falling(String name, @Nullable String cheaper) {
        return new Alias(name, List.of("sim/echo"), false, cheaper, null);
    }

    @Test
    void aCheaperAliasIsKeptUntilTheAliasIsSetAnew() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("small", null), false, "owner");
        Alias big = new Alias("big", List.of("sim/echo", "sim/tools"), false, "small", null);
        catalog.setAlias(big, false, "owner");
        assertEquals(big, catalog().view().aliases().get("big"));
        refused(Refusal.Kind.CONFLICT, () -> catalog.removeAlias("small", "owner"));
        catalog.setAlias(falling("big", null), false, "owner");
        catalog.removeAlias("small", "owner");
        assertEquals(falling("big", null), catalog().view().aliases().get("big"));
    }

    @Test
    void cheaperAliasesExistAndLeadInNoCircle() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("a", null), false, "owner");
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("a", "a"), false, "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("new", "new"), false, "owner"));
        Refusal unknown =
                refused(Refusal.Kind.NOT_FOUND, () -> catalog.setAlias(falling("a", "nobody"), false, "owner"));
        assertTrue(unknown.cure().contains("alias list"), unknown.cure());
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.setAlias(falling("a", "sim/echo"), false, "owner"));
        catalog.setAlias(falling("b", "a"), false, "owner");
        catalog.setAlias(falling("c", "b"), false, "owner");
        Refusal circle = refused(Refusal.Kind.INVALID, () -> catalog.setAlias(falling("a", "c"), false, "owner"));
        assertTrue(circle.toString().contains("a, then c, then b, then a"), circle.toString());
        assertEquals(falling("a", null), catalog.view().aliases().get("a"));
    }

    @Test
    void aStrictAliasFallsToAStrictOneOnly() {
        Catalog catalog = catalog();
        catalog.setAlias(falling("small", null), false, "owner");
        Alias strict = new Alias("big", List.of("sim/echo"), true, "small", null);
        refused(Refusal.Kind.CONFLICT, () -> catalog.setAlias(strict, false, "owner"));
        catalog.setAlias(new Alias("small", List.of("sim/echo"), true, null, null), false, "owner");
        catalog.setAlias(strict, false, "owner");
        refused(Refusal.Kind.CONFLICT, () -> catalog.setAlias(falling("small", null), false, "owner"));
    }
}
