package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs by RFC 9068. A token that was issued here is known by the SHA-256 of its whole text, another's from when its
 * signature was checked, once; each use then looks only at the time and at whether its grant is alive. Verifying waits for nothing,
 * and may run on an event loop; the store is not asked.
 */
public final class AccessTokens {
    static final String TYPE = "at+jwt";
    /** The claim of {@link Verified#origins}: any node knows them without asking, as it does the rest. */
    static final String ORIGINS = "allowed-origins";

    private static final int LONGEST = 8_192;
    private static final int MOST_KEPT = 100_000;

    /**
     * What a token is to say.
     *
     * @param families it ends with each of them: its own first, then those of the tokens that it was exchanged for
     * @param origins of the client's pages
     */
    record Draft(
            AccessGrant grant,
            List<String> families,
            String clientId,
            List<String> origins,
            List<String> scopes,
            String audience,
            String jkt) {}

    /** A token in the clear. */
    record Issued(String text, long expiresInSeconds) {
        @Override
        public String toString() {
            return "Issued[]";
        }
    }

    /**
     * What a token proves.
     *
     * @param families it ends with each of them: its own first, then those of the tokens that it was exchanged for
     * @param member the id of the person in whose name it is; null: of nobody
     * @param origins of the pages of its client: their scripts may read what is answered to it
     * @param jkt thumbprint of the key that its user must prove; empty: none
     * @param caller with the rights of its scopes, which may be none
     */
    public record Verified(
            String grantId,
            List<String> families,
            String subject,
            @Nullable String member,
            String clientId,
            List<String> origins,
            List<String> scopes,
            String audience,
            String account,
            String jkt,
            String tokenId,
            long issuedAtMillis,
            long expiresAtMillis,
            Caller caller) {
        /** The family by which this token alone ends; empty: it has none. */
        String familyId() {
            return families.isEmpty() ? "" : families.getFirst();
        }

        /** The same, paid by another account. */
        private Verified paidBy(String payer) {
            Caller paying = Caller.ofToken(
                    grantId, caller.keyName(), payer, caller.rights(), caller.modelGlobs(), member, clientId);
            return new Verified(
                    grantId,
                    families,
                    subject,
                    member,
                    clientId,
                    origins,
                    scopes,
                    audience,
                    payer,
                    jkt,
                    tokenId,
                    issuedAtMillis,
                    expiresAtMillis,
                    paying);
        }
    }

    /**
     * A token that is known.
     *
     * @param held the grant that its scopes and account were held against; null: none yet
     */
    private record Known(Verified verified, @Nullable AccessGrant held) {}

    private final SigningKeys keys;
    private final GrantIndex index;
    private final Audiences audiences;
    private final InstantSource clock;
    private final OAuthSettings settings;
    private final AccessTokenReader reader;
    private final Cache<TokenHash, Known> known =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    AccessTokens(SigningKeys keys, GrantIndex index, Audiences audiences, InstantSource clock, OAuthSettings settings) {
        this.keys = keys;
        this.index = index;
        this.audiences = audiences;
        this.clock = clock;
        this.settings = settings;
        this.reader = new AccessTokenReader(keys, index, audiences);
    }

    /**
     * Issues a token that ends no later than its grant.
     *
     * @param latestMillis no later than this either
     */
    Issued issue(Draft draft, long latestMillis) {
        long now = clock.millis() / 1_000 * 1_000;
        Instant grantEnds = draft.grant.expiresAt();
        long ends = Math.min(now + settings.accessToken().toMillis(), latestMillis);
        if (grantEnds != null) {
            ends = Math.min(ends, grantEnds.toEpochMilli());
        }
        ends = ends / 1_000 * 1_000;
        String tokenId = Ids.sortable("tok", now);
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(audiences.issuer())
                .subject(draft.grant.subject())
                .audience(draft.audience)
                .claim("client_id", draft.clientId)
                .claim("scope", Scopes.joined(draft.scopes))
                .issueTime(at(now))
                .expirationTime(at(ends))
                .jwtID(tokenId)
                .claim("grant", draft.grant.id())
                .claim("account", draft.grant.account());
        if (draft.grant.personId() != null) {
            claims.claim("member", draft.grant.personId()); // the subject of a job may look like anything
        }
        if (!draft.families.isEmpty()) {
            claims.claim("family", Scopes.joined(draft.families));
        }
        if (!draft.origins.isEmpty()) {
            claims.claim(ORIGINS, draft.origins);
        }
        if (!draft.jkt.isEmpty()) {
            claims.claim("cnf", Map.of("jkt", draft.jkt));
        }
        String text = sign(claims.build(), new JOSEObjectType(TYPE));
        known.put(TokenHash.of(text), new Known(said(draft, tokenId, now, ends), null));
        return new Issued(text, Math.max(1, (ends - now) / 1_000));
    }

    private Verified said(Draft draft, String tokenId, long issuedAt, long expiresAt) {
        AccessGrant grant = draft.grant;
        return new Verified(
                grant.id(),
                List.copyOf(draft.families),
                grant.subject(),
                grant.personId(),
                draft.clientId,
                List.copyOf(draft.origins),
                List.copyOf(draft.scopes),
                draft.audience,
                grant.account(),
                draft.jkt,
                tokenId,
                issuedAt,
                expiresAt,
                caller(
                        grant.id(),
                        grant.clientName(),
                        grant.account(),
                        grant.personId(),
                        draft.clientId,
                        draft.scopes));
    }

    static Date at(long millis) {
        return Date.from(Instant.ofEpochMilli(millis));
    }

    /** Signs claims as a JWT of this type with the key of the hour. */
    String sign(JWTClaimsSet claims, JOSEObjectType type) {
        ECKey key = keys.signing();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(type)
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return jwt.serialize();
    }

    /**
     * Who calls with this bearer token. Nobody, if it is for another resource, or is bound to a key, which a bearer does not
     * prove.
     */
    public @Nullable Caller find(String token, long nowMillis) {
        Verified verified = verify(token, nowMillis);
        return verified != null && verified.jkt.isEmpty() && verified.audience.equals(audiences.issuer())
                ? verified.caller
                : null;
    }

    /**
     * The person who has allowed this bearer token to administer the gate; null if nobody has. Whether that person may is not
     * looked at here.
     */
    public @Nullable String administrator(String token, long nowMillis) {
        Verified verified = verify(token, nowMillis);
        return verified != null
                        && verified.jkt.isEmpty()
                        && verified.audience.equals(audiences.issuer())
                        && verified.scopes.contains(Scopes.ADMIN)
                ? verified.member
                : null;
    }

    /** What the token proves; null if it is not ours, expired, or its grant or family has ended. */
    public @Nullable Verified verify(String token, long nowMillis) {
        // Every JWT begins so: whatever else is presented costs nothing here.
        if (!token.startsWith("eyJ") || token.length() > LONGEST) {
            return null;
        }
        TokenHash hash = TokenHash.of(token);
        Known kept = known.getIfPresent(hash);
        if (kept == null) {
            Verified read = reader.read(token, nowMillis);
            if (read == null) {
                return null;
            }
            kept = new Known(read, null);
            known.put(hash, kept);
        }
        Verified verified = kept.verified;
        if (nowMillis >= verified.expiresAtMillis) {
            known.invalidate(hash);
            return null;
        }
        if (!index.alive(verified.grantId, verified.families, verified.issuedAtMillis, nowMillis)) {
            return null;
        }
        AccessGrant grant = index.find(verified.grantId);
        // Without a grant it is another node's, of a moment ago.
        return grant == null || grant.equals(kept.held) ? verified : held(hash, verified, grant);
    }

    /** The token under its grant as it is now: its person may have taken scopes back since, or been moved to another account. */
    private @Nullable Verified held(TokenHash hash, Verified verified, AccessGrant grant) {
        if (!Scopes.covers(grant.scopes(), verified.scopes)) {
            return null;
        }
        Verified paid = grant.account().equals(verified.account) ? verified : verified.paidBy(grant.account());
        known.put(hash, new Known(paid, grant));
        return paid;
    }

    /** Whoever presents a token of these scopes. */
    static Caller caller(
            String grantId,
            String clientName,
            String account,
            @Nullable String member,
            String clientId,
            List<String> scopes) {
        List<String> globs = Scopes.modelGlobs(scopes);
        return Caller.ofToken(
                grantId,
                clientName,
                account,
                Scopes.rights(scopes),
                globs == null ? List.of() : globs,
                member,
                clientId);
    }
}
