package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.oauth.Redemption.Refused;
import dev.tollgate.oauth.Redemption.Reused;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Authorization codes: for a minute, for one client, one redirect URI, one PKCE challenge, and once. */
public final class AuthorizationCodes {
    private static final String GONE = "The authorization code is unknown, expired or used. Start the sign-in again.";
    /** SHA-256 as base64url without padding: RFC 7636 section 4.2. */
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    /**
     * What a code stands for. The redirect URI is that of the request, and was checked against the client's.
     *
     * @param challenge PKCE, by S256
     * @param jkt thumbprint of the key that redeeming must prove (RFC 9449 section 10); empty: none
     * @param nonce of OpenID Connect; empty: none
     * @param authTimeMillis when the person signed in
     * @param amr how, by RFC 8176
     */
    public record Draft(
            String grantId,
            String clientId,
            String redirectUri,
            List<String> scopes,
            String resource,
            String challenge,
            String jkt,
            String nonce,
            long authTimeMillis,
            List<String> amr) {}

    /** What was presented at the token endpoint. */
    record Presented(
            String code,
            Client client,
            @Nullable String redirectUri,
            @Nullable CodeVerifier verifier,
            String jkt,
            @Nullable String resource) {
        @Override
        public String toString() {
            return "Presented[" + client.id() + "]";
        }
    }

    private record Row(Draft draft, long expiresAt, long usedAt, String familyId) {}

    private final Store store;
    private final Grants grants;
    private final RefreshTokens families;
    private final InstantSource clock;

    AuthorizationCodes(Store store, Grants grants, RefreshTokens families, InstantSource clock) {
        this.store = store;
        this.grants = grants;
        this.families = families;
        this.clock = clock;
    }

    /**
     * A new code, in the clear.
     *
     * @throws OAuthRefusal {@code invalid_request} if the challenge is not one of S256
     */
    public String issue(Draft draft) {
        if (!isChallenge(draft.challenge)) {
            throw OAuthRefusal.invalidRequest("code_challenge must be that of S256 (RFC 7636).");
        }
        String code = Secrets.fresh(Secrets.CODE);
        long expires = clock.millis() + OAuthSettings.CODE.toMillis();
        store.write(tx -> {
            insert(tx.handle(), Secrets.hash(code), draft, expires);
            return draft;
        });
        return code;
    }

    /** Whether a code challenge can be one of S256; {@code plain} is refused wherever it is asked for. */
    public static boolean isChallenge(String challenge) {
        return CHALLENGE.matcher(challenge).matches();
    }

    /** Uses a code (RFC 6749 section 4.1.3, RFC 7636 section 4.6). */
    Redemption redeem(Presented presented) {
        if (!presented.code.startsWith(Secrets.CODE)) {
            return new Refused(GONE);
        }
        Redemption outcome = store.write(tx -> redeem(tx, presented));
        if (outcome instanceof Reused) {
            grants.index().catchUp();
        }
        return outcome;
    }

    private Redemption redeem(WriteSession tx, Presented presented) {
        long now = clock.millis();
        String hash = Secrets.hash(presented.code);
        Optional<Row> found = byHash(tx.handle(), hash);
        // RFC 6749 section 10.5: bound to the client. Whoever else has it learns nothing, and cannot use it up.
        if (found.isEmpty() || !found.get().draft.clientId.equals(presented.client.id())) {
            return new Refused(GONE);
        }
        Row row = found.get();
        if (row.usedAt != 0) {
            return replayed(tx, row);
        }
        Optional<AccessGrant> grant = GrantTable.byId(tx.handle(), row.draft.grantId);
        if (now >= row.expiresAt || grant.isEmpty() || !grant.get().alive(Instant.ofEpochMilli(now))) {
            return new Refused(GONE);
        }
        String fault = fault(row.draft, presented);
        if (fault != null) {
            return new Refused(fault);
        }
        if (presented.resource != null && !presented.resource.equals(row.draft.resource)) {
            return new Redemption.Unfit(OAuthRefusal.invalidTarget(
                    "resource is not that of the authorization request (RFC 8707 section 2.2)."));
        }
        String familyId = Ids.sortable("fam", now);
        // No other transaction has written since the code was read (WriteSession, the order of locks). It is used
        // once all the same where something writes beside that order.
        if (!use(tx.handle(), hash, familyId, now)) {
            return replayed(tx, byHash(tx.handle(), hash).orElseThrow());
        }
        return families.start(
                tx,
                new RefreshTokens.Start(
                        familyId,
                        grant.get(),
                        presented.client,
                        row.draft.scopes,
                        row.draft.resource,
                        presented.jkt,
                        row.draft.authTimeMillis,
                        row.draft.amr),
                row.draft.nonce);
    }

    private Redemption replayed(WriteSession tx, Row row) {
        // RFC 6749 section 4.1.2: what came of a code that is shown twice ends.
        Optional<TokenFamily> family = FamilyTable.byId(tx.handle(), row.familyId);
        if (family.isEmpty()
                || !grants.revokeFamily(tx, row.familyId, row.draft.clientId, "authorization code used twice")) {
            return new Refused(GONE);
        }
        return new Reused(GONE, family.get());
    }

    private static @Nullable String fault(Draft draft, Presented presented) {
        // RFC 6749 section 4.1.3. OAuth 2.1 leaves it out, since PKCE, which is required here, does its work.
        if (presented.redirectUri != null && !presented.redirectUri.equals(draft.redirectUri)) {
            return "redirect_uri is not that of the authorization request.";
        }
        // RFC 7636 section 4.6; RFC 9700 section 2.1.1: there is no request without a challenge that this could be for.
        if (presented.verifier == null) {
            return "code_verifier is missing (PKCE is required).";
        }
        CodeChallenge proved = CodeChallenge.compute(CodeChallengeMethod.S256, presented.verifier);
        if (!Secrets.same(proved.getValue(), draft.challenge)) {
            return "code_verifier does not match the code_challenge.";
        }
        // RFC 9449 section 10.
        if (!draft.jkt.isEmpty() && !draft.jkt.equals(presented.jkt)) {
            return "The authorization code is bound to a key; send a DPoP proof that is signed with it.";
        }
        return null;
    }

    private static void insert(Handle handle, String hash, Draft draft, long expires) {
        handle.createUpdate(
                        "INSERT INTO oauth_code (hash, grant_id, client_id, redirect_uri, scopes, resource, challenge,"
                                + " jkt, nonce, auth_time, amr, expires_at, used_at, family_id) VALUES (:hash, :grant, :client,"
                                + " :redirect, :scopes, :resource, :challenge, :jkt, :nonce, :authTime, :amr, :expires, 0, '')")
                .bind("hash", hash)
                .bind("grant", draft.grantId)
                .bind("client", draft.clientId)
                .bind("redirect", draft.redirectUri)
                .bind("scopes", Scopes.joined(draft.scopes))
                .bind("resource", draft.resource)
                .bind("challenge", draft.challenge)
                .bind("jkt", draft.jkt)
                .bind("nonce", draft.nonce)
                .bind("authTime", draft.authTimeMillis)
                .bind("amr", Scopes.joined(draft.amr))
                .bind("expires", expires)
                .execute();
    }

    private static boolean use(Handle handle, String hash, String familyId, long now) {
        return handle.createUpdate("UPDATE oauth_code SET used_at = :now, family_id = :family"
                                + " WHERE hash = :hash AND used_at = 0")
                        .bind("now", now)
                        .bind("family", familyId)
                        .bind("hash", hash)
                        .execute()
                == 1;
    }

    private static Optional<Row> byHash(Handle handle, String hash) {
        return handle.createQuery("SELECT * FROM oauth_code WHERE hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> new Row(
                        new Draft(
                                row.getString("grant_id"),
                                row.getString("client_id"),
                                row.getString("redirect_uri"),
                                Scopes.split(row.getString("scopes")),
                                row.getString("resource"),
                                row.getString("challenge"),
                                row.getString("jkt"),
                                row.getString("nonce"),
                                row.getLong("auth_time"),
                                Scopes.split(row.getString("amr"))),
                        row.getLong("expires_at"),
                        row.getLong("used_at"),
                        row.getString("family_id")))
                .findOne();
    }
}
