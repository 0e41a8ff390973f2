package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Takes away the caps of grants that have ended; doing so again changes nothing. */
final class EndedCaps {
    /** A gate that stood still for so long finds what ended meanwhile all the same. */
    private static final Duration LATELY = Duration.ofDays(7);
    /** In which a change of a person was written and told. */
    private static final Duration JUST_NOW = Duration.ofMinutes(1);

    private final Store store;
    private final InstantSource clock;
    private final SpendingCaps caps;

    EndedCaps(Store store, InstantSource clock, SpendingCaps caps) {
        this.store = store;
        this.clock = clock;
        this.caps = caps;
    }

    /** Of those among these that were revoked just now. */
    void lift(List<AccessGrant> grants) {
        Instant since = clock.instant().minus(JUST_NOW);
        for (AccessGrant grant : grants) {
            Instant revoked = grant.revokedAt();
            if (grant.cap() != null && revoked != null && revoked.isAfter(since)) {
                caps.lift(grant);
            }
        }
    }

    /** Of all that were revoked lately, or have expired. */
    void lift() {
        long now = clock.millis();
        store.read(handle -> GrantTable.endedWithCap(handle, now - LATELY.toMillis(), now))
                .forEach(caps::lift);
    }
}
