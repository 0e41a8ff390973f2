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
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Role;
import dev.tollgate.oauth.AccessGrant;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** People who call models by access tokens that apps got in their name; and tokens that open nothing. */
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

    @Test
    void aCallWithATokenIsThePersonsAndTheAppsWhateverTheClientClaims() throws Exception {
        AccessGrant grant = app.grant(ann, "models:use");
        HttpResponse<String> answer = app.call(app.token(grant), "sim/echo", "x-app", "another-app");
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
        String token = app.token(app.grant(ann, "models:use"));
        assertEquals(
                200,
                gate.send("POST", MESSAGES, token, AppAtGate.ask("sim/echo")).statusCode(),
                "x-api-key");
        String contents = "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}";
        HttpResponse<String> answer = gate.open(GEMINI + "?key=" + token, "application/json", contents);
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("in the address"), answer.body());
        assertFalse(answer.body().contains(token));
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
        String token = app.token(app.grant(ann, "models:use:fast"));
        assertEquals(200, app.call(token, "fast").statusCode());
        HttpResponse<String> refused = app.call(token, "sim/echo");
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
            String token = app.token(app.grant(ann, scope));
            HttpResponse<String> anthropic = app.call(token, "sim/echo");
            assertInsufficient("models:use", anthropic);
            assertTrue(anthropic.body().contains("\"type\":\"permission_error\""), anthropic.body());
            assertFalse(anthropic.body().contains(token));
            HttpResponse<String> openAi = gate.post("/v1/chat/completions", token, AppAtGate.ask("sim/echo"));
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
            String token = app.token(app.grant(ann, scopes.split(" ")));
            assertEquals(200, gate.send("GET", "/api/oauth/usage", token, "").statusCode(), scopes);
        }
        assertInsufficient(
                "usage:read", gate.send("GET", "/api/oauth/usage", app.token(app.grant(ann, "models:use")), ""));
        assertEquals(
                200,
                gate.send("GET", "/api/oauth/usage", gate.createKey("caps"), "").statusCode());
    }

    @Test
    void whatIsNoTokenForModelsOpensNothing() throws Exception {
        JsonNode all = app.tokens(app.grant(ann, "models:use", "openid"), "");
        String good = all.get("access_token").stringValue();
        String[] parts = good.split("\\.", -1);
        app.assertOpensNothing(all.get("id_token").stringValue(), "an ID token");
        app.assertOpensNothing(parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "A", "another signature");
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(StandardCharsets.UTF_8));
        app.assertOpensNothing(none + "." + parts[1] + ".", "no signature");
        app.assertOpensNothing("eyJ", "the beginning alone");
        app.assertOpensNothing("eyJ" + "a".repeat(7_000), "rubbish");
        app.assertOpensNothing(
                app.token(app.grantFor(ann, gate.url() + "/mcp/files", null, "models:use")),
                "a token for another resource");
        assertEquals(200, app.call(good, "sim/echo").statusCode());
    }

    @Test
    void anIssuersTokenOpensNothingAtAnotherGate(@TempDir Path other) throws Exception {
        String token = app.token(app.grant(ann, "models:use"));
        try (RunningGate another = new RunningGate(other)) {
            assertEquals(
                    401,
                    another.post(MESSAGES, token, AppAtGate.ask("sim/echo")).statusCode());
        }
    }

    @Test
    void aRevokedGrantAndASuspendedPersonEndTheirTokensAtOnce() throws Exception {
        AccessGrant grant = app.grant(ann, "models:use");
        String token = app.token(grant);
        assertEquals(200, app.call(token, "sim/echo").statusCode());
        gate.authorization().grants().revoke(ann.id(), grant.id(), ann.id());
        app.assertOpensNothing(token, "revoked");
        Person bob = AppAtGate.invited(gate, "bob@example.com", Role.MEMBER);
        String bobs = app.token(app.grant(bob, "models:use"));
        assertEquals(200, app.call(bobs, "sim/echo").statusCode());
        gate.people().people().suspend(bob.id(), Actor.OWNER_TOKEN);
        app.assertOpensNothing(bobs, "suspended");
    }

    @Test
    void aBudgetAndARateOfAMemberCoverThatPersonAlone() throws Exception {
        Person cat = AppAtGate.invited(gate, "cat@example.com", Role.MEMBER);
        String cats = app.token(app.grant(cat, "models:use"));
        String key = gate.createKey("bystander");
        JsonNode rate = gate.manage("POST", "/rates", "{\"member\":\"cat@example.com\",\"models\":[\"none\"]}");
        assertEquals("cat@example.com", rate.get("member").get("email").stringValue());
        assertEquals("member cat@example.com", rate.get("label").stringValue());
        assertTrue(app.call(cats, "sim/echo").statusCode() >= 400);
        assertEquals(200, app.call(key, "sim/echo").statusCode());
        gate.manage("DELETE", "/rates/" + rate.get("id").stringValue(), "");
        JsonNode budget = gate.manage(
                "POST",
                "/budgets",
                "{\"member\":\"Cat@example.com\",\"limit_usd\":\"0.000000001\",\"window\":\"day\",\"unpriced\":false}");
        assertEquals(cat.id(), budget.get("member").get("id").stringValue());
        assertEquals(429, app.call(cats, "sim/echo").statusCode());
        assertEquals(200, app.call(key, "sim/echo").statusCode());
        gate.manage("DELETE", "/budgets/" + budget.get("id").stringValue(), "");
        assertEquals(200, app.call(cats, "sim/echo").statusCode());
        HttpResponse<String> nobody =
                gate.admin("POST", "/rates", "{\"member\":\"nobody@example.com\",\"concurrent\":1}");
        assertEquals(404, nobody.statusCode(), nobody.body());
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
        AccessGrant grant = app.grant(ann, "models:use", "admin:*");
        String token = app.token(grant);
        app.call(token, "sim/echo");
        app.call(token, "no-such-model");
        gate.adminAs(token, "GET", "/keys", "");
        gate.adminAs(token, "POST", "/keys", token);
        gate.open(GEMINI + "?key=" + token, "application/json", "{}");
        gate.authorization().grants().revoke(ann.id(), grant.id(), ann.id());
        app.call(token, "sim/echo");
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
