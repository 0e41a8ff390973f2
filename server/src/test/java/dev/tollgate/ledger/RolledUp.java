package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;

/** For the tests of other rooms: what time does to the rows of calls. */
public final class RolledUp {
    private RolledUp() {}

    /** Sums up, now, every call that was made before then. */
    public static long before(Store store, long beforeMillis) throws InterruptedException {
        return new UsageRollup(store, Duration.ofDays(400), InstantSource.system()).round(beforeMillis);
    }
}
