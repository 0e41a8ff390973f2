package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.tollgate.identity.federation.TrustRule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether an issuer has signed a token: with a key of its own set that the header names, by an algorithm that this key is
 * for. Keys and addresses of keys that the header itself brings are not looked at.
 */
final class FederationSignature {
    /**
     * Those of which the world knows one half of the key. With an HMAC, the issuer's public key would pass for the secret
     * (RFC 8725 section 2.1).
     */
    private static final Set<JWSAlgorithm> RSA = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);

    private static final Set<JWSAlgorithm> EC = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);
    /** RFC 7518 section 3.3. */
    private static final int LEAST_RSA_BITS = 2_048;

    private static final int LONGEST_KID = 500;

    private final FederationKeys keys;

    FederationSignature(FederationKeys keys) {
        this.keys = keys;
    }

    /** What is wrong with the header, as a clause; null if nothing is. */
    static @Nullable String headerFault(JWSHeader header) {
        JWSAlgorithm algorithm = header.getAlgorithm();
        String kid = header.getKeyID();
        if (!RSA.contains(algorithm) && !EC.contains(algorithm)) {
            return "its algorithm is none of RS, PS and ES";
        }
        if (kid == null || kid.isBlank() || kid.length() > LONGEST_KID) {
            return "it does not say which key has signed it (kid)";
        }
        return header.getCriticalParams() == null ? null : "it demands an extension (crit)";
    }

    /** Why the signature does not hold, as a clause; null if it does. The header has been looked at. Blocking. */
    @Nullable
    String fault(TrustRule rule, FederationToken token) {
        JWSHeader header = token.jwt().getHeader();
        return switch (keys.find(rule, String.valueOf(header.getKeyID()))) {
            case FederationKeys.Found.Away(String reason) -> "the issuer's keys are not known: " + reason;
            case FederationKeys.Found.Keys(List<JWK> named) when named.isEmpty() -> "the issuer has no such key";
            case FederationKeys.Found.Keys(List<JWK> named)
            when named.size() > 1 -> "the issuer has several keys of that id";
            case FederationKeys.Found.Keys(List<JWK> named) -> fault(named.getFirst(), token);
        };
    }

    private static @Nullable String fault(JWK key, FederationToken token) {
        JWSAlgorithm algorithm = token.jwt().getHeader().getAlgorithm();
        if (!isFor(key, algorithm)) {
            return "the key is not for that algorithm";
        }
        try {
            JWSVerifier verifier = verifier(key, algorithm);
            if (verifier == null) {
                return "the key is not for that algorithm, or too short";
            }
            return token.jwt().verify(verifier) ? null : "the signature does not hold";
        } catch (JOSEException e) {
            return "the signature does not hold";
        }
    }

    /** As far as the key says (RFC 7517 section 4). */
    private static boolean isFor(JWK key, JWSAlgorithm algorithm) {
        return (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
    }

    private static @Nullable JWSVerifier verifier(JWK key, JWSAlgorithm algorithm) throws JOSEException {
        return switch (key) {
            case RSAKey rsa when RSA.contains(algorithm) && rsa.size() >= LEAST_RSA_BITS -> new RSASSAVerifier(rsa);
            case ECKey ec
            when EC.contains(algorithm) && Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve()) ->
                new ECDSAVerifier(ec);
            default -> null;
        };
    }
}
