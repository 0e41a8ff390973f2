package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.dpop.verifiers.AccessTokenValidationException;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPIssuer;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProofUse;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProtectedResourceRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPTokenRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.InvalidDPoPProofException;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.util.singleuse.AlreadyUsedException;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.web.WebRequest;
import java.net.URI;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proofs that a client holds a key (RFC 9449). Every proof carries a nonce of ours, so that none can be made ahead; nonces
 * are derived from the time, so that all nodes know them; each proof counts once on all nodes together.
 */
final class DpopProofs {
    /** Curves alone: anyone may send a proof, and an RSA key that its sender has chosen can cost 100 ms to verify with. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384);

    static final String NONCE_HEADER = "dpop-nonce";
    static final String USE_NONCE = "use_dpop_nonce";

    private static final long NONCE_MILLIS = 120_000;
    private static final long SKEW_SECONDS = 30;
    private static final long MAX_AGE_SECONDS = 120;
    private static final int LONGEST = 8_192;

    private final ShownOnce shown;
    private final InstantSource clock;
    private final byte[] key;

    /**
     * Over a store.
     *
     * @param key of at least 32 bytes that the database does not hold, the same on every node
     */
    DpopProofs(ShownOnce shown, InstantSource clock, byte[] key) {
        this.shown = shown;
        this.clock = clock;
        this.key = key.clone();
    }

    /** The algorithms as a challenge has them, separated by spaces. */
    static String names() {
        return ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().collect(Collectors.joining(" "));
    }

    /** The nonce that the next proof is to carry. */
    String nonce() {
        return nonce(clock.millis() / NONCE_MILLIS);
    }

    private String nonce(long slot) {
        return Secrets.mac(key, "dpop nonce " + slot);
    }

    /**
     * The thumbprint of the key that the request proves; empty if it carries no proof. Blocking.
     *
     * @param endpoint without query, as the client addressed it
     * @throws OAuthRefusal {@code invalid_dpop_proof}, or {@code use_dpop_nonce}
     */
    String thumbprint(WebRequest request, URI endpoint, String clientId) {
        if (!request.headers().contains("dpop")) {
            return "";
        }
        Set<Nonce> good = nonces();
        SignedJWT proof = proof(request, good);
        DPoPTokenRequestVerifier verifier =
                new DPoPTokenRequestVerifier(ALGORITHMS, endpoint, SKEW_SECONDS, MAX_AGE_SECONDS, this::once);
        try {
            return verifier.verify(new DPoPIssuer(clientId), proof, good)
                    .getValue()
                    .toString();
        } catch (InvalidDPoPProofException | JOSEException | IllegalArgumentException e) {
            throw invalid("The DPoP proof is not valid: " + e.getMessage());
        }
    }

    /**
     * Whether the request proves the key that its token is bound to (RFC 9449 section 7). Blocking.
     *
     * @throws OAuthRefusal {@code invalid_dpop_proof}, or {@code use_dpop_nonce}
     */
    void bound(WebRequest request, URI endpoint, String token, AccessTokens.Verified verified) {
        Set<Nonce> good = nonces();
        SignedJWT proof = proof(request, good);
        DPoPProtectedResourceRequestVerifier verifier =
                new DPoPProtectedResourceRequestVerifier(ALGORITHMS, SKEW_SECONDS, MAX_AGE_SECONDS, this::once);
        try {
            verifier.verify(
                    request.method().name(),
                    endpoint,
                    new DPoPIssuer(verified.clientId()),
                    proof,
                    new DPoPAccessToken(token),
                    new JWKThumbprintConfirmation(new Base64URL(verified.jkt())),
                    good,
                    null);
        } catch (InvalidDPoPProofException
                | AccessTokenValidationException
                | JOSEException
                | IllegalArgumentException e) {
            throw invalid("The DPoP proof is not valid: " + e.getMessage());
        }
    }

    private SignedJWT proof(WebRequest request, Set<Nonce> good) {
        List<String> headers = request.headers().getAll("dpop");
        if (headers.size() != 1 || headers.getFirst().length() > LONGEST) {
            throw invalid("There must be one DPoP header.");
        }
        try {
            SignedJWT proof = SignedJWT.parse(headers.getFirst());
            JWTClaimsSet claims = proof.getJWTClaimsSet();
            String nonce = claims.getStringClaim("nonce");
            if (nonce == null || nonce.isBlank() || !good.contains(new Nonce(nonce))) {
                // RFC 9449 section 8: the client tries again with the nonce of the answer's header.
                throw OAuthRefusal.of(
                        new ErrorObject(USE_NONCE, null, 400),
                        "The DPoP proof needs the nonce of the DPoP-Nonce header.");
            }
            String id = claims.getJWTID();
            if (id == null || id.isBlank() || claims.getIssueTime() == null) {
                throw invalid("The DPoP proof needs a jti and an iat.");
            }
            return proof;
        } catch (ParseException e) {
            throw invalid("The DPoP header is no signed JWT.");
        }
    }

    private Set<Nonce> nonces() {
        long slot = clock.millis() / NONCE_MILLIS;
        return Set.of(new Nonce(nonce(slot)), new Nonce(nonce(slot - 1)));
    }

    private void once(DPoPProofUse use) throws AlreadyUsedException {
        boolean first = shown.first(
                "dpop " + use.getIssuer().getValue(), use.getJWTID().getValue(), use.getMaxAge() + 2 * SKEW_SECONDS);
        if (!first) {
            throw new AlreadyUsedException("used before");
        }
    }

    private static OAuthRefusal invalid(String description) {
        return OAuthRefusal.of(
                new ErrorObject("invalid_dpop_proof", null, 400), ErrorObject.removeIllegalChars(description));
    }
}
