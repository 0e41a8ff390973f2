package dev.tollgate.oauth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/**
 * What clients may sign their assertions with. Keys are theirs to choose: one whose exponent is as long as its modulus
 * takes a thousand times as long to verify with as an honest one, and would be a way to exhaust the machine.
 */
final class AssertionKeys {
    static final String WANTED = "EC P-256, P-384 or P-521, or RSA of 2048 to 4096 bits with an exponent up to 2^32";

    /** Of one client. */
    static final int MOST = 10;

    /** Metadata lists the same. */
    static final List<JWSAlgorithm> ALGORITHMS =
            List.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512, JWSAlgorithm.RS256, JWSAlgorithm.PS256);

    private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);
    private static final int LEAST_BITS = 2_048;
    private static final int MOST_BITS = 4_096;
    private static final BigInteger LARGEST_EXPONENT = BigInteger.ONE.shiftLeft(32);

    private AssertionKeys() {}

    /** Those of a set that the header of a signature may mean; none if its algorithm is not one of keys. */
    static List<JWK> matching(JWSHeader header, JWKSet keys) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        return matcher == null ? List.of() : new JWKSelector(matcher).select(keys);
    }

    static boolean isFit(JWK key) {
        return switch (key) {
            case ECKey ec -> CURVES.contains(ec.getCurve());
            case RSAKey rsa -> {
                int bits = rsa.getModulus().decodeToBigInteger().bitLength();
                BigInteger exponent = rsa.getPublicExponent().decodeToBigInteger();
                yield bits >= LEAST_BITS
                        && bits <= MOST_BITS
                        && exponent.testBit(0)
                        && exponent.compareTo(LARGEST_EXPONENT) <= 0;
            }
            default -> false;
        };
    }
}
