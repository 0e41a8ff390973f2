package dev.tollgate.oauth;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What people have allowed clients. Changes are in force here when the call returns, and on every other node within half a
 * second; a grant that is revoked ends its codes, its refresh tokens and its access tokens.
 */
public final class Grants {
    private static final int LONGEST_NAME = 200;

    /**
     * What is to be allowed.
     *
     * @param personId null: the client acts for nobody
     * @param expiresAt null: until it is revoked
     */
    public record Draft(
            @Nullable String personId,
            String subject,
            String account,
            String clientId,
            String clientName,
            List<String> scopes,
            String resource,
            @Nullable SpendingCap cap,
            @Nullable Instant expiresAt) {}

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final SpendingCaps caps;
    private final GrantIndex index;
    private final EndedCaps ended;
    /** The last cap that is set is that of the last change. */
    private final ReentrantLock changing = new ReentrantLock();

    Grants(Store store, AuditTrail audit, InstantSource clock, SpendingCaps caps) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.caps = caps;
        this.index = new GrantIndex(store, clock);
        this.ended = new EndedCaps(store, clock, caps);
    }

    GrantIndex index() {
        return index;
    }

    /**
     * Allows it. The cap is in force when this returns, and before any token can be issued.
     *
     * @param actor who allows it, for the audit trail
     */
    public AccessGrant create(Draft draft, String actor) {
        return create(Ids.sortable("gra", clock.millis()), draft, actor);
    }

    /**
     * The grant of that id, in force or not; at its first use it is made of the draft. However many ask for it on however
     * many nodes, there is one, and one cap. Blocking.
     */
    AccessGrant standing(String id, Draft draft, String actor) {
        return find(id).orElseGet(() -> create(id, draft, actor));
    }

    private AccessGrant create(String id, Draft draft, String actor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AccessGrant grant = new AccessGrant(
                id,
                draft.personId(),
                draft.subject(),
                draft.account(),
                draft.clientId(),
                StoredText.clean(draft.clientName(), LONGEST_NAME),
                draft.scopes(),
                draft.resource(),
                draft.cap(),
                now,
                draft.expiresAt(),
                null);
        // The cap first: should we die between the two, a cap without a grant harms nobody.
        if (grant.cap() != null) {
            caps.set(grant);
        }
        boolean first;
        try {
            first = store.write(tx -> insert(tx, grant, actor));
        } catch (RuntimeException e) {
            throw settled(grant, e);
        }
        index.catchUp();
        return first ? grant : find(id).orElseThrow();
    }

    /** After a write that failed: the cap that holds is what the store says. */
    private RuntimeException settled(AccessGrant wanted, RuntimeException failure) {
        try {
            AccessGrant stored = find(wanted.id()).orElse(null);
            if (stored != null && stored.cap() != null && stored.alive(clock.instant())) {
                caps.set(stored);
            } else {
                caps.lift(wanted);
            }
        } catch (RuntimeException again) {
            failure.addSuppressed(again); // the store is away: the cap that stays is of nothing, or was just chosen
        }
        return failure;
    }

    private boolean insert(WriteSession tx, AccessGrant grant, String actor) {
        boolean first = GrantTable.insert(tx.handle(), grant);
        if (first) {
            audit.record(tx, actor, "grant.created", grant.id(), GrantDetails.of(grant));
            index.changedGrant(tx, grant.id());
        }
        return first;
    }

    /**
     * Changes what a person may change of a grant: fewer scopes, another cap, another end.
     *
     * @throws Refusal if there is no such grant of this person in force, or the scopes are wider than before
     */
    public AccessGrant change(
            String personId,
            String grantId,
            List<String> scopes,
            @Nullable SpendingCap cap,
            @Nullable Instant expiresAt,
            String actor) {
        return change(personId, grantId, before -> Scopes.narrowed(before, scopes), cap, expiresAt, actor);
    }

    /**
     * The same with whatever scopes come of those before, for a person who has just been asked. The tokens of earlier
     * sign-ins stay for what they were for.
     */
    AccessGrant change(
            String personId,
            String grantId,
            UnaryOperator<List<String>> scopes,
            @Nullable SpendingCap cap,
            @Nullable Instant expiresAt,
            String actor) {
        changing.lock();
        try {
            AccessGrant before = store.read(handle -> alive(handle, personId, grantId));
            AccessGrant wanted = before.with(scopes.apply(before.scopes()), cap, expiresAt);
            // The cap first: should we die between the two, what the person has just chosen holds already.
            if (cap != null) {
                caps.set(wanted);
            }
            AccessGrant changed = write(wanted, personId, scopes, actor);
            index.catchUp();
            if (cap == null) {
                caps.lift(changed);
            }
            return changed;
        } finally {
            changing.unlock();
        }
    }

    private AccessGrant write(AccessGrant wanted, String personId, UnaryOperator<List<String>> scopes, String actor) {
        try {
            return store.write(tx -> {
                AccessGrant before = alive(tx.handle(), personId, wanted.id());
                GrantTable.update(
                        tx.handle(), wanted.id(), scopes.apply(before.scopes()), wanted.cap(), wanted.expiresAt());
                AccessGrant after = GrantTable.byId(tx.handle(), wanted.id()).orElseThrow();
                audit.record(tx, actor, "grant.changed", after.id(), GrantDetails.of(after));
                index.changedGrant(tx, after.id());
                return after;
            });
        } catch (RuntimeException e) {
            throw settled(wanted, e);
        }
    }

    private AccessGrant alive(Handle handle, String personId, String grantId) {
        AccessGrant grant = ofPerson(handle, personId, grantId);
        if (!grant.alive(clock.instant())) {
            throw Refusal.conflict("That app has no access any more.", "Sign in from the app again.");
        }
        return grant;
    }

    private static AccessGrant ofPerson(Handle handle, String personId, String grantId) {
        return GrantTable.byId(handle, grantId)
                .filter(grant -> personId.equals(grant.personId()))
                .orElseThrow(() -> Refusal.notFound("There is no such grant.", "Look at the list of your apps."));
    }

    /** The grant of that id, in force or not. Blocking. */
    public Optional<AccessGrant> find(String grantId) {
        return store.read(handle -> GrantTable.byId(handle, grantId));
    }

    /** A person's grants, in force or not, newest first. Blocking. */
    public List<AccessGrant> of(String personId) {
        return store.read(handle -> GrantTable.of(handle, personId));
    }

    /** A grant in force of this person to this client that allows all of this already; the newest. Blocking. */
    public Optional<AccessGrant> covering(String personId, String clientId, List<String> scopes, String resource) {
        Instant now = clock.instant();
        return of(personId).stream()
                .filter(grant ->
                        grant.clientId().equals(clientId) && grant.resource().equals(resource))
                .filter(grant -> grant.alive(now) && Scopes.covers(grant.scopes(), scopes))
                .findFirst();
    }

    /**
     * Revokes one grant of a person. Doing it again changes nothing.
     *
     * @throws Refusal if the person has no such grant
     */
    public void revoke(String personId, String grantId, String actor) {
        end(tx -> List.of(ofPerson(tx.handle(), personId, grantId)), actor, "by the person");
    }

    /** Revokes a grant, whosever it is. Doing it again, or to one that does not exist, changes nothing. */
    public void revoke(String grantId, String actor) {
        end(tx -> GrantTable.byId(tx.handle(), grantId).stream().toList(), actor, "by an administrator");
    }

    /** Revokes all that a person has allowed, as when the person is suspended. */
    public void revokeAll(String personId, String actor) {
        end(tx -> GrantTable.of(tx.handle(), personId), actor, "all of the person");
    }

    /** Revokes all grants whose ids begin so. */
    void revokeBeginningWith(String idPrefix, String actor, String reason) {
        end(tx -> GrantTable.beginningWith(tx.handle(), idPrefix), actor, reason);
    }

    /** Revokes all that a client has been allowed. */
    public void revokeClient(String clientId, String actor) {
        end(tx -> GrantTable.ofClient(tx.handle(), clientId), actor, "all of the client");
    }

    /** The same in a transaction of the caller's, who calls {@link #changedElsewhere} after it. */
    void revokeAll(WriteSession tx, String personId, String actor, String reason) {
        end(tx, GrantTable.of(tx.handle(), personId), actor, reason);
    }

    /** Another's transaction has changed grants of this person: what is in memory follows, and so do the budgets. Blocking. */
    void changedElsewhere(String personId) {
        index.catchUp();
        ended.lift(of(personId));
    }

    /** Lifts the caps of what has ended lately: by itself, or with no time left to lift them. Blocking. */
    void liftEnded() {
        ended.lift();
    }

    private void end(Store.Write<List<AccessGrant>> which, String actor, String reason) {
        List<AccessGrant> fresh = store.write(tx -> end(tx, which.run(tx), actor, reason));
        index.catchUp();
        fresh.stream().filter(grant -> grant.cap() != null).forEach(caps::lift);
    }

    private List<AccessGrant> end(WriteSession tx, List<AccessGrant> which, String actor, String reason) {
        long now = clock.millis();
        List<AccessGrant> fresh = which.stream()
                .filter(grant -> GrantTable.revoke(tx.handle(), grant.id(), now))
                .toList();
        for (AccessGrant grant : fresh) {
            audit.record(
                    tx, actor, "grant.revoked", grant.id(), GrantDetails.of("client", grant.clientId(), "why", reason));
            index.changedGrant(tx, grant.id());
        }
        return fresh;
    }

    /** In a transaction of the caller's, who calls {@link GrantIndex#catchUp} after it. False: it was revoked before. */
    boolean revokeFamily(WriteSession tx, String familyId, String actor, String reason) {
        if (!FamilyTable.revoke(tx.handle(), familyId, clock.millis())) {
            return false;
        }
        audit.record(tx, actor, "oauth.family_revoked", familyId, GrantDetails.of("why", reason));
        index.changedFamily(tx, familyId);
        return true;
    }
}
