package dev.tollgate.oauth;

import static dev.tollgate.oauth.PageHouse.allow;
import static dev.tollgate.oauth.PageHouse.authorize;
import static dev.tollgate.oauth.PageHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Role;
import dev.tollgate.oauth.PageHouse.Browser;
import dev.tollgate.oauth.PageHouse.Seen;
import dev.tollgate.web.Params;
import dev.tollgate.web.page.App;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From an app's request to its tokens, through the pages, over real HTTP. */
@SuppressWarnings("NullAway.Init")
class AuthorizePagesTest {
    @TempDir
    Path home;

    private PageHouse house;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Seen tokens(Client client, String code) {
        return house.nobody().post(TokenEndpoint.PATH, codeForm(client, code));
    }

    private static String code(Seen allowed) {
        String code = allowed.onward().get("code");
        assertNotNull(code, allowed.body());
        return code;
    }

    private static String refusal(Seen seen) {
        String error = seen.onward().get("error");
        assertNotNull(error);
        return error;
    }

    @Test
    void aPersonAllowsAnAppWithACapAndItGetsItsTokens() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen asked = ada.get(authorize(app));
        assertEquals(200, asked.status(), asked.body());
        for (String shown : List.of("Allow <bdi>Notes</bdi>?", "app.example", "Use AI models", "Nobody has verified")) {
            assertTrue(asked.body().contains(shown), shown);
        }
        Seen allowed = allow(ada, asked);
        assertEquals(200, allowed.status(), allowed.body());
        assertTrue(allowed.continued().startsWith(PageHouse.REDIRECT + "?"));
        Params answer = allowed.onward();
        assertEquals("s-1", answer.get("state"));
        assertEquals(house.url, answer.get("iss"));
        Seen tokens = tokens(app, code(allowed));
        assertEquals(200, tokens.status(), tokens.body());
        assertTrue(house.opens(tokens.json()));
        AccessGrant grant = house.capped.values().iterator().next();
        assertEquals(new SpendingCap(5_000_000_000L, SpendingCap.Window.DAY), grant.cap());
        assertNotNull(grant.expiresAt());
        assertEquals(
                30,
                Duration.ofMillis(grant.expiresAt().toEpochMilli() - house.now.get())
                        .toDays());
        assertEquals(400, tokens(app, code(allowed)).status());
    }

    @Test
    void aPersonDeclines() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen denied = ada.submit(ada.get(authorize(app)), "/oauth/consent", "decision", "deny");
        assertEquals("access_denied", refusal(denied));
        assertEquals("s-1", denied.onward().get("state"));
        assertEquals(house.url, denied.onward().get("iss"));
        assertTrue(house.capped.isEmpty());
    }

    @Test
    void whoeverHasNotSignedInIsSentThereAndBack() {
        Client app = house.app();
        String to = house.nobody().get(authorize(app, "state", "a b&c")).location();
        assertTrue(to.startsWith("/sign-in?return_to="), to);
        Params signIn = Params.parse(URI.create(to).getRawQuery());
        assertNotNull(signIn);
        String back = signIn.get("return_to");
        assertNotNull(back);
        Browser ada = house.person("ada@example.com");
        Seen asked = ada.get(back);
        assertEquals(200, asked.status());
        assertEquals("a b&c", allow(ada, asked).onward().get("state"));
    }

    @Test
    void anAppThatCannotSpendIsAskedForNoCap() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen asked = ada.get(authorize(app, "scope", "openid email"));
        assertFalse(asked.body().contains("cap_usd"));
        Seen allowed = ada.submit(asked, "/oauth/consent", "decision", "allow", "access_for", "P1D");
        Seen tokens = tokens(app, code(allowed));
        assertTrue(tokens.json().has("id_token"), tokens.body());
        assertTrue(house.capped.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "'',day,P30D",
        "0,day,P30D",
        "ten,day,P30D",
        "-5,day,P30D",
        "1000000,day,P30D",
        "'1,50',day,P30D",
        "5.001,day,P30D",
        "5,week,P30D",
        "5,'',P30D",
        "5,day,P9999D",
        "5,day,''"
    })
    void termsThatAreNoneAreAskedForAgainAndNothingIsAllowed(String cap, String window, String span) {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen again = ada.submit(
                ada.get(authorize(app)),
                "/oauth/consent",
                "decision",
                "allow",
                "cap_usd",
                cap,
                "cap_window",
                window,
                "access_for",
                span);
        assertEquals(200, again.status());
        assertTrue(again.body().contains("Problem: "), again.body());
        assertEquals(List.of(), house.server.grants().of(ada.personId()));
        code(allow(ada, again));
    }

    @Test
    void neitherAllowedNorDeniedIsAskedAgain() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen again = ada.submit(
                ada.get(authorize(app)), "/oauth/consent", "cap_usd", "5", "cap_window", "day", "access_for", "P1D");
        assertTrue(again.body().contains("Choose whether to allow it."), again.body());
    }

    @Test
    void anAppThatIsVouchedForIsAskedAboutOnce() {
        Client app = house.known();
        Browser ada = house.person("ada@example.com", Role.ADMIN);
        allow(ada, ada.get(authorize(app)));
        Seen silent = ada.get(authorize(app));
        assertEquals(200, tokens(app, code(silent)).status());
        assertEquals(
                200,
                tokens(app, code(ada.get(authorize(app, "prompt", "none")))).status());
        assertEquals(200, ada.get(authorize(app, "prompt", "consent")).status());
        assertEquals(200, ada.get(authorize(app, "scope", "models:use admin:*")).status());
        assertEquals(1, house.server.grants().of(ada.personId()).size());
    }

    @Test
    void whatRunsOnThePersonsMachineOrRegisteredItselfIsAskedAboutEachTime() {
        Client local = house.known("http://127.0.0.1/cb");
        Client stranger = house.app();
        Browser ada = house.person("ada@example.com");
        for (int i = 0; i < 2; i++) {
            Seen asked = ada.get(authorize(local, "redirect_uri", "http://127.0.0.1:4711/cb"));
            assertTrue(asked.body().contains("this computer"), asked.body());
            code(allow(ada, asked));
            code(allow(ada, ada.get(authorize(stranger))));
        }
        assertEquals("consent_required", refusal(ada.get(authorize(stranger, "prompt", "none"))));
        assertEquals(
                2,
                house.server.grants().of(ada.personId()).size(),
                "one grant for each app, however often it signs in");
    }

    @Test
    void aDocumentsClientIsItselfOnlyWhereItsAnswersGoToItsOwnHost() {
        String id = "https://app.example/client.json";
        house.documents.put(id, """
                {"client_id":"%s","client_name":"Notes","redirect_uris":["%s","https://other.example/cb"],
                 "token_endpoint_auth_method":"none"}""".formatted(id, PageHouse.REDIRECT));
        Client app = house.server.clients().find(id).orElseThrow();
        Browser ada = house.person("ada@example.com");
        allow(ada, ada.get(authorize(app)));
        assertEquals(303, ada.get(authorize(app)).status());
        Seen asked = ada.get(authorize(app, "redirect_uri", "https://other.example/cb"));
        assertTrue(asked.body().contains("other.example"), asked.body());
    }

    @Test
    void aNewConsentOfTheSameAppTakesTheNewCap() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        allow(ada, ada.get(authorize(app)));
        Seen asked = ada.get(authorize(app));
        assertTrue(asked.body().contains("value=\"5.00\""), asked.body());
        ada.submit(
                asked,
                "/oauth/consent",
                "decision",
                "allow",
                "cap_usd",
                "$7.5",
                "cap_window",
                "month",
                "access_for",
                "P7D");
        assertEquals(
                new SpendingCap(7_500_000_000L, SpendingCap.Window.MONTH),
                house.capped.values().iterator().next().cap());
        assertEquals(1, house.capped.size());
    }

    /** Two caps of one app would be twice what its person wanted it to spend. */
    @Test
    void anAppThatAsksForOneThingAfterAnotherHasOneGrantAndOneCap() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        Seen first = tokens(app, code(allow(ada, ada.get(authorize(app, "scope", "models:use:fast")))));
        allow(ada, ada.get(authorize(app, "scope", "models:use:slow")));
        Seen asked = ada.get(authorize(app, "scope", "models:use usage:read"));
        assertTrue(asked.body().contains("value=\"5.00\""), "the cap that it has: " + asked.body());
        allow(ada, asked);
        allow(ada, ada.get(authorize(app, "scope", "models:use:fast")));
        AccessGrant grant = house.server.grants().of(ada.personId()).getFirst();
        assertEquals(1, house.server.grants().of(ada.personId()).size());
        assertEquals(List.of("models:use", "usage:read"), grant.scopes());
        assertEquals(1, house.capped.size());
        ada.submit(
                ada.get(authorize(app, "scope", "openid")), "/oauth/consent", "decision", "allow", "access_for", "P1D");
        assertNotNull(house.server.grants().find(grant.id()).orElseThrow().cap(), "what can spend keeps its cap");
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", first.json().get("refresh_token").stringValue());
        form.put("client_id", app.id());
        Seen renewed = house.nobody().post(TokenEndpoint.PATH, form);
        assertEquals("models:use:fast", renewed.json().get("scope").stringValue(), "the first sign-in has no more");
    }

    /** The page names what was asked for, and nothing of what else the app may do. */
    @Test
    void aConsentToLittleDoesNotExtendMuch() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        String much = authorize(app, "scope", "models:use usage:read openid");
        allow(ada, ada.get(much), "P7D");
        Instant first = end(ada);
        String little = authorize(app, "scope", "openid");
        ada.submit(ada.get(little), "/oauth/consent", "decision", "allow", "access_for", "P365D");
        assertEquals(first, end(ada));
        allow(ada, ada.get(much), "P90D");
        assertTrue(end(ada).isAfter(first), "all of it was seen");
        ada.submit(ada.get(little), "/oauth/consent", "decision", "allow", "access_for", "P1D");
        assertTrue(end(ada).isBefore(first), "less is always possible");
        assertEquals(1, house.server.grants().of(ada.personId()).size());
    }

    private Instant end(Browser person) {
        Instant end = house.server.grants().of(person.personId()).getFirst().expiresAt();
        assertNotNull(end);
        return end;
    }

    @Test
    void promptNoneOfAKnownAppNeverShowsAPage() {
        Client app = house.known();
        assertEquals("login_required", refusal(house.nobody().get(authorize(app, "prompt", "none"))));
        Browser ada = house.person("ada@example.com");
        assertEquals("consent_required", refusal(ada.get(authorize(app, "prompt", "none"))));
        assertEquals("invalid_request", refusal(ada.get(authorize(app, "prompt", "none login"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt=login", "prompt=login select_account", "max_age=0", "max_age=60"})
    void aSignInThatIsTooOldIsAskedForOnce(String wish) {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        house.pass(Duration.ofMinutes(2));
        int equals = wish.indexOf('=');
        String request = authorize(app, wish.substring(0, equals), wish.substring(equals + 1));
        String to = ada.get(request).location();
        assertTrue(to.startsWith("/sign-in?") && to.endsWith("&again=1"), to);
        Params signIn = Params.parse(URI.create(to).getRawQuery());
        assertNotNull(signIn);
        String back = signIn.get("return_to");
        assertNotNull(back);
        assertEquals(to, ada.get(back).location(), "not signed in yet");
        Browser anew = house.person("anew@example.com"); // whoever signs in now
        Seen asked = anew.get(back);
        assertEquals(200, asked.status());
        house.pass(Duration.ofMinutes(5));
        code(allow(anew, asked));
    }

    @Test
    void whoHasNotSignedInIsSentToANewSignInWhereOneIsWanted() {
        Client app = house.app();
        assertFalse(house.nobody().get(authorize(app)).location().endsWith("&again=1"));
        for (String prompt : List.of("login", "login consent", "login select_account")) {
            String to = house.nobody().get(authorize(app, "prompt", prompt)).location();
            assertTrue(to.endsWith("&again=1"), to);
        }
    }

    /** Whether it takes a new sign-in depends on who it is, which nobody knows yet. */
    @Test
    void anAppThatAlsoAsksToAdministerSendsNobodyToANewSignInBeforeTheyAreKnown() {
        Client app = house.app();
        String request = authorize(app, "scope", "models:use admin:*");
        String to = house.nobody().get(request).location();
        assertFalse(to.contains("&again=1"), to);
        Browser member = house.fromElsewhere("ada@example.com", Role.MEMBER);
        assertEquals(200, member.get(back(to)).status(), "may not administer, so need not prove anything");
        Browser admin = house.fromElsewhere("ben@example.com", Role.ADMIN);
        String proof = admin.get(back(to)).location();
        assertTrue(proof.endsWith("&again=1"), proof);
    }

    /** OpenID Connect Core section 3.1.2.1: another account may be chosen; nobody need prove anew who they are. */
    @Test
    void aChoiceOfAccountIsAskedForOnceAndIsNoNewSignIn() {
        Client app = house.app();
        String request = authorize(app, "prompt", "select_account");
        String first = house.nobody().get(request).location();
        assertFalse(first.contains("&again=1"), first);
        Browser ada = house.person("ada@example.com");
        house.pass(Duration.ofMinutes(2));
        String to = ada.get(request).location();
        assertTrue(to.startsWith("/sign-in?") && to.endsWith("&choose=1") && !to.contains("&again="), to);
        assertEquals(to, ada.get(back(to)).location(), "nothing chosen yet");
        Browser chosen = house.fromElsewhere("chosen@example.com", Role.MEMBER);
        Seen asked = chosen.get(back(to));
        assertEquals(200, asked.status(), asked.body());
        house.pass(Duration.ofMinutes(5));
        code(allow(chosen, asked));
        String old = chosen.get(authorize(app, "prompt", "select_account", "max_age", "60"))
                .location();
        assertTrue(old.endsWith("&again=1"), old);
    }

    private static String back(String signIn) {
        Params params = Params.parse(URI.create(signIn).getRawQuery());
        assertNotNull(params);
        String back = params.get("return_to");
        assertNotNull(back);
        return back;
    }

    @Test
    void theSignInKnowsTheAppOfARequestThatCanBeDecidedOnAndOfNoOther() {
        Client app = house.app();
        App named = house.server.appBehind(authorize(app)).orElseThrow();
        assertEquals(app.name(), named.name());
        assertFalse(named.verified());
        assertEquals(URI.create(PageHouse.REDIRECT).getHost(), named.host());
        assertTrue(
                house.server.appBehind(authorize(house.known())).orElseThrow().verified());
        String back = house.nobody().get(authorize(app)).location();
        Params signIn = Params.parse(URI.create(back).getRawQuery());
        assertNotNull(signIn);
        assertEquals(Optional.of(named), house.server.appBehind(String.valueOf(signIn.get("return_to"))));
        for (String place : List.of(
                "/account",
                "/oauth/authorize",
                "/oauth/authorize?client_id=%zz",
                "/oauth/authorize?client_id=" + app.id(),
                authorize(app, "redirect_uri", "https://evil.example/cb"),
                authorize(app, "client_id", "unknown"),
                authorize(app).replace("/oauth/authorize", "/oauth/authorizes"))) {
            assertEquals(Optional.empty(), house.server.appBehind(place), place);
        }
    }

    @Test
    void theSignInFetchesNoAppsDescription() {
        String id = "https://app.example/client.json";
        house.documents.put(id, """
                {"client_id":"%s","client_name":"Notes","redirect_uris":["%s"],
                 "token_endpoint_auth_method":"none"}""".formatted(id, PageHouse.REDIRECT));
        String place = authorize(house.app(), "client_id", id);
        assertEquals(Optional.empty(), house.server.appBehind(place));
        assertEquals(303, house.nobody().get(place).status(), "where the app itself comes, it is fetched");
        assertEquals("Notes", house.server.appBehind(place).orElseThrow().name());
        house.pass(Duration.ofDays(2));
        assertEquals(Optional.empty(), house.server.appBehind(place), "not for ever");
    }

    @Test
    void aYoungSignInIsEnough() {
        Client app = house.app();
        Browser ada = house.person("ada@example.com");
        house.pass(Duration.ofSeconds(50));
        Seen asked = ada.get(authorize(app, "max_age", "60"));
        assertEquals(200, asked.status());
        house.pass(Duration.ofMinutes(3));
        code(allow(ada, asked));
        assertEquals(303, ada.get(authorize(app, "max_age", "60")).status());
    }

    @Test
    void aPushedRequestIsAnsweredOnce() {
        Client app = house.known();
        String uri = push(app);
        Browser ada = house.person("ada@example.com");
        String request = AuthorizeEndpoint.PATH + "?client_id=" + app.id() + "&request_uri=" + uri;
        Seen asked = ada.get(request);
        house.pass(Duration.ofMinutes(5));
        assertEquals(200, ada.get(request).status(), "a page may be loaded again");
        assertEquals(200, tokens(app, code(allow(ada, asked))).status());
        Seen again = ada.get(request);
        assertEquals(400, again.status());
        assertTrue(again.body().contains("was used before"), again.body());
        assertEquals(400, allow(ada, asked).status());
    }

    private String push(Client app) {
        Map<String, String> form = new HashMap<>();
        for (String pair : URI.create(authorize(app)).getRawQuery().split("&", -1)) {
            String[] both = pair.split("=", 2);
            form.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        Seen pushed = house.nobody().post(PushEndpoint.PATH, form);
        assertEquals(201, pushed.status(), pushed.body());
        return pushed.json().get("request_uri").stringValue();
    }

    @Test
    void aPushedRequestIsItsOwnClientsAndTakesNothingFromTheBrowser() {
        Client app = house.known();
        Client other = house.known("https://evil.example/cb");
        String uri = push(app);
        Browser ada = house.person("ada@example.com");
        assertEquals(
                400,
                ada.get(AuthorizeEndpoint.PATH + "?client_id=" + other.id() + "&request_uri=" + uri)
                        .status());
        Seen asked = ada.get(AuthorizeEndpoint.PATH + "?client_id=" + app.id() + "&request_uri=" + uri
                + "&redirect_uri=https://evil.example/cb&scope=admin:*&state=forged");
        assertFalse(asked.body().contains("evil.example"), asked.body());
        assertFalse(asked.body().contains("Administer"), asked.body());
        assertEquals("s-1", allow(ada, asked).onward().get("state"));
    }

    @Test
    void metadataNamesTheEndpoint() {
        Seen metadata = house.nobody().get("/.well-known/oauth-authorization-server");
        assertEquals(
                house.url + "/oauth/authorize",
                metadata.json().get("authorization_endpoint").stringValue());
        assertEquals(
                house.url + "/oauth/logout",
                metadata.json().get("end_session_endpoint").stringValue());
    }

    @Test
    void anAppMayPostItsRequest() {
        Client app = house.app();
        Map<String, String> form = Map.of("client_id", app.id(), "state", "x y");
        String to = house.nobody().post(AuthorizeEndpoint.PATH, form).location();
        Params kept = Params.parse(URI.create(to).getRawQuery());
        assertNotNull(kept);
        assertEquals("x y", kept.get("state"));
        assertTrue(to.startsWith(AuthorizeEndpoint.PATH + "?"), to);
    }
}
