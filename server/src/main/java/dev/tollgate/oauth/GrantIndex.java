package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All grants in force, in memory, and what was revoked lately. Readers take no lock. It follows the store by the number that
 * each change takes: after a change of this node at once, after those of others whenever {@link #catchUp} is called.
 */
final class GrantIndex {
    private static final int PAGE = 10_000;
    /** Longer than an access token is believed: after it, what was revoked opens nothing anyway. */
    private static final long REMEMBER_REVOKED_MILLIS = Duration.ofHours(24).toMillis();
    /** What clocks of nodes may differ by, and a commit may take. */
    private static final long NEWS_MAY_TAKE_MILLIS = 5_000;

    /** What changed in one transaction; numbered as its last step, so that whoever waits for a number waits shortest. */
    private static final class Changes {
        final Set<String> grants = new LinkedHashSet<>();
        final Set<String> families = new LinkedHashSet<>();
    }

    private final Store store;
    private final InstantSource clock;
    private final Map<String, AccessGrant> alive = new ConcurrentHashMap<>();
    /** Grants and families, and when they were seen to be revoked. */
    private final Map<String, Long> revoked = new ConcurrentHashMap<>();

    private long seen;
    private volatile long caughtUpMillis;

    GrantIndex(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        load();
    }

    private synchronized void load() {
        long now = clock.millis();
        seen = store.read(GrantTable::lastChange);
        for (String id : store.read(handle -> GrantTable.revokedSince(handle, now - REMEMBER_REVOKED_MILLIS))) {
            revoked.put(id, now);
        }
        for (String id : store.read(handle -> FamilyTable.revokedSince(handle, now - REMEMBER_REVOKED_MILLIS))) {
            revoked.put(id, now);
        }
        String after = "";
        List<GrantTable.Numbered> page;
        do {
            String from = after;
            page = store.read(handle -> GrantTable.alive(handle, from, now, PAGE));
            for (GrantTable.Numbered each : page) {
                alive.put(each.grant().id(), each.grant());
                after = each.grant().id();
            }
        } while (page.size() == PAGE);
        caughtUpMillis = now;
    }

    /** To be called in the transaction that changes a grant, after its audit row. */
    void changedGrant(WriteSession tx, String grantId) {
        changes(tx).grants.add(grantId);
    }

    /** To be called in the transaction that revokes a family, after its audit row. */
    void changedFamily(WriteSession tx, String familyId) {
        changes(tx).families.add(familyId);
    }

    private Changes changes(WriteSession tx) {
        return tx.attachment(this, session -> {
            Changes changes = new Changes();
            session.beforeCommit(end -> number(end, changes));
            return changes;
        });
    }

    private static void number(WriteSession tx, Changes changes) {
        long number = GrantTable.nextChange(tx.handle());
        changes.grants.forEach(id -> GrantTable.numbered(tx.handle(), id, number));
        changes.families.forEach(id -> FamilyTable.numbered(tx.handle(), id, number));
    }

    /** Learns what has changed since. Blocking; cheap where nothing has. */
    synchronized void catchUp() {
        long now = clock.millis();
        long last = store.read(GrantTable::lastChange);
        if (last > seen) {
            // In this order: a change between the two reads is read again by the next call, and none is missed.
            for (GrantTable.Numbered each : store.read(handle -> GrantTable.after(handle, seen))) {
                apply(each.grant(), now);
            }
            for (String family : store.read(handle -> FamilyTable.revokedAfter(handle, seen))) {
                revoked.put(family, now);
            }
            seen = last;
        }
        caughtUpMillis = now;
    }

    private void apply(AccessGrant grant, long now) {
        if (grant.revokedAt() == null) {
            alive.put(grant.id(), grant);
        } else {
            revoked.put(grant.id(), now);
            alive.remove(grant.id());
        }
    }

    /** Forgets what has expired, and what was revoked so long ago that no token of it is left. */
    void prune() {
        Instant now = clock.instant();
        alive.values().removeIf(grant -> !grant.alive(now));
        revoked.values().removeIf(at -> at < now.toEpochMilli() - REMEMBER_REVOKED_MILLIS);
    }

    /**
     * Whether an access token of this grant and these families still opens anything. A token that another node issued a moment ago
     * may be here before the news of its grant: it is believed, for a grant that is revoked would be known as such.
     *
     * @param families those that the token ends with
     * @param issuedAtMillis of the token
     */
    boolean alive(String grantId, List<String> families, long issuedAtMillis, long nowMillis) {
        for (String family : families) {
            if (revoked.containsKey(family)) {
                return false;
            }
        }
        AccessGrant grant = alive.get(grantId);
        if (grant == null) {
            return !revoked.containsKey(grantId) && issuedAtMillis > caughtUpMillis - NEWS_MAY_TAKE_MILLIS;
        }
        Instant expires = grant.expiresAt();
        return expires == null || nowMillis < expires.toEpochMilli();
    }

    @Nullable
    AccessGrant find(String grantId) {
        return alive.get(grantId);
    }
}
