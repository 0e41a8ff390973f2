package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.Hint;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.auth.verifier.JWTAudienceCheck;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import java.net.URI;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which client is asking (RFC 6749 section 2.3, RFC 7523 section 2.2). One text for all that can be wrong. */
final class ClientAuthenticator {
    private static final String WRONG = "The client is unknown, or did not authenticate as it is registered.";
    private static final long LONGEST_ASSERTION_MILLIS = 3_600_000;

    private final Clients clients;
    private final ShownOnce shown;
    private final InstantSource clock;

    ClientAuthenticator(Clients clients, ShownOnce shown, InstantSource clock) {
        this.clients = clients;
        this.shown = shown;
        this.clock = clock;
    }

    /**
     * The client, proven if it can keep a secret. Blocking.
     *
     * @param audiences that an assertion may be for: our issuer, and the address that it was sent to
     * @throws OAuthRefusal {@code invalid_client}
     */
    Client authenticate(@Nullable ClientAuthentication proof, @Nullable ClientID claimed, Set<URI> audiences) {
        ClientID id = proof == null ? claimed : proof.getClientID();
        if (id == null) {
            throw OAuthRefusal.invalidClient("The request names no client (client_id).");
        }
        Client client = clients.find(id.getValue()).orElseThrow(ClientAuthenticator::wrong);
        if (proof == null) {
            if (client.confidential()) {
                throw wrong();
            }
            return client;
        }
        if (proof instanceof PlainClientSecret plain) {
            // Both ways to send a secret are as good: a client need not keep to the one that it registered.
            boolean right = !client.secretHash().isEmpty()
                    && Secrets.same(Secrets.hash(plain.getClientSecret().getValue()), client.secretHash());
            if (!right) {
                throw wrong();
            }
            return client;
        }
        if (proof instanceof PrivateKeyJWT assertion
                && client.authMethod().equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT.getValue())) {
            verify(client, assertion, audiences);
            return client;
        }
        throw wrong();
    }

    private void verify(Client client, PrivateKeyJWT assertion, Set<URI> audiences) {
        if (!AssertionKeys.ALGORITHMS.contains(
                assertion.getClientAssertion().getHeader().getAlgorithm())) {
            throw wrong();
        }
        long expires = assertion
                .getJWTAuthenticationClaimsSet()
                .getExpirationTime()
                .toInstant()
                .toEpochMilli();
        JWTID id = assertion.getJWTAuthenticationClaimsSet().getJWTID();
        // RFC 7523 section 3 leaves jti open; without it an assertion that leaks is good again and again.
        if (id == null || expires > clock.millis() + LONGEST_ASSERTION_MILLIS) {
            throw OAuthRefusal.invalidClient("client_assertion needs a jti, and an exp within an hour.");
        }
        Set<Audience> expected = new HashSet<>();
        audiences.forEach(each -> expected.add(new Audience(each)));
        ClientAuthenticationVerifier<Client> verifier = new ClientAuthenticationVerifier<>(
                new Keys(client, clients.keySets()), expected, JWTAudienceCheck.LEGACY);
        // So it looks a second time where none of the known keys has signed.
        Set<Hint> hints = client.jwksUri() == null ? Set.of() : Set.of(Hint.CLIENT_HAS_REMOTE_JWK_SET);
        try {
            verifier.verify(assertion, hints, null);
        } catch (InvalidClientException | JOSEException e) {
            throw wrong();
        }
        long seconds = Math.max(1, (expires - clock.millis()) / 1_000) + 120;
        if (!shown.first("assertion " + client.id(), id.getValue(), seconds)) {
            throw wrong();
        }
    }

    private static OAuthRefusal wrong() {
        return OAuthRefusal.invalidClient(WRONG);
    }

    /** The keys of one client, registered or at the place that is registered; never one that the assertion brings or names. */
    private record Keys(Client client, ClientKeySets sets) implements ClientCredentialsSelector<Client> {
        @Override
        public List<Secret> selectClientSecrets(
                ClientID id, ClientAuthenticationMethod method, @Nullable Context<Client> context) {
            return List.of();
        }

        @Override
        public List<? extends PublicKey> selectPublicKeys(
                ClientID id,
                ClientAuthenticationMethod method,
                JWSHeader header,
                boolean forceRefresh,
                @Nullable Context<Client> context) {
            List<PublicKey> keys = new ArrayList<>();
            for (JWK key : matching(header, forceRefresh)) {
                if (key instanceof AsymmetricJWK asymmetric) {
                    add(keys, asymmetric);
                }
            }
            return keys;
        }

        private List<JWK> matching(JWSHeader header, boolean forceRefresh) {
            URI place = client.jwksUri();
            if (place != null) {
                return sets.find(place, client.vouchedFor(), header, forceRefresh);
            }
            JWKSet jwks = client.jwks();
            return jwks == null ? List.of() : AssertionKeys.matching(header, jwks);
        }

        private static void add(List<PublicKey> keys, AsymmetricJWK key) {
            try {
                keys.add(key.toPublicKey());
            } catch (JOSEException e) {
                // A key on a curve that this platform has not: as if it were not registered.
                return;
            }
        }
    }
}
