package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What changes of the catalog are refused, each with its cure. */
final class CatalogRules {
    private static final int MAX_CANDIDATES = 16;
    private static final int MAX_NEAREST = 5;
    private static final LocalDate EARLIEST_PRICE = LocalDate.of(2000, 1, 1);
    private static final LocalDate LATEST_PRICE = LocalDate.of(2999, 12, 31);

    private CatalogRules() {}

    static Provider requireProvider(CatalogView in, String name) {
        Provider provider = in.providers().get(name);
        if (provider == null) {
            throw Refusal.notFound("There is no such provider.", providersOf(in));
        }
        return provider;
    }

    private static String providersOf(CatalogView in) {
        return "The providers are " + String.join(", ", in.providers().keySet()) + ".";
    }

    static void requireNewProvider(CatalogView in, String name) {
        if (in.providers().containsKey(name)) {
            throw Refusal.conflict(
                    "A provider named " + name + " exists.",
                    "Choose another name, or move it: ./tollgate provider set " + name + " --base-url URL");
        }
    }

    static void requireMovable(String name) {
        if (name.equals(Provider.SIMULATED)) {
            throw Refusal.invalid(
                    "The simulated provider is part of this server and cannot be moved.",
                    "Add a provider of your own: ./tollgate provider add NAME --dialect openai --base-url URL");
        }
    }

    static Refusal noAddress() {
        return Refusal.invalid(
                "The provider's address is missing.", "Give its base URL, such as https://llm.example.org");
    }

    /** Both clouds host Anthropic's models in the form that this speaks; Bedrock's own form is for all of its models. */
    static void requireHosted(Platform platform, Dialect dialect) {
        if (platform.hosts(dialect)) {
            return;
        }
        throw switch (platform) {
            case Platform.Direct none ->
                Refusal.invalid("Converse is spoken on Amazon Bedrock only.", "Give --platform bedrock with it.");
            case Platform.Bedrock bedrock ->
                Refusal.invalid(
                        "On Amazon Bedrock only Anthropic's models are spoken to, or any model in Converse.",
                        "Give the dialect anthropic or converse, or no platform.");
            case Platform.Vertex vertex ->
                Refusal.invalid(
                        "On Vertex AI only Anthropic's models are spoken to.",
                        "Give the dialect anthropic, or no platform.");
        };
    }

    static void requireAuth(Platform platform, AuthStyle auth) {
        if (!platform.auths().contains(auth)) {
            String known = platform.auths().stream().map(AuthStyle::wireName).collect(Collectors.joining(", "));
            String place = platform.equals(Platform.DIRECT) ? "without a platform" : "on " + platform.wireName();
            throw Refusal.invalid(
                    "The way to authenticate " + auth.wireName() + " does not exist " + place + ".",
                    "Use one of: " + known + ".");
        }
    }

    /** @param credentials the names of those that the provider has */
    static void requireUnused(CatalogView in, Provider provider, List<String> credentials) {
        String name = provider.name();
        if (provider.builtin()) {
            throw Refusal.conflict("The provider " + name + " is built in.", "It does nothing without a credential.");
        }
        if (!credentials.isEmpty()) {
            throw Refusal.conflict(
                    "The provider " + name + " is used by the credentials " + String.join(", ", credentials) + ".",
                    "Remove them first: ./tollgate credential remove NAME");
        }
        List<String> aliases = in.aliases().values().stream()
                .filter(alias -> alias.candidates().stream().anyMatch(to -> to.startsWith(name + "/")))
                .map(Alias::name)
                .toList();
        if (!aliases.isEmpty()) {
            throw Refusal.conflict(
                    "The provider " + name + " is used by the aliases " + String.join(", ", aliases) + ".",
                    "Point them elsewhere first: ./tollgate alias set NAME PROVIDER/MODEL");
        }
    }

    static void requireCandidates(CatalogView in, List<String> candidates) {
        if (candidates.isEmpty()
                || candidates.size() > MAX_CANDIDATES
                || Set.copyOf(candidates).size() < candidates.size()) {
            throw Refusal.invalid(
                    "An alias has 1 to " + MAX_CANDIDATES + " candidates, each named once.",
                    "Name them in order of preference: anthropic/claude-haiku-4-5,openai/gpt-5-mini");
        }
        candidates.forEach(candidate -> requireCandidate(in, candidate));
    }

    private static void requireCandidate(CatalogView in, String candidate) {
        int slash = candidate.indexOf('/');
        if (slash <= 0) {
            throw Refusal.invalid(
                    "A candidate is written as provider/model.",
                    nearestOr(in, candidate, "For example: anthropic/claude-haiku-4-5"));
        }
        Names.requireModel(candidate.substring(slash + 1));
        if (!in.providers().containsKey(candidate.substring(0, slash))) {
            throw Refusal.invalid("A candidate names a provider that does not exist.", providersOf(in));
        }
    }

    /**
     * A candidate without a price is mostly a misspelt one, and what it costs is in no budget: only who sets it knows that it is
     * meant. One that is free has a price, of zero.
     */
    static void requirePrices(CatalogView in, List<String> candidates, Instant now) {
        List<String> unpriced = candidates.stream()
                .filter(candidate -> !isPriced(in, candidate, now))
                .toList();
        if (!unpriced.isEmpty()) {
            String first = unpriced.getFirst();
            List<String> nearest = unpriced.stream()
                    .flatMap(candidate -> in.nearest(candidate).stream())
                    .distinct()
                    .limit(MAX_NEAREST)
                    .toList();
            throw Refusal.invalid(
                    unpriced.size() == 1
                            ? "The candidate " + first + " has no price."
                            : "These candidates have no price: " + String.join(", ", unpriced) + ".",
                    "Set one: ./tollgate price set " + first
                            + " --input USD --output USD (0 with --free if it costs nothing)."
                            + " Or give unpriced (--unpriced): its calls then count as nothing, and budgets refuse it unless"
                            + " they allow models without a price."
                            + (nearest.isEmpty() ? "" : " Or was one of these meant? " + String.join(", ", nearest)));
        }
    }

    private static boolean isPriced(CatalogView in, String candidate, Instant now) {
        int slash = candidate.indexOf('/');
        return in.model(candidate.substring(0, slash), candidate.substring(slash + 1))
                .flatMap(model -> model.priceAt(now))
                .isPresent();
    }

    static Alias requireAlias(CatalogView in, String name) {
        Alias alias = in.aliases().get(name);
        if (alias == null) {
            throw Refusal.notFound("There is no such alias.", nearestOr(in, name, "List them: ./tollgate alias list"));
        }
        return alias;
    }

    private static String nearestOr(CatalogView in, String name, String otherwise) {
        List<String> nearest = in.nearest(name);
        return nearest.isEmpty() ? otherwise : "Was one of these meant? " + String.join(", ", nearest);
    }

    static void requirePriceDay(LocalDate since) {
        if (since.isBefore(EARLIEST_PRICE) || since.isAfter(LATEST_PRICE)) {
            throw Refusal.invalid("That is no day from which a price can hold.", "Give a date like 2026-11-22.");
        }
    }
}
