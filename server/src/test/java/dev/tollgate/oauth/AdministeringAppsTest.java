package dev.tollgate.oauth;

import static dev.tollgate.oauth.PageHouse.allow;
import static dev.tollgate.oauth.PageHouse.authorize;
import static dev.tollgate.oauth.PageHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.Session;
import dev.tollgate.oauth.PageHouse.Browser;
import dev.tollgate.oauth.PageHouse.Seen;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What may administer the gate in somebody's name: only whoever does so can allow it, and only right after a sign-in. */
@SuppressWarnings("NullAway.Init")
class AdministeringAppsTest {
    private static final String AGAIN = "&again=1";
    private static final String BOTH = "models:use admin:*";

    @TempDir
    Path home;

    private PageHouse house;
    private Client app;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
        app = house.app();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private String ask(String scope) {
        return authorize(app, "scope", scope);
    }

    private JsonNode tokens(Seen allowed) {
        String code = allowed.onward().get("code");
        assertNotNull(code, allowed.body());
        Seen tokens = house.nobody().post(TokenEndpoint.PATH, codeForm(app, code));
        assertEquals(200, tokens.status(), tokens.body());
        return tokens.json();
    }

    private static void assertSentToSignIn(Seen seen) {
        assertTrue(seen.location().startsWith("/sign-in?return_to="), seen.location());
        assertTrue(seen.location().endsWith(AGAIN), seen.location());
    }

    private static Seen decide(Browser browser, Seen page, String decision) {
        return browser.submit(
                page,
                "/device/confirm",
                "decision",
                decision,
                "cap_usd",
                "5",
                "cap_window",
                "day",
                "access_for",
                "P1D");
    }

    private static Seen type(Browser browser, JsonNode begun) {
        return browser.submit(
                browser.get("/device"),
                "/device",
                "user_code",
                begun.get("user_code").stringValue());
    }

    private JsonNode device(String scope) {
        Seen begun = house.nobody().post(DeviceEndpoint.PATH, Map.of("client_id", Clients.CLI, "scope", scope));
        assertEquals(200, begun.status(), begun.body());
        return begun.json();
    }

    @Test
    void anOldSessionMakesNoProgramAnAdministrator() {
        Browser ada = house.person("ada@example.com", Role.OWNER);
        Seen fresh = ada.get(ask(BOTH));
        assertEquals(200, fresh.status(), fresh.body());
        house.pass(Session.RECENT);
        assertSentToSignIn(ada.get(ask(BOTH)));
        assertSentToSignIn(ada.get(ask(BOTH) + "&signed_in_since=1"));
        assertSentToSignIn(allow(ada, fresh));
        assertEquals(List.of(), house.server.grants().of(ada.personId()));
        assertEquals(200, ada.get(ask("models:use")).status(), "what spends alone has a cap");
    }

    @Test
    void anOldSessionMakesNoDeviceAnAdministrator() {
        Browser ada = house.person("ada@example.com", Role.OWNER);
        JsonNode begun = device(BOTH);
        Seen fresh = type(ada, begun);
        assertTrue(fresh.body().contains("Connect <bdi>"), fresh.body());
        house.pass(Session.RECENT.minusMinutes(1));
        begun = device(BOTH);
        fresh = type(ada, begun);
        house.pass(Session.RECENT.dividedBy(5));
        assertSentToSignIn(type(ada, begun));
        Seen sent = decide(ada, fresh, "allow");
        assertSentToSignIn(sent);
        assertTrue(sent.location().contains(begun.get("user_code").stringValue()), "and back to the code");
        assertEquals(List.of(), house.server.grants().of(ada.personId()));
        assertTrue(decide(ada, fresh, "deny").body().contains("Nothing was connected"), "that needs no proof");
    }

    @Test
    void nobodyAllowsAProgramWhatTheyMayNotDoThemselves() {
        Browser ada = house.person("ada@example.com", Role.MEMBER);
        Seen asked = ada.get(ask(BOTH));
        assertFalse(asked.body().contains("dminister"), asked.body());
        assertEquals("models:use", tokens(allow(ada, asked)).get("scope").stringValue());
        assertEquals(
                List.of("models:use"),
                house.server.grants().of(ada.personId()).getFirst().scopes());
        assertEquals("access_denied", ada.get(ask("admin:*")).onward().get("error"));
        JsonNode both = device(BOTH);
        decide(ada, type(ada, both), "allow");
        house.server
                .grants()
                .of(ada.personId())
                .forEach(grant -> assertFalse(grant.scopes().contains("admin:*"), grant.toString()));
        assertTrue(type(ada, device("admin:*")).body().contains("only an administrator can allow"));
    }

    @Test
    void aRenewalAsksWhetherThePersonStillAdministers() {
        Browser ada = house.person("ada@example.com", Role.ADMIN);
        JsonNode first = tokens(allow(ada, ada.get(ask(BOTH))));
        assertEquals(BOTH, first.get("scope").stringValue());
        house.people.people().change(ada.personId(), PersonChange.role(Role.MEMBER), Actor.OWNER_TOKEN);
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", first.get("refresh_token").stringValue());
        form.put("client_id", app.id());
        Seen renewed = house.nobody().post(TokenEndpoint.PATH, form);
        assertEquals(200, renewed.status(), renewed.body());
        assertEquals("models:use", renewed.json().get("scope").stringValue());
    }

    /** A device may run any program under any client's name. */
    @Test
    void nobodyIsVerifiedWhoseAnswerGoesToADevice() {
        Browser ada = house.person("ada@example.com");
        String page = type(ada, device("models:use")).body();
        assertTrue(page.contains("any program can call itself that"), page);
    }
}
