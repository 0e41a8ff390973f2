package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Codes and refresh tokens at the token endpoint, with the attacks of RFC 9700 on them. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SignInFlowsTest extends InOAuthHouse {
    private static final int AT_ONCE = 100;

    private Answer signIn(Client app) {
        Answer answer =
                house().token(codeForm(app, house().code(app, house().grant(app, "models:use", "openid", "email"))));
        assertEquals(200, answer.status(), answer.body().toString());
        return answer;
    }

    private static void assertInvalidGrant(Answer answer) {
        assertEquals(400, answer.status(), answer.body().toString());
        assertEquals("invalid_grant", answer.error());
        assertFalse(answer.text("error_description").isEmpty());
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        Map<String, String> changed = new HashMap<>(form);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, String> without(Map<String, String> form, String name) {
        Map<String, String> changed = new HashMap<>(form);
        changed.remove(name);
        return changed;
    }

    @Test
    void aCodeBringsTokensThatOpenTheModelApi() throws ParseException {
        Client app = house().app();
        Answer answer = signIn(app);
        assertEquals("Bearer", answer.text("token_type"));
        assertEquals(900, answer.body().path("expires_in").asInt());
        assertEquals("models:use openid email", answer.text("scope"));
        assertTrue(answer.text("refresh_token").startsWith("tgr_"));
        assertFalse(answer.body().has("email"), "that is for programs of ours, which show it to the person");
        Caller caller = house().server()
                .accessTokens()
                .find(answer.text("access_token"), house().now.get());
        assertNotNull(caller);
        assertEquals("team", caller.account());
        assertEquals("App", caller.keyName());
        SignedJWT id = SignedJWT.parse(answer.text("id_token"));
        assertEquals(List.of(app.id()), id.getJWTClaimsSet().getAudience());
        assertEquals("n-1", id.getJWTClaimsSet().getStringClaim("nonce"));
        assertEquals("ann@example.com", id.getJWTClaimsSet().getStringClaim("email"));
        assertNull(id.getJWTClaimsSet().getClaim("name"), "profile was not asked for");
    }

    @Test
    void codeReplayEndsWhatCameOfTheCode() {
        Client app = house().app();
        AccessGrant grant = house().grant(app, "models:use");
        String code = house().code(app, grant);
        Answer first = house().token(codeForm(app, code));
        assertTrue(house().opens(first.text("access_token")));
        assertInvalidGrant(house().token(codeForm(app, code)));
        assertFalse(house().opens(first.text("access_token")), "the access token ends");
        assertInvalidGrant(house().token(refreshForm(app, first.text("refresh_token"))));
        assertEquals(1, house().notices.size());
        assertTrue(house().server().grants().find(grant.id()).orElseThrow().revokedAt() == null, "the grant stays");
    }

    @Test
    void codeInjectionIntoAnotherClientOrSessionFails() {
        Client app = house().app();
        Client other = house().app();
        String code = house().code(app, house().grant(app, "models:use"));
        Map<String, String> form = codeForm(app, code);
        assertInvalidGrant(house().token(with(form, "client_id", other.id())));
        assertInvalidGrant(house().token(with(form, "code_verifier", "x".repeat(43))));
        assertInvalidGrant(house().token(with(form, "redirect_uri", "https://evil.example/cb")));
        assertEquals(200, house().token(form).status(), "nobody else can use it up");
    }

    @Test
    void pkceDowngradeFails() {
        Client app = house().app();
        String code = house().code(app, house().grant(app, "models:use"));
        assertInvalidGrant(house().token(without(codeForm(app, code), "code_verifier")));
        assertInvalidGrant(house().token(with(codeForm(app, code), "code_verifier", OAuthHouse.CHALLENGE)));
    }

    @Test
    void anExpiredAnUnknownAndAForeignCodeLookTheSame() {
        Client app = house().app();
        String code = house().code(app, house().grant(app, "models:use"));
        Answer unknown = house().token(codeForm(app, "tgc_" + "x".repeat(43)));
        Answer foreign = house().token(codeForm(house().app(), code));
        house().pass(Duration.ofSeconds(61));
        Answer expired = house().token(codeForm(app, code));
        assertInvalidGrant(expired);
        assertEquals(expired.body(), unknown.body());
        assertEquals(expired.body(), foreign.body());
    }

    @Test
    void aRefreshTokenRotatesAndItsLostAnswerIsGivenAgain() {
        Client app = house().app();
        String first = signIn(app).text("refresh_token");
        String second = house().token(refreshForm(app, first)).text("refresh_token");
        assertNotEquals(first, second);
        house().pass(Duration.ofSeconds(29));
        assertEquals(second, house().token(refreshForm(app, first)).text("refresh_token"));
        assertEquals(200, house().token(refreshForm(app, second)).status());
        assertTrue(house().notices.isEmpty());
    }

    @Test
    void refreshTheftIsFoundWhenTheWindowIsOver() {
        Client app = house().app();
        String stolen = signIn(app).text("refresh_token");
        Answer next = house().token(refreshForm(app, stolen));
        house().pass(Duration.ofSeconds(31));
        assertInvalidGrant(house().token(refreshForm(app, stolen)));
        assertInvalidGrant(house().token(refreshForm(app, next.text("refresh_token"))));
        assertFalse(house().opens(next.text("access_token")));
        assertEquals("oauth.token_reused", house().notices.getFirst().kind());
        assertTrue(house().audited.stream().anyMatch(row -> row.contains("oauth.family_revoked")));
    }

    @Test
    void refreshTheftIsFoundInsideTheWindowOnceTheSuccessorIsUsed() {
        Client app = house().app();
        String stolen = signIn(app).text("refresh_token");
        String next = house().token(refreshForm(app, stolen)).text("refresh_token");
        assertEquals(200, house().token(refreshForm(app, next)).status());
        assertInvalidGrant(house().token(refreshForm(app, stolen)));
        assertEquals(1, house().notices.size());
    }

    @Test
    void anotherClientsRefreshTokenOpensNothingAndStaysGood() {
        Client app = house().app();
        String token = signIn(app).text("refresh_token");
        assertInvalidGrant(house().token(refreshForm(house().app(), token)));
        assertEquals(200, house().token(refreshForm(app, token)).status());
    }

    @Test
    void rotationDoesNotExtendTheSignIn() {
        Client app = house().app();
        String token = signIn(app).text("refresh_token");
        house().pass(Duration.ofDays(29));
        Answer late = house().token(refreshForm(app, token));
        assertEquals(200, late.status());
        house().pass(Duration.ofDays(1));
        assertInvalidGrant(house().token(refreshForm(app, late.text("refresh_token"))));
    }

    @Test
    void aRefreshGivesLessButNeverMore() {
        Client app = house().app();
        String token = signIn(app).text("refresh_token");
        Answer less = house().token(with(refreshForm(app, token), "scope", "models:use:fast"));
        assertEquals("models:use:fast", less.text("scope"));
        Caller caller = house().server()
                .accessTokens()
                .find(less.text("access_token"), house().now.get());
        assertNotNull(caller);
        assertEquals(List.of("fast"), caller.modelGlobs());
        Answer more = house().token(with(refreshForm(app, less.text("refresh_token")), "scope", "admin:*"));
        assertEquals("invalid_scope", more.error());
    }

    @Test
    void revokingAGrantEndsEverythingOnAllNodes() {
        Client app = house().app();
        assertNotNull(house().server().keys().signing()); // of the very first key, too, there must be news first
        OAuthHouse.Node other = house().node();
        AccessGrant grant = house().grant(app, "models:use");
        String unused = house().code(app, grant);
        Answer tokens = house().token(codeForm(app, house().code(app, grant)));
        String access = tokens.text("access_token");
        assertNotNull(other.server().accessTokens().find(access, house().now.get()), "before its news have come");
        house().server().grants().revoke(OAuthHouse.ANN.id(), grant.id(), OAuthHouse.ANN.id());
        assertFalse(house().opens(access));
        other.server().grants().index().catchUp();
        assertNull(other.server().accessTokens().find(access, house().now.get()));
        assertInvalidGrant(house().token(refreshForm(app, tokens.text("refresh_token"))));
        assertInvalidGrant(house().token(codeForm(app, unused)));
    }

    @Test
    void whatAPersonTakesBackIsGoneFromTokensThatAreAbout() {
        Client app = house().app();
        AccessGrant grant = house().grant(app, "models:use");
        SpendingCap cap = new SpendingCap(5_000_000_000L, SpendingCap.Window.DAY);
        Answer tokens = house().token(codeForm(app, house().code(app, grant)));
        house().server()
                .grants()
                .change(OAuthHouse.ANN.id(), grant.id(), List.of("models:use:fast"), cap, null, "per_ann");
        assertFalse(house().opens(tokens.text("access_token")));
        Answer next = house().token(refreshForm(app, tokens.text("refresh_token")));
        assertEquals(cap, house().capped.getFirst().cap());
        assertEquals("models:use:fast", next.text("scope"));
        assertTrue(house().opens(next.text("access_token")));
    }

    @Test
    void aSuspendedPersonGetsNoTokens() {
        Client app = house().app();
        String token = signIn(app).text("refresh_token");
        house().people.clear();
        assertInvalidGrant(house().token(refreshForm(app, token)));
    }

    @Test
    void ofAHundredAtOnceOneRedeemsTheCode() throws Exception {
        Client app = house().app();
        OAuthHouse.Node other = house().node();
        String code = house().code(app, house().grant(app, "models:use"));
        List<Answer> answers = atOnce(other, codeForm(app, code));
        assertEquals(1, answers.stream().filter(each -> each.status() == 200).count());
        assertEquals(
                AT_ONCE - 1,
                answers.stream()
                        .filter(each -> each.error().equals("invalid_grant"))
                        .count());
    }

    @Test
    void aHundredAtOnceGetTheSameSuccessor() throws Exception {
        Client app = house().app();
        OAuthHouse.Node other = house().node();
        String token = signIn(app).text("refresh_token");
        List<Answer> answers = atOnce(other, refreshForm(app, token));
        Set<String> successors = new HashSet<>();
        answers.forEach(each -> successors.add(each.text("refresh_token")));
        assertEquals(1, successors.size(), successors.toString());
        assertTrue(answers.stream().allMatch(each -> each.status() == 200));
        long rows = house().one
                .store()
                .read(handle -> handle.createQuery("SELECT count(*) FROM oauth_refresh")
                        .mapTo(Long.class)
                        .one());
        assertEquals(2, rows, "the token and its one successor");
    }

    private List<Answer> atOnce(OAuthHouse.Node other, Map<String, String> form)
            throws InterruptedException, ExecutionException {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            OAuthHouse.Node node = i % 2 == 0 ? house().one : other;
            calls.add(() -> house().post(node, TokenEndpoint.PATH, form, Map.of()));
        }
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        return answers;
    }

    @Test
    void nothingThatOpensAnythingIsInTheStoreOrTheAuditTrail() {
        Client app = house().app();
        String code = house().code(app, house().grant(app, "models:use"));
        Answer answer = house().token(codeForm(app, code));
        String store = house().one
                .store()
                .read(handle -> handle.createQuery("SELECT c.hash || r.hash FROM oauth_code c, oauth_refresh r")
                        .mapTo(String.class)
                        .one());
        for (String secret : List.of(code, answer.text("refresh_token"), answer.text("access_token"))) {
            assertFalse(store.contains(secret.substring(4)));
            assertFalse(house().audited.toString().contains(secret.substring(4)));
        }
    }
}
