package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Refusal;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that are too wide to be kept, and what the claims of a rule let in. */
class TrustRuleFormTest {
    private static final String GITHUB = "https://token.actions.githubusercontent.com";

    private static NewTrustRule wanted(Map<String, String> claims) {
        return new NewTrustRule(
                "deploy", TrustRule.Kind.JOB, GITHUB, false, "https://gate.example", claims, List.of(), "", null, null);
    }

    private static TrustRule read(NewTrustRule wanted) {
        return TrustRuleForm.read(wanted, Instant.EPOCH);
    }

    private static String refused(NewTrustRule wanted) {
        return assertThrows(Refusal.class, () -> read(wanted)).text();
    }

    @Test
    void aRuleThatNamesOnlyAnAudienceIsRefused() {
        assertTrue(refused(wanted(Map.of())).contains("whose jobs"));
        // What every repository of the world has is no better.
        assertTrue(refused(wanted(Map.of("ref", "refs/heads/main", "event_name", "push", "environment", "production")))
                .contains("whose jobs"));
    }

    @Test
    void whatIsNotSaidIsWhatIsUsual() {
        TrustRule rule = read(wanted(Map.of("repository_id", "456")));
        assertEquals(List.of("models:use"), rule.scopes());
        assertEquals("default", rule.account());
        assertEquals(Duration.ofMinutes(15), rule.lifetime());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sub=*",
                "sub=r*",
                "sub=repo*",
                "sub=repo:*",
                "sub=repo:octo*",
                "sub=repo:/*",
                "sub=organization:*",
                "sub=repo:*/app:ref:refs/heads/main",
                "sub=",
                "repository=octo-org/*",
                "repository_id=4*",
                "repository_owner_id=*",
                "project_path=group*",
                "event_name=pull_request",
                "event_name=pull_request_target",
                "event_name=pull_request*",
                "aud=x",
                "iss=x",
                "jti=x",
                "ref=*",
                "ref=refs/*/main",
                "ref=refs/heads/\u0007",
                "=x",
                "a b=x"
            })
    void aClaimThatFitsStrangersOrIsNotWellFormedIsRefused(String claim) {
        String[] parts = claim.split("=", 2);
        Map<String, String> claims = new java.util.HashMap<>(Map.of("workspaceUuid", "w"));
        claims.put(parts[0], parts[1]);
        refused(wanted(claims));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repo:octo-org/*",
                "repo:octo-org@123/*",
                "repo:octo-org/app:*",
                "repo:octo-org/app:environment:production",
                "project_path:group/*",
                "organization:acme:*",
                "system:serviceaccount:ci:builder"
            })
    void aSubjectThatNamesItsOwnerIsKept(String subject) {
        assertEquals(subject, read(wanted(Map.of("sub", subject))).claims().get("sub"));
    }

    @Test
    void theRestOfARuleIsJudged() {
        Map<String, String> claims = Map.of("repository_id", "456");
        NewTrustRule good = wanted(claims);
        refused(with(good, "Deploy!", GITHUB, "a", List.of(), "", null));
        refused(with(good, "deploy", "http://token.example", "a", List.of(), "", null));
        refused(with(good, "deploy", "https://user@token.example", "a", List.of(), "", null));
        refused(with(good, "deploy", "https://token.example/?a", "a", List.of(), "", null));
        refused(with(good, "deploy", GITHUB, "", List.of(), "", null));
        refused(with(good, "deploy", GITHUB, "two words", List.of(), "", null));
        refused(with(good, "deploy", GITHUB, "https://*", List.of(), "", null));
        assertTrue(refused(with(good, "deploy", GITHUB, "https://GitHub.com/octo-org", List.of(), "", null))
                .contains("by default"));
        for (String scope : List.of("admin:*", "openid", "email", "offline_access", "models:*", "nonsense")) {
            refused(with(good, "deploy", GITHUB, "a", List.of(scope), "", null));
        }
        refused(with(good, "deploy", GITHUB, "a", List.of(), "", Duration.ofSeconds(901)));
        refused(with(good, "deploy", GITHUB, "a", List.of(), "", Duration.ofSeconds(59)));
        refused(with(good, "deploy", GITHUB, "a", List.of(), "", Duration.ofMinutes(-5)));
        NewTrustRule jag = new NewTrustRule(
                "company",
                TrustRule.Kind.ID_JAG,
                GITHUB,
                false,
                "a",
                Map.of("client_id", "x"),
                List.of(),
                "",
                null,
                null);
        assertTrue(refused(jag).contains("audience of an ID-JAG"));
    }

    /** No budget and no rate can be set on another account, and those on the one that there is would not see its calls. */
    @ParameterizedTest
    @ValueSource(strings = {"lab", "robots", "Default", "default ", "a b"})
    void anAccountThatDoesNotExistPaysForNoJob(String account) {
        NewTrustRule good = wanted(Map.of("repository_id", "456"));
        assertTrue(refused(with(good, "deploy", GITHUB, "a", List.of(), account, null))
                .contains("no such account"));
        assertEquals(
                "default",
                read(with(good, "deploy", GITHUB, "a", List.of(), "default", null))
                        .account());
    }

    private static NewTrustRule with(
            NewTrustRule rule,
            String name,
            String issuer,
            String audience,
            List<String> scopes,
            String account,
            @org.jspecify.annotations.Nullable Duration lifetime) {
        return new NewTrustRule(
                name, rule.kind(), issuer, rule.near(), audience, rule.claims(), scopes, account, null, lifetime);
    }

    @ParameterizedTest
    @CsvSource({
        "repo:o/r:ref:refs/heads/main,       repo:o/r:ref:refs/heads/main,           true",
        "repo:o/r:ref:refs/heads/main,       repo:o@1/r@2:ref:refs/heads/main,       true",
        "repo:o@1/r@2:ref:refs/heads/main,   repo:o@1/r@2:ref:refs/heads/main,       true",
        "repo:o@1/r@2:ref:refs/heads/main,   repo:o/r:ref:refs/heads/main,           true",
        "repo:o/*,                           repo:o@1/r@2:ref:refs/heads/main,       true",
        "repo:o/r:*,                         repo:o@1/r@2:environment:prod,          true",
        "repo:o@1/*,                         repo:o@1/r@2:environment:prod,          true",
        "repo:o/r:ref:refs/heads/main,       repo:o/r:ref:refs/heads/main2,          false",
        "repo:o/r:ref:refs/heads/main,       repo:o/r2:ref:refs/heads/main,          false",
        "repo:o/r:ref:refs/heads/main,       repo:o@1/r2@2:ref:refs/heads/main,      false",
        "repo:o/*,                           repo:o2/r:ref:refs/heads/main,          false",
        "repo:o/*,                           repo:o2@1/r@2:ref:refs/heads/main,      false",
        "repo:o@1/*,                         repo:o@12/r@2:ref:refs/heads/main,      false",
        "repo:o@9/r@2:ref:refs/heads/main,   repo:o@1/r@2:ref:refs/heads/main,       false",
        "repo:o@1/r@9:ref:refs/heads/main,   repo:o@1/r@2:ref:refs/heads/main,       false",
        "repo:o@9/r@2:ref:refs/heads/main,   repo:o/r:ref:refs/heads/main,           false",
        "repo:o@1/r@9:ref:refs/heads/main,   repo:o/r:ref:refs/heads/main,           false",
        "repo:o@1/r@2:ref:refs/heads/main,   repo:p/r:ref:refs/heads/main,           false",
        "repo:o/r:ref:refs/heads/main,       repo:o@1/r:ref:refs/heads/main,         false",
    })
    void bothFormsOfASubjectAreKnownAndNoneFitsAStranger(String wanted, String came, boolean fits)
            throws ParseException {
        assertEquals(
                fits,
                ClaimConditions.matches(
                        "sub", wanted, token(Map.of("sub", came, "repository_owner_id", "1", "repository_id", "2"))));
    }

    @Test
    void idsOfASubjectAreNotGuessedWhereTheTokenDoesNotHaveThem() throws ParseException {
        assertEquals(
                false, ClaimConditions.matches("sub", "repo:o@1/r@2:ref:x", token(Map.of("sub", "repo:o/r:ref:x"))));
    }

    @Test
    void aNumberAndATruthValueAreComparedAsText() throws ParseException {
        FederationToken token = token(Map.of("n", 7, "t", true, "d", 7.5, "o", Map.of("a", "b")));
        assertTrue(ClaimConditions.matches("n", "7", token));
        assertTrue(ClaimConditions.matches("t", "true", token));
        assertEquals(false, ClaimConditions.matches("d", "7.5", token));
        assertEquals(false, ClaimConditions.matches("o", "{*", token));
        assertEquals(false, ClaimConditions.matches("absent", "", token));
    }

    private static FederationToken token(Map<String, Object> claims) throws ParseException {
        SignedJWT jwt = new SignedJWT(
                new com.nimbusds.jose.JWSHeader(com.nimbusds.jose.JWSAlgorithm.RS256), JWTClaimsSet.parse(claims));
        JWTClaimsSet read = jwt.getJWTClaimsSet();
        assertNotNull(read);
        return new FederationToken(jwt, read);
    }
}
