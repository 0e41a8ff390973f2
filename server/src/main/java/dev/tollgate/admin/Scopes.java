package dev.tollgate.admin;

import dev.tollgate.budget.Scope;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.identity.Accounts;
import dev.tollgate.identity.KeyInfo;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoredText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a budget or a rate is to cover, and refuses what could never cover a call; and shows it. */
final class Scopes {
    /** As much as is kept of what a client calls itself and its features. */
    private static final int MAX_LABEL = 64;

    private final VirtualKeys keys;
    private final PeopleServices people;
    private final Catalog catalog;
    private final InstantSource clock;

    Scopes(VirtualKeys keys, PeopleServices people, Catalog catalog, InstantSource clock) {
        this.keys = keys;
        this.people = people;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * A scope, and what people call its parts.
     *
     * @param keyName empty where the scope has no key
     * @param memberEmail empty where it has no member
     */
    record Named(Scope scope, String keyName, String memberEmail) {}

    /** A model by its id in the catalog, and at which provider; null is at every one. */
    private record Place(
            @Nullable String provider, @Nullable String model) {}

    /**
     * The scope that a request asks for.
     *
     * @param unpriced whether a model without a price is all right
     */
    Named read(AdminRequest request, boolean unpriced) {
        String account = request.optionalText("account");
        Accounts.require(account);
        KeyInfo key = key(request.optionalText("key"));
        Person member = member(request.optionalText("member"));
        Place place = place(request.optionalText("provider"), request.optionalText("model"), unpriced);
        Scope scope = new Scope(
                account,
                member == null ? null : member.id(),
                label("app", request.optionalText("app")),
                label("feature", request.optionalText("feature")),
                key == null ? null : key.id(),
                place.provider(),
                place.model());
        if (!scope.isGiven()) {
            throw Refusal.invalid(
                    "A scope is missing.",
                    "Give at least one of key, account, member, app, feature, model and provider; the account "
                            + Accounts.DEFAULT + " is everything.");
        }
        return new Named(scope, key == null ? "" : key.name(), member == null ? "" : member.email());
    }

    /** As all shapes with a scope have it. */
    static void put(ObjectNode shape, Scope scope, String keyName, String memberEmail) {
        shape.put("account", scope.account());
        Members.put(shape, scope.member(), memberEmail);
        shape.put("app", scope.app()).put("feature", scope.feature());
        if (scope.keyId() == null) {
            shape.putNull("key");
        } else {
            shape.putObject("key").put("id", scope.keyId()).put("name", keyName);
        }
        shape.put("provider", scope.provider()).put("model", scope.model());
    }

    /** As a client may say it. */
    static @Nullable String label(String field, @Nullable String text) {
        boolean wrong = text != null
                && (text.isBlank() || !StoredText.clean(text, MAX_LABEL).equals(text));
        if (wrong) {
            throw Refusal.invalid(
                    field + " is empty, too long or has characters that no header can carry.",
                    "Give it as the client sends it, in " + MAX_LABEL + " characters at most.");
        }
        return text;
    }

    private @Nullable Person member(@Nullable String email) {
        return email == null
                ? null
                : people.people()
                        .byEmail(email)
                        .orElseThrow(() -> Refusal.notFound(
                                "There is nobody here of that email.",
                                "Give the email that the person signs in with."));
    }

    private @Nullable KeyInfo key(@Nullable String idOrName) {
        if (idOrName == null) {
            return null;
        }
        KeyInfo key = keys.find(idOrName)
                .orElseThrow(
                        () -> Refusal.notFound("There is no such key in force.", "List them: ./tollgate key list"));
        if (key.revokedAt() != null) {
            throw over(key, "was revoked at " + key.revokedAt());
        }
        Instant expires = key.expiresAt();
        if (expires != null && !expires.isAfter(clock.instant())) {
            throw over(key, "expired at " + expires);
        }
        return key;
    }

    private static Refusal over(KeyInfo key, String how) {
        return Refusal.invalid(
                "The key " + key.name() + " (" + key.id() + ") " + how + ".",
                "Give a key in force: ./tollgate key list");
    }

    private Place place(@Nullable String provider, @Nullable String model, boolean unpriced) {
        CatalogView view = catalog.view();
        if (provider != null && !view.providers().containsKey(provider)) {
            throw Refusal.notFound(
                    "There is no such provider.",
                    "The providers are " + String.join(", ", view.providers().keySet()) + ".");
        }
        return model == null ? new Place(provider, null) : model(view, provider, model, unpriced);
    }

    private Place model(CatalogView view, @Nullable String provider, String name, boolean unpriced) {
        refuseAlias(view, name);
        Split split = split(view, provider, name);
        String at = split.provider();
        List<Model> known = at == null
                ? view.modelsNamed(name)
                : view.model(at, split.model()).stream().toList();
        if (known.isEmpty()) {
            throw unknown(view, name);
        }
        if (known.stream().map(Model::id).distinct().count() > 1) {
            throw Refusal.invalid(
                    "That name means different models at different providers.",
                    "Give one: "
                            + String.join(
                                    ", ",
                                    known.stream().map(Model::qualifiedName).toList())
                            + ".");
        }
        if (!unpriced && known.stream().noneMatch(this::hasPrice)) {
            String qualified = known.getFirst().qualifiedName();
            throw Refusal.invalid(
                    "The model " + qualified + " has no price, or one of zero: a budget on it would count nothing.",
                    "Set one (./tollgate price set " + qualified + " --input USD --output USD), or give unpriced"
                            + " (--unpriced).");
        }
        return new Place(at, known.getFirst().id());
    }

    private record Split(@Nullable String provider, String model) {}

    /** {@code provider/model} means both; a model's own id may hold slashes, too. */
    private static Split split(CatalogView view, @Nullable String provider, String name) {
        int slash = name.indexOf('/');
        String prefix = slash < 0 ? "" : name.substring(0, slash);
        if (!view.providers().containsKey(prefix)
                || (provider != null && view.model(provider, name).isPresent())) {
            return new Split(provider, name);
        }
        if (provider != null && !provider.equals(prefix)) {
            throw Refusal.invalid(
                    "The model is named at the provider " + prefix + ", and the provider given is " + provider + ".",
                    "Give one of the two.");
        }
        return new Split(prefix, name.substring(slash + 1));
    }

    private static void refuseAlias(CatalogView view, String name) {
        Alias alias = view.aliases().get(name);
        if (alias != null) {
            throw Refusal.invalid(
                    "That is an alias, and a scope is of models: whichever candidate answers is what counts.",
                    "Give one of its candidates: " + String.join(", ", alias.candidates()) + ".");
        }
    }

    private static Refusal unknown(CatalogView view, String name) {
        List<String> near = view.nearest(name).stream()
                .filter(each -> !view.aliases().containsKey(each))
                .toList();
        return Refusal.notFound(
                "The catalog knows no such model.",
                near.isEmpty()
                        ? "List them: ./tollgate model list. A new one is known once it has a price: ./tollgate price set"
                        : "Was one of these meant? " + String.join(", ", near));
    }

    /** A price of zero fills no budget. */
    private boolean hasPrice(Model model) {
        return model.priceAt(clock.instant()).filter(Scopes::isPositive).isPresent();
    }

    private static boolean isPositive(Price price) {
        return price.inputNanoUsdPerMTok() > 0 || price.outputNanoUsdPerMTok() > 0;
    }
}
