package dev.tollgate.admin;

import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.AliasChange;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.LongContext;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Price;
import dev.tollgate.catalog.PriceChange;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Providers, models, aliases and prices. */
final class CatalogAdmin {
    private static final Set<String> PRICE_FIELDS = Set.of(
            "input_usd_per_mtok",
            "output_usd_per_mtok",
            "cache_read_usd_per_mtok",
            "cache_write_5m_usd_per_mtok",
            "cache_write_1h_usd_per_mtok",
            "since",
            "free");

    private final Catalog catalog;
    private final InstantSource clock;

    CatalogAdmin(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    void add(AdminRoutes routes) {
        routes.get("/providers", request -> providers());
        routes.post(
                "/providers",
                Set.of("name", "dialect", "base_url", "auth", "platform", "region", "project"),
                this::addProvider);
        routes.patch("/providers/{name}", Set.of("base_url", "auth"), this::changeProvider);
        routes.delete("/providers/{name}", request -> {
            catalog.removeProvider(request.path("name"), request.actorName());
            return AdminReply.nothing();
        });
        routes.get("/models", request -> models());
        routes.get("/aliases", request -> aliases());
        routes.put("/aliases/{name}", Set.of("candidates", "strict", "cheaper", "cache", "unpriced"), this::setAlias);
        routes.delete("/aliases/{name}", request -> {
            catalog.removeAlias(request.path("name"), request.actorName());
            return AdminReply.nothing();
        });
        routes.get("/prices", this::prices);
        routes.put("/prices/{provider}/{model}", PRICE_FIELDS, this::setPrice);
    }

    private AdminReply providers() {
        return AdminReply.list(catalog.view().providers().values().stream()
                .sorted(Comparator.comparing(Provider::name))
                .map(CatalogAdmin::shape)
                .toList());
    }

    private AdminReply addProvider(AdminRequest request) {
        Platform platform = Platform.of(
                request.optionalText("platform"), request.optionalText("region"), request.optionalText("project"));
        boolean direct = platform.equals(Platform.DIRECT);
        String dialect = request.optionalText("dialect");
        String named = dialect == null && !direct ? Dialect.ANTHROPIC.wireName() : request.text("dialect");
        Dialect spoken = Dialect.of(named)
                .orElseThrow(() -> Refusal.invalid(
                        "There is no such dialect.",
                        "The dialects are anthropic, openai, gemini and, on Amazon Bedrock, converse."));
        String baseUrl = direct ? request.text("base_url") : request.optionalText("base_url");
        NewProvider wanted = new NewProvider(request.text("name"), spoken, platform, baseUrl, auth(request));
        return AdminReply.created(shape(catalog.addProvider(wanted, request.actorName())));
    }

    private AdminReply changeProvider(AdminRequest request) {
        String baseUrl = request.optionalText("base_url");
        AuthStyle auth = auth(request);
        if (baseUrl == null && auth == null) {
            throw Refusal.invalid("Nothing to change was given.", "Give base_url, auth or both.");
        }
        return AdminReply.ok(shape(catalog.changeProvider(request.path("name"), baseUrl, auth, request.actorName())));
    }

    private static @Nullable AuthStyle auth(AdminRequest request) {
        String auth = request.optionalText("auth");
        return auth == null
                ? null
                : AuthStyle.of(auth)
                        .orElseThrow(() -> Refusal.invalid(
                                "There is no such way to authenticate.",
                                "Use x-api-key, bearer, x-goog-api-key or none; on a platform aws-sigv4,"
                                        + " google-service-account or bearer."));
    }

    private static ObjectNode shape(Provider provider) {
        ObjectNode shape = Shapes.object().put("name", provider.name());
        ArrayNode dialects = shape.putArray("dialects");
        provider.dialects().stream().sorted().map(Dialect::wireName).forEach(dialects::add);
        return shape.put("base_url", provider.baseUrl().toString())
                .put("auth", provider.auth().wireName())
                .put("platform", orNull(provider.platform().wireName()))
                .put("region", orNull(provider.platform().region()))
                .put("project", orNull(provider.platform().project()))
                .put("builtin", provider.builtin());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private AdminReply models() {
        Instant now = clock.instant();
        return AdminReply.list(catalog.view().models().stream()
                .map(model -> shape(model, model.priceAt(now).orElse(null)))
                .toList());
    }

    private static ObjectNode shape(Model model, @Nullable Price price) {
        return Shapes.object()
                .put("id", model.qualifiedName())
                .put("provider", model.provider())
                .put("model", model.id())
                .put("display_name", model.displayName())
                .put("context_tokens", model.contextTokens())
                .put("max_output_tokens", model.maxOutputTokens())
                .put("input_usd_per_mtok", price == null ? null : Money.formatUsd(price.inputNanoUsdPerMTok()))
                .put("output_usd_per_mtok", price == null ? null : Money.formatUsd(price.outputNanoUsdPerMTok()))
                .put("cache_read_usd_per_mtok", price == null ? null : Money.formatUsd(price.cacheReadNanoUsdPerMTok()))
                .put(
                        "cache_write_5m_usd_per_mtok",
                        price == null ? null : Money.formatUsd(price.cacheWrite5mNanoUsdPerMTok()))
                .put(
                        "cache_write_1h_usd_per_mtok",
                        price == null ? null : Money.formatUsd(price.cacheWrite1hNanoUsdPerMTok()))
                .put("created_at", model.createdAt().toString());
    }

    private AdminReply aliases() {
        return AdminReply.list(catalog.view().aliases().values().stream()
                .sorted(Comparator.comparing(Alias::name))
                .map(CatalogAdmin::shape)
                .toList());
    }

    private AdminReply setAlias(AdminRequest request) {
        Alias alias = new Alias(
                request.path("name"),
                request.texts("candidates"),
                request.flag("strict"),
                request.optionalText("cheaper"),
                CachePolicies.read(request));
        AliasChange change = catalog.setAlias(alias, request.flag("unpriced"), request.actorName());
        return AdminReply.ok(shape(change.alias()).put("shadows", change.shadows()));
    }

    private static ObjectNode shape(Alias alias) {
        ObjectNode shape = Shapes.object().put("name", alias.name());
        ArrayNode candidates = shape.putArray("candidates");
        alias.candidates().forEach(candidates::add);
        shape.put("strict", alias.strict()).put("cheaper", alias.cheaper());
        CachePolicies.show(alias.cache(), shape);
        return shape;
    }

    private AdminReply prices(AdminRequest request) {
        String wanted = request.query("model");
        List<ObjectNode> rows = new ArrayList<>();
        for (Model model : catalog.view().models()) {
            boolean named = wanted == null
                    || wanted.equals(model.qualifiedName())
                    || wanted.equals(model.id())
                    || model.alsoIds().contains(wanted);
            if (named) {
                model.prices().forEach(price -> rows.add(priceShape(model, price)));
            }
        }
        if (wanted != null && rows.isEmpty()) {
            throw Refusal.notFound("No price is known for such a model.", "Set one: tollgate price set provider/model");
        }
        return AdminReply.list(rows);
    }

    private AdminReply setPrice(AdminRequest request) {
        NewPrice price = new NewPrice(
                perMTok(request, "input_usd_per_mtok"),
                perMTok(request, "output_usd_per_mtok"),
                optionalPerMTok(request, "cache_read_usd_per_mtok"),
                optionalPerMTok(request, "cache_write_5m_usd_per_mtok"),
                optionalPerMTok(request, "cache_write_1h_usd_per_mtok"),
                day(request.optionalText("since")));
        requireMeant(price, request.flag("free"));
        PriceChange change =
                catalog.setPrice(request.path("provider"), request.path("model"), price, request.actorName());
        return AdminReply.ok(priceShape(change.model(), change.price()));
    }

    /** A price of zero is a slip, or a model that runs on one's own machine: only who set it knows. */
    private static void requireMeant(NewPrice price, boolean free) {
        boolean zero = price.inputNanoUsdPerMTok() == 0 && price.outputNanoUsdPerMTok() == 0;
        if (zero && !free) {
            throw Refusal.invalid(
                    "The price is zero.", "Say --free (\"free\": true) if calls of this model cost nothing.");
        }
        boolean cachesCost = Stream.of(
                        price.cacheReadNanoUsdPerMTok(),
                        price.cacheWrite5mNanoUsdPerMTok(),
                        price.cacheWrite1hNanoUsdPerMTok())
                .anyMatch(rate -> rate != null && rate != 0);
        if (free && (!zero || cachesCost)) {
            throw Refusal.invalid("What is free has no price above zero.", "Give 0 for all, or leave out free.");
        }
    }

    private static long perMTok(AdminRequest request, String field) {
        return Money.parseUsd(request.text(field));
    }

    private static @Nullable Long optionalPerMTok(AdminRequest request, String field) {
        String text = request.optionalText(field);
        return text == null ? null : Money.parseUsd(text);
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.invalid("since is not a date.", "Give a day like 2026-11-22.");
        }
    }

    private static ObjectNode priceShape(Model model, Price price) {
        ObjectNode shape = Shapes.object()
                .put("id", model.qualifiedName())
                .put("provider", model.provider())
                .put("model", model.id())
                .put("input_usd_per_mtok", Money.formatUsd(price.inputNanoUsdPerMTok()))
                .put("output_usd_per_mtok", Money.formatUsd(price.outputNanoUsdPerMTok()))
                .put("cache_read_usd_per_mtok", Money.formatUsd(price.cacheReadNanoUsdPerMTok()))
                .put("cache_write_5m_usd_per_mtok", Money.formatUsd(price.cacheWrite5mNanoUsdPerMTok()))
                .put("cache_write_1h_usd_per_mtok", Money.formatUsd(price.cacheWrite1hNanoUsdPerMTok()))
                .put("web_search_usd_per_request", Money.formatUsd(price.webSearchNanoUsdPerRequest()));
        LongContext tier = price.longContext();
        if (tier == null) {
            shape.putNull("long_context");
        } else {
            shape.putObject("long_context")
                    .put("above_tokens", tier.aboveTokens())
                    .put("input_usd_per_mtok", Money.formatUsd(tier.inputNanoUsdPerMTok()))
                    .put("output_usd_per_mtok", Money.formatUsd(tier.outputNanoUsdPerMTok()))
                    .put("cache_read_usd_per_mtok", Money.formatUsd(tier.cacheReadNanoUsdPerMTok()))
                    .put("cache_write_5m_usd_per_mtok", Money.formatUsd(tier.cacheWrite5mNanoUsdPerMTok()))
                    .put("cache_write_1h_usd_per_mtok", Money.formatUsd(tier.cacheWrite1hNanoUsdPerMTok()));
        }
        shape.put("web_search_unit", price.searchUnit().wireName());
        ObjectNode tiers = shape.putObject("service_tiers");
        price.serviceTiers().forEach(tiers::put);
        return shape.put("since", price.since().toString()).put("source", price.source());
    }
}
