package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Invitations;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.Clients;
import dev.tollgate.oauth.Grants;
import dev.tollgate.oauth.SpendingCap;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** People who call models, and administer, by access tokens that apps got in their name; and tokens that open nothing. */
@Timeout(120)
class AccessTokensOverHttpTest {
    private static final String MESSAGES = "/v1/messages";
    private static final String GEMINI = "/v1beta/models/sim%2Fecho:generateContent";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static AppAtGate app;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\"]}");
        ann = AppAtGate.owner(gate, "ann@example.com");
        app = AppAtGate.register(gate, "https://app.example/cb");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static Person invited(String email, Role role) {
        Invitations invitations = gate.people().invitations();
        String text =
                invitations.invite(email, role, List.of(), Actor.OWNER_TOKEN).text();
        return AppAtGate.person(invitations.redeem(text, "Somebody", AppAtGate.visitor()));
    }

    private static AccessGrant grantFor(Person person, String resource, @Nullable SpendingCap cap, String... scopes) {
        return app.grant(person, resource, cap, scopes);
    }

    private static AccessGrant grant(Person person, String... scopes) {
        return app.grant(person, scopes);
    }

    private static JsonNode tokens(AccessGrant grant) throws Exception {
        return app.tokens(grant, "");
    }

    private static String token(AccessGrant grant) throws Exception {
        return app.token(grant);
    }

    private static String ask(String model) {
        return "{\"model\":\"" + model
                + "\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    private static HttpResponse<String> call(String token, String model, String... headers) throws Exception {
        return gate.post(MESSAGES, token, ask(model), headers);
    }

    private static void assertOpensNothing(String token, String why) throws Exception {
        HttpResponse<String> answer = call(token, "sim/echo", "anthropic-version", "2023-06-01");
        assertEquals(401, answer.statusCode(), why);
        JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
        assertEquals("authentication_error", error.get("type").stringValue(), why);
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""), why);
        assertEquals(
                "Bearer realm=\"tollgate\", error=\"invalid_token\", resource_metadata=\"" + gate.url()
                        + "/.well-known/oauth-protected-resource\"",
                answer.headers().firstValue("www-authenticate").orElse(""));
        assertFalse(answer.body().contains(token), "the token is told to nobody");
    }

    @Test
    void aCallWithATokenIsThePersonsAndTheAppsWhateverTheClientClaims() throws Exception {
        AccessGrant grant = grant(ann, "models:use");
        HttpResponse<String> answer = call(token(grant), "sim/echo", "x-app", "another-app");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode story = gate.explain(answer);
        assertEquals(ann.id(), story.get("member").get("id").stringValue());
        assertEquals("ann@example.com", story.get("member").get("email").stringValue());
        assertEquals(grant.id(), story.get("key").get("id").stringValue());
        assertEquals("Notes", story.get("key").get("name").stringValue());
        assertEquals(app.id(), story.get("client").get("app").stringValue());
        JsonNode usage = gate.manage("GET", "/usage?by=member", "").get("data");
        assertTrue(
                usage.valueStream()
                        .anyMatch(row -> row.get("name").stringValue().equals("ann@example.com")
                                && row.get("member").stringValue().equals(ann.id())),
                usage.toString());
    }

    @Test
    void aTokenMayStandInTheHeaderOfAnyDialectButNotInTheAddress() throws Exception {
        String token = token(grant(ann, "models:use"));
        assertEquals(200, gate.send("POST", MESSAGES, token, ask("sim/echo")).statusCode(), "x-api-key");
        String contents = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}";
        HttpResponse<String> answer = gate.open(GEMINI + "?key=" + token, "application/json", contents);
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("in the address"), answer.body());
        assertFalse(answer.body().contains(token));
    }

    private static String proof(ECKey key, String path, @Nullable String token, String nonce) throws Exception {
        DPoPProofFactory factory = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        URI endpoint = URI.create(gate.url() + path);
        return factory.createDPoPJWT(
                        "POST", endpoint, token == null ? null : new DPoPAccessToken(token), new Nonce(nonce))
                .serialize();
    }

    private static HttpResponse<String> proven(String path, String token, String proof) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gate.url() + path))
                .header("content-type", "application/json")
                .header("anthropic-version", "2023-06-01")
                .header("authorization", "DPoP " + token)
                .POST(HttpRequest.BodyPublishers.ofString(ask("sim/echo")));
        return AppAtGate.send(proof.isEmpty() ? request : request.header("dpop", proof));
    }

    private static void assertUnproven(String error, HttpResponse<String> answer) {
        assertEquals(401, answer.statusCode(), answer.body());
        String challenge = answer.headers().firstValue("www-authenticate").orElse("");
        assertTrue(challenge.startsWith("DPoP ") && challenge.contains("error=\"" + error + "\""), challenge);
        assertTrue(answer.headers().firstValue("dpop-nonce").isPresent());
        assertTrue(answer.body().contains("authentication_error"), answer.body());
    }

    @Test
    void aTokenThatIsBoundToAKeyOpensWithAProofOfIt() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        HttpResponse<String> nonceless = proven(MESSAGES, "eyJ.eyJ.x", "");
        assertUnproven("invalid_token", nonceless);
        String nonce = nonceless.headers().firstValue("dpop-nonce").orElseThrow();
        AccessGrant grant = grant(ann, "models:use");
        String token = app.tokens(grant, proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        assertOpensNothing(token, "a bearer proves no key");
        String proof = proof(key, MESSAGES, token, nonce);
        HttpResponse<String> answer = proven(MESSAGES, token, proof);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("dpop-nonce").isPresent());
        assertEquals(ann.id(), gate.explain(answer).get("member").get("id").stringValue());
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, ""));
        assertUnproven("use_dpop_nonce", proven(MESSAGES, token, proof(key, MESSAGES, token, "guess")));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(key, "/v1/responses", token, nonce)));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(key, MESSAGES, token + "x", nonce)));
        ECKey thief = new ECKeyGenerator(Curve.P_256).generate();
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(thief, MESSAGES, token, nonce)));
        String plain = token(grant(ann, "models:use"));
        assertUnproven("invalid_token", proven(MESSAGES, plain, proof(key, MESSAGES, plain, nonce)));
        AccessGrant elsewhere = grantFor(ann, gate.url() + "/mcp/files", null, "models:use");
        String files = app.tokens(elsewhere, proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        assertUnproven("invalid_token", proven(MESSAGES, files, proof(key, MESSAGES, files, nonce)));
        gate.authorization().grants().revoke(grant.id(), "owner");
        assertUnproven("invalid_token", proven(MESSAGES, token, proof(key, MESSAGES, token, nonce)));
    }

    @Test
    void wherePeopleLookThereIsAPageAndWhereProgramsAskThereIsNone() throws Exception {
        String browser = "text/html,application/xhtml+xml";
        for (String path : List.of("/nowhere", "/account/nothing", "/oauth/consent")) {
            HttpResponse<String> page = AppAtGate.send(
                    HttpRequest.newBuilder(URI.create(gate.url() + path)).header("accept", browser));
            assertTrue(page.statusCode() == 404 || page.statusCode() == 405, path);
            assertTrue(page.body().startsWith("<!"), page.body());
        }
        for (String path : List.of("/v1/nothing", "/admin/v1/nothing", "/oauth/token", "/.well-known/nothing")) {
            HttpResponse<String> json = AppAtGate.send(
                    HttpRequest.newBuilder(URI.create(gate.url() + path)).header("accept", browser));
            assertTrue(json.body().startsWith("{"), path + " " + json.body());
        }
    }

    @Test
    void aScopeOfOneAliasPermitsNothingElse() throws Exception {
        String token = token(grant(ann, "models:use:fast"));
        assertEquals(200, call(token, "fast").statusCode());
        HttpResponse<String> refused = call(token, "sim/echo");
        assertTrue(refused.statusCode() >= 400, refused.body());
        assertTrue(refused.body().contains("may not use"), refused.body());
    }

    private static void assertInsufficient(String scope, HttpResponse<String> answer) {
        assertEquals(403, answer.statusCode(), answer.body());
        assertEquals(
                "Bearer realm=\"tollgate\", error=\"insufficient_scope\", scope=\"" + scope + "\", resource_metadata=\""
                        + gate.url() + "/.well-known/oauth-protected-resource\"",
                answer.headers().firstValue("www-authenticate").orElse(""));
        assertTrue(answer.body().contains(scope), answer.body());
    }

    @Test
    void aGoodTokenWithoutTheScopeIsToldWhichOneInEachDialect() throws Exception {
        for (String scope : List.of("usage:read", "openid", "admin:*")) {
            String token = token(grant(ann, scope));
            HttpResponse<String> anthropic = call(token, "sim/echo");
            assertInsufficient("models:use", anthropic);
            assertTrue(anthropic.body().contains("\"type\":\"permission_error\""), anthropic.body());
            assertFalse(anthropic.body().contains(token));
            HttpResponse<String> openAi = gate.post("/v1/chat/completions", token, ask("sim/echo"));
            assertInsufficient("models:use", openAi);
            assertTrue(openAi.body().contains("\"code\":\"permission_denied\""), openAi.body());
            HttpResponse<String> gemini = gate.post(GEMINI, token, "{\"contents\":[]}");
            assertInsufficient("models:use", gemini);
            assertTrue(gemini.body().contains("\"status\":\"PERMISSION_DENIED\""), gemini.body());
            assertInsufficient("models:use", gate.send("GET", "/v1/models", token, ""));
            assertInsufficient("models:use", gate.send("GET", "/managed/settings", token, ""));
            assertInsufficient("models:use", gate.send("GET", "/v1/files", token, ""));
        }
    }

    @Test
    void howCapsStandIsForWhoMaySeeUsage() throws Exception {
        for (String scopes : List.of("usage:read", "models:use usage:read")) {
            String token = token(grant(ann, scopes.split(" ")));
            assertEquals(200, gate.send("GET", "/api/oauth/usage", token, "").statusCode(), scopes);
        }
        assertInsufficient("usage:read", gate.send("GET", "/api/oauth/usage", token(grant(ann, "models:use")), ""));
        assertEquals(
                200,
                gate.send("GET", "/api/oauth/usage", gate.createKey("caps"), "").statusCode());
    }

    @Test
    void whatIsNoTokenForModelsOpensNothing() throws Exception {
        JsonNode all = tokens(grant(ann, "models:use", "openid"));
        String good = all.get("access_token").stringValue();
        String[] parts = good.split("\\.", -1);
        assertOpensNothing(all.get("id_token").stringValue(), "an ID token");
        assertOpensNothing(parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "A", "another signature");
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(StandardCharsets.UTF_8));
        assertOpensNothing(none + "." + parts[1] + ".", "no signature");
        assertOpensNothing("eyJ", "the beginning alone");
        assertOpensNothing("eyJ" + "a".repeat(7_000), "rubbish");
        assertOpensNothing(
                token(grantFor(ann, gate.url() + "/mcp/files", null, "models:use")), "a token for another resource");
        assertEquals(200, call(good, "sim/echo").statusCode());
    }

    @Test
    void anIssuersTokenOpensNothingAtAnotherGate(@TempDir Path other) throws Exception {
        String token = token(grant(ann, "models:use"));
        try (RunningGate another = new RunningGate(other)) {
            assertEquals(401, another.post(MESSAGES, token, ask("sim/echo")).statusCode());
        }
    }

    @Test
    void aRevokedGrantAndASuspendedPersonEndTheirTokensAtOnce() throws Exception {
        AccessGrant grant = grant(ann, "models:use");
        String token = token(grant);
        assertEquals(200, call(token, "sim/echo").statusCode());
        gate.authorization().grants().revoke(ann.id(), grant.id(), ann.id());
        assertOpensNothing(token, "revoked");
        Person bob = invited("bob@example.com", Role.MEMBER);
        String bobs = token(grant(bob, "models:use"));
        assertEquals(200, call(bobs, "sim/echo").statusCode());
        gate.people().people().suspend(bob.id(), Actor.OWNER_TOKEN);
        assertOpensNothing(bobs, "suspended");
    }

    @Test
    void aBudgetAndARateOfAMemberCoverThatPersonAlone() throws Exception {
        Person cat = invited("cat@example.com", Role.MEMBER);
        String cats = token(grant(cat, "models:use"));
        String key = gate.createKey("bystander");
        JsonNode rate = gate.manage("POST", "/rates", "{\"member\":\"cat@example.com\",\"models\":[\"none\"]}");
        assertEquals("cat@example.com", rate.get("member").get("email").stringValue());
        assertEquals("member cat@example.com", rate.get("label").stringValue());
        assertTrue(call(cats, "sim/echo").statusCode() >= 400);
        assertEquals(200, call(key, "sim/echo").statusCode());
        gate.manage("DELETE", "/rates/" + rate.get("id").stringValue(), "");
        JsonNode budget = gate.manage(
                "POST",
                "/budgets",
                "{\"member\":\"Cat@example.com\",\"limit_usd\":\"0.000000001\",\"window\":\"day\",\"unpriced\":false}");
        assertEquals(cat.id(), budget.get("member").get("id").stringValue());
        assertEquals(429, call(cats, "sim/echo").statusCode());
        assertEquals(200, call(key, "sim/echo").statusCode());
        gate.manage("DELETE", "/budgets/" + budget.get("id").stringValue(), "");
        assertEquals(200, call(cats, "sim/echo").statusCode());
        HttpResponse<String> nobody =
                gate.admin("POST", "/rates", "{\"member\":\"nobody@example.com\",\"concurrent\":1}");
        assertEquals(404, nobody.statusCode(), nobody.body());
    }

    @Test
    void theCapOfAGrantHoldsAndLeavesOperatorsBudgetsAlone() throws Exception {
        JsonNode operators = gate.manage(
                "POST",
                "/budgets",
                "{\"member\":\"ann@example.com\",\"app\":\"" + app.id() + "\",\"limit_usd\":\"5\",\"window\":\"day\"}");
        AccessGrant none = grantFor(ann, gate.url(), new SpendingCap(0, SpendingCap.Window.DAY), "models:use");
        String token = token(none);
        HttpResponse<String> refused = call(token, "sim/echo");
        assertEquals(429, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("member ann@example.com"), refused.body());
        gate.authorization()
                .grants()
                .change(
                        ann.id(),
                        none.id(),
                        none.scopes(),
                        new SpendingCap(1_000_000_000, SpendingCap.Window.MONTH),
                        null,
                        ann.id());
        assertEquals(200, call(token, "sim/echo").statusCode(), "raised");
        JsonNode cap = gate.manage("GET", "/budgets", "")
                .get("data")
                .valueStream()
                .filter(each -> each.get("key").isObject())
                .findFirst()
                .orElseThrow();
        HttpResponse<String> taken =
                gate.admin("DELETE", "/budgets/" + cap.get("id").stringValue(), "");
        assertEquals(403, taken.statusCode(), "the cap is the person's");
        assertTrue(taken.body().contains("/access"), taken.body());
        assertEquals(2, budgets(), "the day's cap has given way to the month's");
        gate.authorization().grants().revoke(ann.id(), none.id(), ann.id());
        assertEquals(1, budgets());
        gate.manage("DELETE", "/budgets/" + operators.get("id").stringValue(), "");
    }

    /** An exchanged token is another client's by its name, and the person's money all the same. */
    @Test
    void theCapOfAGrantHoldsForTokensThatWereExchanged() throws Exception {
        AccessGrant none = grantFor(ann, gate.url(), new SpendingCap(0, SpendingCap.Window.DAY), "models:use");
        AccessGrant enough =
                grantFor(ann, gate.url(), new SpendingCap(1_000_000_000, SpendingCap.Window.DAY), "models:use");
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.TOKEN_EXCHANGE));
        Clients.NewClient service = gate.authorization().clients().create(metadata, "default", "owner");
        HttpResponse<String> allowed = call(exchanged(service, token(enough)), "sim/echo");
        assertEquals(200, allowed.statusCode(), allowed.body());
        assertEquals(
                service.client().id(),
                gate.explain(allowed).get("client").get("app").stringValue());
        assertEquals(429, call(exchanged(service, token(none)), "sim/echo").statusCode());
        gate.authorization().grants().revoke(none.id(), "test");
        gate.authorization().grants().revoke(enough.id(), "test");
    }

    private static String exchanged(Clients.NewClient service, String token) throws Exception {
        String form = AppAtGate.form(Map.of(
                "grant_type", GrantType.TOKEN_EXCHANGE.getValue(),
                "client_id", service.client().id(),
                "client_secret", service.secret(),
                "subject_token", token,
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token"));
        HttpResponse<String> answer = gate.open("/oauth/token", "application/x-www-form-urlencoded", form);
        assertEquals(200, answer.statusCode(), answer.body());
        return Json.MAPPER.readTree(answer.body()).get("access_token").stringValue();
    }

    private static int budgets() throws Exception {
        return gate.manage("GET", "/budgets", "").get("data").size();
    }

    @Test
    void anAdministratorsTokenAdministersInTheirNameForAsLongAsTheyMay() throws Exception {
        Person dan = invited("dan@example.com", Role.ADMIN);
        String token = token(grant(dan, "admin:*", "models:use"));
        HttpResponse<String> made = gate.adminAs(token, "POST", "/keys", "{\"name\":\"dans\"}");
        assertEquals(201, made.statusCode(), made.body());
        JsonNode trail = gate.manage("GET", "/audit", "").get("data");
        assertTrue(
                trail.valueStream()
                        .anyMatch(row -> row.get("actor").stringValue().equals(dan.id())
                                && row.get("action").stringValue().equals("key.created")),
                trail.toString());
        assertEquals(
                401,
                gate.adminAs(token(grant(dan, "models:use")), "GET", "/keys", "")
                        .statusCode(),
                "scope");
        gate.people().people().change(dan.id(), PersonChange.role(Role.MEMBER), Actor.OWNER_TOKEN);
        HttpResponse<String> demoted = gate.adminAs(token, "GET", "/keys", "");
        assertEquals(403, demoted.statusCode());
        assertFalse(demoted.body().contains(token));
        gate.people().people().suspend(dan.id(), Actor.OWNER_TOKEN);
        assertEquals(401, gate.adminAs(token, "GET", "/keys", "").statusCode(), "suspended");
    }

    @Test
    void anAdministratorSeesWhatAPersonHasAllowedAndTakesOneOfThemBack() throws Exception {
        Person gus = invited("gus@example.com", Role.MEMBER);
        AccessGrant capped =
                grantFor(gus, gate.url(), new SpendingCap(1_000_000_000, SpendingCap.Window.DAY), "models:use");
        AccessGrant plain = grant(gus, "models:use", "usage:read");
        String token = token(capped);
        String cost = gate.explain(call(token, "sim/echo")).get("cost_usd").stringValue();
        assertTrue(new BigDecimal(cost).signum() > 0, cost);
        String other = token(plain);
        call(other, "sim/echo");
        JsonNode grants =
                gate.manage("GET", "/people/gus@example.com/grants", "").get("data");
        assertEquals(2, grants.size(), grants.toString());
        JsonNode first = grants.valueStream()
                .filter(each -> each.get("id").stringValue().equals(capped.id()))
                .findFirst()
                .orElseThrow();
        assertEquals("gus@example.com", first.get("member").get("email").stringValue());
        assertEquals(app.id(), first.get("app").get("id").stringValue());
        assertEquals("1.00", first.get("cap_usd").stringValue());
        assertEquals(cost, first.get("cap_spent_usd").stringValue());
        assertEquals(cost, first.get("spent_usd").stringValue());
        assertTrue(first.get("last_used_at").isString());
        JsonNode second = grants.valueStream()
                .filter(each -> each.get("id").stringValue().equals(plain.id()))
                .findFirst()
                .orElseThrow();
        assertTrue(second.get("cap_usd").isNull() && second.get("cap_spent_usd").isNull(), second.toString());
        assertEquals(cost, second.get("spent_usd").stringValue());
        JsonNode apps = gate.manage("GET", "/unvouched-apps", "").get("data");
        assertTrue(
                apps.valueStream()
                        .anyMatch(each -> each.get("id").stringValue().equals(app.id())
                                && each.get("origin").stringValue().equals("registered")),
                apps.toString());
        assertEquals(
                401,
                gate.adminAs(other, "DELETE", "/grants/" + capped.id(), "").statusCode(),
                "no person's token does that");
        JsonNode revoked = gate.manage("DELETE", "/grants/" + capped.id(), "");
        assertTrue(revoked.get("revoked_at").isString(), revoked.toString());
        assertEquals(revoked, gate.manage("DELETE", "/grants/" + capped.id(), ""), "nothing more happens");
        assertOpensNothing(token, "revoked");
        assertEquals(200, call(other, "sim/echo").statusCode(), "the other grant stays");
        assertEquals(404, gate.admin("DELETE", "/grants/gra_none", "").statusCode());
        assertEquals(
                404, gate.admin("GET", "/people/nobody@example.com/grants", "").statusCode());
        JsonNode left =
                gate.manage("GET", "/people/" + gus.id() + "/grants", "").get("data");
        assertEquals(1, left.size(), left.toString());
        JsonNode trail = gate.manage("GET", "/audit", "").get("data");
        assertEquals(
                1,
                trail.valueStream()
                        .filter(row -> row.get("subject").stringValue().equals(capped.id())
                                && row.get("action").stringValue().equals("grant.revoked")
                                && row.get("actor").stringValue().equals("owner"))
                        .count(),
                trail.toString());
    }

    /** Notices carry what happens here; where to, in the network behind the gate, is an owner's to say. */
    @Test
    void onlyAnOwnerLetsNoticesIntoAPrivateNetwork() throws Exception {
        String near = "{\"name\":\"near\",\"webhook\":\"http://127.0.0.1:9/x\",\"private\":true}";
        String admins = token(grant(invited("finn@example.com", Role.ADMIN), "admin:*"));
        HttpResponse<String> refused = gate.adminAs(admins, "POST", "/alerts", near);
        assertEquals(403, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("\"cure\":\"Ask an owner"), refused.body());
        assertEquals(
                201,
                gate.adminAs(token(grant(ann, "admin:*")), "POST", "/alerts", near)
                        .statusCode());
        gate.manage("DELETE", "/alerts/near", "");
    }

    /** A client that takes a 500 for a fault gives up, and one that is told of a bad proof signs in anew. */
    @Test
    void whileTheStoreTakesNothingClientsAreAskedToComeBack() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String nonce = proven(MESSAGES, "eyJ.eyJ.x", "")
                .headers()
                .firstValue("dpop-nonce")
                .orElseThrow();
        String bound = app.tokens(grant(ann, "models:use"), proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        String proof = proof(key, MESSAGES, bound, nonce);
        String late = "{\"redirect_uris\":[\"https://late.example/cb\"]}";
        try (Connection lock = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("tollgate.db"));
                Statement statement = lock.createStatement()) {
            statement.execute("BEGIN IMMEDIATE"); // from here on the store takes no writes
            FutureTask<HttpResponse<String>> call = new FutureTask<>(() -> proven(MESSAGES, bound, proof));
            Thread.ofVirtual().start(call);
            HttpResponse<String> registered = gate.open("/oauth/register", "application/json", late);
            assertEquals(503, registered.statusCode(), registered.body());
            assertEquals(
                    "temporarily_unavailable",
                    Json.MAPPER.readTree(registered.body()).get("error").stringValue());
            assertEquals("5", registered.headers().firstValue("retry-after").orElse(""));
            HttpResponse<String> called = call.get();
            assertEquals(503, called.statusCode(), called.body());
            assertTrue(called.headers().firstValue("www-authenticate").isEmpty(), "its token is as good as before");
            assertTrue(called.headers().firstValue("retry-after").isPresent());
            statement.execute("ROLLBACK");
        }
        assertEquals(201, gate.open("/oauth/register", "application/json", late).statusCode());
        assertEquals(
                200, proven(MESSAGES, bound, proof(key, MESSAGES, bound, nonce)).statusCode());
    }

    @Test
    void noOtherTokenAdministers() throws Exception {
        assertEquals(
                401,
                gate.adminAs(gate.createKey("no-admin"), "GET", "/keys", "").statusCode(),
                "a key");
        Person eve = invited("eve@example.com", Role.MEMBER);
        assertEquals(
                401,
                gate.adminAs(token(grant(eve, "admin:*", "models:use")), "GET", "/keys", "")
                        .statusCode(),
                "a member");
        JsonNode all = tokens(grant(ann, "admin:*", "openid"));
        assertEquals(
                401,
                gate.adminAs(all.get("id_token").stringValue(), "GET", "/keys", "")
                        .statusCode());
        AccessGrant elsewhere = grantFor(ann, gate.url() + "/mcp/files", null, "admin:*");
        assertEquals(401, gate.adminAs(token(elsewhere), "GET", "/keys", "").statusCode(), "another audience");
        AccessGrant robot = gate.authorization()
                .grants()
                .create(
                        new Grants.Draft(
                                null,
                                ann.id(),
                                "default",
                                app.id(),
                                "Robot",
                                List.of("admin:*"),
                                gate.url(),
                                null,
                                null),
                        "test");
        assertEquals(401, gate.adminAs(token(robot), "GET", "/keys", "").statusCode(), "a grant of nobody's");
    }

    @Test
    void noTokenIsWrittenAnywhere() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger ours = context.getLogger("dev.tollgate");
        Level before = ours.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.setContext(context);
        log.start();
        ours.setLevel(Level.TRACE);
        ours.addAppender(log);
        AccessGrant grant = grant(ann, "models:use", "admin:*");
        String token = token(grant);
        call(token, "sim/echo");
        call(token, "no-such-model");
        gate.adminAs(token, "GET", "/keys", "");
        gate.adminAs(token, "POST", "/keys", token);
        gate.open(GEMINI + "?key=" + token, "application/json", "{}");
        gate.authorization().grants().revoke(ann.id(), grant.id(), ann.id());
        call(token, "sim/echo");
        gate.adminAs(token, "GET", "/keys", "");
        ours.detachAppender(log);
        ours.setLevel(before);
        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertFalse(log.list.isEmpty());
        for (ILoggingEvent event : log.list) {
            assertFalse(event.getFormattedMessage().contains(signature), event.getFormattedMessage());
            assertNull(event.getThrowableProxy(), event.getFormattedMessage());
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(signature), file.toString());
            }
        }
    }
}
