package dev.tollgate.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one name leads, for callers of one dialect. Prices change with the day, so the finished answer is kept together
 * with the time for which it holds: looking it up then allocates nothing.
 */
final class NamedRoute {
    /** A candidate whose price is still to be found. */
    record Stop(Provider provider, String model, @Nullable Model known, boolean bareNameLeadsHere) {}

    private record Priced(long fromMillis, long untilMillis, Resolution.Resolved resolved) {}

    private final String name;
    private final @Nullable String alias;
    private final List<Stop> stops;
    private volatile @Nullable Priced latest;

    NamedRoute(String name, @Nullable String alias, List<Stop> stops) {
        this.name = name;
        this.alias = alias;
        this.stops = List.copyOf(stops);
    }

    Resolution.Resolved at(Instant now) {
        long millis = now.toEpochMilli();
        Priced priced = latest;
        if (priced == null || millis < priced.fromMillis || millis >= priced.untilMillis) {
            priced = price(millis);
            latest = priced;
        }
        return priced.resolved;
    }

    private Priced price(long millis) {
        long from = Long.MIN_VALUE;
        long until = Long.MAX_VALUE;
        boolean known = true;
        List<Candidate> candidates = new ArrayList<>(stops.size());
        for (Stop stop : stops) {
            Price current = null;
            List<Price> prices = stop.known == null ? List.of() : stop.known.prices();
            for (Price price : prices) {
                if (price.sinceEpochMillis() <= millis) {
                    current = price;
                    from = Math.max(from, price.sinceEpochMillis());
                } else {
                    until = Math.min(until, price.sinceEpochMillis());
                    break;
                }
            }
            known &= stop.known != null;
            long context = stop.known == null ? 0 : stop.known.contextTokens();
            candidates.add(new Candidate(stop.provider, stop.model, current, stop.bareNameLeadsHere, context));
        }
        return new Priced(from, until, new Resolution.Resolved(name, alias, candidates, known || alias != null));
    }
}
