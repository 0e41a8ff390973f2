package dev.tollgate.catalog;

import java.util.List;

/** What the store holds of the catalog. */
record StoredCatalog(List<Provider> providers, List<Alias> aliases, List<SetPrice> prices, List<Discount> discounts) {
    static final StoredCatalog EMPTY = new StoredCatalog(List.of(), List.of(), List.of(), List.of());

    /** A price that the operator set. */
    record SetPrice(String provider, String model, Price price) {}
}
