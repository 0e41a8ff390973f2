package dev.tollgate.budget;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;

/** The features whose calls budgets may switch off before they are used up. Asking is in memory; changing blocks. */
public final class HeavyFeatures {
    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    /** What is in memory follows the store in the order of the commits. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile SortedSet<String> marked;

    private HeavyFeatures(Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.marked = store.read(HeavyFeatures::read);
    }

    /** Reads those that are marked. Blocking. */
    public static HeavyFeatures open(Store store, AuditTrail audit, InstantSource clock) {
        return new HeavyFeatures(store, audit, clock);
    }

    private static SortedSet<String> read(Handle handle) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(handle.createQuery("SELECT feature FROM heavy_feature")
                .mapTo(String.class)
                .list()));
    }

    /** Whether calls with that label are of a heavy feature. */
    boolean isHeavy(String feature) {
        return marked.contains(feature);
    }

    /** Those that are marked, in the order of their names. */
    public SortedSet<String> all() {
        return marked;
    }

    /**
     * Marks a feature as heavy, or takes the mark away. It holds for every call that comes to this node after this returns; on others
     * {@link LimitNews} tells.
     *
     * @param feature as clients say it
     */
    public void set(String feature, boolean heavy, String actor) {
        changing.lock();
        try {
            marked = store.write(tx -> {
                int changed = heavy
                        ? tx.handle()
                                .execute(
                                        "INSERT INTO heavy_feature (feature, marked_at) VALUES (?, ?)"
                                                + " ON CONFLICT (feature) DO NOTHING",
                                        feature,
                                        clock.millis())
                        : tx.handle().execute("DELETE FROM heavy_feature WHERE feature = ?", feature);
                if (changed > 0) {
                    LimitRows.nextChange(tx.handle());
                    audit.record(tx, actor, heavy ? "feature.heavy" : "feature.light", feature, "{}");
                }
                return read(tx.handle());
            });
        } finally {
            changing.unlock();
        }
    }

    /** Learns what was changed, on whichever node. They are so few that all are read. */
    void catchUp() {
        changing.lock();
        try {
            marked = store.read(HeavyFeatures::read);
        } finally {
            changing.unlock();
        }
    }
}
