package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What apps may know of a person: ID tokens and userinfo (OpenID Connect Core sections 2 and 5). */
final class IdTokens {
    /** What may be told; metadata lists the same. */
    static final List<String> CLAIMS =
            List.of("sub", "iss", "aud", "exp", "iat", "auth_time", "amr", "nonce", "email", "name");

    private final AccessTokens signer;
    private final Audiences audiences;
    private final InstantSource clock;
    private final OAuthSettings settings;

    IdTokens(AccessTokens signer, Audiences audiences, InstantSource clock, OAuthSettings settings) {
        this.signer = signer;
        this.audiences = audiences;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * An ID token in the clear.
     *
     * @param nonce of the authorization request; empty: it had none
     */
    String issue(Persons.Profile person, TokenFamily family, String nonce) {
        long now = clock.millis();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(audiences.issuer())
                .audience(family.clientId())
                .issueTime(AccessTokens.at(now))
                .expirationTime(AccessTokens.at(now + settings.accessToken().toMillis()))
                .claim("auth_time", family.authTimeMillis() / 1_000);
        about(person, family.scopes()).forEach(claims::claim);
        if (!family.amr().isEmpty()) {
            claims.claim("amr", family.amr());
        }
        if (!nonce.isEmpty()) {
            claims.claim("nonce", nonce);
        }
        return signer.sign(claims.build(), JOSEObjectType.JWT);
    }

    /** The claims that the scopes ask for. */
    static Map<String, Object> about(Persons.Profile person, List<String> scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", person.id());
        if (scopes.contains("email")) {
            claims.put("email", person.email());
        }
        if (scopes.contains("profile")) {
            claims.put("name", person.name());
        }
        return claims;
    }
}
