package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import io.github.bucket4j.TimeMeter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a call asks to be let in, before it asks for money. All is in memory: buckets are full when the process starts, and calls take
 * no lock, so that those of one caller never wait for another's.
 */
public final class RateDesk {
    private static final RateCover NONE = new RateCover(List.of(), place -> place);

    private final UnaryOperator<Place> catalogued;
    private final RateShare share;
    private final TimeMeter time;
    /** By the rates' ids; changed under this object's lock, as is the index. */
    private final Map<String, RateGauge> gauges = new HashMap<>();

    private final ScopeIndex<RateGauge> index = new ScopeIndex<>();

    /** Without any rate. */
    RateDesk(UnaryOperator<Place> catalogued, RateShare share, TimeMeter time) {
        this.catalogued = catalogued;
        this.share = share;
        this.time = time;
    }

    /**
     * Reads the rates in force. Blocking.
     *
     * @param catalogued the place with the model's id in the catalog, for a place with any of its ids
     */
    public static RateDesk open(Store store, RateShare share, UnaryOperator<Place> catalogued) {
        RateDesk opened = new RateDesk(catalogued, share, TimeMeter.SYSTEM_NANOTIME);
        store.read(RateRows::inForce).forEach(opened::put);
        return opened;
    }

    /** Takes a new or changed rate into force. */
    synchronized void put(Rate rate) {
        RateGauge known = gauges.get(rate.id());
        if (known != null) {
            known.replace(rate);
            return;
        }
        RateGauge added = new RateGauge(rate, share, time);
        gauges.put(rate.id(), added);
        index.add(added);
    }

    synchronized void remove(String rateId) {
        RateGauge removed = gauges.remove(rateId);
        if (removed != null) {
            index.remove(removed);
        }
    }

    synchronized @Nullable RateGauge gauge(String rateId) {
        return gauges.get(rateId);
    }

    /** False only while there has never been a rate: then no call need be looked at. */
    public boolean isInUse() {
        return !index.isEmpty();
    }

    /** Those that cover a call that may go to these places. */
    public RateCover covering(CallStart start, List<Place> places) {
        return covering(Subject.of(start, places));
    }

    /** {@link #covering(CallStart, List)} of what is no call yet. */
    public RateCover covering(Payer payer, @Nullable String app, List<Place> places) {
        return covering(new Subject(payer, app, places));
    }

    private RateCover covering(Subject subject) {
        List<RateGauge> found = index.covering(index.looksAtPlaces() ? subject.at(catalogued) : subject);
        return found.isEmpty() ? NONE : new RateCover(found, catalogued);
    }
}
