package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Which alias may be another one's cheaper one: all chains of them end, and none leads from a strict alias to one that is not. */
final class CheaperRules {
    private CheaperRules() {}

    /** @param alias as it is to be set */
    static void require(CatalogView in, Alias alias) {
        String cheaper = alias.cheaper();
        if (cheaper != null) {
            requireEnd(in, alias);
            requireStrict(alias, CatalogRules.requireAlias(in, cheaper));
        }
        in.aliases().values().stream()
                .filter(other -> alias.name().equals(other.cheaper()))
                .forEach(other -> requireStrict(other, alias));
    }

    private static void requireEnd(CatalogView in, Alias alias) {
        List<String> chain = new ArrayList<>(List.of(alias.name()));
        String next = alias.cheaper();
        while (next != null) {
            chain.add(next);
            if (next.equals(alias.name())) {
                throw Refusal.invalid(
                        "The cheaper aliases would lead in a circle: " + String.join(", then ", chain) + ".",
                        "Give one that leads elsewhere, or none.");
            }
            next = CatalogRules.requireAlias(in, next).cheaper();
        }
    }

    private static void requireStrict(Alias alias, Alias cheaper) {
        if (alias.strict() && !cheaper.strict()) {
            throw Refusal.conflict(
                    "The alias " + alias.name() + " is strict, and " + cheaper.name()
                            + ", which is to be its cheaper one, is not.",
                    "Make both strict (--strict), or neither.");
        }
    }

    static void requireNoneFallsTo(CatalogView in, String name) {
        List<String> from = in.aliases().values().stream()
                .filter(alias -> name.equals(alias.cheaper()))
                .map(Alias::name)
                .toList();
        if (!from.isEmpty()) {
            throw Refusal.conflict(
                    "The alias " + name + " is the cheaper one of " + String.join(", ", from) + ".",
                    "Set them without it first: ./tollgate alias set NAME PROVIDER/MODEL");
        }
    }
}
