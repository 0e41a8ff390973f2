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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9700 warns of, tried at the authorization endpoint and its consent. */
@SuppressWarnings("NullAway.Init")
class AuthorizeAttacksTest {
    private static final String CONSENT = "/oauth/consent";

    @TempDir
    Path home;

    private PageHouse house;
    private Client app;
    private Browser ada;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
        app = house.known();
        ada = house.person("ada@example.com");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void assertNothingAllowed() {
        assertEquals(List.of(), house.server.grants().of(ada.personId()));
    }

    private void assertToldOnlyToThePerson(Seen seen) {
        assertEquals(400, seen.status(), seen.body());
        assertTrue(seen.headers().firstValue("location").isEmpty());
        assertFalse(seen.body().contains("http-equiv"), "the page goes nowhere by itself");
        assertTrue(seen.body().contains("This request cannot be answered"), seen.body());
    }

    /** Section 4.1: every difference counts, and none is sent an answer, not even an error. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/cb/",
                "https://app.example/cb/more",
                "https://app.example/cbx",
                "https://app.example/cb?more=1",
                "https://app.example/cb#fragment",
                "https://app.example/cb/../evil",
                "https://app.example/x/../cb",
                "https://app.example/%63b",
                "https://app.example/CB",
                "https://APP.example/cb",
                "https://app.example:443/cb",
                "https://app.example:8443/cb",
                "http://app.example/cb",
                "https://app.example.evil.example/cb",
                "https://app.example@evil.example/cb",
                "https://evil.example@app.example/cb",
                "https://evil.example/cb",
                "https://evil.example\\@app.example/cb",
                "//app.example/cb",
                "/cb",
                "javascript:alert(1)",
                "data:text/html,x",
                "http://127.0.0.1/cb",
                "https://app.example/cb%0d%0aset-cookie:a=b",
                " https://app.example/cb"
            })
    void redirectUriTricksAreToldToThePersonAlone(String redirect) {
        assertToldOnlyToThePerson(ada.get(authorize(app, "redirect_uri", redirect)));
        assertToldOnlyToThePerson(ada.get(authorize(app, "redirect_uri", redirect, "response_type", "token")));
        assertNothingAllowed();
    }

    @Test
    void onlyTheLoopbackPortMayDiffer() {
        Client local = house.app("http://127.0.0.1/cb");
        assertEquals(
                200,
                ada.get(authorize(local, "redirect_uri", "http://127.0.0.1:50123/cb"))
                        .status());
        for (String other : List.of(
                "http://127.0.0.1:50123/other",
                "http://localhost:50123/cb",
                "http://127.0.0.2:50123/cb",
                "https://127.0.0.1:50123/cb",
                "http://127.0.0.1:50123@evil.example/cb",
                "http://127.0.0.1.evil.example/cb")) {
            assertToldOnlyToThePerson(ada.get(authorize(local, "redirect_uri", other)));
        }
    }

    /** Section 4.11: nobody is forwarded for a client that is none. */
    @Test
    void openRedirectorNeedsAClientThatIsKnown() {
        String query = "?response_type=code&redirect_uri=https://evil.example/";
        assertToldOnlyToThePerson(ada.get(AuthorizeEndpoint.PATH + query));
        assertToldOnlyToThePerson(ada.get(AuthorizeEndpoint.PATH + query + "&client_id=nobody"));
        assertToldOnlyToThePerson(ada.get(AuthorizeEndpoint.PATH + query + "&client_id=https://10.0.0.1/client.json"));
    }

    /** Section 4.11.2: anyone can register; nobody is sent on to such a one who has allowed it nothing. */
    @Test
    void openRedirectorByRegistrationShowsThePersonWhereTheWayLeads() {
        Client stranger = house.app("https://evil.example/cb");
        String id = "https://evil.example/client.json";
        house.documents.put(id, """
                {"client_id":"%s","client_name":"Your bank","redirect_uris":["https://evil.example/cb"],
                 "token_endpoint_auth_method":"none"}""".formatted(id));
        Client document = house.server.clients().find(id).orElseThrow();
        for (Client each : List.of(stranger, document)) {
            for (String[] wish : new String[][] {{"scope", "root"}, {"response_type", "token"}, {"prompt", "none"}}) {
                for (Browser browser : List.of(house.nobody(), ada)) {
                    Seen seen =
                            browser.get(authorize(each, "redirect_uri", "https://evil.example/cb", wish[0], wish[1]));
                    assertEquals(400, seen.status(), wish[0] + seen.body());
                    assertTrue(seen.headers().firstValue("location").isEmpty());
                    assertFalse(seen.body().contains("http-equiv"), "the page goes nowhere by itself");
                    assertTrue(seen.body().contains(">Go back to evil.example<"), seen.body());
                    assertTrue(seen.body().contains("href=\"https://evil.example/cb?"), seen.body());
                    assertFalse(seen.body().contains("Your bank"), seen.body());
                }
            }
        }
    }

    @Test
    void whomAPersonHasAllowedIsToldOfFaultsAtOnce() {
        Client stranger = house.app();
        allow(ada, ada.get(authorize(stranger)));
        Seen refused = ada.get(authorize(stranger, "scope", "root"));
        assertEquals("invalid_scope", refused.onward().get("error"));
        assertEquals(
                400, house.nobody().get(authorize(stranger, "scope", "root")).status());
        house.server.grants().revokeAll(ada.personId(), "test");
        assertEquals(400, ada.get(authorize(stranger, "scope", "root")).status());
    }

    @Test
    void aParameterThatCameTwiceIsBelievedInNeitherForm() {
        assertToldOnlyToThePerson(ada.get(authorize(app) + "&redirect_uri=https://evil.example/cb"));
        assertToldOnlyToThePerson(ada.get(authorize(app) + "&client_id=other"));
        assertToldOnlyToThePerson(ada.get(authorize(app) + "&state=other"));
    }

    /** Section 4.8.2, and what else is wrong with a request: the app is told, and told by whom. */
    @ParameterizedTest
    @CsvSource({
        "code_challenge,'',invalid_request",
        "code_challenge_method,plain,invalid_request",
        "code_challenge_method,'',invalid_request",
        "code_challenge,short,invalid_request",
        "response_type,token,unsupported_response_type",
        "response_type,code id_token,unsupported_response_type",
        "response_type,'',invalid_request",
        "response_mode,fragment,invalid_request",
        "scope,root,invalid_scope",
        "resource,https://elsewhere.example,invalid_target",
        "request,eyJhbGciOiJub25lIn0.e30.,request_not_supported",
        "max_age,soon,invalid_request"
    })
    void pkceDowngradeAndOtherFaultsGoBackWithTheIssuer(String name, String value, String error) {
        Seen refused = ada.get(authorize(app, name, value));
        assertTrue(refused.location().startsWith(PageHouse.REDIRECT + "?"), refused.location());
        assertEquals(error, refused.onward().get("error"), refused.location());
        assertEquals("s-1", refused.onward().get("state"));
        assertEquals(house.url, refused.onward().get("iss"));
    }

    /** Section 4.4: whoever gets an answer knows whose it is. */
    @Test
    void mixUpIsSeenByTheIssuerInEachAnswer() {
        Seen denied = ada.submit(ada.get(authorize(app)), CONSENT, "decision", "deny");
        Seen allowed = allow(ada, ada.get(authorize(app)));
        Seen silent = ada.get(authorize(app));
        Seen refused = ada.get(authorize(app, "scope", "root"));
        for (Seen each : List.of(denied, allowed, silent, refused)) {
            assertEquals(house.url, each.onward().get("iss"));
        }
        assertEquals(
                "true",
                house.nobody()
                        .get("/.well-known/oauth-authorization-server")
                        .json()
                        .get("authorization_response_iss_parameter_supported")
                        .toString());
    }

    /** Section 4.5: a code that somebody stole is of no use with another verifier, at another client, at another address. */
    @Test
    void codeInjectionFailsForWantOfTheVerifier() {
        String stolen = allow(ada, ada.get(authorize(app))).onward().get("code");
        assertNotNull(stolen);
        Client evil = house.known();
        Map<String, String> otherVerifier = new HashMap<>(codeForm(app, stolen));
        otherVerifier.put("code_verifier", "x".repeat(43));
        Map<String, String> otherAddress = new HashMap<>(codeForm(app, stolen));
        otherAddress.put("redirect_uri", "https://evil.example/cb");
        for (Map<String, String> each : List.of(codeForm(evil, stolen), otherVerifier, otherAddress)) {
            Seen refused = house.nobody().post(TokenEndpoint.PATH, each);
            assertEquals(400, refused.status(), refused.body());
            assertEquals("invalid_grant", refused.json().get("error").stringValue());
        }
    }

    /** Section 4.7: consent is given by our own form in the person's own session, or not at all. */
    @Test
    void csrfOnConsentIsRefused() {
        Seen page = ada.get(authorize(app));
        Map<String, String> form = new HashMap<>(Map.of(
                "request", page.hidden("request"),
                "decision", "allow",
                "cap_usd", "5",
                "cap_window", "day",
                "access_for", "P1D"));
        assertEquals(403, ada.post(CONSENT, form).status());
        Browser eve = house.person("eve@example.com");
        form.put("csrf", eve.get(authorize(app)).hidden("csrf"));
        assertEquals(403, ada.post(CONSENT, form, "origin", house.url).status(), "another session's token");
        form.put("csrf", page.hidden("csrf"));
        assertEquals(
                403, ada.post(CONSENT, form, "origin", "https://evil.example").status());
        assertEquals(403, ada.post(CONSENT, form, "origin", "null").status());
        assertEquals(
                403, ada.post(CONSENT, form, "sec-fetch-site", "cross-site").status());
        assertEquals(405, ada.get(CONSENT + "?decision=allow").status());
        assertNothingAllowed();
        assertEquals(200, ada.post(CONSENT, form, "origin", house.url).status());
    }

    @Test
    void consentWithoutASessionAllowsNothing() {
        Seen page = ada.get(authorize(app));
        Seen sent = house.nobody().post(CONSENT, Map.of("request", page.hidden("request"), "decision", "allow"));
        assertTrue(sent.location().startsWith("/sign-in?"), sent.location());
        assertNothingAllowed();
    }

    /** What the form says of the request is judged again, as if the browser had just brought it. */
    @Test
    void aForgedRequestInTheFormIsJudgedAnew() {
        Seen page = ada.get(authorize(app));
        String honest = page.hidden("request");
        Seen forged = ada.submit(
                page,
                CONSENT,
                "request",
                honest.replace("app.example", "evil.example"),
                "decision",
                "allow",
                "cap_usd",
                "5",
                "cap_window",
                "day",
                "access_for",
                "P1D");
        assertToldOnlyToThePerson(forged);
        assertToldOnlyToThePerson(ada.submit(page, CONSENT, "request", "", "decision", "allow"));
        assertToldOnlyToThePerson(ada.submit(page, CONSENT, "request", "%zz", "decision", "allow"));
        assertNothingAllowed();
    }

    /** Section 4.16. */
    @Test
    void clickjackingIsForbiddenByHeadersOnEachPage() {
        Seen used = ada.get(authorize(app, "redirect_uri", "https://evil.example/"));
        for (Seen each : List.of(
                ada.get(authorize(app)), used, ada.get("/device"), ada.get("/access"), ada.get("/oauth/logout"))) {
            String policy = each.headers().firstValue("content-security-policy").orElseThrow();
            assertTrue(policy.contains("frame-ancestors 'none'"), policy);
            assertTrue(policy.contains("form-action 'self'"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals("DENY", each.headers().firstValue("x-frame-options").orElseThrow());
            assertEquals("no-store", each.headers().firstValue("cache-control").orElseThrow());
        }
    }

    @Test
    void noScriptOfAnotherSiteMayReadTheAuthorizationEndpoint() {
        for (Browser each : List.of(ada, house.nobody())) {
            Seen seen = each.get(authorize(app), "origin", "https://app.example");
            assertTrue(seen.headers().map().keySet().stream().noneMatch(name -> name.startsWith("access-control")));
        }
    }

    /** Section 4.2: neither codes nor requests go on in a referrer, and no page is kept. */
    @Test
    void namesAreShownAsTextWhateverTheyHold() {
        Client mean = house.named("<script>alert(1)</script>\u202egnp.exe");
        Seen page = ada.get(authorize(mean, "state", "\"><script>alert(2)</script>"));
        assertEquals(200, page.status());
        assertFalse(page.body().contains("<script>alert"), page.body());
        assertFalse(page.body().contains("\u202e"), page.body());
        assertEquals("same-origin", page.headers().firstValue("referrer-policy").orElseThrow());
    }

    @Test
    void aRequestLongerThanASignInCanBringBackIsToldSo() {
        Seen seen = house.nobody().get(authorize(app, "state", "x".repeat(5_000)));
        assertToldOnlyToThePerson(seen);
        assertTrue(seen.body().contains("too long"), seen.body());
        assertEquals(
                303,
                house.nobody().get(authorize(app, "state", "x".repeat(3_000))).status());
    }
}
