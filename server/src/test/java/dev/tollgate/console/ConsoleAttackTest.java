package dev.tollgate.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.SoftPasskey;
import dev.tollgate.web.page.App;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others try at the sign-in and at the account. */
class ConsoleAttackTest {
    private static final String SESSION = "__Host-tollgate";
    private static final String FORM = "__Host-tollgate-form";

    @TempDir
    Path folder;

    private ConsoleHouse house;
    private Browser browser;
    private final SoftPasskey passkey = new SoftPasskey();

    @BeforeEach
    void open() throws Exception {
        house = new ConsoleHouse(folder);
        browser = house.browser("192.0.2.1");
        browser.open(house.firstRunLink())
                .send("/first-run", "name", "Olga", "email", "olga@example.com")
                .addPasskey(passkey)
                .at("Your account");
    }

    @AfterEach
    void close() {
        browser.close();
        house.close();
    }

    /** Every form of the console, and every one of them changes something. */
    static final List<String> FORMS = List.of(
            "/first-run",
            "/invitation",
            "/sign-in",
            "/sign-in/password",
            "/sign-in/code",
            "/sign-in/recovery-code",
            "/sign-in/new-device",
            "/sign-in/passkey",
            "/sign-in/passkey/options",
            "/sign-out",
            "/account/name",
            "/account/passkeys",
            "/account/passkeys/options",
            "/account/passkeys/x/rename",
            "/account/passkeys/x/remove",
            "/account/password",
            "/account/password/remove",
            "/account/authenticator",
            "/account/authenticator/confirm",
            "/account/recovery-codes",
            "/account/outside/unlink",
            "/account/sessions/x/end",
            "/account/sessions/end-others");

    @Test
    void formsOfOtherSitesAndFormsWithoutATokenChangeNothing() throws Exception {
        String good = browser.form("name", "Eve");
        for (String path : FORMS) {
            HttpResponse<String> crossSite = browser.raw("POST", path, good, "sec-fetch-site", "cross-site");
            assertEquals(403, crossSite.statusCode(), path);
            assertEquals(
                    403,
                    browser.raw("POST", path, good, "origin", "https://evil.example")
                            .statusCode(),
                    path);
            assertEquals(403, browser.raw("POST", path, good, "origin", "null").statusCode(), path);
            HttpResponse<String> bare = browser.raw("POST", path, "name=Eve");
            assertEquals(403, bare.statusCode(), path);
            assertTrue(bare.body().contains("load the page again"), "a page with a cure: " + bare.body());
        }
        browser.open("/account").says("value=\"Olga\"");
    }

    @Test
    void everyFormOfTheConsoleIsInTheListAbove() {
        assertEquals(
                FORMS.stream()
                        .map(path -> path.replace("/x/", "/{id}/"))
                        .sorted()
                        .toList(),
                house.posts());
        for (String path : house.paths(Authentication.NONE)) {
            assertFalse(path.startsWith("/account"), path + " wants a session");
        }
    }

    @Test
    void tokenOfAnothersSessionIsOfNoUse() throws Exception {
        try (Browser eve = house.browser("203.0.113.66")) {
            eve.open(house.invitationLink("eve@example.com", Role.MEMBER)).send("/invitation", "name", "Eve");
            String token = eve.hidden("csrf");
            String body = Browser.encoded(Map.of("csrf", token, "name", "Changed"));
            assertEquals(403, browser.raw("POST", "/account/name", body).statusCode());
        }
    }

    @Test
    void signInTakesNoSessionThatWasThereBefore() throws Exception {
        try (Browser victim = house.browser("203.0.113.10")) {
            victim.cookies.put(SESSION, "tgs_" + "A".repeat(32));
            victim.open("/sign-in").signIn(passkey).at("Your account");
            assertNotEquals("tgs_" + "A".repeat(32), victim.cookies.get(SESSION));
            String first = victim.cookies.get(SESSION);
            victim.open("/sign-in?again=1").signIn(passkey).at("Your account");
            try (Browser holder = house.browser("203.0.113.11")) {
                holder.cookies.put(SESSION, String.valueOf(first));
                holder.open("/account").at("Sign in");
            }
        }
    }

    @Test
    void whatABrowserHadBeforeItsSignInIsTakenAway() throws Exception {
        try (Browser fresh = house.browser("203.0.113.12")) {
            fresh.open("/sign-in");
            assertTrue(fresh.cookies.containsKey(FORM));
            fresh.signIn(passkey);
            assertFalse(fresh.cookies.containsKey(FORM));
            assertTrue(String.valueOf(fresh.cookies.get(SESSION)).startsWith("tgs_"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "/%2f/evil.example",
                "javascript:alert(1)",
                "/account/../../evil",
                "/accounts",
                "/sign-out",
                "/account\r\nset-cookie: a=b",
                "/oauth/token"
            })
    void signInLeadsNowhereElse(String place) throws Exception {
        String link = "/sign-in?return_to=" + URLEncoder.encode(place, StandardCharsets.UTF_8);
        HttpResponse<String> already = browser.raw("GET", link, "");
        assertEquals("/account", already.headers().firstValue("location").orElseThrow());
        try (Browser victim = house.browser("203.0.113.13")) {
            victim.open(link);
            assertFalse(victim.page.body().contains("return_to"), victim.page.body());
            HttpResponse<String> options = victim.raw("POST", "/sign-in/passkey/options", victim.form());
            passkey.counter++;
            HttpResponse<String> in = victim.raw(
                    "POST",
                    "/sign-in/passkey",
                    victim.form("return_to", place, "credential", passkey.get(options.body(), house.url)));
            assertEquals("/account", in.headers().firstValue("location").orElseThrow());
        }
    }

    @Test
    void signInComesBackToPlacesOfOursAndBreaksTheChainToAnApp() throws Exception {
        try (Browser one = house.browser("203.0.113.14")) {
            one.open("/account/sessions").at("Sign in").signIn(passkey).at("Where you are signed in");
        }
        try (Browser one = house.browser("203.0.113.15")) {
            String authorize = "/oauth/authorize?client_id=a&state=x%26y";
            one.open("/sign-in?return_to=" + URLEncoder.encode(authorize, StandardCharsets.UTF_8))
                    .signIn(passkey);
            assertEquals(200, one.page.statusCode());
            assertEquals(authorize, one.refresh());
            assertTrue(one.cookies.containsKey(SESSION));
        }
    }

    @Test
    void anAppIsNamedAsItCallsItselfAndNoFurther() throws Exception {
        String authorize = "/oauth/authorize?client_id=a";
        house.apps.put(
                authorize, new App("<script>alert(1)</script>\u202e\u200bTollgate\n", false, "a.evil.example", false));
        String link = "/sign-in?return_to=" + URLEncoder.encode(authorize, StandardCharsets.UTF_8);
        try (Browser one = house.browser("203.0.113.16")) {
            one.open(link)
                    .says("to go on to <strong><bdi>&lt;script&gt;alert(1)&lt;/script&gt;Tollgate</bdi></strong>")
                    .says("<bdi>a.evil.example</bdi>")
                    .says("Nobody has verified this app.");
            assertFalse(one.page.body().contains("\u202e"));
            one.send("/sign-in", "email", "nonsense").says("Nobody has verified this app.");
            house.apps.put(authorize, new App("Wiki", true, "wiki.example.com", false));
            one.open(link).says("<bdi>Wiki</bdi>");
            assertFalse(one.page.body().contains("verified"), one.page.body());
            one.open("/sign-in?return_to=%2Faccount").at("Sign in");
            assertFalse(one.page.body().contains("to go on to"));
        }
    }

    @Test
    void nothingTellsWhetherAnEmailAddressIsKnown() throws Exception {
        try (Browser one = house.browser("203.0.113.20");
                Browser other = house.browser("203.0.113.21")) {
            one.open("/sign-in").password("olga@example.com", "wrong wrong wrong");
            other.open("/sign-in").password("nobody@example.com", "wrong wrong wrong");
            assertEquals(plain(one), plain(other));
            assertEquals(one.page.statusCode(), other.page.statusCode());
            for (int i = 0; i < 6; i++) {
                one.password("olga@example.com", "wrong wrong wrong");
                other.password("nobody@example.com", "wrong wrong wrong");
                assertEquals(plain(one), plain(other), "attempt " + i);
            }
            assertEquals(429, one.page.statusCode());
            assertEquals(429, other.page.statusCode());
            assertEquals(
                    one.page.headers().firstValue("retry-after"),
                    other.page.headers().firstValue("retry-after"));
        }
    }

    @Test
    void aNewDeviceThatIsHeldUpIsOfferedTheCodesWhetherTheAddressIsKnownOrNot() throws Exception {
        try (Browser one = house.browser("203.0.113.20");
                Browser other = house.browser("203.0.113.21")) {
            one.open("/sign-in?return_to=%2Faccess").password("olga@example.com", "wrong wrong wrong");
            other.open("/sign-in?return_to=%2Faccess").password("nobody@example.com", "wrong wrong wrong");
            assertFalse(one.page.body().contains("/sign-in/new-device"), "only where it helps");
            for (int i = 0; i < 6; i++) {
                one.password("olga@example.com", "wrong wrong wrong");
                other.password("nobody@example.com", "wrong wrong wrong");
            }
            one.says("action=\"/sign-in/new-device\"").send("/sign-in/new-device", "email", "olga@example.com");
            other.says("action=\"/sign-in/new-device\"").send("/sign-in/new-device", "email", "nobody@example.com");
            one.at("Sign in with a new device");
            assertEquals(plain(one), plain(other));
            one.send("/sign-in/new-device", "email", "olga@example.com", "recovery_code", "abcd-efgh-jkmn-pqrs");
            other.send("/sign-in/new-device", "email", "nobody@example.com", "recovery_code", "abcd-efgh-jkmn-pqrs");
            one.says("The email address or the code is not right");
            assertEquals("/access", one.hidden("return_to"));
            assertEquals(plain(one), plain(other));
            assertFalse(one.cookies.containsKey("__Host-tollgate-device"));
        }
    }

    private static String plain(Browser browser) {
        return browser.page
                .body()
                .replaceAll("name=\"csrf\" value=\"[^\"]*\"", "")
                .replace("olga@example.com", "E")
                .replace("nobody@example.com", "E");
    }

    @Test
    void guessingElsewhereLocksNobodyOut() throws Exception {
        for (int network = 0; network < 30; network++) {
            try (Browser eve = house.browser("198.51." + network + ".7")) {
                eve.open("/sign-in").password("olga@example.com", "guess number " + network);
            }
        }
        try (Browser eve = house.browser("198.51.99.7")) {
            eve.open("/sign-in").password("olga@example.com", "one more guess");
            assertEquals(429, eve.page.statusCode());
            eve.says("There were too many wrong attempts. Try again in").says("sign in with a passkey now");
            assertTrue(Integer.parseInt(
                            eve.page.headers().firstValue("retry-after").orElseThrow())
                    > 0);
        }
        browser.send("/sign-out").open("/sign-in").signIn(passkey).at("Your account");
        browser.send("/sign-out").open("/sign-in").password("olga@example.com", "my own slip");
        assertEquals(200, browser.page.statusCode(), "a device of Olga's has attempts of its own");
    }

    @Test
    void machineThatAsksForPagesWithoutEndIsToldToWaitAndNobodyElseIs() throws Exception {
        HttpResponse<String> last = flood("203.0.113.30");
        assertTrue(last.headers().firstValue("retry-after").isPresent());
        assertTrue(last.body().contains("Wait a minute"), last.body());
        try (Browser neighbour = house.browser("203.0.113.31")) {
            neighbour.cookies.putAll(browser.cookies);
            neighbour.open("/account").at("Your account");
        }
    }

    private HttpResponse<String> flood(String address) throws Exception {
        try (Browser machine = house.browser(address)) {
            HttpResponse<String> last = machine.raw("GET", "/sign-in", "");
            for (int i = 0; i < 1_000 && last.statusCode() == 200; i++) {
                last = machine.raw("GET", "/sign-in", "");
            }
            assertEquals(429, last.statusCode());
            return last;
        }
    }

    /** As behind a proxy that nobody named, where all people seem to come from one network. */
    @Test
    void whoeverHasSignedInBeforeCanDoSoAgainFromANetworkThatIsFlooded() throws Exception {
        flood("203.0.113.30");
        try (Browser neighbour = house.browser("203.0.113.31")) {
            neighbour.cookies.putAll(browser.cookies);
            neighbour.open("/account").send("/sign-out").at("You are signed out");
            neighbour.open("/sign-in").signIn(passkey).at("Your account");
        }
        try (Browser liar = house.browser("203.0.113.32")) {
            int status = 200;
            for (int i = 0; i < 1_000 && status == 200; i++) {
                liar.cookies.put("__Host-tollgate-device", "tgv_a" + i + ".1.per_a.bWFj");
                liar.cookies.put("__Host-tollgate", "tgs_" + "%032d".formatted(i));
                status = liar.raw("GET", "/sign-in", "").statusCode();
            }
            assertEquals(429, status, "cookies that nobody gave it make it no known browser");
        }
    }

    @Test
    void methodsAreStrictAndBodiesBounded() throws Exception {
        assertEquals(405, browser.raw("GET", "/sign-out", "").statusCode());
        assertEquals(405, browser.raw("PUT", "/account", "").statusCode());
        HttpResponse<String> large = browser.raw("POST", "/account/name", "name=" + "x".repeat(70_000));
        assertEquals(413, large.statusCode());
        assertTrue(large.body().contains("larger than any form"), large.body());
        assertEquals(400, browser.raw("POST", "/account/name", "name=%zz").statusCode());
        HttpResponse<String> twice = browser.raw("POST", "/account/name", browser.form("name", "A") + "&name=B");
        assertTrue(twice.body().contains("A person needs a name."), "neither of the two is chosen");
    }

    @Test
    void pagesOfAnAccountAreKeptByNobodyAndFramedByNobody() throws Exception {
        for (String path : List.of("/account", "/account/sessions", "/account/passkeys", "/account/password")) {
            HttpResponse<String> page = browser.raw("GET", path, "");
            assertEquals(200, page.statusCode(), path);
            assertEquals("no-store", page.headers().firstValue("cache-control").orElseThrow(), path);
            assertEquals("DENY", page.headers().firstValue("x-frame-options").orElseThrow(), path);
            assertTrue(page.headers()
                    .firstValue("content-security-policy")
                    .orElseThrow()
                    .contains("frame-ancestors 'none'"));
        }
    }

    @Test
    void othersSessionsAndPasskeysAreOutOfReach() throws Exception {
        String olga =
                house.people.people().byEmail("olga@example.com").orElseThrow().id();
        String session = house.people.sessions().of(olga).getFirst().id();
        String credential =
                house.people.people().methods(olga).passkeys().getFirst().id();
        try (Browser eve = house.browser("203.0.113.66")) {
            eve.open(house.invitationLink("eve@example.com", Role.MEMBER))
                    .send("/invitation", "name", "Eve")
                    .addPasskey(new SoftPasskey())
                    .at("Your account");
            eve.send("/account/sessions/" + session + "/end");
            eve.open("/account").send("/account/passkeys/" + credential + "/rename", "name", "Mine");
            eve.open("/account").send("/account/passkeys/" + credential + "/remove");
        }
        browser.open("/account").at("Your account").says("Laptop");
    }

    @Test
    void suspendedPersonIsOutAtOnce() throws Exception {
        try (Browser max = house.browser("203.0.113.40")) {
            SoftPasskey key = new SoftPasskey();
            max.open(house.invitationLink("max@example.com", Role.MEMBER))
                    .send("/invitation", "name", "Max")
                    .addPasskey(key)
                    .at("Your account");
            String id = house.people
                    .people()
                    .byEmail("max@example.com")
                    .orElseThrow()
                    .id();
            house.people.people().suspend(id, Actor.OWNER_TOKEN);
            max.open("/account").at("Sign in").signIn(key).says("This passkey opens nothing here.");
        }
    }

    @Test
    void addressOfThisMachineLeadsToItsName() throws Exception {
        String bare = house.url.replace("localhost", "127.0.0.1");
        HttpResponse<String> there = browser.raw("GET", bare + "/sign-in?return_to=%2Faccount%2Fsessions", "");
        assertEquals(303, there.statusCode());
        assertEquals(
                house.url + "/sign-in?return_to=%2Faccount%2Fsessions",
                there.headers().firstValue("location").orElseThrow());
    }

    @Test
    void sessionsEndByThemselves() throws Exception {
        house.pass(Duration.ofHours(13));
        browser.open("/account").at("Sign in");
    }
}
