package dev.tollgate.console;

import static dev.tollgate.console.OutsideHouse.arrived;
import static dev.tollgate.console.OutsideHouse.location;
import static dev.tollgate.console.OutsideHouse.query;
import static dev.tollgate.console.OutsideHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.tollgate.console.OutsideHouse.Browser;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coming in through an OpenID provider, and what an attacker between the two gains. */
@Timeout(120)
class OutsidePagesTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private OutsideHouse house;

    @SuppressWarnings("NullAway.Init")
    private LocalIssuer issuer;

    @BeforeEach
    void open() throws Exception {
        house = new OutsideHouse(folder);
        issuer = new LocalIssuer();
        house.add("example", issuer);
    }

    @AfterEach
    void close() {
        issuer.close();
        house.close();
    }

    private void refused(int status, Browser browser, WebReply reply) {
        assertEquals(status, reply.status(), text(reply));
        assertFalse(browser.isIn());
        assertFalse(browser.cookies.containsKey(OutsideJourney.COOKIE), "the journey is over");
    }

    @Test
    void thePersonIsSentWithEverythingThatBindsTheAnswer() {
        WebReply reply = house.browser().start("example", "");
        assertEquals(303, reply.status());
        assertTrue(location(reply).startsWith(issuer.url + "/authorize?"));
        Params asked = query(location(reply));
        assertEquals("x", asked.get("tenant"), "what the endpoint's own query says stays");
        assertEquals("code", asked.get("response_type"));
        assertEquals("openid email profile", asked.get("scope"));
        assertEquals(OutsideHouse.URL + "/sign-in/with/example/callback", asked.get("redirect_uri"));
        assertEquals("S256", asked.get("code_challenge_method"));
        for (String secret : List.of("state", "nonce", "code_challenge")) {
            assertEquals(43, Objects.requireNonNull(asked.get(secret)).length(), secret);
        }
        Params again = query(location(house.browser().start("example", "")));
        assertNotEquals(asked.get("state"), again.get("state"));
        assertNotEquals(asked.get("nonce"), again.get("nonce"));
        String cookie = reply.headers().stream()
                .filter(header -> header.getKey().equals("set-cookie"))
                .findFirst()
                .orElseThrow()
                .getValue();
        assertTrue(
                cookie.startsWith("__Host-tollgate-outside=") && cookie.contains("; Secure; HttpOnly; SameSite=Lax"));
        assertFalse(cookie.contains(String.valueOf(asked.get("state"))), "it is encrypted");
    }

    @Test
    void anInvitedPersonComesInAndIsLinkedThereby() {
        house.invite("Ada@Example.com");
        Browser browser = house.browser();
        WebReply start = browser.start("example", "return_to=/oauth/authorize%3Fclient_id%3Dx");
        WebReply reply = browser.back("example", arrived(start, issuer));
        assertEquals(200, reply.status(), text(reply));
        assertTrue(text(reply).contains("/oauth/authorize?client_id=x"), text(reply));
        assertTrue(browser.isIn());
        Person ada = house.people.people().byEmail("ada@example.com").orElseThrow();
        assertEquals("Ada", ada.name());
        assertTrue(house.audited.stream().anyMatch(row -> row.contains(" person.outside_linked ")));

        LocalIssuer.Asked token = issuer.asked.getFirst();
        assertEquals("authorization_code", token.form().get("grant_type"));
        assertEquals("abc", token.form().get("code"));
        assertTrue(token.authorization().startsWith("Basic "), "the client's secret is not in the form");
        assertEquals(null, token.form().get("client_secret"));
        CodeVerifier verifier =
                new CodeVerifier(Objects.requireNonNull(token.form().get("code_verifier")));
        assertEquals(
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                query(location(start)).get("code_challenge"));

        Browser another = house.browser();
        another.throughTo("example", issuer);
        assertTrue(another.isIn(), "the second time without an invitation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "absent", "text"})
    void anEmailThatIsNotVerifiedAcceptsNoInvitation(String verified) {
        house.invite("ada@example.com");
        issuer.minting = nonce -> LocalIssuer.signed(
                issuer.claims(nonce)
                        .claim(
                                "email_verified",
                                switch (verified) {
                                    case "false" -> false;
                                    case "text" -> "true";
                                    default -> null;
                                })
                        .build(),
                LocalIssuer.KEY);
        Browser browser = house.browser();
        WebReply reply = browser.throughTo("example", issuer);
        refused(403, browser, reply);
        assertTrue(house.people.people().byEmail("ada@example.com").isEmpty());
    }

    @Test
    void anEqualEmailOpensNothingAndTheAnswerSaysWhatToDo() {
        NewSession owner = house.owner();
        issuer.minting = nonce -> LocalIssuer.signed(
                issuer.claims(nonce).claim("email", "olga@example.com").build(), LocalIssuer.KEY);
        Browser browser = house.browser();
        WebReply reply = browser.throughTo("example", issuer);
        refused(403, browser, reply);
        assertTrue(text(reply).contains("link it on your account"), text(reply));
        assertTrue(house.people.people().methods(owner.person().id()).outside().isEmpty());
    }

    @Test
    void anAnswerInABrowserThatAskedForNoneIsRefused() {
        house.invite("ada@example.com");
        String stolen = arrived(house.browser().start("example", ""), issuer);
        Browser victim = house.browser();
        refused(400, victim, victim.back("example", stolen));
        victim.start("example", "");
        refused(400, victim, victim.back("example", stolen)); // the victim's own state is another
        assertEquals(List.of(), issuer.asked, "the code was shown to nobody");
    }

    @Test
    void anAnswerWorksOnceAndForTenMinutes() {
        house.invite("ada@example.com");
        Browser browser = house.browser();
        String answer = arrived(browser.start("example", ""), issuer);
        browser.back("example", answer);
        assertTrue(browser.isIn());
        browser.cookies.remove(Cookies.SESSION);
        refused(400, browser, browser.back("example", answer));
        String late = arrived(browser.start("example", ""), issuer);
        house.pass(OutsideJourney.LIFE);
        refused(400, browser, browser.back("example", late));
        assertEquals(1, issuer.asked.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "code=abc",
                "code=abc&state=",
                "code=abc&state=wrong",
                "code=abc&state=RIGHT&state=RIGHT",
                "code=abc&code=def&state=RIGHT",
                "code=abc&state=RIGHT&iss=https://evil.example.com",
                "state=RIGHT",
                ""
            })
    void anAnswerThatIsNotWholeOrAnothersIsRefusedBeforeItsCodeIsShown(String answer) {
        Browser browser = house.browser();
        String state = Objects.requireNonNull(
                query(location(browser.start("example", ""))).get("state"));
        refused(400, browser, browser.back("example", answer.replace("RIGHT", state)));
        assertEquals(List.of(), issuer.asked);
    }

    @Test
    void oneProvidersAnswerIsNotTakenForAnothers() throws Exception {
        try (LocalIssuer evil = new LocalIssuer()) {
            house.add("evil", evil);
            house.invite("ada@example.com");
            Browser browser = house.browser();
            String answer = arrived(browser.start("evil", ""), issuer);
            refused(400, browser, browser.back("example", answer));
            assertEquals(List.of(), issuer.asked);
            assertEquals(List.of(), evil.asked);
        }
    }

    @Test
    void aProviderThatNamesItselfMustDoSo() throws Exception {
        try (LocalIssuer strict = new LocalIssuer()) {
            strict.configuration.put("authorization_response_iss_parameter_supported", true);
            house.add("strict", strict);
            house.invite("ada@example.com");
            Browser browser = house.browser();
            refused(400, browser, browser.back("strict", arrived(browser.start("strict", ""), strict)));
            String answer = arrived(browser.start("strict", ""), strict);
            browser.back("strict", answer + "&iss=" + URLEncoder.encode(strict.url, StandardCharsets.UTF_8));
            assertTrue(browser.isIn());
        }
    }

    @Test
    void whoTurnsBackIsToldSo() {
        Browser browser = house.browser();
        String state = query(location(browser.start("example", ""))).get("state");
        WebReply reply = browser.back("example", "error=access_denied&state=" + state);
        refused(403, browser, reply);
        assertTrue(text(reply).contains("turned back"), text(reply));
        String again = query(location(browser.start("example", ""))).get("state");
        WebReply fault = browser.back("example", "error=server_error&error_description=SECRET&state=" + again);
        refused(502, browser, fault);
        assertFalse(text(fault).contains("SECRET"), "nobody writes on our pages");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"//evil.example.com", "https://evil.example.com/", "/\\evil", "/elsewhere", "/account/../x"})
    void nobodyIsSentOnToAPlaceThatIsNotOnTheList(String place) {
        house.invite("ada@example.com");
        Browser browser = house.browser();
        String answer = arrived(
                browser.start("example", "return_to=" + URLEncoder.encode(place, StandardCharsets.UTF_8)), issuer);
        WebReply reply = browser.back("example", answer);
        assertTrue(text(reply).contains("\"/account\"") || text(reply).contains("url=/account"), text(reply));
        assertFalse(text(reply).contains("evil") || text(reply).contains("elsewhere"), text(reply));
    }

    @Test
    void whatIsTooLongToTakeAlongIsSaidSo() {
        WebReply reply = house.browser().start("example", "return_to=/account?x=" + "a".repeat(4_000));
        assertEquals(400, reply.status());
        assertTrue(text(reply).contains("too long"), text(reply));
    }

    @Test
    void linkingNeedsAFormOfOursASessionAndARecentSignIn() {
        NewSession owner = house.owner();
        Browser browser = house.browser().signedIn(owner);
        assertEquals(403, browser.link("example", "").status(), "no token");
        Browser nobody = house.browser();
        nobody.cookies.put(Cookies.SESSION, "tgs_" + "a".repeat(32));
        assertEquals("/sign-in?return_to=%2Faccount", location(nobody.link("example", nobody.form())));
        house.pass(Session.RECENT);
        assertEquals(403, browser.link("example", browser.form()).status());
    }

    private String linkAnswer(Browser browser) {
        return arrived(browser.link("example", browser.form()), issuer);
    }

    @Test
    void whoHasProvenBothIsLinkedAndComesInByEither() {
        NewSession owner = house.owner();
        Browser browser = house.browser().signedIn(owner);
        WebReply linked = browser.back("example", linkAnswer(browser));
        assertEquals(303, linked.status(), text(linked));
        assertEquals("/account", location(linked));
        assertEquals(
                1, house.people.people().methods(owner.person().id()).outside().size());
        Browser another = house.browser();
        another.throughTo("example", issuer);
        assertTrue(another.isIn());
        assertEquals(
                owner.person().id(),
                house.people
                        .sessions()
                        .find(Objects.requireNonNull(another.cookies.get(Cookies.SESSION)))
                        .orElseThrow()
                        .person()
                        .id());
        assertNotNull(another.cookies.get(Cookies.DEVICE));
        assertNotEquals(owner.cookie(), another.cookies.get(Cookies.SESSION), "a session of its own");
    }

    @Test
    void aLinkThatAnotherSessionBeganOrThatComesTooLateLinksNobody() {
        NewSession owner = house.owner();
        Browser attacker = house.browser().signedIn(owner);
        String answer = linkAnswer(attacker);
        attacker.cookies.remove(Cookies.SESSION);
        assertEquals(403, attacker.back("example", answer).status(), "signed out meanwhile");

        Browser slow = house.browser().signedIn(owner);
        house.pass(Session.RECENT.minus(Duration.ofMinutes(2)));
        String late = linkAnswer(slow);
        house.pass(Duration.ofMinutes(3));
        assertEquals(403, slow.back("example", late).status(), "no recent sign-in any more");
        assertTrue(house.people.people().methods(owner.person().id()).outside().isEmpty());
    }

    @Test
    void aProviderThatIsAwayIsSaidSo() {
        Browser browser = house.browser();
        String answer = arrived(browser.start("example", ""), issuer);
        issuer.close();
        refused(502, browser, browser.back("example", answer));
        assertEquals(404, browser.start("nobody", "").status());
        assertEquals(404, browser.back("nobody", answer).status());
    }

    /** Olga, whose account there is linked and whose session here is no recent one. */
    private Browser olgaOfBefore() {
        NewSession owner = house.owner();
        Browser browser = house.browser().signedIn(owner);
        assertEquals(303, browser.back("example", linkAnswer(browser)).status());
        house.pass(Session.RECENT);
        return browser;
    }

    private void saysTime(@Nullable Object authTime) {
        issuer.minting = nonce -> LocalIssuer.signed(
                issuer.claims(nonce).claim("auth_time", authTime).build(), LocalIssuer.KEY);
    }

    /** The house's clock, in seconds: the one by which people sign in there. */
    private long seconds(int more) {
        return house.now().getEpochSecond() + more;
    }

    private Session session(Browser browser) {
        return house.people
                .sessions()
                .find(Objects.requireNonNull(browser.cookies.get(Cookies.SESSION)))
                .orElseThrow()
                .session();
    }

    @Test
    void aNewSignInThereIsAskedForWhereOneIsWanted() {
        Params usual = query(location(house.browser().start("example", "")));
        assertEquals("2505600", usual.get("max_age"), "so that the provider says when it was: 29 days");
        assertNull(usual.get("prompt"));
        assertNull(usual.get("login_hint"));
        Params fresh = query(location(house.browser().start("example", "again=1")));
        assertEquals("30", fresh.get("max_age"), "zero leads in circles where it is taken as a second");
        assertEquals("login", fresh.get("prompt"));
    }

    @Test
    void googleIsAskedInTheWayThatItKnows() {
        IdentityProvider google = new IdentityProvider(
                "google", "Google", "https://accounts.google.com", "c", List.of(), List.of(), false, Instant.EPOCH);
        OutsideJourney journey = new OutsideJourney(
                "google", "s", "n", "v".repeat(43), new OutsideJourney.Errand.SignIn(null, true), Instant.now());
        Params asked = query(OutsideSignIn.request(google, journey, URI.create("https://gate.example.com/cb"), "")
                .endpointURI(URI.create("https://accounts.google.com/o/oauth2/v2/auth"))
                .build()
                .toURI()
                .toString());
        assertEquals("select_account", asked.get("prompt"), "prompt=login is an error there");
        assertEquals("30", asked.get("max_age"));
        assertEquals("{\"id_token\":{\"auth_time\":{\"essential\":true}}}", asked.get("claims"));
    }

    @Test
    void aProviderThatIsNotLinkedLearnsNobodysAddress() {
        Browser olga = house.browser().signedIn(house.owner());
        assertNull(query(location(olga.start("example", ""))).get("login_hint"));
        assertNull(query(location(olga.start("example", "again=1"))).get("login_hint"));
        WebReply linking = olga.link("example", olga.form());
        assertEquals(200, linking.status(), text(linking));
        assertFalse(text(linking).contains("login_hint"), text(linking));
    }

    @Test
    void whoIsExpectedIsNamedToTheProvider() {
        saysTime(null);
        Browser olga = olgaOfBefore();
        assertEquals(
                "ada@example.com",
                query(location(olga.start("example", "again=1"))).get("login_hint"),
                "as there");
        house.add("second", issuer);
        String invitation = house.invite("max@example.com");
        Browser max = house.browser();
        String page =
                text(max.accept("example", max.form() + "&token=" + invitation)).replace("&amp;", "&");
        assertTrue(page.contains("login_hint=max%40example.com"), page);
    }

    @Test
    void anEarlierSignInThereIsNoneOfJustNow() {
        Browser olga = olgaOfBefore();
        String before = Objects.requireNonNull(olga.cookies.get(Cookies.SESSION));
        for (Object authTime : List.of(seconds(-60), seconds(-3_600), 0L, -5L)) {
            saysTime(authTime);
            WebReply start = olga.start("example", "again=1&return_to=/account/passkeys");
            WebReply reply = olga.back("example", arrived(start, issuer));
            assertEquals(403, reply.status(), authTime + text(reply));
            assertTrue(text(reply).contains("That sign-in is not of just now"), text(reply));
            assertTrue(text(reply).contains("/sign-in?return_to=%2Faccount%2Fpasskeys&amp;again=1"), text(reply));
            assertEquals(before, olga.cookies.get(Cookies.SESSION), "the session that there was");
        }
        for (Object authTime : List.of(seconds(120), seconds(0) * 1_000, "now", List.of(1))) {
            saysTime(authTime);
            WebReply reply = olga.back("example", arrived(olga.start("example", "again=1"), issuer));
            assertEquals(400, reply.status(), authTime + text(reply));
            assertEquals(before, olga.cookies.get(Cookies.SESSION), "the session that there was");
        }
    }

    /** Whoever sits at a browser left open there can take the wish for a new sign-in out of the request, and with it the time. */
    @Test
    void aProviderThatSaysThatItTellsTheTimeIsNotBelievedWithout() {
        Browser olga = olgaOfBefore();
        String before = Objects.requireNonNull(olga.cookies.get(Cookies.SESSION));
        issuer.configuration.putArray("claims_supported").add("sub").add("auth_time");
        house.add("another", issuer); // its configuration is read anew
        saysTime(null);
        WebReply reply = olga.back("another", arrived(olga.start("another", "again=1"), issuer));
        assertEquals(403, reply.status(), text(reply));
        assertEquals(before, olga.cookies.get(Cookies.SESSION), "the session that there was");
    }

    @Test
    void aProviderThatTellsNoTimeIsBelievedWhereItWasToAskThePerson() {
        Browser olga = olgaOfBefore();
        saysTime(null);
        Instant setOut = house.now();
        WebReply start = olga.start("example", "again=1&return_to=/account/passkeys");
        WebReply reply = olga.back("example", arrived(start, issuer));
        assertEquals(200, reply.status(), text(reply));
        Instant proved = session(olga).authenticatedAt();
        assertFalse(proved.isBefore(setOut.truncatedTo(ChronoUnit.MILLIS)), "whoever asked for it sees that it was");
        assertFalse(proved.isAfter(house.now()));
        assertEquals(200, olga.link("example", olga.form()).status(), "recent enough for what matters most");
        house.pass(Session.RECENT);
        assertEquals(403, olga.link("example", olga.form()).status(), "and no longer than any other");
    }

    @Test
    void aTimeThatIsNoneIsAnUnknownOneWhereNoneWasAskedFor() {
        Browser olga = olgaOfBefore();
        for (Object authTime : List.of(seconds(120), seconds(0) * 1_000, "now", List.of(1))) {
            olga.cookies.clear();
            saysTime(authTime);
            WebReply in = olga.throughTo("example", issuer);
            assertEquals(200, in.status(), authTime + text(in));
            Instant proved = session(olga).authenticatedAt();
            assertTrue(proved.isBefore(house.now().minus(Duration.ofDays(28))), authTime + " " + proved);
        }
    }

    @Test
    void aNewSignInThereIsOneHere() {
        Browser olga = olgaOfBefore();
        for (int slow : List.of(0, -20, 20)) {
            Instant setOut = house.now();
            WebReply start = olga.start("example", "again=1");
            saysTime(seconds(slow));
            WebReply reply = olga.back("example", arrived(start, issuer));
            assertEquals(200, reply.status(), text(reply));
            Instant proved = session(olga).authenticatedAt();
            assertFalse(
                    proved.isBefore(setOut.truncatedTo(ChronoUnit.MILLIS)), "whoever asked for it sees that it was");
            assertFalse(proved.isAfter(house.now()));
            assertEquals(200, olga.link("example", olga.form()).status(), "recent enough for what matters most");
            house.pass(Session.RECENT);
        }
    }

    @Test
    void whoeverFindsABrowserThatIsSignedInThereChangesNothingHere() {
        Browser olga = olgaOfBefore();
        olga.cookies.clear(); // but for those of the provider, which lets the finder through without a question
        for (Object authTime : Arrays.asList(null, seconds(-3_600))) {
            saysTime(authTime);
            WebReply in = olga.throughTo("example", issuer);
            assertEquals(200, in.status(), text(in));
            assertFalse(session(olga).recent(house.now()), "however the way there was asked for");
            assertEquals(403, olga.link("example", olga.form()).status());
        }
        long hourAgo = seconds(-3_600);
        saysTime(hourAgo);
        olga.throughTo("example", issuer);
        assertEquals(Instant.ofEpochSecond(hourAgo), session(olga).authenticatedAt());
    }
}
