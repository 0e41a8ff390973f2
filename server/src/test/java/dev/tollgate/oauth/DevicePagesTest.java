package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.oauth.PageHouse.Browser;
import dev.tollgate.oauth.PageHouse.Seen;
import dev.tollgate.web.Pages;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A device signs in with its person's help (RFC 8628), and what somebody tries who is after that help. */
@SuppressWarnings("NullAway.Init")
class DevicePagesTest {
    private static final String CONFIRM = "/device/confirm";

    @TempDir
    Path home;

    private PageHouse house;
    private Browser ada;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
        ada = house.person("ada@example.com");
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** As Claude Code asks. */
    private JsonNode begin() {
        Seen begun = house.nobody().post(DeviceEndpoint.PATH, Map.of("surface", "claude_code"));
        assertEquals(200, begun.status(), begun.body());
        return begun.json();
    }

    private Seen poll(JsonNode begun) {
        house.pass(Duration.ofSeconds(6));
        return house.nobody()
                .post(
                        TokenEndpoint.PATH,
                        OAuthHouse.deviceForm(begun.get("device_code").stringValue()));
    }

    private static String code(JsonNode begun) {
        return begun.get("user_code").stringValue();
    }

    private Seen type(String code) {
        return ada.submit(ada.get("/device"), "/device", "user_code", code);
    }

    private Seen decide(Seen page, String decision) {
        return ada.submit(
                page, CONFIRM, "decision", decision, "cap_usd", "20", "cap_window", "month", "access_for", "P30D");
    }

    private static void assertError(String error, Seen poll) {
        assertEquals(400, poll.status());
        assertEquals(error, poll.json().get("error").stringValue());
    }

    @Test
    void aPersonConnectsADeviceThatShowsACode() {
        JsonNode begun = begin();
        assertError("authorization_pending", poll(begun));
        Seen page = type(code(begun).toLowerCase(Locale.ROOT).replace("-", " "));
        for (String shown : List.of(
                "Connect <bdi>Claude Code</bdi>?", code(begun), "127.0.0.1", "Same as yours", "Use AI models")) {
            assertTrue(page.body().contains(shown), shown);
        }
        Seen done = decide(page, "allow");
        assertTrue(done.body().contains("Your device is connected"), done.body());
        Seen tokens = poll(begun);
        assertEquals(200, tokens.status(), tokens.body());
        assertEquals("ada@example.com", tokens.json().get("email").stringValue());
        assertTrue(house.opens(tokens.json()));
        assertEquals(
                new SpendingCap(20_000_000_000L, SpendingCap.Window.MONTH),
                house.capped.values().iterator().next().cap());
    }

    @Test
    void aPersonTurnsADeviceAway() {
        JsonNode begun = begin();
        Seen done = decide(type(code(begun)), "deny");
        assertTrue(done.body().contains("Nothing was connected"), done.body());
        assertError("access_denied", poll(begun));
        assertTrue(house.capped.isEmpty());
    }

    @Test
    void aSecondDeviceOfTheSameAppSharesItsGrant() {
        JsonNode one = begin();
        decide(type(code(one)), "allow");
        JsonNode other = begin();
        decide(type(code(other)), "allow");
        assertEquals(200, poll(one).status());
        assertEquals(200, poll(other).status());
        assertEquals(1, house.server.grants().of(ada.personId()).size());
    }

    @Test
    void expiredUsedAndUnknownCodesAreToldApartForThePerson() {
        JsonNode used = begin();
        decide(type(code(used)), "deny");
        assertTrue(type(code(used)).body().contains("was used already"));
        JsonNode old = begin();
        house.pass(Duration.ofMinutes(11));
        assertTrue(type(code(old)).body().contains("has expired"));
        assertTrue(type("BBBB-BBBB").body().contains("no such code"));
        assertTrue(type("").body().contains("that your device shows."));
        assertTrue(type("<b>\"").body().contains("no such code"));
    }

    @Test
    void aCodeThatEndsWhileItsPageIsOpenConnectsNothing() {
        JsonNode begun = begin();
        Seen page = type(code(begun));
        house.pass(Duration.ofMinutes(11));
        assertTrue(decide(page, "allow").body().contains("has expired"));
        assertEquals(List.of(), house.server.grants().of(ada.personId()));
        JsonNode twice = begin();
        Seen open = type(code(twice));
        decide(open, "deny");
        assertTrue(decide(open, "allow").body().contains("was used already"));
        assertError("access_denied", poll(twice));
    }

    @Test
    void aCodeThatEndsWhileItIsAllowedLeavesNoGrant() {
        JsonNode begun = begin();
        Seen page = type(code(begun));
        DeviceCodes.Lookup found = house.server.devices().look(code(begun));
        String id = assertInstanceOf(DeviceCodes.Lookup.Found.class, found)
                .waiting()
                .id();
        house.capping = grant -> house.server.devices().deny(id, "somebody");
        assertTrue(decide(page, "allow").body().contains("was used or has expired just now"));
        assertTrue(house.server.grants().of(ada.personId()).stream().allMatch(grant -> grant.revokedAt() != null));
        assertTrue(house.capped.isEmpty());
        assertError("access_denied", poll(begun));
    }

    /** RFC 8628 section 5.4: a link with a code does nothing by itself, and neither does a form of another site. */
    @Test
    void devicePhishingByALinkStopsAtThePerson() {
        JsonNode begun = begin();
        String link = begun.get("verification_uri_complete").stringValue().substring(house.url.length());
        Seen away = house.nobody().get(link);
        assertEquals("/sign-in?return_to=%2Fdevice%3Fuser_code%3D" + code(begun), away.location());
        Seen page = ada.get(link);
        assertTrue(page.body().contains("value=\"" + code(begun) + "\""), page.body());
        assertTrue(page.body().contains("Did somebody send you this code?"), page.body());
        assertFalse(page.body().contains("Connect <bdi>Claude Code</bdi>?"));
        Map<String, String> form = Map.of(
                "user_code",
                code(begun),
                "decision",
                "allow",
                "cap_usd",
                "5",
                "cap_window",
                "day",
                "access_for",
                "P1D");
        assertEquals(403, ada.post("/device", form).status());
        assertEquals(403, ada.post(CONFIRM, form).status());
        assertEquals(
                405,
                ada.get(CONFIRM + "?user_code=" + code(begun) + "&decision=allow")
                        .status());
        assertTrue(house.nobody().post(CONFIRM, form).location().startsWith("/sign-in?"));
        assertError("authorization_pending", poll(begun));
    }

    /** RFC 8628 section 5.1: nobody gets to try many codes, and then not even the right one helps. */
    @Test
    void guessingUserCodesEndsSoon() {
        JsonNode begun = begin();
        Seen last = type("BBBB-BBBB");
        int tries = 1;
        while (last.status() == 200 && tries < 50) {
            last = type("BBBB-BBB" + "BCDFGHJKLM".charAt(tries % 10));
            tries++;
        }
        assertEquals(429, last.status());
        assertTrue(tries <= 12, "after " + tries);
        assertEquals(429, type(code(begun)).status());
        Browser eve = house.person("eve@example.com");
        assertEquals(
                200,
                eve.submit(eve.get("/device"), "/device", "user_code", code(begun))
                        .status());
    }

    @Test
    void aFloodFromTheSameAddressKeepsNobodyFromThePagesWhoHasSignedIn() {
        Seen last = house.nobody().get("/device");
        for (int i = 0; i < 1_000 && last.status() != 429; i++) {
            last = house.nobody().get("/device");
        }
        assertEquals(429, last.status());
        assertEquals(200, ada.get("/device").status());
    }

    /** Behind a proxy that nobody named, all people have this machine's address, a thief's device too. */
    @Test
    void anAddressThatAllHaveIsNotCalledThePersonsOwn() {
        Pages pages = new Pages(() -> "https://gate.example", new byte[32], Clock.systemUTC());
        for (String home : List.of("https://gate.example", "https://192.0.2.1:8443")) {
            PageDoor door = new PageDoor(house.people.sessions(), pages, () -> home, () -> home);
            for (String own : List.of("127.0.0.1", "127.8.9.1", "::1")) {
                assertFalse(door.isTelling(own), own);
            }
            assertTrue(door.isTelling("198.51.100.7"));
        }
        for (String here : List.of("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080")) {
            assertTrue(new PageDoor(house.people.sessions(), pages, () -> here, () -> here).isTelling("127.0.0.1"));
        }
    }

    @Test
    void rightCodesAreNotCounted() {
        for (int i = 0; i < 15; i++) {
            assertEquals(200, type(code(begin())).status());
        }
    }

    @Test
    void badTermsConnectNothing() {
        JsonNode begun = begin();
        Seen again = ada.submit(
                type(code(begun)),
                CONFIRM,
                "decision",
                "allow",
                "cap_usd",
                "much",
                "cap_window",
                "day",
                "access_for",
                "P1D");
        assertTrue(again.body().contains("Problem: "), again.body());
        assertError("authorization_pending", poll(begun));
        decide(again, "allow");
        assertEquals(200, poll(begun).status());
    }
}
