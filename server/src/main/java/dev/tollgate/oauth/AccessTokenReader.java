package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.Caller;
import dev.tollgate.oauth.AccessTokens.Verified;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an access token that has not been seen before. It waits for nothing, the store least of all. */
final class AccessTokenReader {
    private static final long SKEW_MILLIS = 60_000;

    private final SigningKeys keys;
    private final GrantIndex index;
    private final Audiences audiences;
    private final SignatureChecks checks = new SignatureChecks();

    AccessTokenReader(SigningKeys keys, GrantIndex index, Audiences audiences) {
        this.keys = keys;
        this.index = index;
        this.audiences = audiences;
    }

    /** RFC 9068 section 4. What costs little comes first: a signature is checked only of what would otherwise open something. */
    @Nullable
    Verified read(String token, long nowMillis) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWSHeader header = jwt.getHeader();
            // The type first: an ID token or anything else that we sign is no access token (RFC 8725 section 3.11).
            if (!isType(header.getType()) || !JWSAlgorithm.ES256.equals(header.getAlgorithm())) {
                return null;
            }
            // The key is ours, by its id; keys and addresses of keys in the header are not looked at.
            ECKey key = header.getKeyID() == null ? null : keys.verifying(header.getKeyID());
            if (key == null) {
                return null;
            }
            Verified said = verified(jwt.getJWTClaimsSet(), nowMillis);
            if (said == null || !index.alive(said.grantId(), said.families(), said.issuedAtMillis(), nowMillis)) {
                return null;
            }
            String grant = index.find(said.grantId()) == null ? null : said.grantId();
            return checks.pass(grant, () -> jwt.verify(new ECDSAVerifier(key.toECPublicKey()))) ? said : null;
        } catch (ParseException | JOSEException e) {
            return null;
        }
    }

    private static boolean isType(@Nullable JOSEObjectType type) {
        // RFC 9068 section 4: with or without "application/", which RFC 7515 section 4.1.9 lets one leave out.
        return type != null
                && (type.getType().equalsIgnoreCase(AccessTokens.TYPE)
                        || type.getType().equalsIgnoreCase("application/" + AccessTokens.TYPE));
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
                || !audiences.known(audience.getFirst())
                || issued.toInstant().toEpochMilli() > nowMillis + SKEW_MILLIS
                || expires.toInstant().toEpochMilli() <= nowMillis) {
            return null;
        }
        String family = claims.getStringClaim("family");
        String member = claims.getStringClaim("member");
        List<String> origins = claims.getStringListClaim(AccessTokens.ORIGINS);
        List<String> scopes = Scopes.split(scope);
        return new Verified(
                grantId,
                family == null ? List.of() : List.copyOf(Scopes.split(family)),
                subject,
                member,
                clientId,
                origins == null ? List.of() : List.copyOf(origins),
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

    private Caller caller(
            String grantId, String clientId, String account, @Nullable String member, List<String> scopes) {
        AccessGrant grant = index.find(grantId);
        String name = grant == null ? clientId : grant.clientName();
        return AccessTokens.caller(grantId, name, account, member, clientId, scopes);
    }
}
