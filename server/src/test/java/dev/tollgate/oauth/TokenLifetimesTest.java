package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that comes of something else lasts longer than that. */
@SuppressWarnings("NullAway.Init")
class TokenLifetimesTest {
    @TempDir
    Path home;

    private OAuthHouse house;
    private Client app;

    @BeforeEach
    void open() throws Exception {
        house = new OAuthHouse(TestDatabase.SQLITE, home);
        app = house.app();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Instant in(Duration time) {
        return Instant.ofEpochMilli(house.now.get()).plus(time);
    }

    private AccessGrant grant(@Nullable Instant end) {
        return house.server()
                .grants()
                .create(
                        new Grants.Draft(
                                OAuthHouse.ANN.id(),
                                OAuthHouse.ANN.id(),
                                "team",
                                app.id(),
                                app.name(),
                                List.of("models:use"),
                                OAuthHouse.ISSUER,
                                null,
                                end),
                        OAuthHouse.ANN.id());
    }

    private static long seconds(Answer tokens) {
        assertEquals(200, tokens.status(), tokens.body().toString());
        return tokens.body().path("expires_in").asLong();
    }

    @Test
    void tokensEndWithTheirGrantAndSaySo() {
        Answer tokens = house.token(codeForm(app, house.code(app, grant(in(Duration.ofMinutes(5))))));
        long said = seconds(tokens);
        assertTrue(said >= 299 && said <= 300, "of a quarter of an hour: " + said);
        house.pass(Duration.ofMinutes(5).minusSeconds(2));
        assertTrue(house.opens(tokens.text("access_token")));
        house.pass(Duration.ofSeconds(2));
        assertFalse(house.opens(tokens.text("access_token")));
        assertEquals(
                "invalid_grant",
                house.token(refreshForm(app, tokens.text("refresh_token"))).error());
    }

    @Test
    void anEndThatAPersonMovesNearerHoldsForTokensThatAreAbout() {
        AccessGrant grant = grant(null);
        Answer tokens = house.token(codeForm(app, house.code(app, grant)));
        OAuthHouse.Node other = house.node();
        house.server()
                .grants()
                .change(
                        OAuthHouse.ANN.id(),
                        grant.id(),
                        grant.scopes(),
                        null,
                        in(Duration.ofMinutes(1)),
                        OAuthHouse.ANN.id());
        other.server().catchUp();
        String token = tokens.text("access_token");
        assertTrue(house.opens(token));
        house.pass(Duration.ofMinutes(1));
        assertFalse(house.opens(token));
        assertNull(other.server().accessTokens().find(token, house.now.get()));
    }

    @Test
    void anExchangeMakesNoTokenThatLastsLonger() {
        String token = house.token(codeForm(app, house.code(app, grant(null)))).text("access_token");
        house.pass(Duration.ofMinutes(14));
        Map<String, String> form = Map.of(
                "grant_type",
                GrantType.TOKEN_EXCHANGE.getValue(),
                "subject_token",
                token,
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token");
        long left = seconds(house.post(house.one, TokenEndpoint.PATH, form, OAuthHouse.basic(house.service())));
        assertTrue(left > 0 && left <= 60, "a minute is left: " + left);
    }

    /** Of a token that is a second old there may be no news yet: it is believed, but not if it has ended already. */
    @Test
    void whatEndedHereEndsOnNodesThatRunAndOnThoseThatStartLater() {
        assertNotNull(house.server().keys().signing()); // of the very first key, too, there must be news first
        OAuthHouse.Node running = house.node();
        Answer given = house.token(codeForm(app, house.code(app, grant(null))));
        AccessGrant grant = grant(null);
        Answer revoked = house.token(codeForm(app, house.code(app, grant)));
        Answer good = house.token(codeForm(app, house.code(app, grant(null))));
        for (Answer each : List.of(given, revoked, good)) {
            assertTrue(opens(running, each), "before its news have come");
        }
        house.post(RevocationEndpoint.PATH, Map.of("token", given.text("refresh_token"), "client_id", app.id()));
        house.server().grants().revoke(grant.id(), "owner");
        running.server().catchUp();
        OAuthHouse.Node late = house.node();
        for (OAuthHouse.Node node : List.of(house.one, running, late)) {
            assertFalse(opens(node, given), "given back");
            assertFalse(opens(node, revoked));
            assertTrue(opens(node, good));
        }
    }

    private boolean opens(OAuthHouse.Node node, Answer tokens) {
        return node.server().accessTokens().find(tokens.text("access_token"), house.now.get()) != null;
    }

    /** RFC 9449 section 8: else proofs could be made ahead, by whoever has a key for a moment. */
    @Test
    void aNonceIsGoodForMinutes() throws JOSEException {
        DPoPProofFactory keys =
                new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        String nonce = nonceOf(proven(keys, "guess"));
        house.pass(Duration.ofMinutes(2));
        Answer later = proven(keys, nonce);
        assertNotEquals(DpopProofs.USE_NONCE, later.error(), "the one before is taken, too");
        assertNotEquals(nonce, nonceOf(later));
        house.pass(Duration.ofMinutes(2));
        assertEquals(DpopProofs.USE_NONCE, proven(keys, nonce).error());
        assertNotEquals(DpopProofs.USE_NONCE, proven(keys, nonceOf(later)).error());
    }

    private static String nonceOf(Answer answer) {
        return String.valueOf(answer.headers().get(DpopProofs.NONCE_HEADER));
    }

    private Answer proven(DPoPProofFactory keys, String nonce) throws JOSEException {
        URI endpoint = URI.create(OAuthHouse.ISSUER + TokenEndpoint.PATH);
        String proof = keys.createDPoPJWT("POST", endpoint, new Nonce(nonce)).serialize();
        Map<String, String> form = codeForm(app, "tgc_" + "x".repeat(43));
        return house.post(house.one, TokenEndpoint.PATH, form, Map.of("dpop", proof));
    }
}
