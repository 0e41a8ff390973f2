package dev.tollgate.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model that the catalog knows.
 *
 * @param id the provider's own id, the shortest where it has several
 * @param alsoIds further ids of the same model, such as the one with its date
 * @param contextTokens how long prompt and answer may be together; 0 where it is not known
 * @param maxOutputTokens how long an answer may be; 0 where it is not known
 * @param createdAt when the provider released it
 * @param prices as they take effect, oldest first, no two on one day
 */
public record Model(
        String provider,
        String id,
        Set<String> alsoIds,
        String displayName,
        long contextTokens,
        long maxOutputTokens,
        Instant createdAt,
        List<Price> prices) {
    public Model {
        alsoIds = Set.copyOf(alsoIds);
        prices = List.copyOf(prices);
        for (int i = 1; i < prices.size(); i++) {
            if (!prices.get(i - 1).since().isBefore(prices.get(i).since())) {
                throw new IllegalArgumentException("prices stand in the order of their days");
            }
        }
    }

    /** {@code provider/model}. */
    public String qualifiedName() {
        return provider + '/' + id;
    }

    /** The price in force at that time, if any yet is. */
    public Optional<Price> priceAt(Instant instant) {
        for (int i = prices.size() - 1; i >= 0; i--) {
            if (prices.get(i).sinceEpochMillis() <= instant.toEpochMilli()) {
                return Optional.of(prices.get(i));
            }
        }
        return Optional.empty();
    }

    /** The price that begins on that day, if one does. */
    Optional<Price> priceFrom(LocalDate day) {
        return prices.stream().filter(price -> price.since().equals(day)).findFirst();
    }
}
