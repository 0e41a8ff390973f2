package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.net.URI;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A job at its end gives back the token that it got (RFC 7009), and nobody gives back another's. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class JobRevocationTest extends InFederationHouse {
    @BeforeEach
    void trust() throws SQLException {
        gate().trust();
    }

    private String jobs() {
        return gate().exchange(gate().token()).text("access_token");
    }

    private Answer revoke(Map<String, String> form, Map<String, String> headers) {
        return gate().house.post(gate().house.one, RevocationEndpoint.PATH, form, headers);
    }

    private void revoke(String token) {
        assertEquals(200, revoke(Map.of("token", token), Map.of()).status());
    }

    @Test
    void aJobsTokenEndsWhenItIsGivenBackAndNoOther() throws SQLException {
        String mine = jobs();
        String others = jobs();
        OAuthHouse.Node other = gate().house.node(); // it reads the signing key when it opens
        assertNotNull(other.server().accessTokens().find(mine, gate().house.now.get()));
        revoke(mine);
        assertFalse(gate().house.opens(mine));
        assertTrue(gate().house.opens(others), "of another job of the same rule");
        other.server().grants().index().catchUp();
        assertNull(other.server().accessTokens().find(mine, gate().house.now.get()), "on each node");
        assertNotNull(
                other.server().accessTokens().find(others, gate().house.now.get()));
        String row = gate().last("oauth.family_revoked");
        assertTrue(row.startsWith("federation:deploy "), row);
        assertTrue(gate().house.opens(jobs()), "the rule is good for the next job");
        revoke(mine);
        assertEquals(row, gate().last("oauth.family_revoked"), "twice is once");
    }

    @Test
    void whatWasMadeOfAJobsTokenEndsWithIt() {
        Clients.NewClient service = gate().house.service();
        String mine = jobs();
        Map<String, String> form = new HashMap<>(FederationHouse.exchangeForm(mine));
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        Answer less = gate().house.post(gate().house.one, TokenEndpoint.PATH, form, OAuthHouse.basic(service));
        assertEquals(200, less.status(), less.body().toString());
        assertTrue(gate().house.opens(less.text("access_token")));
        revoke(mine);
        assertFalse(gate().house.opens(less.text("access_token")));
    }

    @Test
    void aTokenThatIsNotHeldWholeEndsNothing() {
        String mine = jobs();
        String[] parts = mine.split("\\.", -1);
        String forged =
                parts[0] + "." + parts[1] + "." + parts[2].replaceFirst("^.", parts[2].startsWith("A") ? "B" : "A");
        for (String not : List.of(forged, parts[0] + "." + parts[1] + ".", mine + "x", "federation:deploy", "tgr_x")) {
            revoke(not);
        }
        assertTrue(gate().house.opens(mine));
    }

    @Test
    void whoeverNamesAClientGivesBackThatClientsTokensAlone() {
        Clients.NewClient service = gate().house.service();
        String mine = jobs();
        assertEquals(
                200, revoke(Map.of("token", mine), OAuthHouse.basic(service)).status());
        assertEquals(
                200,
                revoke(Map.of("token", mine, "client_id", Clients.CLAUDE_CODE), Map.of())
                        .status());
        assertEquals(
                "invalid_client",
                revoke(Map.of("token", mine, "client_id", "federation:deploy"), Map.of())
                        .error());
        assertTrue(gate().house.opens(mine));
    }

    @Test
    void aJobEndsNoTokenOfAClient() {
        Map<String, String> form = Map.of("grant_type", "client_credentials");
        Clients.NewClient service = gate().house.service();
        String clients = gate().house
                .post(gate().house.one, TokenEndpoint.PATH, form, OAuthHouse.basic(service))
                .text("access_token");
        assertTrue(gate().house.opens(clients));
        revoke(clients);
        assertTrue(gate().house.opens(clients), "whoever names nobody is a job, or Claude Code");
    }

    private String proof(ECKey key, String path, String nonce) throws JOSEException {
        return new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256)
                .createDPoPJWT("POST", URI.create(OAuthHouse.ISSUER + path), new Nonce(nonce))
                .serialize();
    }

    @Test
    void oneThatIsBoundToAKeyIsGivenBackByThatKey() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        Map<String, String> exchange = FederationHouse.exchangeForm(gate().token());
        Answer challenge = gate().house
                .post(
                        gate().house.one,
                        TokenEndpoint.PATH,
                        exchange,
                        Map.of("dpop", proof(key, TokenEndpoint.PATH, "none yet")));
        String nonce = String.valueOf(challenge.headers().get("dpop-nonce"));
        String bound = gate().house
                .post(
                        gate().house.one,
                        TokenEndpoint.PATH,
                        exchange,
                        Map.of("dpop", proof(key, TokenEndpoint.PATH, nonce)))
                .text("access_token");
        assertTrue(lives(bound));
        revoke(bound);
        assertTrue(lives(bound), "stolen without its key");
        ECKey thiefs = new ECKeyGenerator(Curve.P_256).generate();
        revoke(Map.of("token", bound), Map.of("dpop", proof(thiefs, RevocationEndpoint.PATH, nonce)));
        assertTrue(lives(bound));
        Answer given = revoke(Map.of("token", bound), Map.of("dpop", proof(key, RevocationEndpoint.PATH, nonce)));
        assertEquals(200, given.status(), given.body().toString());
        assertFalse(lives(bound));
    }

    private boolean lives(String token) {
        return gate().house
                        .server()
                        .accessTokens()
                        .verify(token, gate().house.now.get())
                != null;
    }
}
