package dev.tollgate.catalog;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dated list of models and what they cost: the one that comes with Tollgate, or the operator's own.
 *
 * @param date when its prices were last compared with their sources
 */
record PriceFile(LocalDate date, List<Entry> models) {
    /**
     * One model. What is {@code null} is left as another file has it.
     *
     * @param alsoIds further ids of the same model, such as the one with its date
     * @param prices oldest first; at least one
     */
    record Entry(
            String provider,
            String id,
            Set<String> alsoIds,
            @Nullable String displayName,
            @Nullable LocalDate released,
            @Nullable Long contextTokens,
            @Nullable Long maxOutputTokens,
            List<Price> prices) {}
}
