package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of which one thing is wrong: each is refused, all in the same words, and the audit trail knows why. */
class FederationAttacksTest {
    private static final String REFUSED =
            "{\"error\":\"invalid_request\",\"error_description\":\"The token that was presented is not accepted here.\"}";

    @TempDir
    static Path home = Path.of("");

    private static final AtomicInteger addresses = new AtomicInteger();

    private static @Nullable FederationHouse open;

    @BeforeAll
    static void openHouse() throws SQLException {
        FederationHouse house = new FederationHouse(TestDatabase.SQLITE, home);
        house.trust();
        open = house;
    }

    @AfterAll
    static void closeHouse() {
        gate().close();
    }

    private static FederationHouse gate() {
        FederationHouse house = open;
        assertNotNull(house);
        return house;
    }

    /** Each from an address of its own: of what one sends, only the first has its reason in the trail at once. */
    private static void refused(String token, String reason) {
        gate().house.address = "198.51.100." + addresses.incrementAndGet();
        Answer answer = gate().exchange(token);
        assertEquals(400, answer.status());
        assertEquals(dev.tollgate.kernel.Json.MAPPER.readTree(REFUSED), answer.body());
        assertTrue(gate().lastDenial().contains(reason), reason + ": " + gate().lastDenial());
    }

    private static Arguments claim(String what, String reason, Consumer<Map<String, Object>> change) {
        return Arguments.of(what, reason, change);
    }

    static List<Arguments> wrongClaims() {
        long now = gate().house.now.get() / 1_000;
        List<Arguments> all = new ArrayList<>();
        all.add(claim("another issuer", "no rule trusts", c -> c.put("iss", "https://evil.example")));
        all.add(claim("no issuer", "no rule trusts", c -> c.remove("iss")));
        all.add(claim("issuer with a slash", "no rule trusts", c -> c.put("iss", c.get("iss") + "/")));
        all.add(claim("another audience", "audience, aud is", c -> c.put("aud", "https://github.com/octo-org")));
        all.add(claim("a longer audience", "audience, aud is", c -> c.put("aud", c.get("aud") + "/")));
        all.add(claim(
                "two audiences",
                "names 2 audiences",
                c -> c.put("aud", List.of(c.get("aud"), "https://other.example"))));
        all.add(claim("no audience", "names 0 audiences", c -> c.remove("aud")));
        all.add(claim("expired", "it expired", c -> {
            c.put("exp", now - 31);
            c.put("iat", now - 300);
        }));
        all.add(claim("never expires", "never expires", c -> c.remove("exp")));
        all.add(claim("made in the future", "not good yet", c -> c.put("iat", now + 31)));
        all.add(claim("does not say when it was made", "when it was made", c -> c.remove("iat")));
        all.add(claim("not good yet", "not good yet", c -> c.put("nbf", now + 31)));
        all.add(claim("good for more than a day", "may live for a day", c -> c.put("exp", now + 86_401)));
        all.add(claim("no id", "no id (jti)", c -> c.remove("jti")));
        all.add(claim("an endless id", "no id (jti)", c -> c.put("jti", "x".repeat(256))));
        all.add(claim("another branch", "claim ref, ref is", c -> c.put("ref", "refs/heads/evil")));
        all.add(claim("a longer branch", "claim ref, ref is", c -> c.put("ref", "refs/heads/main-evil")));
        all.add(claim("no branch", "claim ref, ref is absent", c -> c.remove("ref")));
        all.add(claim("a list of branches", "claim ref", c -> c.put("ref", List.of("refs/heads/main"))));
        all.add(claim("another repository", "claim repository_id", c -> c.put("repository_id", "4567")));
        all.add(claim("a pull request", "event, event_name", c -> c.put("event_name", "pull_request")));
        all.add(claim("a fork's pull request", "event, event_name", c -> c.put("event_name", "pull_request_target")));
        all.add(claim("a review", "event, event_name", c -> c.put("event_name", "pull_request_review")));
        all.add(claim(
                "a merge request", "event, pipeline_source", c -> c.put("pipeline_source", "merge_request_event")));
        all.add(claim(
                "a pull request at another forge",
                "event, pipeline_source",
                c -> c.put("pipeline_source", "external_pull_request_event")));
        all.add(claim("a pull request's subject", "event, event_name", c -> {
            c.put("sub", "repo:octo-org@123/app@456:pull_request");
            c.remove("event_name");
        }));
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongClaims")
    void aTokenOfWhichOneClaimIsWrongIsRefusedLikeAllOthers(
            String what, String reason, Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = gate().claims();
        change.accept(claims);
        refused(gate().issuer.sign(claims), reason);
    }

    @Test
    void clocksMayDifferByHalfAMinute() {
        long now = gate().house.now.get() / 1_000;
        Map<String, Object> claims = gate().claims();
        claims.put("iat", now + 25);
        claims.put("nbf", now + 25);
        assertEquals(200, gate().exchange(gate().issuer.sign(claims)).status());
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("iat", now - 100);
        claims.put("nbf", now - 100);
        claims.put("exp", now - 25);
        assertEquals(200, gate().exchange(gate().issuer.sign(claims)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "application/oauth-id-jag+jwt", "oauth-id-jag+jwt", "logout+jwt", "dpop+jwt"})
    void whatTheIssuerSignedForAnotherPurposeIsRefused(String type) {
        refused(
                gate().issuer.sign(gate().claims(), LocalIssuer.RSA, header -> header.type(new JOSEObjectType(type))),
                "header, its typ is");
    }

    @Test
    void thePublicKeyIsNoSecretOfAnHmac() throws Exception {
        for (byte[] secret : List.of(
                LocalIssuer.RSA.toPublicKey().getEncoded(),
                LocalIssuer.RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(LocalIssuer.RSA.getKeyID())
                            .build(),
                    JWTClaimsSet.parse(gate().claims()));
            jwt.sign(new MACSigner(secret));
            refused(jwt.serialize(), "algorithm is none of");
        }
    }

    @Test
    void whatIsNotSignedIsNoToken() {
        List<String> parts = List.of(gate().token().split("\\."));
        String none = encode("{\"alg\":\"none\",\"kid\":\"rsa-1\"}");
        for (String token : List.of(
                none + "." + parts.get(1) + ".",
                none + "." + parts.get(1) + "." + parts.get(2),
                encode("{\"alg\":\"None\",\"kid\":\"rsa-1\"}") + "." + parts.get(1) + ".",
                parts.get(0) + "." + parts.get(1),
                "",
                "....",
                "canary")) {
            Answer answer = token.isEmpty() ? gate().exchange(" ") : gate().exchange(token);
            assertEquals("invalid_request", answer.error(), token);
            assertFalse(gate().house.opens(token));
        }
        refused(parts.get(0) + "." + parts.get(1) + ".AAAA", "the signature does not hold");
        refused(parts.get(0) + "." + encode("{}") + "." + parts.get(2), "no rule trusts");
        refused("eyJhbGciOiJSUzI1NiJ9." + "A".repeat(17_000) + ".x", "no signed JWT");
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenMustNameAKeyOfTheIssuersOwnSet() {
        refused(gate().issuer.sign(gate().claims(), LocalIssuer.RSA, h -> h.keyID(null)), "which key has signed");
        refused(gate().issuer.sign(gate().claims(), LocalIssuer.RSA, h -> h.keyID(" ")), "which key has signed");
        for (String kid : List.of("../../keys", "' OR 1=1 --", "rsa-1\u0000", "RSA-1", "http://evil.example/key")) {
            refused(gate().issuer.sign(gate().claims(), LocalIssuer.RSA, h -> h.keyID(kid)), "no such key");
        }
    }

    @Test
    void aKeyThatTheTokenBringsItselfIsNotLookedAt() {
        RSAKey own = LocalIssuer.rsa("rsa-1", 2_048);
        refused(gate().issuer.sign(gate().claims(), own, h -> h), "the signature does not hold");
        refused(gate().issuer.sign(gate().claims(), own, h -> h.jwk(own.toPublicJWK())), "the signature does not hold");
        RSAKey unknown = LocalIssuer.rsa("mine", 2_048);
        try (LocalIssuer evil = new LocalIssuer()) {
            evil.keys = List.of(unknown);
            refused(
                    gate().issuer.sign(gate().claims(), unknown, h -> h.jwkURL(URI.create(evil.url() + "/keys"))),
                    "no such key");
            assertEquals(List.of(), evil.asked);
        }
    }

    @Test
    void aKeyIsUsedForItsOwnAlgorithmAlone() {
        // The name of the one key over a signature by the other, in both directions.
        refused(gate().issuer.sign(gate().claims(), LocalIssuer.EC, h -> h.keyID("rsa-1")), "not for that algorithm");
        refused(gate().issuer.sign(gate().claims(), LocalIssuer.RSA, h -> h.keyID("ec-1")), "not for that algorithm");
        assertEquals(
                200,
                gate().exchange(gate().issuer.sign(gate().claims(), LocalIssuer.EC, h -> h))
                        .status());
    }

    @Test
    void anExtensionThatNobodyHereKnowsIsRefused() {
        refused(
                gate().issuer
                        .sign(
                                gate().claims(),
                                LocalIssuer.RSA,
                                h -> h.customParam("odd", "1").criticalParams(Set.of("odd"))),
                "demands an extension");
    }

    @Test
    void aTokenIsTakenForWhatItIsSaidToBe() {
        Map<String, String> form = new java.util.HashMap<>(FederationHouse.exchangeForm(gate().token()));
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        gate().house.address = "203.0.113.1";
        assertEquals("invalid_request", gate().house.token(form).error());
        assertTrue(gate().lastDenial().contains("said to be something else"), gate().lastDenial());
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:id_token");
        assertEquals(200, gate().house.token(form).status());
    }

    @Test
    void aKeyForEncryptionAShortOneAndAnAmbiguousOneSignNothing() {
        try (FederationHouse house = new FederationHouse(TestDatabase.SQLITE, home)) {
            ECKey twin = LocalIssuer.ec("twin");
            house.issuer.keys = List.of(
                    new RSAKey.Builder(LocalIssuer.rsa("enc", 2_048))
                            .keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
                            .build(),
                    LocalIssuer.SHORT_RSA,
                    twin,
                    LocalIssuer.ec("twin"));
            house.trust();
            RSAKey encryption = (RSAKey) house.issuer.keys.getFirst();
            assertEquals(
                    "invalid_request", house.exchange(sign(house, encryption)).error());
            assertTrue(house.lastDenial().contains("not for that algorithm"), house.lastDenial());
            house.house.address = "203.0.113.2";
            assertEquals(
                    "invalid_request",
                    house.exchange(sign(house, LocalIssuer.SHORT_RSA)).error());
            assertTrue(house.lastDenial().contains("too short"), house.lastDenial());
            house.house.address = "203.0.113.3";
            assertEquals("invalid_request", house.exchange(sign(house, twin)).error());
            assertTrue(house.lastDenial().contains("several keys"), house.lastDenial());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** RFC 7517 sections 4.3 and 4.4. */
    @Test
    void aKeySignsNothingThatItIsNotSaidToBeFor() throws SQLException {
        try (FederationHouse house = new FederationHouse(TestDatabase.SQLITE, home)) {
            RSAKey other = new RSAKey.Builder(LocalIssuer.rsa("other", 2_048))
                    .algorithm(JWSAlgorithm.RS512)
                    .build();
            RSAKey wrap = new RSAKey.Builder(LocalIssuer.rsa("wrap", 2_048))
                    .keyUse(null)
                    .keyOperations(Set.of(KeyOperation.WRAP_KEY))
                    .build();
            RSAKey good = new RSAKey.Builder(LocalIssuer.rsa("good", 2_048))
                    .keyUse(null)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyOperations(Set.of(KeyOperation.VERIFY))
                    .build();
            house.issuer.keys = List.of(other, wrap, good);
            house.trust();
            for (RSAKey key : List.of(other, wrap)) {
                assertEquals("invalid_request", house.exchange(sign(house, key)).error(), key.getKeyID());
                assertTrue(house.lastDenial().contains("not for that algorithm"), house.lastDenial());
            }
            assertEquals(200, house.exchange(sign(house, good)).status());
        }
    }

    private static String sign(FederationHouse house, com.nimbusds.jose.jwk.JWK key) {
        return house.issuer.sign(house.claims(), key, header -> header);
    }
}
