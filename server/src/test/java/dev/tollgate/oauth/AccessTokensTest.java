package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.Right;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which access tokens open the model API: RFC 9068 section 4, RFC 8725, and the substitutions of RFC 9700. */
class AccessTokensTest extends InOAuthHouse {
    private String token = "";

    @BeforeEach
    void signIn() {
        Client app = house().app();
        token = house().token(codeForm(app, house().code(app, house().grant(app, "models:use"))))
                .text("access_token");
        assertTrue(house().opens(token));
    }

    private SignedJWT good() throws ParseException {
        return SignedJWT.parse(token);
    }

    private String signed(JWSHeader header, JWTClaimsSet claims, ECKey key) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private String changed(String claim, @Nullable Object value) throws ParseException, JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder(good().getJWTClaimsSet())
                .claim(claim, value)
                .build();
        return signed(good().getHeader(), claims, house().server().keys().signing());
    }

    @Test
    void whatTheTokenSaysIsWhatTheRfcAsksFor() throws ParseException {
        assertEquals("at+jwt", good().getHeader().getType().getType());
        assertEquals(JWSAlgorithm.ES256, good().getHeader().getAlgorithm());
        Set<String> claims = good().getJWTClaimsSet().getClaims().keySet();
        assertTrue(claims.containsAll(Set.of("iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti", "grant")));
    }

    @Test
    void aTokenExpires() {
        house().pass(Duration.ofMinutes(15));
        assertFalse(house().opens(token));
    }

    @Test
    void aTokenThatIsTooMuchLikeAKnownOneIsNotKnown() {
        int dot = token.lastIndexOf('.');
        char last = token.charAt(dot + 10);
        String other = token.substring(0, dot + 10) + (last == 'A' ? 'B' : 'A') + token.substring(dot + 11);
        assertFalse(house().opens(other));
        assertFalse(house().opens(token + "A"));
        assertFalse(house().opens(token.substring(0, token.length() - 1)));
    }

    @Test
    void tokenSubstitutionByAlgorithmFails() throws ParseException, JOSEException {
        assertFalse(house().opens(new PlainJWT(good().getJWTClaimsSet()).serialize()), "none");
        byte[] publicKey = house().server().keys().published().toString().getBytes(StandardCharsets.UTF_8);
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(good().getHeader().getKeyID())
                        .build(),
                good().getJWTClaimsSet());
        confused.sign(new MACSigner(publicKey));
        assertFalse(house().opens(confused.serialize()), "HS256 with the public key");
    }

    @Test
    void tokenSubstitutionByKeyFails() throws ParseException, JOSEException {
        ECKey mine = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
        JWSHeader same = good().getHeader();
        assertFalse(house().opens(signed(same, good().getJWTClaimsSet(), mine)), "our id, their key");
        JWSHeader brought = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("mine")
                .jwk(mine.toPublicJWK())
                .build();
        assertFalse(house().opens(signed(brought, good().getJWTClaimsSet(), mine)), "their key in the header");
        for (String kid : List.of("", "../../dev/null", "' OR 1=1 --", "key_")) {
            JWSHeader odd = new JWSHeader.Builder(same).keyID(kid).build();
            assertFalse(house().opens(signed(odd, good().getJWTClaimsSet(), mine)), kid);
        }
    }

    @Test
    void tokenSubstitutionByTypeAndAudienceFails() throws ParseException, JOSEException {
        JWSHeader idToken = new JWSHeader.Builder(good().getHeader())
                .type(JOSEObjectType.JWT)
                .build();
        assertFalse(house().opens(signed(
                idToken, good().getJWTClaimsSet(), house().server().keys().signing())));
        assertFalse(house().opens(changed("aud", "https://gate.example/mcp/files")));
        assertFalse(house().opens(changed("iss", "https://evil.example")));
        assertFalse(house().opens(changed("iat", AccessTokens.at(house().now.get() + 120_000))));
        assertFalse(house().opens(changed("exp", null)));
        assertFalse(house().opens(changed("grant", null)));
    }

    @Test
    void aTokenThatIsBoundToAKeyIsNoBearerToken() throws ParseException, JOSEException {
        assertFalse(house().opens(changed("cnf", java.util.Map.of("jkt", "x".repeat(43)))));
        assertFalse(house().opens(changed("cnf", java.util.Map.of("x5t#S256", "x".repeat(43)))));
    }

    @Test
    void scopesDecideWhichModels() throws ParseException, JOSEException {
        var none = house().server()
                .accessTokens()
                .find(changed("scope", ""), house().now.get());
        assertNotNull(none);
        assertEquals(Set.of(), none.rights());
        assertEquals(Set.of(Right.USAGE), Scopes.rights(List.of("usage:read", "mcp:files")));
        var one = house().server()
                .accessTokens()
                .find(changed("scope", "models:use:fast"), house().now.get());
        assertNotNull(one);
        assertEquals(List.of("fast"), one.modelGlobs());
    }

    @Test
    void whatIsNoTokenCostsNothingAndOpensNothing() {
        for (String odd : List.of("", "tg_key", "eyJ", "eyJ.eyJ.x", "eyJ" + "a".repeat(9_000), "eyJé.b.c")) {
            assertFalse(house().opens(odd), odd);
        }
    }

    @Test
    void aTokenOfAnUnknownGrantIsNotBelievedForLong() throws ParseException, JOSEException {
        String unknown = changed("grant", "gra_unknown");
        house().pass(Duration.ofSeconds(6));
        house().server().grants().index().catchUp();
        assertFalse(house().opens(unknown));
    }

    @Test
    void signingKeysRotateWithOverlap() throws ParseException {
        Set<String> first = published();
        assertEquals(1, first.size());
        house().pass(Duration.ofDays(29));
        house().server().keys().tend();
        Set<String> both = published();
        assertEquals(2, both.size(), "the next is published a day before it signs");
        assertEquals(first.iterator().next(), house().server().keys().signing().getKeyID());
        house().pass(Duration.ofDays(1));
        assertFalse(first.contains(house().server().keys().signing().getKeyID()));
        assertTrue(published().containsAll(first), "until its last token has expired");
        house().pass(Duration.ofDays(1));
        house().server().keys().tend();
        house().server().keys().tend();
        assertFalse(published().containsAll(first));
        OAuthHouse.Node other = house().node();
        assertEquals(
                house().server().keys().signing().getKeyID(),
                other.server().keys().signing().getKeyID());
    }

    private Set<String> published() {
        return house().server().keys().published().getKeys().stream()
                .peek(key -> assertFalse(key.isPrivate()))
                .map(key -> key.getKeyID())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aSignatureIsCheckedOnce() {
        house().one.store().write(tx -> tx.handle().execute("DELETE FROM oauth_key"));
        house().server().keys().tend();
        assertTrue(house().opens(token), "its key is gone: a second check of the signature would fail");
        AccessTokens elsewhere = house().node().server().accessTokens();
        assertNull(elsewhere.find(token, house().now.get()), "where it was never checked, it is not known");
    }
}
