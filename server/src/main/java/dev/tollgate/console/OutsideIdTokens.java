package dev.tollgate.console;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenClaimsVerifier;
import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.provider.IdentityProvider;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges ID tokens (OpenID Connect Core 1.0 section 3.1.3.7). */
final class OutsideIdTokens {
    /**
     * Signed with a key of which the world knows one half. HMAC is not among them: its key would be the client's secret,
     * and a provider's public key would pass for one; nor is {@code none}.
     */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final int SKEW_SECONDS = 30;
    private static final String AUTH_TIME = "auth_time";

    private final OutsideDocuments documents;
    private final InstantSource clock;

    OutsideIdTokens(OutsideDocuments documents, InstantSource clock) {
        this.documents = documents;
        this.clock = clock;
    }

    /**
     * Who it is, if the token proves it. Blocking: keys may have to be fetched.
     *
     * @param freshSince the provider was to have the person sign in there, then; {@code null}: whenever they did
     */
    OutsidePerson judge(
            IdentityProvider provider,
            OutsideConfiguration configuration,
            JWT token,
            Nonce nonce,
            @Nullable Instant freshSince)
            throws OutsideFailure {
        if (!(token instanceof SignedJWT signed)
                || !ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token is not signed in a way that is taken");
        }
        try {
            String issuer = issuer(provider, signed);
            JWTClaimsSet claims = verified(provider, configuration, signed, issuer, nonce);
            // Others in the audience could use the token as well: nobody else is trusted (rule 3).
            if (!claims.getAudience().equals(List.of(provider.clientId()))) {
                throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token is for others too");
            }
            String party = claims.getStringClaim("azp");
            if (party != null && !party.equals(provider.clientId())) {
                throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token was made for another client");
            }
            return admitted(provider, issuer, claims, provedAt(configuration, claims, freshSince));
        } catch (ParseException e) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token has a claim of the wrong form");
        }
    }

    /** The issuer that the token must have: for many tenants that of the token's own one, if it is let in. */
    private static String issuer(IdentityProvider provider, SignedJWT token) throws OutsideFailure, ParseException {
        if (provider.tenants().isEmpty()) {
            return provider.issuer();
        }
        String tenant = token.getJWTClaimsSet().getStringClaim("tid");
        if (tenant == null || !provider.tenants().contains(tenant)) {
            throw new OutsideFailure(Kind.NOT_ADMITTED, "the tenant is none of those that are let in");
        }
        return provider.issuerOf(tenant);
    }

    private JWTClaimsSet verified(
            IdentityProvider provider, OutsideConfiguration configuration, SignedJWT token, String issuer, Nonce nonce)
            throws OutsideFailure {
        IDTokenClaimsVerifier rules =
                new IDTokenClaimsVerifier(new Issuer(issuer), new ClientID(provider.clientId()), nonce, SKEW_SECONDS);
        JWKSet keys = documents.keys(provider, configuration);
        String kid = token.getHeader().getKeyID();
        if (kid != null && keys.getKeyByKeyId(kid) == null) {
            keys = documents.keysAnew(provider, configuration);
        }
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
        processor.setJWTClaimsSetVerifier((claims, context) -> rules.verify(claims, context));
        try {
            return processor.process(token, null);
        } catch (BadJWTException e) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token is not for this sign-in: " + e.getMessage());
        } catch (BadJOSEException | JOSEException e) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token's signature does not hold");
        }
    }

    /** When the person signed in there ({@code auth_time}, rule 13), as far as it matters; {@code null}: nobody says. */
    private @Nullable Instant provedAt(
            OutsideConfiguration configuration, JWTClaimsSet claims, @Nullable Instant freshSince)
            throws OutsideFailure, ParseException {
        if (freshSince != null) {
            return provedSince(configuration, claims, freshSince);
        }
        try {
            Date claimed = claims.getDateClaim(AUTH_TIME);
            return claimed == null || isToCome(claimed.toInstant()) ? null : claimed.toInstant();
        } catch (ParseException e) {
            return null;
        }
    }

    /**
     * The same where the provider was to have the person sign in. The clock there may be slow by {@link #SKEW_SECONDS}, and
     * tells whole seconds, so that sign-in was no earlier than it was asked for. Who does not say of itself that it tells the time
     * (Google) is believed without: that the person had to act there is all that can be had of it. Who does say so and tells none was
     * not asked, whatever the browser made of the request.
     */
    private Instant provedSince(OutsideConfiguration configuration, JWTClaimsSet claims, Instant freshSince)
            throws OutsideFailure, ParseException {
        Date claimed = claims.getDateClaim(AUTH_TIME);
        if (claimed == null && configuration.tellsAuthTime()) {
            throw new OutsideFailure(
                    Kind.NOT_FRESH, "its ID token tells no time, though its configuration says that it can");
        }
        Instant at = claimed == null ? clock.instant() : claimed.toInstant();
        if (isToCome(at)) {
            throw new OutsideFailure(Kind.NOT_PROVEN, "its ID token names a sign-in there that is still to come");
        }
        if (at.isBefore(freshSince.minusSeconds(SKEW_SECONDS))) {
            throw new OutsideFailure(Kind.NOT_FRESH, "the person did not sign in there anew");
        }
        return at.isBefore(freshSince) ? freshSince : at;
    }

    private boolean isToCome(Instant at) {
        return at.isAfter(clock.instant().plusSeconds(SKEW_SECONDS));
    }

    private static OutsidePerson admitted(
            IdentityProvider provider, String issuer, JWTClaimsSet claims, @Nullable Instant provedAt)
            throws OutsideFailure, ParseException {
        // Google: the claim is what counts; the request's parameter of that name is a wish.
        List<String> domains = provider.hostedDomains();
        String domain = claims.getStringClaim("hd");
        if (!domains.isEmpty() && (domain == null || !domains.contains(domain))) {
            throw new OutsideFailure(Kind.NOT_ADMITTED, "the hosted domain is none of those that are let in");
        }
        String email = claims.getStringClaim("email");
        String name = claims.getStringClaim("name");
        OutsidePerson person = new OutsidePerson(
                issuer,
                claims.getSubject(),
                email == null ? "" : email,
                Boolean.TRUE.equals(claims.getClaim("email_verified")),
                name == null ? "" : name,
                provedAt);
        if (!person.canBeKept()) {
            throw new OutsideFailure(Kind.AWAY, "its ID token's subject is too long, or no plain text");
        }
        return person;
    }
}
