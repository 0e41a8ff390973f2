package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.Role;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.Grants;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Administrators who administer by access tokens, and tokens that do not. */
@Timeout(120)
class AdministratorTokensOverHttpTest {
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
    void anAdministratorsTokenAdministersInTheirNameForAsLongAsTheyMay() throws Exception {
        Person dan = AppAtGate.invited(gate, "dan@example.com", Role.ADMIN);
        String token = app.token(app.grant(dan, "admin:*", "models:use"));
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
                gate.adminAs(app.token(app.grant(dan, "models:use")), "GET", "/keys", "")
                        .statusCode(),
                "scope");
        gate.people().people().change(dan.id(), PersonChange.role(Role.MEMBER), Actor.OWNER_TOKEN);
        HttpResponse<String> demoted = gate.adminAs(token, "GET", "/keys", "");
        assertEquals(403, demoted.statusCode());
        assertFalse(demoted.body().contains(token));
        gate.people().people().suspend(dan.id(), Actor.OWNER_TOKEN);
        assertEquals(401, gate.adminAs(token, "GET", "/keys", "").statusCode(), "suspended");
    }

    /** Notices carry what happens here; where to, in the network behind the gate, is an owner's to say. */
    @Test
    void onlyAnOwnerLetsNoticesIntoAPrivateNetwork() throws Exception {
        String near = "{\"name\":\"near\",\"webhook\":\"http://127.0.0.1:9/x\",\"private\":true}";
        String admins = app.token(app.grant(AppAtGate.invited(gate, "finn@example.com", Role.ADMIN), "admin:*"));
        HttpResponse<String> refused = gate.adminAs(admins, "POST", "/alerts", near);
        assertEquals(403, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("\"cure\":\"Ask an owner"), refused.body());
        assertEquals(
                201,
                gate.adminAs(app.token(app.grant(ann, "admin:*")), "POST", "/alerts", near)
                        .statusCode());
        gate.manage("DELETE", "/alerts/near", "");
    }

    @Test
    void noOtherTokenAdministers() throws Exception {
        assertEquals(
                401,
                gate.adminAs(gate.createKey("no-admin"), "GET", "/keys", "").statusCode(),
                "a key");
        Person eve = AppAtGate.invited(gate, "eve@example.com", Role.MEMBER);
        assertEquals(
                401,
                gate.adminAs(app.token(app.grant(eve, "admin:*", "models:use")), "GET", "/keys", "")
                        .statusCode(),
                "a member");
        JsonNode all = app.tokens(app.grant(ann, "admin:*", "openid"), "");
        assertEquals(
                401,
                gate.adminAs(all.get("id_token").stringValue(), "GET", "/keys", "")
                        .statusCode());
        AccessGrant elsewhere = app.grantFor(ann, gate.url() + "/mcp/files", null, "admin:*");
        assertEquals(401, gate.adminAs(app.token(elsewhere), "GET", "/keys", "").statusCode(), "another audience");
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
        assertEquals(401, gate.adminAs(app.token(robot), "GET", "/keys", "").statusCode(), "a grant of nobody's");
    }
}
