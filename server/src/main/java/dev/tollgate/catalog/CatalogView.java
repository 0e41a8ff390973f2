package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalog at one moment: immutable, free to read from any thread. */
public interface CatalogView {
    /**
     * Where a name leads: an alias to its candidates; {@code provider/model} to that provider; a bare id to the
     * catalog's model, preferring a provider that speaks the caller's dialect; a bare id that nobody knows to the
     * vendor of the caller's dialect, unpriced.
     */
    Resolution resolve(String requested, Dialect callerDialect, Instant now);

    /** Known names that are spelt like this one, nearest first, at most five. */
    List<String> nearest(String requested);

    /** All models, by provider and id. */
    List<Model> models();

    /**
     * The model of that provider with that id or further id. For a simulated model, what follows a colon tells it how to
     * behave and does not count.
     */
    Optional<Model> model(String provider, String id);

    /** The models that a person may mean by {@code provider/model} or by a bare id; several where providers share an id. */
    List<Model> modelsNamed(String name);

    /** By name. */
    Map<String, Provider> providers();

    /** By name. */
    Map<String, Alias> aliases();

    /** What providers take off these prices. */
    Discounts discounts();

    /** A catalog of just these. Models and candidates whose provider is missing are left out. */
    static CatalogView of(Collection<Provider> providers, Collection<Model> models, Collection<Alias> aliases) {
        return of(providers, models, aliases, Discounts.NONE);
    }

    /** The same with discounts. */
    static CatalogView of(
            Collection<Provider> providers, Collection<Model> models, Collection<Alias> aliases, Discounts discounts) {
        return new HashedView(providers, models, aliases, discounts);
    }
}
