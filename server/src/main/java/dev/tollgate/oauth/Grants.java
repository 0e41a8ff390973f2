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
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AccessGrant grant = new AccessGrant(
                Ids.sortable("gra", now.toEpochMilli()),
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
        try {
            store.write(tx -> {
                insert(tx, grant, actor);
                return grant;
            });
        } catch (RuntimeException e) {
            throw settled(grant, e);
        }
        index.catchUp();
        return grant;
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
            failure.addSuppressed(
                    again); // the store is away: a cap that stays is a cap of nothing, or the one just chosen
        }
        return failure;
    }

    private void insert(WriteSession tx, AccessGrant grant, String actor) {
        GrantTable.insert(tx.handle(), grant);
        audit.record(tx, actor, "grant.created", grant.id(), GrantDetails.of(grant));
        index.changedGrant(tx, grant.id());
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
        changing.lock();
        try {
            AccessGrant wanted = store.read(handle -> mayChange(handle, personId, grantId, scopes))
                    .with(scopes, cap, expiresAt);
            // The cap first: should we die between the two, what the person has just chosen holds already.
            if (cap != null) {
                caps.set(wanted);
            }
            AccessGrant changed = write(wanted, personId, actor);
            index.catchUp();
            if (cap == null) {
                caps.lift(changed);
            }
            return changed;
        } finally {
            changing.unlock();
        }
    }

    private AccessGrant write(AccessGrant wanted, String personId, String actor) {
        try {
            return store.write(tx -> {
                mayChange(tx.handle(), personId, wanted.id(), wanted.scopes());
                GrantTable.update(tx.handle(), wanted.id(), wanted.scopes(), wanted.cap(), wanted.expiresAt());
                AccessGrant after = GrantTable.byId(tx.handle(), wanted.id()).orElseThrow();
                audit.record(tx, actor, "grant.changed", after.id(), GrantDetails.of(after));
                index.changedGrant(tx, after.id());
                return after;
            });
        } catch (RuntimeException e) {
            throw settled(wanted, e);
        }
    }

    private AccessGrant mayChange(Handle handle, String personId, String grantId, List<String> scopes) {
        AccessGrant before = ofPerson(handle, personId, grantId);
        if (!before.alive(clock.instant())) {
            throw Refusal.conflict("That app has no access any more.", "Sign in from the app again.");
        }
        if (!Scopes.covers(before.scopes(), scopes)) {
            throw Refusal.invalid(
                    "An app cannot be given more than it asked for here.", "Let the app ask for it again.");
        }
        return before;
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

    /** The grant by which a client acts in its own name, made at first use. Blocking. */
    AccessGrant ofClientItself(Client client, String account, List<String> scopes, String resource) {
        Instant now = clock.instant();
        return store.read(handle -> GrantTable.ofClient(handle, client.id())).stream()
                .filter(grant -> grant.personId() == null && grant.subject().equals(client.id()))
                .filter(grant -> grant.alive(now) && grant.resource().equals(resource))
                .filter(grant -> Scopes.covers(grant.scopes(), scopes))
                .findFirst()
                .orElseGet(() -> create(
                        new Draft(null, client.id(), account, client.id(), client.name(), scopes, resource, null, null),
                        client.id()));
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

    /** Revokes all that a client has been allowed. */
    public void revokeClient(String clientId, String actor) {
        end(tx -> GrantTable.ofClient(tx.handle(), clientId), actor, "all of the client");
    }

    /** The same in a transaction of the caller's, who calls {@link #changedElsewhere} after it. */
    void revokeAll(WriteSession tx, String personId, String actor, String reason) {
        end(tx, GrantTable.of(tx.handle(), personId), actor, reason);
    }

    /** Has another account pay for what a person has allowed, in a transaction as {@link #revokeAll}. */
    void move(WriteSession tx, String personId, String account, String actor) {
        Instant now = clock.instant();
        for (AccessGrant grant : GrantTable.of(tx.handle(), personId)) {
            if (grant.alive(now) && !grant.account().equals(account)) {
                GrantTable.account(tx.handle(), grant.id(), account);
                audit.record(tx, actor, "grant.moved", grant.id(), GrantDetails.of("account", account));
                index.changedGrant(tx, grant.id());
            }
        }
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
