package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog at one moment, as hash tables: every alias, every {@code provider/model} and every bare id that is known
 * has its finished route, for each dialect.
 */
final class HashedView implements CatalogView {
    private final Map<String, Provider> providers;
    private final Map<String, Alias> aliases;
    private final List<Model> models;
    /** By {@code provider/id}, with all further ids. */
    private final Map<String, Model> byQualifiedId = new HashMap<>();
    /** By bare id, with all further ids; of several providers, the preferred first. */
    private final Map<String, List<Model>> byBareId = new HashMap<>();

    private final Map<String, Map<Dialect, NamedRoute>> routes = new HashMap<>();
    private final NearestNames nearest;
    private final Discounts discounts;

    HashedView(
            Collection<Provider> providers, Collection<Model> models, Collection<Alias> aliases, Discounts discounts) {
        this.discounts = discounts;
        Map<String, Provider> providersByName = new TreeMap<>();
        providers.forEach(provider -> providersByName.put(provider.name(), provider));
        this.providers = Collections.unmodifiableMap(providersByName);
        this.models = models.stream()
                .filter(model -> providersByName.containsKey(model.provider()))
                .sorted(Comparator.comparing(Model::qualifiedName))
                .toList();
        this.models.stream()
                .sorted(Comparator.comparing((Model model) -> !isBuiltin(model)))
                .forEach(this::index);
        Map<String, Alias> aliasesByName = new TreeMap<>();
        aliases.forEach(alias -> aliasesByName.put(alias.name(), alias));
        this.aliases = Collections.unmodifiableMap(aliasesByName);
        byQualifiedId.forEach(this::addQualified);
        byBareId.keySet().forEach(this::addBare);
        aliasesByName.values().forEach(this::addAlias);
        this.nearest = new NearestNames(namesByLikelihood());
    }

    private boolean isBuiltin(Model model) {
        Provider provider = providers.get(model.provider());
        return provider != null && provider.builtin();
    }

    private void index(Model model) {
        indexId(model, model.id());
        model.alsoIds().forEach(id -> indexId(model, id));
    }

    private void indexId(Model model, String id) {
        byQualifiedId.putIfAbsent(model.provider() + '/' + id, model);
        byBareId.computeIfAbsent(id, key -> new ArrayList<>()).add(model);
    }

    private void addQualified(String qualified, Model model) {
        String id = qualified.substring(model.provider().length() + 1);
        routes.put(qualified, forEachDialect(qualified, null, dialect -> List.of(stop(model.provider(), id, dialect))));
    }

    private void addBare(String id) {
        // A bare id may itself look like provider/model (a reseller's do); then the provider's own model comes first.
        routes.computeIfAbsent(
                id,
                name -> forEachDialect(name, null, dialect -> List.of(stop(preferred(name, dialect), name, dialect))));
    }

    private void addAlias(Alias alias) {
        Map<Dialect, NamedRoute> route = forEachDialect(alias.name(), alias.name(), dialect -> {
            List<NamedRoute.Stop> stops = new ArrayList<>();
            for (String candidate : alias.candidates()) {
                int slash = candidate.indexOf('/');
                String provider = slash < 0 ? "" : candidate.substring(0, slash);
                if (providers.containsKey(provider)) {
                    stops.add(stop(provider, candidate.substring(slash + 1), dialect));
                }
            }
            return stops;
        });
        if (!route.isEmpty()) {
            routes.put(alias.name(), route);
        }
    }

    private interface Stops {
        List<NamedRoute.Stop> of(Dialect dialect);
    }

    private static Map<Dialect, NamedRoute> forEachDialect(String name, @Nullable String alias, Stops stops) {
        Map<Dialect, NamedRoute> route = new EnumMap<>(Dialect.class);
        for (Dialect dialect : Dialect.OF_CLIENTS) {
            List<NamedRoute.Stop> here = stops.of(dialect);
            if (!here.isEmpty()) { // empty where every provider that an alias named is gone
                route.put(dialect, new NamedRoute(name, alias, here));
            }
        }
        return route;
    }

    private NamedRoute.Stop stop(String providerName, String id, Dialect dialect) {
        Provider provider = providers.get(providerName);
        if (provider == null) {
            throw new IllegalStateException("no provider " + providerName);
        }
        boolean bareNameLeadsHere = providerName.equals(bareTarget(id, dialect));
        return new NamedRoute.Stop(provider, id, modelOf(providerName, id), bareNameLeadsHere);
    }

    /** The provider to which a bare id leads, or null where it leads to an alias or nowhere. */
    private @Nullable String bareTarget(String id, Dialect dialect) {
        if (aliases.containsKey(id) || byQualifiedId.containsKey(id)) {
            return null;
        }
        String known = knownBare(id, dialect);
        if (known != null) {
            return known;
        }
        return id.indexOf('/') < 0 ? BuiltinProviders.nameOf(dialect) : null;
    }

    private @Nullable String knownBare(String id, Dialect dialect) {
        if (byBareId.containsKey(id)) {
            return preferred(id, dialect);
        }
        return modelOf(Provider.SIMULATED, id) == null ? null : Provider.SIMULATED;
    }

    /** Of the providers that have this model: one that speaks the dialect, else the first. */
    private String preferred(String id, Dialect dialect) {
        List<Model> having = byBareId.getOrDefault(id, List.of());
        for (Model model : having) {
            Provider provider = providers.get(model.provider());
            if (provider != null && provider.speaks(dialect)) {
                return model.provider();
            }
        }
        return having.getFirst().provider();
    }

    private @Nullable Model modelOf(String provider, String id) {
        Model model = byQualifiedId.get(provider + '/' + id);
        int colon = id.indexOf(':');
        if (model == null && colon > 0 && provider.equals(Provider.SIMULATED)) {
            // What follows the colon tells the simulated model how to behave: sim/flaky:429.
            return byQualifiedId.get(provider + '/' + id.substring(0, colon));
        }
        return model;
    }

    @Override
    public Resolution resolve(String requested, Dialect callerDialect, Instant now) {
        Map<Dialect, NamedRoute> listed = routes.get(requested);
        NamedRoute route = listed == null ? null : listed.get(callerDialect);
        if (route != null) {
            return route.at(now);
        }
        NamedRoute.Stop stop = Names.isModel(requested) ? unlisted(requested, callerDialect) : null;
        return stop == null
                ? new Resolution.Unknown(nearest(requested))
                : new NamedRoute(requested, null, List.of(stop)).at(now);
    }

    private NamedRoute.@Nullable Stop unlisted(String requested, Dialect dialect) {
        int slash = requested.indexOf('/');
        if (slash > 0 && providers.containsKey(requested.substring(0, slash))) {
            return stop(requested.substring(0, slash), requested.substring(slash + 1), dialect);
        }
        String provider = bareTarget(requested, dialect);
        return provider == null || !providers.containsKey(provider) ? null : stop(provider, requested, dialect);
    }

    @Override
    public List<String> nearest(String requested) {
        return nearest.near(requested);
    }

    /** Aliases, then bare ids, then qualified ones; among models the newest first. Further ids would only repeat them. */
    private List<String> namesByLikelihood() {
        List<Model> newestFirst = models.stream()
                .sorted(Comparator.comparing(Model::createdAt).reversed())
                .toList();
        List<String> names = new ArrayList<>(aliases.keySet());
        newestFirst.stream()
                .map(Model::id)
                .filter(id -> !aliases.containsKey(id))
                .distinct()
                .forEach(names::add);
        newestFirst.forEach(model -> names.add(model.qualifiedName()));
        return names;
    }

    @Override
    public List<Model> models() {
        return models;
    }

    @Override
    public Optional<Model> model(String provider, String id) {
        return Optional.ofNullable(modelOf(provider, id));
    }

    @Override
    public List<Model> modelsNamed(String name) {
        Model qualified = byQualifiedId.get(name);
        return qualified != null ? List.of(qualified) : List.copyOf(byBareId.getOrDefault(name, List.of()));
    }

    @Override
    public Discounts discounts() {
        return discounts;
    }

    @Override
    public Map<String, Provider> providers() {
        return providers;
    }

    @Override
    public Map<String, Alias> aliases() {
        return aliases;
    }
}
