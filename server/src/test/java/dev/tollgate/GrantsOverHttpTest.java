package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.Clients;
import dev.tollgate.oauth.SpendingCap;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What people have allowed an app: its cap, what it has cost, and how it ends. */
@Timeout(120)
class GrantsOverHttpTest {
    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static AppAtGate app;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        ann = AppAtGate.owner(gate, "ann@example.com");
        app = AppAtGate.register(gate, "https://app.example/cb");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    @Test
    void theCapOfAGrantHoldsAndLeavesOperatorsBudgetsAlone() throws Exception {
        JsonNode operators = gate.manage(
                "POST",
                "/budgets",
                "{\"member\":\"ann@example.com\",\"app\":\"" + app.id() + "\",\"limit_usd\":\"5\",\"window\":\"day\"}");
        AccessGrant none = app.grantFor(ann, gate.url(), new SpendingCap(0, SpendingCap.Window.DAY), "models:use");
        String token = app.token(none);
        HttpResponse<String> refused = app.call(token, "sim/echo");
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
        assertEquals(200, app.call(token, "sim/echo").statusCode(), "raised");
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
        AccessGrant none = app.grantFor(ann, gate.url(), new SpendingCap(0, SpendingCap.Window.DAY), "models:use");
        AccessGrant enough =
                app.grantFor(ann, gate.url(), new SpendingCap(1_000_000_000, SpendingCap.Window.DAY), "models:use");
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.TOKEN_EXCHANGE));
        Clients.NewClient service = gate.authorization().clients().create(metadata, "default", "owner");
        HttpResponse<String> allowed = app.call(exchanged(service, app.token(enough)), "sim/echo");
        assertEquals(200, allowed.statusCode(), allowed.body());
        assertEquals(
                service.client().id(),
                gate.explain(allowed).get("client").get("app").stringValue());
        assertEquals(
                429, app.call(exchanged(service, app.token(none)), "sim/echo").statusCode());
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
    void anAdministratorSeesWhatAPersonHasAllowedAndTakesOneOfThemBack() throws Exception {
        Person gus = AppAtGate.invited(gate, "gus@example.com", Role.MEMBER);
        AccessGrant capped =
                app.grantFor(gus, gate.url(), new SpendingCap(1_000_000_000, SpendingCap.Window.DAY), "models:use");
        AccessGrant plain = app.grant(gus, "models:use", "usage:read");
        String token = app.token(capped);
        String cost = gate.explain(app.call(token, "sim/echo")).get("cost_usd").stringValue();
        assertTrue(new BigDecimal(cost).signum() > 0, cost);
        String other = app.token(plain);
        app.call(other, "sim/echo");
        Instant until = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        gate.authorization().grants().change(gus.id(), plain.id(), plain.scopes(), null, until, gus.id());
        JsonNode grants =
                gate.manage("GET", "/people/gus@example.com/grants", "").get("data");
        assertEquals(2, grants.size(), grants.toString());
        JsonNode first = grants.valueStream()
                .filter(each -> each.get("id").stringValue().equals(capped.id()))
                .findFirst()
                .orElseThrow();
        assertEquals("gus@example.com", first.get("member").get("email").stringValue());
        assertEquals(app.id(), first.get("app").get("id").stringValue());
        assertEquals("Notes", first.get("app").get("name").stringValue());
        assertEquals("[\"models:use\"]", first.get("scopes").toString());
        assertEquals(gate.url(), first.get("resource").stringValue());
        assertEquals(
                capped.createdAt().truncatedTo(ChronoUnit.MILLIS),
                Instant.parse(first.get("created_at").stringValue()));
        assertTrue(first.get("expires_at").isNull() && first.get("revoked_at").isNull(), first.toString());
        assertEquals("1.00", first.get("cap_usd").stringValue());
        assertEquals("day", first.get("cap_window").stringValue());
        assertEquals(cost, first.get("cap_spent_usd").stringValue());
        assertEquals(cost, first.get("spent_usd").stringValue());
        assertTrue(first.get("last_used_at").isString());
        JsonNode second = grants.valueStream()
                .filter(each -> each.get("id").stringValue().equals(plain.id()))
                .findFirst()
                .orElseThrow();
        assertTrue(second.get("cap_usd").isNull() && second.get("cap_spent_usd").isNull(), second.toString());
        assertEquals(cost, second.get("spent_usd").stringValue());
        assertEquals("[\"models:use\",\"usage:read\"]", second.get("scopes").toString());
        assertEquals(until, Instant.parse(second.get("expires_at").stringValue()));
        JsonNode unvouched = gate.manage("GET", "/unvouched-apps", "").get("data");
        JsonNode listed = unvouched
                .valueStream()
                .filter(each -> each.get("id").stringValue().equals(app.id()))
                .findFirst()
                .orElseThrow();
        assertEquals("registered", listed.get("origin").stringValue());
        assertEquals("Notes", listed.get("name").stringValue());
        assertEquals(1, listed.get("people").asInt());
        assertEquals(2, listed.get("grants").asInt());
        assertEquals(
                plain.createdAt().truncatedTo(ChronoUnit.MILLIS),
                Instant.parse(listed.get("allowed_at").stringValue()));
        assertEquals(
                401,
                gate.adminAs(other, "DELETE", "/grants/" + capped.id(), "").statusCode(),
                "no person's token does that");
        JsonNode revoked = gate.manage("DELETE", "/grants/" + capped.id(), "");
        assertTrue(revoked.get("revoked_at").isString(), revoked.toString());
        assertEquals(revoked, gate.manage("DELETE", "/grants/" + capped.id(), ""), "nothing more happens");
        app.assertOpensNothing(token, "revoked");
        assertEquals(200, app.call(other, "sim/echo").statusCode(), "the other grant stays");
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
}
