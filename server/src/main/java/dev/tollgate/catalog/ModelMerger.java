package dev.tollgate.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what three sources say of a model: the built-in price file, the operator's price file, and prices set
 * by command. The later date wins; on one day a command wins over the file; and from its first day on, what the operator
 * says wins over the built-in file, so that no update undoes a negotiated price.
 */
final class ModelMerger {
    private static final class Draft {
        private final String provider;
        private final String id;
        private final Set<String> alsoIds = new HashSet<>();
        private @Nullable String displayName;
        private @Nullable LocalDate released;
        private long contextTokens;
        private long maxOutputTokens;
        private final NavigableMap<LocalDate, Price> builtin = new TreeMap<>();
        private final NavigableMap<LocalDate, Price> operators = new TreeMap<>();

        Draft(String provider, String id) {
            this.provider = provider;
            this.id = id;
        }

        void take(PriceFile.Entry entry, Map<LocalDate, Price> into) {
            alsoIds.addAll(entry.alsoIds());
            alsoIds.remove(id);
            displayName = entry.displayName() == null ? displayName : entry.displayName();
            released = entry.released() == null ? released : entry.released();
            contextTokens = entry.contextTokens() == null ? contextTokens : entry.contextTokens();
            maxOutputTokens = entry.maxOutputTokens() == null ? maxOutputTokens : entry.maxOutputTokens();
            entry.prices().forEach(price -> into.put(price.since(), price));
        }

        Model finish() {
            List<Price> prices = new ArrayList<>();
            prices.addAll(
                    operators.isEmpty()
                            ? builtin.values()
                            : builtin.headMap(operators.firstKey()).values());
            prices.addAll(operators.values());
            LocalDate born = released == null ? prices.getFirst().since() : released;
            Instant createdAt = born.atStartOfDay(ZoneOffset.UTC).toInstant();
            return new Model(
                    provider,
                    id,
                    alsoIds,
                    displayName == null ? id : displayName,
                    contextTokens,
                    maxOutputTokens,
                    createdAt,
                    prices);
        }
    }

    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    /** Every id of every model, qualified, to its draft. */
    private final Map<String, Draft> byId = new LinkedHashMap<>();

    private ModelMerger() {}

    static List<Model> merge(PriceFile builtin, @Nullable PriceFile operators, Collection<StoredCatalog.SetPrice> set) {
        ModelMerger merger = new ModelMerger();
        for (PriceFile.Entry entry : builtin.models()) {
            Draft draft = merger.draft(entry.provider(), entry.id());
            draft.take(entry, draft.builtin);
            merger.remember(draft);
        }
        if (operators != null) {
            for (PriceFile.Entry entry : operators.models()) {
                Draft draft = merger.draft(entry.provider(), entry.id());
                draft.take(entry, draft.operators);
                merger.remember(draft);
            }
        }
        for (StoredCatalog.SetPrice price : set) {
            Draft draft = merger.draft(price.provider(), price.model());
            draft.operators.put(price.price().since(), price.price());
        }
        return merger.drafts.values().stream().map(Draft::finish).toList();
    }

    private Draft draft(String provider, String id) {
        String qualified = provider + '/' + id;
        Draft known = byId.get(qualified);
        if (known != null) {
            return known;
        }
        Draft draft = new Draft(provider, id);
        drafts.put(qualified, draft);
        byId.put(qualified, draft);
        return draft;
    }

    private void remember(Draft draft) {
        for (String id : draft.alsoIds) {
            byId.putIfAbsent(draft.provider + '/' + id, draft);
        }
    }
}
