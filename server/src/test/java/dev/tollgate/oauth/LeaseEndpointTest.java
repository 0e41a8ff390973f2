package dev.tollgate.oauth;

import static dev.tollgate.oauth.LeaseHouse.ANN;
import static dev.tollgate.oauth.LeaseHouse.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.web.WebReply;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which access tokens get the setup token that is lent to a rule, and how often. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LeaseEndpointTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable LeaseHouse open;

    @BeforeEach
    void openHouse() throws SQLException {
        open = new LeaseHouse(kind, home);
        open.tokens.keep("deploy", TOKEN, ANN);
    }

    @AfterEach
    void closeHouse() {
        house().close();
    }

    private LeaseHouse house() {
        assertNotNull(open);
        return open;
    }

    @Test
    void aJobOfTheRuleGetsItAsTheEnvironmentOfClaudeCode() {
        house().lent(TOKEN);
        String row = house().gate.last("setup_token.leased");
        assertTrue(row.startsWith("federation:deploy setup_token.leased deploy {"), row);
        assertTrue(row.contains("\"person\":\"per_ann\""), row);
        assertTrue(row.contains("192.0.2.7"), row);
        assertEquals(1, house().tokens.list().getFirst().today());
    }

    @Test
    void anAccessTokenGetsItOnceHoweverManyAskOnHoweverManyNodes() throws Exception {
        OAuthHouse.Node two = house().house.node();
        LeaseEndpoint there = new LeaseEndpoint(two.ground(), two.server(), house().tokens(two));
        String job = house().job();
        two.server().catchUp();
        List<Callable<Integer>> tries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tries.add(() -> house().ask("Bearer " + job).status());
            tries.add(() -> house().ask(there, "Bearer " + job).status());
        }
        List<Integer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            for (Future<Integer> each : threads.invokeAll(tries)) {
                answers.add(each.get());
            }
        }
        answers.sort(null);
        assertEquals(List.of(200, 403, 403, 403, 403, 403, 403, 403, 403, 403), answers);
        house().refused(job, "has had it");
        assertEquals(1, house().tokens.list().getFirst().today());
        house().lent(TOKEN);
    }

    @Test
    void askingBeforeThereIsOneUsesNothingUp() {
        house().tokens.forget("deploy", ANN);
        String job = house().job();
        house().refused(job, "none is kept");
        house().tokens.keep("deploy", TOKEN, ANN);
        assertEquals(200, house().ask("Bearer " + job).status());
    }

    @Test
    void aDayHasSoManyLeasesAndTheNextAsManyAgain() {
        house().house
                .one
                .store()
                .write(tx -> tx.handle()
                        .execute(
                                "UPDATE federation_setup_token SET day = ?, leases = ?",
                                house().house.now.get() / 86_400_000,
                                SetupTokens.MOST_A_DAY - 1));
        house().lent(TOKEN);
        house().refused(house().job(), "100 times today");
        assertEquals(100, house().tokens.list().getFirst().today());
        house().house.pass(Duration.ofDays(1));
        assertEquals(0, house().tokens.list().getFirst().today());
        house().lent(TOKEN);
        assertEquals(1, house().tokens.list().getFirst().today());
    }

    @Test
    void jobsOfAnotherRuleAndAppsOfItsOwnerGetNothing() {
        house().house.pass(Duration.ofMillis(1));
        house().gate.federation.add(house().gate.job("other", Map.of("repository_id", "999")), "owner");
        Map<String, Object> other = house().gate.claims();
        other.put("repository_id", "999");
        house().refused(house().gate.exchange(house().gate.issuer.sign(other)).text("access_token"), "none is kept");
        Client app = house().house.app();
        String persons = house().house
                .token(OAuthHouse.codeForm(
                        app, house().house.code(app, house().house.grant(app, Scopes.MODELS, Scopes.ADMIN))))
                .text("access_token");
        WebReply reply = house().ask("Bearer " + persons);
        assertEquals(403, reply.status(), "not even its owner's own apps");
        assertFalse(LeaseHouse.body(reply).contains("sk-ant"));
    }

    @Test
    void whoeverWasGivenLessThanTheJobGetsNothing() {
        String job = house().job();
        Clients.NewClient service = house().house.service();
        String exchanged = house().house
                .token(Map.of(
                        "grant_type", GrantType.TOKEN_EXCHANGE.getValue(),
                        "client_id", service.client().id(),
                        "client_secret", service.secret(),
                        "subject_token", job,
                        "subject_token_type", "urn:ietf:params:oauth:token-type:access_token"))
                .text("access_token");
        house().refused(exchanged, "came of an exchange");
        String narrowed =
                house().gate.exchange(house().gate.token(), "models:use:fast").text("access_token");
        house().refused(narrowed, "less than the rule gives");
        assertEquals(200, house().ask("Bearer " + job).status(), "the job's own is not used up by that");
    }

    @Test
    void aTokenForAnotherResourceOrBoundToAKeyIsNoBearerHere() {
        AccessTokens.Verified job = house().verified(house().job());
        AccessGrant grant = house().house.server().grants().find(job.grantId()).orElseThrow();
        String elsewhere = issued(job, grant, OAuthHouse.ISSUER + "/mcp/files", "");
        String bound = issued(job, grant, OAuthHouse.ISSUER, "thumbprint");
        assertEquals(401, house().ask("Bearer " + elsewhere).status());
        assertEquals(401, house().ask("Bearer " + bound).status());
        assertEquals(401, house().ask("DPoP " + bound).status());
        assertEquals(
                200,
                house().ask("bearer " + issued(job, grant, OAuthHouse.ISSUER, ""))
                        .status());
    }

    private String issued(AccessTokens.Verified job, AccessGrant grant, String audience, String jkt) {
        return house().house
                .server()
                .accessTokens()
                .issue(
                        new AccessTokens.Draft(
                                grant, job.families(), job.clientId(), List.of(), job.scopes(), audience, jkt),
                        job.expiresAtMillis())
                .text();
    }

    @Test
    void whatIsNoLivingAccessTokenIsToldSo() {
        String job = house().job();
        for (String authorization : List.of(
                "Bearer x",
                "Bearer " + job + "x",
                "Bearer eyJ" + "A".repeat(70_000),
                "Bearer " + house().gate.token(),
                "Bearer " + TOKEN,
                "Bearer",
                "Basic " + job,
                "DPoP " + job,
                job)) {
            WebReply reply = house().ask(authorization);
            assertEquals(401, reply.status());
            assertEquals("", LeaseHouse.body(reply));
            assertTrue(
                    reply.headers().toString().contains("invalid_token"),
                    reply.headers().toString());
        }
        assertEquals(401, house().ask(house().endpoint).status(), "none");
        assertEquals(
                401,
                house().ask(house().endpoint, "Bearer " + job, "Bearer " + job).status(),
                "two");
        AccessTokens.Verified verified = house().verified(job);
        house().house
                .pass(Duration.ofMillis(
                        verified.expiresAtMillis() - house().house.now.get()));
        assertEquals(401, house().ask("Bearer " + job).status(), "expired");
        String revoked = house().job();
        house().house.server().refreshTokens().revoke(house().verified(revoked).familyId(), "owner", "given back");
        assertEquals(401, house().ask("Bearer " + revoked).status(), "revoked");
    }

    @Test
    void whoAsksWithoutEndIsToldToWait() {
        int status = 401;
        for (int i = 0; i < 1_000 && status == 401; i++) {
            status = house().ask("Bearer x").status();
        }
        assertEquals(429, status);
        assertEquals(429, house().ask("Bearer " + house().job()).status());
        house().house.address = "198.51.100.7";
        house().lent(TOKEN);
    }
}
