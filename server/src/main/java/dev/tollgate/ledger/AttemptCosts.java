package dev.tollgate.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * What of a call's cost is owed to other places than the one that served it: for attempts that nobody has answered. In the books that
 * is a transfer for each other provider; the call's row has it for each place, in its attempts. Tokens and discount stay with the call:
 * of such an attempt only its cost is told.
 */
final class AttemptCosts {
    /** As {@link AttemptsJson} writes it. */
    private static final String BILLED = "\"billed\":";

    private AttemptCosts() {}

    /** Where a call, or an attempt of one, was sent; empty where it was not. */
    record Place(String provider, String model) {
        static Place of(@Nullable String provider, @Nullable String model) {
            return new Place(provider == null ? "" : provider, model == null ? "" : model);
        }

        /** As usage is summed by it. */
        private String id(UsageBy by) {
            return by == UsageBy.PROVIDER || provider.isEmpty() ? provider : provider + "/" + model;
        }
    }

    /**
     * What is owed to other places, in nano-US-dollars.
     *
     * @param attempts the column of a call's row
     */
    static Map<Place, Long> elsewhere(Place served, @Nullable String attempts) {
        if (attempts == null || !attempts.contains(BILLED)) {
            return Map.of();
        }
        Map<Place, Long> owed = new LinkedHashMap<>();
        for (Attempt attempt : AttemptsJson.read(attempts, new Served(served.provider(), served.model(), "", ""))) {
            Place place = new Place(attempt.provider(), attempt.model());
            if (attempt.billedNanoUsd() > 0 && !place.equals(served)) {
                owed.merge(place, attempt.billedNanoUsd(), Math::addExact);
            }
        }
        return owed;
    }

    private static boolean isPlace(UsageBy what) {
        return what == UsageBy.PROVIDER || what == UsageBy.MODEL;
    }

    /**
     * Usage in which each place has what is owed to it.
     *
     * @param rows as the calls' rows have it
     * @param binding of the period
     * @param order of the rows
     */
    static List<UsageRow> placed(
            Handle handle,
            List<UsageBy> by,
            Map<UsageBy, String> only,
            Consumer<Query> binding,
            List<UsageRow> rows,
            Comparator<UsageRow> order) {
        if (by.stream().noneMatch(AttemptCosts::isPlace)
                && only.keySet().stream().noneMatch(AttemptCosts::isPlace)) {
            return rows;
        }
        Query query = handle.createQuery(sql(by, only));
        binding.accept(query);
        only.forEach((what, value) -> {
            if (!isPlace(what)) {
                query.bind(what.wireName(), value);
            }
        });
        List<UsageRow> parts = query.map((row, context) -> parts(by, only, row)).list().stream()
                .flatMap(List::stream)
                .toList();
        if (parts.isEmpty()) {
            return rows;
        }
        Map<List<String>, UsageRow> sums = new LinkedHashMap<>();
        rows.forEach(row -> sums.put(row.ids(), row));
        parts.forEach(part -> sums.merge(part.ids(), part, (sum, more) -> sum.plus(more.costNanoUsd())));
        return sums.values().stream().sorted(order).toList();
    }

    private static String sql(List<UsageBy> by, Map<UsageBy, String> only) {
        return by.stream().map(what -> what.ofCall() + ", ").collect(Collectors.joining("", "SELECT ", ""))
                + "provider, model, key_name, attempts FROM call WHERE at >= :from AND at < :until AND attempts LIKE '%"
                + BILLED + "%'"
                + only.keySet().stream()
                        .filter(what -> !isPlace(what))
                        .map(what -> " AND " + what.ofCall() + " = :" + what.wireName())
                        .collect(Collectors.joining());
    }

    /** What goes from the place that served to each other one, of those that are asked for. */
    private static List<UsageRow> parts(List<UsageBy> by, Map<UsageBy, String> only, ResultSet row)
            throws SQLException {
        int at = by.size();
        Place served = Place.of(row.getString(++at), row.getString(++at));
        String keyName = row.getString(++at);
        List<UsageRow> parts = new ArrayList<>();
        for (Map.Entry<Place, Long> each :
                elsewhere(served, row.getString(++at)).entrySet()) {
            for (Place place : List.of(served, each.getKey())) {
                boolean asked = only.entrySet().stream()
                        .allMatch(one ->
                                !isPlace(one.getKey()) || place.id(one.getKey()).equals(one.getValue()));
                if (asked) {
                    long cost = place.equals(served) ? -each.getValue() : each.getValue();
                    parts.add(UsageSums.costing(by, ids(by, row, place), keyName, cost));
                }
            }
        }
        return parts;
    }

    private static List<String> ids(List<UsageBy> by, ResultSet row, Place place) throws SQLException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < by.size(); i++) {
            ids.add(isPlace(by.get(i)) ? place.id(by.get(i)) : UsageSums.id(by.get(i), row, i + 1));
        }
        return ids;
    }
}
