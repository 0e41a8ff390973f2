package dev.tollgate.oauth;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    Grants(Store store, AuditTrail audit, InstantSource clock, SpendingCaps caps) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.caps = caps;
        this.index = new GrantIndex(store, clock);
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
        boolean first = store.write(tx -> insert(tx, grant, actor));
        index.catchUp();
        return first ? grant : find(id).orElseThrow();
    }

    private boolean insert(WriteSession tx, AccessGrant grant, String actor) {
        boolean first = GrantTable.insert(tx.handle(), grant);
        if (first) {
            audit.record(tx, actor, "grant.created", grant.id(), describe(grant));
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
        AccessGrant changed = store.write(tx -> {
            AccessGrant before = ofPerson(tx, personId, grantId);
            if (!before.alive(clock.instant())) {
                throw Refusal.conflict("That app has no access any more.", "Sign in from the app again.");
            }
            if (!Scopes.covers(before.scopes(), scopes)) {
                throw Refusal.invalid(
                        "An app cannot be given more than it asked for here.", "Let the app ask for it again.");
            }
            GrantTable.update(tx.handle(), grantId, scopes, cap, expiresAt);
            AccessGrant after = GrantTable.byId(tx.handle(), grantId).orElseThrow();
            audit.record(tx, actor, "grant.changed", grantId, describe(after));
            index.changedGrant(tx, grantId);
            return after;
        });
        index.catchUp();
        if (changed.cap() == null) {
            caps.lift(changed);
        } else {
            caps.set(changed);
        }
        return changed;
    }

    private static AccessGrant ofPerson(WriteSession tx, String personId, String grantId) {
        return GrantTable.byId(tx.handle(), grantId)
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
        end(tx -> List.of(ofPerson(tx, personId, grantId)), actor, "by the person");
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

    private void end(Store.Write<List<AccessGrant>> which, String actor, String reason) {
        long now = clock.millis();
        List<AccessGrant> ended = store.write(tx -> {
            List<AccessGrant> fresh = which.run(tx).stream()
                    .filter(grant -> GrantTable.revoke(tx.handle(), grant.id(), now))
                    .toList();
            for (AccessGrant grant : fresh) {
                audit.record(tx, actor, "grant.revoked", grant.id(), detail("client", grant.clientId(), "why", reason));
                index.changedGrant(tx, grant.id());
            }
            return fresh;
        });
        index.catchUp();
        ended.stream().filter(grant -> grant.cap() != null).forEach(caps::lift);
    }

    /** In a transaction of the caller's, who calls {@link GrantIndex#catchUp} after it. False: it was revoked before. */
    boolean revokeFamily(WriteSession tx, String familyId, String actor, String reason) {
        if (!FamilyTable.revoke(tx.handle(), familyId, clock.millis())) {
            return false;
        }
        audit.record(tx, actor, "oauth.family_revoked", familyId, detail("why", reason));
        index.changedFamily(tx, familyId);
        return true;
    }

    private static String describe(AccessGrant grant) {
        SpendingCap cap = grant.cap();
        Instant expires = grant.expiresAt();
        return detail(
                "client", grant.clientId(),
                "person", grant.personId(),
                "scopes", Scopes.joined(grant.scopes()),
                "resource", grant.resource(),
                "cap_nano_usd", cap == null ? null : cap.nanoUsd(),
                "cap_window", cap == null ? null : cap.window().wireName(),
                "expires_at", expires == null ? null : expires.toString());
    }

    private static String detail(@Nullable Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                fields.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return Json.MAPPER.writeValueAsString(fields);
    }
}
