package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs by RFC 9068. A token's signature is checked once; from then on it is known by the SHA-256 of its whole
 * text, and each use looks only at the time and at whether its grant is alive. Verifying waits for nothing, and may run on an
 * event loop; the store is not asked.
 */
public final class AccessTokens {
    private static final String TYPE = "at+jwt";
    private static final int LONGEST = 8_192;
    private static final int MOST_KEPT = 100_000;
    private static final long SKEW_MILLIS = 60_000;

    /** What a token is to say. */
    record Draft(
            AccessGrant grant, String familyId, String clientId, List<String> scopes, String audience, String jkt) {}

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
     * @param familyId empty: it came of no sign-in
     * @param member the id of the person in whose name it is; null: of nobody
     * @param jkt thumbprint of the key that its user must prove; empty: none
     * @param caller null if its scopes permit no model
     */
    public record Verified(
            String grantId,
            String familyId,
            String subject,
            @Nullable String member,
            String clientId,
            List<String> scopes,
            String audience,
            String account,
            String jkt,
            String tokenId,
            long issuedAtMillis,
            long expiresAtMillis,
            @Nullable Caller caller) {}

    /** The SHA-256 of a whole token. */
    private record Key(long a, long b, long c, long d) {
        static Key of(String token) {
            ByteBuffer hash = ByteBuffer.wrap(Secrets.sha256(token.getBytes(StandardCharsets.UTF_8)));
            return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        }
    }

    private final SigningKeys keys;
    private final GrantIndex index;
    private final Audiences audiences;
    private final InstantSource clock;
    private final OAuthSettings settings;
    private final Cache<Key, Verified> known =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

    AccessTokens(SigningKeys keys, GrantIndex index, Audiences audiences, InstantSource clock, OAuthSettings settings) {
        this.keys = keys;
        this.index = index;
        this.audiences = audiences;
        this.clock = clock;
        this.settings = settings;
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
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(audiences.issuer())
                .subject(draft.grant.subject())
                .audience(draft.audience)
                .claim("client_id", draft.clientId)
                .claim("scope", Scopes.joined(draft.scopes))
                .issueTime(at(now))
                .expirationTime(at(ends))
                .jwtID(Ids.sortable("tok", now))
                .claim("grant", draft.grant.id())
                .claim("account", draft.grant.account());
        if (draft.grant.personId() != null) {
            claims.claim("member", draft.grant.personId()); // the subject of a job may look like anything
        }
        if (!draft.familyId.isEmpty()) {
            claims.claim("family", draft.familyId);
        }
        if (!draft.jkt.isEmpty()) {
            claims.claim("cnf", Map.of("jkt", draft.jkt));
        }
        return new Issued(sign(claims.build(), new JOSEObjectType(TYPE)), Math.max(1, (ends - now) / 1_000));
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
     * Who calls the model API with this bearer token. Nobody, if it is for another resource, permits no model, or is bound to
     * a key, which a bearer does not prove.
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
        Key key = Key.of(token);
        Verified verified = known.getIfPresent(key);
        if (verified == null) {
            verified = read(token, nowMillis);
            if (verified == null) {
                return null;
            }
            known.put(key, verified);
        }
        if (nowMillis >= verified.expiresAtMillis) {
            known.invalidate(key);
            return null;
        }
        boolean alive = index.alive(verified.grantId, verified.familyId, verified.issuedAtMillis, nowMillis);
        return alive && stillAllowed(verified) ? verified : null;
    }

    /** A person may have taken scopes back since. */
    private boolean stillAllowed(Verified verified) {
        AccessGrant grant = index.find(verified.grantId);
        return grant == null || Scopes.covers(grant.scopes(), verified.scopes);
    }

    /** RFC 9068 section 4. */
    private @Nullable Verified read(String token, long nowMillis) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWSHeader header = jwt.getHeader();
            // The type first: an ID token or anything else that we sign is no access token (RFC 8725 section 3.11).
            if (!isType(header.getType()) || !JWSAlgorithm.ES256.equals(header.getAlgorithm())) {
                return null;
            }
            // The key is ours, by its id; keys and addresses of keys in the header are not looked at.
            ECKey key = header.getKeyID() == null ? null : keys.verifying(header.getKeyID());
            if (key == null || !jwt.verify(new ECDSAVerifier(key.toECPublicKey()))) {
                return null;
            }
            return verified(jwt.getJWTClaimsSet(), nowMillis);
        } catch (ParseException | JOSEException e) {
            return null;
        }
    }

    private static boolean isType(@Nullable JOSEObjectType type) {
        // RFC 9068 section 4: with or without "application/", which RFC 7515 section 4.1.9 lets one leave out.
        return type != null
                && (type.getType().equalsIgnoreCase(TYPE) || type.getType().equalsIgnoreCase("application/" + TYPE));
    }

    private @Nullable Verified verified(JWTClaimsSet claims, long nowMillis) throws ParseException {
        String scope = claims.getStringClaim("scope");
        String grantId = claims.getStringClaim("grant");
        String clientId = claims.getStringClaim("client_id");
        String account = claims.getStringClaim("account");
        String subject = claims.getSubject();
        String tokenId = claims.getJWTID();
        List<String> audience = claims.getAudience();
        Date issued = claims.getIssueTime();
        Date expires = claims.getExpirationTime();
        boolean whole = scope != null
                && grantId != null
                && clientId != null
                && account != null
                && subject != null
                && tokenId != null
                && audience.size() == 1
                && issued != null
                && expires != null;
        if (!whole
                || !audiences.issuer().equals(claims.getIssuer())
                || issued.toInstant().toEpochMilli() > nowMillis + SKEW_MILLIS) {
            return null;
        }
        String family = claims.getStringClaim("family");
        String member = claims.getStringClaim("member");
        List<String> scopes = Scopes.split(scope);
        return new Verified(
                grantId,
                family == null ? "" : family,
                subject,
                member,
                clientId,
                List.copyOf(scopes),
                audience.getFirst(),
                account,
                thumbprint(claims),
                tokenId,
                issued.toInstant().toEpochMilli(),
                expires.toInstant().toEpochMilli(),
                caller(grantId, clientId, account, member, scopes));
    }

    private static String thumbprint(JWTClaimsSet claims) throws ParseException {
        Map<String, Object> confirmation = claims.getJSONObjectClaim("cnf");
        if (confirmation == null) {
            return "";
        }
        if (confirmation.get("jkt") instanceof String jkt) {
            return jkt;
        }
        throw new ParseException("a confirmation that is not known", 0);
    }

    private @Nullable Caller caller(
            String grantId, String clientId, String account, @Nullable String member, List<String> scopes) {
        List<String> globs = Scopes.modelGlobs(scopes);
        AccessGrant grant = index.find(grantId);
        return globs == null
                ? null
                : Caller.ofToken(
                        grantId, grant == null ? clientId : grant.clientName(), account, globs, member, clientId);
    }
}
