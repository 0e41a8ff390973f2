package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a company's identity provider says of its people (draft-ietf-oauth-identity-assertion-authz-grant), and what clients get for it. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class IdJagTest extends InFederationHouse {
    private Map<String, Object> jag(Clients.NewClient client) {
        Map<String, Object> claims = gate().claims();
        claims.keySet().removeAll(List.of("repository", "repository_id", "repository_owner_id", "ref", "event_name"));
        claims.put("sub", "ann-at-idp");
        claims.put("client_id", client.client().id());
        claims.put("resource", OAuthHouse.ISSUER + "/mcp/files");
        claims.put("scope", "mcp:files models:use");
        return claims;
    }

    private String signedJag(Map<String, Object> claims) {
        return gate().issuer
                .sign(claims, LocalIssuer.EC, header -> header.type(new JOSEObjectType(FederationToken.ID_JAG)));
    }

    private Answer bring(Clients.NewClient client, String token, Map<String, String> more) {
        Map<String, String> form = new HashMap<>(more);
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.put("assertion", token);
        form.put("client_id", client.client().id());
        form.put("client_secret", String.valueOf(client.secret()));
        return gate().house.token(form);
    }

    private Clients.NewClient trustIdentityProvider() {
        Clients.NewClient client = gate().house.service();
        gate().outsiders.put(gate().issuer.url() + " ann-at-idp", OAuthHouse.ANN);
        gate().federation
                .add(
                        new NewTrustRule(
                                "company",
                                TrustRule.Kind.ID_JAG,
                                gate().issuer.url(),
                                true,
                                "",
                                Map.of("client_id", client.client().id()),
                                List.of("mcp:files", "usage:read"),
                                "",
                                null,
                                null),
                        "owner");
        return client;
    }

    @Test
    void anIdentityProvidersAssertionIsGoodForItsPersonItsClientAndItsResource() {
        Clients.NewClient client = trustIdentityProvider();
        AccessTokens.Verified verified = verified(bring(client, signedJag(jag(client)), Map.of()));
        assertEquals(OAuthHouse.ANN.id(), verified.member());
        assertEquals(OAuthHouse.ANN.account(), verified.account());
        assertEquals(client.client().id(), verified.clientId());
        assertEquals(OAuthHouse.ISSUER + "/mcp/files", verified.audience());
        assertEquals(List.of("mcp:files"), verified.scopes(), "what both the provider and the rule allow");
        assertEquals(
                List.of(verified.grantId()),
                gate().house.server().grants().of(OAuthHouse.ANN.id()).stream()
                        .map(AccessGrant::id)
                        .toList(),
                "the person sees it among the apps");
    }

    @Test
    void whatIsNotOfItsPersonItsClientOrItsResourceIsRefused() {
        Clients.NewClient client = trustIdentityProvider();
        Clients.NewClient thief = gate().house.service();
        assertEquals(
                "invalid_grant", bring(thief, signedJag(jag(client)), Map.of()).error());
        assertTrue(gate().lastDenial().contains("another client"), gate().lastDenial());
        assertEquals(
                "invalid_grant",
                bring(client, signedJag(jag(client)), Map.of("resource", OAuthHouse.ISSUER))
                        .error());
        assertTrue(gate().lastDenial().contains("another resource"), gate().lastDenial());
        assertEquals("invalid_grant", gate().assertion(signedJag(jag(client))).error());
        assertTrue(gate().lastDenial().contains("authenticates"), gate().lastDenial());
        Map<String, String> reasons = Map.of(
                "aud=https://other.example", "audience",
                "sub=somebody-else", "person",
                "resource=https://other.example/mcp/files", "resource",
                "resource=", "resource",
                "client_id=other", "claim client_id",
                "scope=admin:*", "scopes were asked for");
        reasons.forEach((change, reason) -> {
            Map<String, Object> claims = jag(client);
            String[] parts = change.split("=", 2);
            claims.put(parts[0], parts[1]);
            assertEquals(
                    "invalid_grant", bring(client, signedJag(claims), Map.of()).error(), change);
            assertTrue(gate().lastDenial().contains("company: " + reason), change + ": " + gate().lastDenial());
        });
        assertEquals(
                "invalid_grant",
                bring(client, gate().issuer.sign(jag(client)), Map.of()).error(),
                "typ JWT");
        assertTrue(gate().lastDenial().contains("company: header"), gate().lastDenial());
        gate().house.pass(UnprovenDenials.PERIOD);
        Map<String, Object> job = gate().claims();
        job.put("repository_id", "456");
        gate().trust();
        assertEquals("invalid_request", gate().exchange(signedJag(job)).error(), "nor is an ID-JAG a job's token");
        assertTrue(gate().lastDenial().contains("deploy: header"), gate().lastDenial());
    }

    @Test
    void whatNoStoreCanHoldIsRefusedLikeTheRest() {
        Clients.NewClient client = trustIdentityProvider();
        for (String claim : List.of("iss", "sub", "client_id", "resource", "scope")) {
            for (String odd : List.of("\u0000", "x".repeat(5_000))) {
                Map<String, Object> claims = jag(client);
                claims.put(claim, odd);
                assertEquals(
                        "invalid_grant",
                        bring(client, signedJag(claims), Map.of()).error(),
                        claim);
            }
        }
    }

    @Test
    void aPersonWhoTookAnAppsAccessBackDoesNotFindItAgain() {
        Clients.NewClient client = trustIdentityProvider();
        AccessTokens.Verified verified = verified(bring(client, signedJag(jag(client)), Map.of()));
        gate().house.server().grants().revoke(OAuthHouse.ANN.id(), verified.grantId(), OAuthHouse.ANN.id());
        assertEquals(
                "invalid_grant", bring(client, signedJag(jag(client)), Map.of()).error());
        assertTrue(gate().lastDenial().contains("has ended"), gate().lastDenial());
    }

    @Test
    void whatAPersonHasTakenBackFromAnAppIsNotGivenAgain() {
        Clients.NewClient client = trustIdentityProvider();
        Map<String, Object> both = jag(client);
        both.put("scope", "mcp:files usage:read");
        AccessTokens.Verified verified = verified(bring(client, signedJag(both), Map.of()));
        assertEquals(List.of("mcp:files", "usage:read"), verified.scopes());
        gate().house
                .server()
                .grants()
                .change(
                        OAuthHouse.ANN.id(),
                        verified.grantId(),
                        List.of("usage:read"),
                        null,
                        null,
                        OAuthHouse.ANN.id());
        both.put("jti", "second");
        assertEquals(
                List.of("usage:read"),
                verified(bring(client, signedJag(both), Map.of())).scopes());
        assertEquals(
                "invalid_grant", bring(client, signedJag(jag(client)), Map.of()).error());
        assertTrue(gate().lastDenial().contains("was narrowed"), gate().lastDenial());
    }

    /** One grant for both would be one cap, and one name for what both do. */
    @Test
    void eachPersonAndEachResourceHasAGrantOfItsOwn() {
        Clients.NewClient client = trustIdentityProvider();
        Persons.Profile ben = new Persons.Profile("per_ben", "Ben", "ben@example.com", "lab", false);
        gate().house.people.put(ben.id(), ben);
        gate().outsiders.put(gate().issuer.url() + " ben-at-idp", ben);
        AccessTokens.Verified anns = verified(bring(client, signedJag(jag(client)), Map.of()));
        Map<String, Object> claims = jag(client);
        claims.put("sub", "ben-at-idp");
        AccessTokens.Verified bens = verified(bring(client, signedJag(claims), Map.of()));
        assertEquals(ben.id(), bens.member());
        assertEquals("lab", bens.account());
        assertNotEquals(anns.grantId(), bens.grantId());
        claims = jag(client);
        claims.put("resource", OAuthHouse.ISSUER + "/mcp/mail");
        AccessTokens.Verified mail = verified(bring(client, signedJag(claims), Map.of()));
        assertEquals(OAuthHouse.ANN.id(), mail.member());
        assertNotEquals(anns.grantId(), mail.grantId());
        AccessTokens.Verified again = verified(bring(client, signedJag(jag(client)), Map.of()));
        assertEquals(anns.grantId(), again.grantId());
    }

    @Test
    void anAssertionIsNotExchanged() {
        Clients.NewClient client = trustIdentityProvider();
        Map<String, String> form = new HashMap<>(FederationHouse.exchangeForm(signedJag(jag(client))));
        form.put("client_id", client.client().id());
        form.put("client_secret", String.valueOf(client.secret()));
        assertEquals("invalid_request", gate().house.token(form).error());
        assertTrue(gate().lastDenial().contains("is an assertion"), gate().lastDenial());
    }
}
