package dev.tollgate.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The discounts at one moment: immutable, free to read from any thread. One look into a map for each call, where there are any. */
public final class Discounts {
    /** Where several patterns fit a model, the longest is the most exact. */
    private static final Comparator<Discount> MOST_EXACT_FIRST = Comparator.comparingInt(
                    (Discount discount) -> discount.models().text().length())
            .reversed()
            .thenComparing(discount -> discount.models().text());

    /** None at all. Below what its making needs. */
    public static final Discounts NONE = new Discounts(List.of());

    private record Place(String account, String provider) {}

    private final Map<Place, List<Discount>> byPlace;

    /** Just these. */
    public Discounts(Collection<Discount> discounts) {
        Map<Place, List<Discount>> places = new HashMap<>();
        discounts.stream()
                .sorted(MOST_EXACT_FIRST)
                .forEach(discount -> places.computeIfAbsent(
                                new Place(discount.account(), discount.provider()), first -> new ArrayList<>())
                        .add(discount));
        places.replaceAll((place, list) -> List.copyOf(list));
        this.byPlace = Map.copyOf(places);
    }

    /**
     * What is taken off a call's cost, rounded half up to a whole nano-dollar.
     *
     * @param atMillis when the call was made, in epoch milliseconds
     * @param listCostNanoUsd what it costs by the list, not negative
     */
    public long off(String account, String provider, String model, long atMillis, long listCostNanoUsd) {
        if (byPlace.isEmpty()) {
            return 0;
        }
        for (Discount discount : byPlace.getOrDefault(new Place(account, provider), List.of())) {
            if (discount.holds(model, Instant.ofEpochMilli(atMillis))) {
                return Price.scaled(listCostNanoUsd, discount.millionths(), Discount.WHOLE);
            }
        }
        return 0;
    }
}
