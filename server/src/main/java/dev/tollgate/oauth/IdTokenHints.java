package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Optional;

/**
 * ID tokens of ours that apps show later on, to say who they are and whose session they mean (OpenID Connect RP-Initiated Logout 1.0
 * section 2). They may have expired long since, for as long as their key is about.
 */
final class IdTokenHints {
    private static final int LONGEST = 8_192;

    /** What one says. */
    record Hint(String clientId, String subject) {}

    private final SigningKeys keys;
    private final Audiences audiences;

    IdTokenHints(SigningKeys keys, Audiences audiences) {
        this.keys = keys;
        this.audiences = audiences;
    }

    /** What the text says; empty if it is no ID token of ours. */
    Optional<Hint> read(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            JWSHeader header = jwt.getHeader();
            // An access token is no ID token (RFC 8725 section 3.11).
            boolean typed =
                    JOSEObjectType.JWT.equals(header.getType()) && JWSAlgorithm.ES256.equals(header.getAlgorithm());
            ECKey key = typed && header.getKeyID() != null ? keys.verifying(header.getKeyID()) : null;
            if (key == null || !jwt.verify(new ECDSAVerifier(key.toECPublicKey()))) {
                return Optional.empty();
            }
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String subject = claims.getSubject();
            boolean ours = audiences.issuer().equals(claims.getIssuer())
                    && claims.getAudience().size() == 1;
            return ours && subject != null
                    ? Optional.of(new Hint(claims.getAudience().getFirst(), subject))
                    : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }
}
