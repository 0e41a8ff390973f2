package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.oauth.Redemption.Redeemed;
import dev.tollgate.oauth.Redemption.Refused;
import dev.tollgate.oauth.Redemption.Reused;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens. Each is used once: a conditional update, in one transaction with the row of its successor. The successor is
 * derived from the token under a key that the database does not have, so that it can be given again to a client whose
 * first answer was lost, without being kept in the clear.
 */
final class RefreshTokens {
    private static final String GONE = "The refresh token is unknown, expired or revoked. Sign in again.";
    private static final String REUSED =
            "The refresh token was used before, so this sign-in has been ended. Sign in again.";

    /** What a new family is about, from a code or a device code. */
    record Start(
            String familyId,
            AccessGrant grant,
            Client client,
            List<String> scopes,
            String resource,
            String jkt,
            long authTimeMillis,
            List<String> amr) {}

    /** Judges what is asked of a refresh token before it is used up. */
    @FunctionalInterface
    interface Fitness {
        /** Why it cannot be had; null if it can. */
        @Nullable
        OAuthRefusal fault(TokenFamily family, AccessGrant grant);
    }

    private record Row(String hash, String familyId, long usedAt) {}

    private final Store store;
    private final Grants grants;
    private final InstantSource clock;
    private final OAuthSettings settings;
    private final byte[] key;

    /**
     * Over a store.
     *
     * @param key of at least 32 bytes that the database does not hold, the same on every node
     */
    RefreshTokens(Store store, Grants grants, InstantSource clock, OAuthSettings settings, byte[] key) {
        this.store = store;
        this.grants = grants;
        this.clock = clock;
        this.settings = settings;
        this.key = key.clone();
    }

    /** Begins a family, in the transaction that uses up what it comes from. */
    Redeemed start(WriteSession tx, Start start, String nonce) {
        long now = clock.millis();
        Instant grantEnds = start.grant.expiresAt();
        long ends = now + settings.refreshToken().toMillis();
        TokenFamily family = new TokenFamily(
                start.familyId,
                start.grant.id(),
                start.client.id(),
                start.scopes,
                start.resource,
                // RFC 9449 section 5: the refresh token of a client that authenticates is bound to that client already.
                start.client.confidential() ? "" : start.jkt,
                start.authTimeMillis,
                start.amr,
                now,
                grantEnds == null ? ends : Math.min(ends, grantEnds.toEpochMilli()),
                0);
        FamilyTable.insert(tx.handle(), family);
        String token = "";
        if (start.client.grantTypes().contains(GrantType.REFRESH_TOKEN)) {
            token = Secrets.fresh(Secrets.REFRESH);
            insert(tx.handle(), token, family.id(), now);
        }
        return new Redeemed(family, start.grant, token, nonce);
    }

    /**
     * Uses a refresh token (RFC 6749 section 6, RFC 9700 section 4.14).
     *
     * @param jkt thumbprint of the key that the client has proved; empty: none
     * @param fitness what is refused by it leaves the token unused: a client that mends its request may send it again
     */
    Redemption redeem(String token, Client client, String jkt, Fitness fitness) {
        if (!token.startsWith(Secrets.REFRESH)) {
            return new Refused(GONE);
        }
        Redemption outcome = store.write(tx -> redeem(tx, token, client, jkt, fitness));
        if (outcome instanceof Reused) {
            grants.index().catchUp();
        }
        return outcome;
    }

    private Redemption redeem(WriteSession tx, String token, Client client, String jkt, Fitness fitness) {
        long now = clock.millis();
        Optional<Row> found = byHash(tx.handle(), Secrets.hash(token));
        if (found.isEmpty()) {
            return new Refused(GONE);
        }
        Row row = found.get();
        TokenFamily family = FamilyTable.byId(tx.handle(), row.familyId).orElseThrow();
        Optional<AccessGrant> grant = GrantTable.byId(tx.handle(), family.grantId());
        boolean alive = family.alive(now) && grant.isPresent() && grant.get().alive(Instant.ofEpochMilli(now));
        // RFC 6749 section 10.4: a refresh token opens nothing for another client, nor does it tell that one anything.
        if (!alive || !family.clientId().equals(client.id())) {
            return new Refused(GONE);
        }
        // RFC 9449 section 5. Refused before it is used up: a thief without the key cannot even spend it.
        if (!family.jkt().isEmpty() && !family.jkt().equals(jkt)) {
            return new Refused("The refresh token is bound to a key; send a DPoP proof that is signed with it.");
        }
        OAuthRefusal fault = fitness.fault(family, grant.get());
        if (fault != null) {
            return new Redemption.Unfit(fault);
        }
        String successor = successor(token);
        if (use(tx.handle(), row.hash, now)) {
            insert(tx.handle(), successor, family.id(), now);
            return new Redeemed(family, grant.get(), successor, "");
        }
        return again(tx, row, family, grant.get(), successor, now);
    }

    /**
     * A token that was used already: a client that has lost the answer, or a thief. It is the client's for as long as nobody
     * has used the successor, and half a minute at most.
     */
    private Redemption again(
            WriteSession tx, Row used, TokenFamily family, AccessGrant grant, String successor, long now) {
        Optional<Row> next = byHash(tx.handle(), Secrets.hash(successor));
        boolean inTime = now - used.usedAt <= OAuthSettings.REPLAY_WINDOW.toMillis();
        if (inTime && next.isPresent() && next.get().usedAt == 0) {
            return new Redeemed(family, grant, successor, "");
        }
        grants.revokeFamily(tx, family.id(), family.clientId(), "refresh token used twice");
        return new Reused(REUSED, family);
    }

    private String successor(String token) {
        return Secrets.REFRESH + Secrets.mac(key, token);
    }

    /** The family that a token belongs to, used or not. Blocking. */
    Optional<TokenFamily> family(String token) {
        if (!token.startsWith(Secrets.REFRESH)) {
            return Optional.empty();
        }
        return store.read(
                handle -> byHash(handle, Secrets.hash(token)).flatMap(row -> FamilyTable.byId(handle, row.familyId)));
    }

    /** The family of a token that could be used now. Blocking. */
    Optional<TokenFamily> usable(String token) {
        long now = clock.millis();
        return store.read(handle -> byHash(handle, Secrets.hash(token))
                .filter(row -> row.usedAt == 0)
                .flatMap(row -> FamilyTable.byId(handle, row.familyId))
                .filter(family -> family.alive(now))
                .filter(family -> GrantTable.byId(handle, family.grantId())
                        .filter(grant -> grant.alive(Instant.ofEpochMilli(now)))
                        .isPresent()));
    }

    /** Ends a family: its refresh token and its access tokens. */
    void revoke(String familyId, String actor, String reason) {
        store.write(tx -> grants.revokeFamily(tx, familyId, actor, reason));
        grants.index().catchUp();
    }

    private static void insert(Handle handle, String token, String familyId, long now) {
        handle.createUpdate("INSERT INTO oauth_refresh (hash, family_id, issued_at, used_at)"
                        + " VALUES (:hash, :family, :now, 0)")
                .bind("hash", Secrets.hash(token))
                .bind("family", familyId)
                .bind("now", now)
                .execute();
    }

    /** The one conditional update that decides who wins. */
    private static boolean use(Handle handle, String hash, long now) {
        return handle.createUpdate("UPDATE oauth_refresh SET used_at = :now WHERE hash = :hash AND used_at = 0")
                        .bind("now", now)
                        .bind("hash", hash)
                        .execute()
                == 1;
    }

    private static Optional<Row> byHash(Handle handle, String hash) {
        return handle.createQuery("SELECT hash, family_id, used_at FROM oauth_refresh WHERE hash = :hash")
                .bind("hash", hash)
                .map((row, context) ->
                        new Row(row.getString("hash"), row.getString("family_id"), row.getLong("used_at")))
                .findOne();
    }
}
