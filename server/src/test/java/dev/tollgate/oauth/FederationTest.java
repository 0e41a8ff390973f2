package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.Caller;
import dev.tollgate.identity.federation.Check;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.Trial;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that bring a token of their own issuer, and what they get for it. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class FederationTest extends InFederationHouse {
    @Test
    void aJobsTokenBecomesAnAccessTokenOfItsRule() {
        gate().federation
                .add(
                        new NewTrustRule(
                                "deploy",
                                TrustRule.Kind.JOB,
                                gate().issuer.url(),
                                true,
                                FederationHouse.AUDIENCE,
                                Map.of("repository_id", "456", "ref", "refs/heads/*"),
                                List.of("models:use:fast", "usage:read"),
                                "default",
                                null,
                                Duration.ofMinutes(10)),
                        "owner");
        Answer answer = gate().exchange(gate().token());
        AccessTokens.Verified verified = verified(answer);
        assertEquals("federation:deploy", verified.subject());
        assertNull(verified.member(), "a job stands for nobody");
        assertEquals(600, answer.body().path("expires_in").asInt());
        assertEquals("models:use:fast usage:read", answer.text("scope"));
        assertEquals("urn:ietf:params:oauth:token-type:access_token", answer.text("issued_token_type"));
        Caller caller = verified.caller();
        assertNotNull(caller);
        assertEquals("default", caller.account());
        assertEquals("federation:deploy", caller.app());
        assertEquals(List.of("fast"), caller.modelGlobs());
        String row = gate().last("federation.accepted");
        assertTrue(row.startsWith("federation federation.accepted deploy {"), row);
        assertTrue(row.contains("\"sub\":\"repo:octo-org/app:ref:refs/heads/main\""), row);
        assertTrue(row.contains("\"address\":\"192.0.2.7\""), row);
    }

    @Test
    void theSameIsHadByAnAssertionAndForLessOfTheScopes() {
        gate().trust();
        assertEquals("models:use", gate().assertion(gate().token()).text("scope"));
        Answer less = gate().exchange(gate().token(), "models:use:fast");
        assertEquals(List.of("models:use:fast"), verified(less).scopes());
        assertEquals(
                "invalid_request", gate().exchange(gate().token(), "usage:read").error());
        assertTrue(gate().lastDenial().contains("scopes were asked for"), gate().lastDenial());
    }

    @Test
    void oneTokenIsUsedOnceHoweverManyBringItAtOnce() throws Exception {
        gate().trust();
        OAuthHouse.Node other = gate().house.node();
        String token = gate().token();
        List<Callable<Answer>> tries = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            OAuthHouse.Node node = i % 2 == 0 ? gate().house.one : other;
            tries.add(() -> gate().house.post(node, TokenEndpoint.PATH, FederationHouse.exchangeForm(token), Map.of()));
        }
        int won = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
            for (Future<Answer> each : threads.invokeAll(tries)) {
                won += each.get().status() == 200 ? 1 : 0;
            }
        }
        assertEquals(1, won);
        assertTrue(gate().lastDenial().contains("used before"), gate().lastDenial());
        assertEquals("invalid_grant", gate().assertion(token).error(), "nor by the other way");
    }

    @Test
    void aRulesCapIsOneForAllItsJobsOnAllNodes() throws Exception {
        gate().federation
                .add(
                        new NewTrustRule(
                                "deploy",
                                TrustRule.Kind.JOB,
                                gate().issuer.url(),
                                true,
                                FederationHouse.AUDIENCE,
                                Map.of("repository_id", "456"),
                                List.of(),
                                "",
                                new TrustRule.Cap(5_000_000_000L, false),
                                null),
                        "owner");
        OAuthHouse.Node other = gate().house.node();
        List<Callable<Answer>> jobs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            OAuthHouse.Node node = i % 2 == 0 ? gate().house.one : other;
            String token = gate().token();
            jobs.add(() -> gate().house.post(node, TokenEndpoint.PATH, FederationHouse.exchangeForm(token), Map.of()));
        }
        List<String> grants = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
            for (Future<Answer> each : threads.invokeAll(jobs)) {
                assertEquals(200, each.get().status());
                grants.add(verified(each.get()).grantId());
            }
        }
        assertEquals(1, grants.stream().distinct().count(), grants.toString());
        AccessGrant grant =
                gate().house.server().grants().find(grants.getFirst()).orElseThrow();
        assertEquals(new SpendingCap(5_000_000_000L, SpendingCap.Window.DAY), grant.cap());
        assertEquals("federation:deploy", grant.clientId(), "the cap and the calls name the same app");
        assertTrue(gate().house.capped.stream().allMatch(each -> each.id().equals(grant.id())));
    }

    @Test
    void whatTheRuleGaveEndsWithTheRule() {
        gate().trust();
        String token = gate().exchange(gate().token()).text("access_token");
        assertTrue(gate().house.opens(token));
        gate().federation.remove("deploy", "owner");
        assertFalse(gate().house.opens(token));
        assertEquals("invalid_request", gate().exchange(gate().token()).error());
        assertTrue(gate().lastDenial().contains("no rule trusts its issuer"), gate().lastDenial());
        assertThrows(Refusal.class, () -> gate().federation.remove("deploy", "owner"));
        gate().trust();
        assertEquals(200, gate().exchange(gate().token()).status(), "a new rule begins anew");
    }

    @Test
    void aGrantThatAnAdministratorRevokedIsNotMadeAgain() {
        gate().trust();
        Answer first = gate().exchange(gate().token());
        gate().house.server().grants().revoke(verified(first).grantId(), "owner");
        assertEquals("invalid_request", gate().exchange(gate().token()).error());
        assertTrue(gate().lastDenial().contains("has ended"), gate().lastDenial());
    }

    @Test
    void ofSeveralRulesOneThatHoldsAndCoversWhatWasAskedIsEnough() {
        gate().trust();
        gate().house.pass(Duration.ofMillis(1));
        gate().federation
                .add(
                        new NewTrustRule(
                                "reports",
                                TrustRule.Kind.JOB,
                                gate().issuer.url(),
                                true,
                                FederationHouse.AUDIENCE,
                                Map.of("repository_owner_id", "123"),
                                List.of("usage:read"),
                                "",
                                null,
                                null),
                        "owner");
        assertEquals(
                "federation:deploy", verified(gate().exchange(gate().token())).clientId());
        assertEquals(
                "federation:reports",
                verified(gate().exchange(gate().token(), "usage:read")).clientId());
        Map<String, Object> elsewhere = gate().claims();
        elsewhere.put("ref", "refs/heads/evil");
        elsewhere.put("repository_owner_id", "666");
        assertEquals(
                "invalid_request",
                gate().exchange(gate().issuer.sign(elsewhere)).error());
        assertTrue(gate().lastDenial().contains("deploy: claim ref"), gate().lastDenial());
        assertTrue(gate().lastDenial().contains("reports: claim repository_owner_id"), gate().lastDenial());
    }

    @Test
    void aMergeRequestsJobGetsInByARuleThatDemandsJustThat() {
        gate().federation
                .add(
                        gate().job("review", Map.of("project_id", "7", "pipeline_source", "merge_request_event")),
                        "owner");
        Map<String, Object> claims = gate().claims();
        claims.put("project_id", "7");
        claims.put("pipeline_source", "merge_request_event");
        assertEquals(
                "federation:review",
                verified(gate().exchange(gate().issuer.sign(claims))).clientId());
        claims.put("jti", "other");
        claims.put("pipeline_source", "external_pull_request_event");
        assertEquals(
                "invalid_request", gate().exchange(gate().issuer.sign(claims)).error());
        assertTrue(gate().lastDenial().contains("review: event"), gate().lastDenial());
    }

    @Test
    void anAccessTokenEndsWithItsJwtOrSoonAfterThatWasMade() {
        gate().trust();
        assertEquals(
                900, gate().exchange(gate().token()).body().path("expires_in").asInt());
        Map<String, Object> kept = gate().claims();
        long now = gate().house.now.get() / 1_000;
        kept.put("iat", now - 840);
        kept.put("exp", now + 20);
        int seconds = gate().exchange(gate().issuer.sign(kept))
                .body()
                .path("expires_in")
                .asInt();
        assertTrue(seconds <= 60, "a minute is left of the quarter of an hour: " + seconds);
    }

    @Test
    void aTrialShowsEachCheckForEachRuleAndUsesNothingUp() {
        gate().trust();
        gate().federation.add(gate().job("other", Map.of("repository_id", "999")), "owner");
        String token = gate().token();
        for (int i = 0; i < 2; i++) {
            List<Trial> trials = gate().federation.test(" " + token + "\n");
            assertEquals(
                    List.of("deploy", "other"),
                    trials.stream().map(each -> each.rule().name()).toList());
            assertTrue(trials.getFirst().passes(), trials.toString());
            assertFalse(trials.getLast().passes());
            assertEquals(
                    List.of("claim repository_id"),
                    trials.getLast().checks().stream()
                            .filter(check -> check.outcome() == Check.Outcome.FAILS)
                            .map(Check::name)
                            .toList());
        }
        assertEquals(200, gate().exchange(token).status());
        Check once = gate().federation.test(token).getFirst().checks().getLast();
        assertEquals(Check.fails("once", "it has been used before (jti)"), once);
        Refusal refusal = assertThrows(Refusal.class, () -> gate().federation.test("not-a-token-canary"));
        assertFalse((refusal.text() + refusal.cure()).contains("canary"));
    }

    @Test
    void noTextOfATokenStandsInTheAuditTrail() {
        gate().trust();
        String good = gate().token();
        gate().exchange(good);
        gate().exchange(good);
        gate().exchange("eyJhbGciOiJub25lIn0.e30.");
        String all = String.join("\n", gate().house.audited);
        for (String part : List.of(good.split("\\."))) {
            assertFalse(all.contains(part));
        }
        assertFalse(all.contains("eyJ"));
    }

    @Test
    void aTokenIsKnownAsUsedForAsLongAsItWouldBeBelieved() {
        gate().trust();
        String token = gate().token();
        assertEquals(200, gate().exchange(token).status());
        gate().house.pass(Duration.ofSeconds(329));
        assertEquals("invalid_request", gate().exchange(token).error());
        assertTrue(gate().lastDenial().contains("used before"), gate().lastDenial());
        gate().house.pass(Duration.ofSeconds(1));
        assertEquals("invalid_request", gate().exchange(token).error());
        assertTrue(gate().lastDenial().contains("expired"), gate().lastDenial());
    }

    /** Whoever removes the rule looks for its grants before the first of them is there. */
    @Test
    void aRuleThatIsRemovedWhileItsFirstJobComesInGivesNothing() {
        TrustRule.Cap cap = new TrustRule.Cap(5_000_000_000L, false);
        NewTrustRule plain = gate().wanted();
        gate().federation
                .add(
                        new NewTrustRule(
                                plain.name(),
                                plain.kind(),
                                plain.issuer(),
                                plain.near(),
                                plain.audience(),
                                plain.claims(),
                                plain.scopes(),
                                plain.account(),
                                cap,
                                null),
                        "owner");
        gate().house.capping = grant -> gate().federation.remove("deploy", "owner");
        assertEquals("invalid_request", gate().exchange(gate().token()).error());
        assertTrue(gate().lastDenial().contains("the rule was removed"), gate().lastDenial());
        assertEquals(List.of(), gate().house.capped, "nor is a grant left");
    }

    @Test
    void anotherNodeKnowsTheRuleAtOnce() {
        OAuthHouse.Node other = gate().house.node();
        Federation there = gate().federation(other, InetAddress::getAllByName);
        there.add(gate().wanted(), "owner");
        assertEquals(200, gate().exchange(gate().token()).status());
        Refusal twice = assertThrows(Refusal.class, () -> gate().trust());
        assertEquals(Refusal.Kind.CONFLICT, twice.kind());
    }
}
