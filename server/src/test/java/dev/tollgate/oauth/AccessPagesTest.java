package dev.tollgate.oauth;

import static dev.tollgate.oauth.PageHouse.allow;
import static dev.tollgate.oauth.PageHouse.authorize;
import static dev.tollgate.oauth.PageHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.oauth.PageHouse.Browser;
import dev.tollgate.oauth.PageHouse.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A person sees which apps have access, takes it back, and signs out. */
@SuppressWarnings("NullAway.Init")
class AccessPagesTest {
    @TempDir
    Path home;

    private PageHouse house;
    private Client app;
    private Browser ada;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
        app = house.app();
        ada = house.person("ada@example.com");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private JsonNode tokens() {
        String code = allow(ada, ada.get(authorize(app))).onward().get("code");
        assertNotNull(code);
        return house.nobody().post(TokenEndpoint.PATH, codeForm(app, code)).json();
    }

    private String grant() {
        return house.server.grants().of(ada.personId()).getFirst().id();
    }

    @Test
    void eachAppStandsThereWithWhatItHasSpentOfItsCap() {
        assertTrue(ada.get("/access").body().contains("No app may act for you."));
        tokens();
        house.uses.put(
                grant(), new GrantUse.Use(1_250_000_000L, 7_500_000_000L, Instant.ofEpochMilli(house.now.get())));
        String page = ada.get("/access").body();
        assertTrue(page.contains("<strong>$1.25</strong> of $5.00 this day"), page);
        assertTrue(page.contains("$7.50 since you allowed it"), page);
        assertTrue(page.contains("<bdi>Notes</bdi>") && page.contains("app.example"), page);
        assertTrue(page.contains("Not verified"), page);
        assertFalse(page.contains("never used"), page);
    }

    /** Midnight makes the cap's window anew; what it was for stays spent. */
    @Test
    void whatAnAppHasSpentInAllStandsThereAfterItsWindowIsOver() {
        tokens();
        house.uses.put(grant(), new GrantUse.Use(0, 7_500_000_000L, Instant.ofEpochMilli(house.now.get())));
        String page = ada.get("/access").body();
        assertTrue(page.contains("<strong>$0.00</strong> of $5.00 this day"), page);
        assertTrue(page.contains("$7.50 since you allowed it"), page);
    }

    @Test
    void whatAnAppWithoutACapHasSpentStandsThere() {
        AccessGrant grant = house.server
                .grants()
                .create(
                        new Grants.Draft(
                                ada.personId(),
                                ada.personId(),
                                "default",
                                app.id(),
                                app.name(),
                                Scopes.DEFAULT,
                                house.url,
                                null,
                                null),
                        "federation");
        house.uses.put(grant.id(), new GrantUse.Use(0, 3_100_000_000L, null));
        String page = ada.get("/access").body();
        assertTrue(page.contains("<strong>$3.10</strong> since you allowed it, without a cap of its own"), page);
    }

    @Test
    void oneClickTakesTheAccessBackAtOnce() {
        JsonNode tokens = tokens();
        assertTrue(house.opens(tokens));
        Seen revoked = ada.submit(ada.get("/access"), "/access/" + grant() + "/revoke");
        Seen page = ada.get(revoked.location());
        assertTrue(page.body().contains("The app has no access any more."), page.body());
        assertTrue(page.body().contains("No app may act for you."), page.body());
        assertFalse(house.opens(tokens));
        assertTrue(house.capped.isEmpty());
        Seen refresh = house.nobody()
                .post(
                        TokenEndpoint.PATH,
                        OAuthHouse.refreshForm(app, tokens.get("refresh_token").stringValue()));
        assertEquals(400, refresh.status());
    }

    @Test
    void nobodyTakesBackWhatIsAnothers() {
        JsonNode tokens = tokens();
        Browser eve = house.person("eve@example.com");
        Map<String, String> form = Map.of("csrf", eve.get("/access").hidden("csrf"));
        assertEquals(404, eve.post("/access/" + grant() + "/revoke", form).status());
        assertEquals(403, ada.post("/access/" + grant() + "/revoke", Map.of()).status());
        assertTrue(house.nobody().get("/access").location().startsWith("/sign-in?return_to=%2Faccess"));
        assertFalse(eve.get("/access").body().contains("Notes"));
        assertTrue(house.opens(tokens));
    }

    @Test
    void aCapIsChangedInPlaceAndHoldsAtOnce() {
        JsonNode tokens = tokens();
        String change = "/access/" + grant();
        assertTrue(ada.get("/access").body().contains("href=\"" + change + "\""));
        Seen wrong = ada.submit(ada.get(change), change, "cap_usd", "lots", "cap_window", "month", "access_for", "P7D");
        assertTrue(wrong.body().contains("Problem: "), wrong.body());
        Seen changed = ada.submit(wrong, change, "cap_usd", "42", "cap_window", "month", "access_for", "P7D");
        String page = ada.get(changed.location()).body();
        assertTrue(page.contains("of $42.00 this month"), page);
        AccessGrant capped = house.capped.get(grant());
        assertNotNull(capped);
        assertEquals(new SpendingCap(42_000_000_000L, SpendingCap.Window.MONTH), capped.cap());
        assertTrue(house.opens(tokens));
        Browser eve = house.person("eve@example.com");
        assertEquals(404, eve.get(change).status());
        assertEquals(404, ada.get("/access/gra_none").status());
        assertEquals(403, ada.post(change, Map.of("cap_usd", "1")).status());
    }

    @Test
    void whatHasExpiredIsNotListed() {
        allow(ada, ada.get(authorize(app)), "P1D");
        for (int i = 0; i < 3; i++) {
            assertTrue(ada.get("/access").body().contains("<bdi>Notes</bdi>"), "after " + 11 * i + " hours");
            house.pass(Duration.ofHours(11)); // less than what ends a session that nobody uses
        }
        assertTrue(ada.get("/access").body().contains("No app may act for you."));
    }

    /** Each sign-in ends after thirty days; a person who chose a year is told so, before and after. */
    @Test
    void whatAPersonAllowedOutlastsTheSignInAndThePagesSaySo() {
        String again = "After 30 days at the latest, the app has to ask you to sign in again.";
        Seen consent = ada.get(authorize(app));
        assertTrue(consent.body().contains(again), consent.body());
        String code = allow(ada, consent, "P365D").onward().get("code");
        assertNotNull(code);
        JsonNode tokens =
                house.nobody().post(TokenEndpoint.PATH, codeForm(app, code)).json();
        assertTrue(ada.get("/access").body().contains("but after 30 days at the latest"));
        assertTrue(ada.get("/access/" + grant()).body().contains(again));
        Map<String, String> form =
                OAuthHouse.refreshForm(app, tokens.get("refresh_token").stringValue());
        house.pass(OAuthSettings.DEFAULT.refreshToken());
        assertEquals(400, house.nobody().post(TokenEndpoint.PATH, form).status());
        AccessGrant grant = house.server.grants().of(ada.personId()).getFirst();
        assertTrue(grant.alive(Instant.ofEpochMilli(house.now.get())));
    }

    @Test
    void anAppMayAskForASignOutAndThePersonDecides() {
        JsonNode tokens = tokens();
        Seen asked = ada.get("/oauth/logout?post_logout_redirect_uri=https://evil.example/&state=x");
        assertTrue(asked.body().contains("Sign out?"), asked.body());
        assertEquals(200, ada.get("/access").status(), "asking alone ends nothing");
        assertEquals(403, ada.post("/oauth/logout/confirm", Map.of()).status());
        assertEquals("/oauth/logout", ada.post("/oauth/logout", Map.of()).location());
        Seen out = ada.submit(asked, "/oauth/logout/confirm");
        assertTrue(out.body().contains("You are signed out"), out.body());
        assertFalse(out.body().contains("evil.example"));
        assertEquals(303, ada.get("/access").status());
        assertTrue(house.opens(tokens), "apps keep their access");
        assertTrue(ada.get("/oauth/logout").body().contains("You are signed out"));
    }
}
