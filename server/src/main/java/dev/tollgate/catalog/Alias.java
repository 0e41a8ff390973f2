package dev.tollgate.catalog;

import java.util.List;

/**
 * A name of the operator's own for one or more models.
 *
 * @param name without a slash
 * @param candidates {@code provider/model}, in order of preference
 */
public record Alias(String name, List<String> candidates) {
    public Alias {
        candidates = List.copyOf(candidates);
    }
}
