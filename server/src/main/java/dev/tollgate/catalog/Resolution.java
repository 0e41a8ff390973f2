package dev.tollgate.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the name of a model leads. */
public sealed interface Resolution {
    /**
     * The name leads somewhere.
     *
     * @param requested the name as the caller typed it
     * @param alias the alias's name if that is what it was, else {@code null}
     * @param candidates at least one, in order of preference; not all of them need speak the caller's dialect
     * @param known false where the catalog has never heard of the model and the call would go to the provider all the
     *     same, unpriced. {@link CatalogView#nearest} has what may have been meant
     */
    record Resolved(String requested, @Nullable String alias, List<Candidate> candidates, boolean known)
            implements Resolution {
        public Resolved {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * The name cannot be anybody's model: it names a provider that does not exist, or is not well formed.
     *
     * @param nearest known names that are spelt alike, nearest first; often empty
     */
    record Unknown(List<String> nearest) implements Resolution {
        public Unknown {
            nearest = List.copyOf(nearest);
        }
    }
}
