package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that clients choose: none that costs more to verify with than an honest one. */
@SuppressWarnings("NullAway.Init")
class ClientKeysTest {
    private static final String TOKEN = OAuthHouse.ISSUER + TokenEndpoint.PATH;

    @TempDir
    Path home;

    private OAuthHouse house;

    @BeforeEach
    void open() throws Exception {
        house = new OAuthHouse(TestDatabase.SQLITE, home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static RSAKey rsa(int bits, BigInteger exponent) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        return new RSAKey.Builder(Base64URL.encode(modulus), Base64URL.encode(exponent))
                .keyID("k1")
                .build();
    }

    private static ClientMetadata metadata(JWK key) {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.CLIENT_CREDENTIALS));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        metadata.setJWKSet(new JWKSet(key));
        return metadata;
    }

    @Test
    void keysThatAreDearToVerifyWithAreNotRegistered() throws JOSEException {
        BigInteger usual = BigInteger.valueOf(65_537);
        for (JWK bad : List.of(
                rsa(3_072, BigInteger.ONE.shiftLeft(3_070).setBit(0)),
                rsa(3_072, BigInteger.ONE.shiftLeft(32).setBit(0)),
                rsa(3_072, BigInteger.valueOf(65_536)),
                rsa(1_024, usual),
                rsa(8_192, usual),
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[32])).build())) {
            Refusal refusal = assertThrows(
                    Refusal.class, () -> house.server().clients().create(metadata(bad), "robots", "owner"));
            assertTrue(String.valueOf(refusal.getMessage()).contains("RSA of 2048 to 4096 bits"), refusal.getMessage());
        }
        for (JWK good : List.of(
                rsa(2_048, BigInteger.valueOf(3)),
                rsa(4_096, usual),
                new ECKeyGenerator(Curve.P_521).generate().toPublicJWK())) {
            house.server().clients().create(metadata(good), "robots", "owner");
        }
    }

    private Answer own(Client client, JWSAlgorithm algorithm, RSAKey key) throws JOSEException {
        PrivateKeyJWT jwt = new PrivateKeyJWT(
                new ClientID(client.id()), URI.create(OAuthHouse.ISSUER), algorithm, key.toPrivateKey(), "k1", null);
        return own(jwt);
    }

    private Answer own(PrivateKeyJWT jwt) {
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        jwt.toParameters().forEach((name, values) -> form.put(name, values.getFirst()));
        return house.token(form);
    }

    @Test
    void anAssertionIsSignedAsMetadataSaysItMayBe() throws JOSEException {
        RSAKey key = new RSAKeyGenerator(2_048).keyID("k1").generate();
        Client client = house.server()
                .clients()
                .create(metadata(key.toPublicJWK()), "robots", "owner")
                .client();
        assertEquals(200, own(client, JWSAlgorithm.RS256, key).status());
        assertEquals(200, own(client, JWSAlgorithm.PS256, key).status());
        assertEquals(401, own(client, JWSAlgorithm.RS512, key).status());
        assertEquals(
                Set.of("ES256", "ES384", "ES512", "RS256", "PS256"),
                listed("token_endpoint_auth_signing_alg_values_supported"));
    }

    /** RFC 7523 section 3 leaves both open: one that leaks would be good again and again. */
    @Test
    void anAssertionHasAnIdAndAnEndWithinTheHour() throws JOSEException {
        RSAKey key = new RSAKeyGenerator(2_048).keyID("k1").generate();
        Client client = house.server()
                .clients()
                .create(metadata(key.toPublicJWK()), "robots", "owner")
                .client();
        Instant now = Instant.ofEpochMilli(house.now.get());
        assertEquals(
                200, own(assertion(client, key, now.plusSeconds(3_500), "a")).status());
        assertEquals(
                401, own(assertion(client, key, now.plusSeconds(3_700), "b")).status());
        assertEquals(
                401, own(assertion(client, key, now.plusSeconds(3_500), null)).status());
    }

    private static PrivateKeyJWT assertion(Client client, RSAKey key, Instant end, @Nullable String id)
            throws JOSEException {
        JWTAuthenticationClaimsSet claims = new JWTAuthenticationClaimsSet(
                new ClientID(client.id()),
                List.of(new Audience(OAuthHouse.ISSUER)),
                Date.from(end),
                null,
                null,
                id == null ? null : new JWTID(id));
        return new PrivateKeyJWT(claims, JWSAlgorithm.RS256, key.toPrivateKey(), "k1", null);
    }

    private Set<String> listed(String name) {
        Set<String> all = new java.util.HashSet<>();
        dev.tollgate.kernel.Json.MAPPER
                .readTree(new Metadata(
                                new Audiences(() -> OAuthHouse.ISSUER),
                                house.server().endpoints())
                        .server()
                        .toJSONString())
                .path(name)
                .forEach(each -> all.add(each.stringValue()));
        return all;
    }

    @Test
    void proofsAreOfCurvesAlone() throws JOSEException {
        Client app = house.app();
        Map<String, String> form = codeForm(app, house.code(app, house.grant(app, "models:use")));
        ECKey curve = new ECKeyGenerator(Curve.P_256).generate();
        String nonce = String.valueOf(proved(form, new DefaultDPoPProofFactory(curve, JWSAlgorithm.ES256), "none yet")
                .headers()
                .get("dpop-nonce"));
        RSAKey rsa = new RSAKeyGenerator(2_048).generate();
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256)) {
            Answer refused = proved(form, new DefaultDPoPProofFactory(rsa, algorithm), nonce);
            assertEquals("invalid_dpop_proof", refused.error());
        }
        assertEquals(Set.of("ES256", "ES384"), listed("dpop_signing_alg_values_supported"));
        ECKey larger = new ECKeyGenerator(Curve.P_384).generate();
        Answer good = proved(form, new DefaultDPoPProofFactory(larger, JWSAlgorithm.ES384), nonce);
        assertEquals(200, good.status(), good.body().toString());
    }

    private Answer proved(Map<String, String> form, DefaultDPoPProofFactory keys, String nonce) throws JOSEException {
        String proof =
                keys.createDPoPJWT("POST", URI.create(TOKEN), new Nonce(nonce)).serialize();
        return house.post(house.one, TokenEndpoint.PATH, form, Map.of("dpop", proof));
    }

    @Test
    void aPushedRequestOfADpopClientNeedsNoProofYet() {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURI(URI.create(OAuthHouse.REDIRECT));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
        metadata.setDPoPBoundAccessTokens(true);
        Client client = house.server().clients().register(metadata).client();
        Map<String, String> form = new HashMap<>(Map.of(
                "client_id",
                client.id(),
                "response_type",
                "code",
                "redirect_uri",
                OAuthHouse.REDIRECT,
                "code_challenge",
                OAuthHouse.CHALLENGE,
                "code_challenge_method",
                "S256",
                "dpop_jkt",
                OAuthHouse.CHALLENGE));
        Answer pushed = house.post(PushEndpoint.PATH, form);
        assertEquals(201, pushed.status(), pushed.body().toString());
        assertEquals(
                OAuthHouse.CHALLENGE,
                house.server()
                        .pushed()
                        .find(pushed.text("request_uri"), client.id())
                        .orElseThrow()
                        .jkt());
        Answer code = house.token(codeForm(client, house.code(client, house.grant(client, "models:use"))));
        assertEquals("invalid_dpop_proof", code.error(), "each token request has one");
        assertFalse(code.body().has("access_token"));
    }
}
