package dev.tollgate.console;

import static dev.tollgate.console.OutsideHouse.arrived;
import static dev.tollgate.console.OutsideHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.tollgate.console.OutsideHouse.Browser;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.WebReply;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From an invitation's page to a provider and back: who comes in, who does not, and what becomes of the invitation. */
@Timeout(120)
class OutsideInvitationsTest {
    private static final String ADA = "ada@example.com";

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private OutsideHouse house;

    @SuppressWarnings("NullAway.Init")
    private LocalIssuer issuer;

    @SuppressWarnings("NullAway.Init")
    private String invitation;

    @BeforeEach
    void open() throws Exception {
        house = new OutsideHouse(folder);
        issuer = new LocalIssuer();
        house.add("example", issuer);
        invitation = house.invite(ADA);
    }

    @AfterEach
    void close() {
        issuer.close();
        house.close();
    }

    private void saying(UnaryOperator<JWTClaimsSet.Builder> claims) {
        issuer.minting =
                nonce -> LocalIssuer.signed(claims.apply(issuer.claims(nonce)).build(), LocalIssuer.KEY);
    }

    private WebReply setOut(Browser browser) {
        return browser.accept("example", browser.form() + "&token=" + invitation);
    }

    /** Continues with the provider, signs in there, and comes back. */
    private WebReply through(Browser browser) {
        return browser.back("example", arrived(setOut(browser), issuer));
    }

    private Optional<Person> ada() {
        return house.people.people().byEmail(ADA);
    }

    private Person of(Browser browser) {
        String cookie = Objects.requireNonNull(browser.cookies.get(Cookies.SESSION));
        return house.people.sessions().find(cookie).orElseThrow().person();
    }

    /** Refused, with the invitation as it was. */
    private void stillOpen(int status, Browser browser, WebReply reply) {
        assertEquals(status, reply.status(), text(reply));
        assertFalse(browser.isIn());
        assertTrue(ada().isEmpty(), "no person was made");
        assertEquals(Optional.empty(), house.people.invitations().over(invitation));
    }

    @Test
    void whoeverIsInvitedComesInAtOnceAndSignsInByTheProviderFromThenOn() {
        Browser browser = house.browser();
        WebReply start = setOut(browser);
        assertFalse(browser.cookies.toString().contains(invitation), "the journey is encrypted");
        WebReply reply = browser.back("example", arrived(start, issuer));
        assertEquals(200, reply.status(), text(reply));
        assertTrue(text(reply).contains("url=/account"), text(reply));
        assertFalse(browser.cookies.containsKey(OutsideJourney.COOKIE), "the journey is over");
        assertEquals("Ada", of(browser).name());
        assertEquals(
                1, house.people.people().methods(of(browser).id()).outside().size());
        assertEquals(
                Optional.of(Redeemed.Reason.USED), house.people.invitations().over(invitation));
        Browser another = house.browser();
        another.throughTo("example", issuer);
        assertEquals(of(browser), of(another));
        assertFalse(house.audited.toString().contains(invitation));
    }

    @Test
    void theInvitationAloneProvesWhereAProviderVerifiesNoEmail() {
        saying(claims -> claims.claim("email_verified", null));
        Browser browser = house.browser();
        assertEquals(200, through(browser).status());
        assertEquals(ADA, of(browser).email());
    }

    @Test
    void theInvitationAloneProvesWhereAProviderNamesNoEmail() {
        saying(claims -> claims.claim("email", null).claim("email_verified", null));
        Browser browser = house.browser();
        assertEquals(200, through(browser).status());
        assertEquals(ADA, of(browser).email());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAttackersInvitationInAVictimsBrowserTakesNoAccountOfTheVictims(boolean verified) {
        saying(claims -> claims.claim("email", "victim@example.com").claim("email_verified", verified));
        Browser victim = house.browser();
        WebReply reply = through(victim);
        stillOpen(403, victim, reply);
        assertTrue(text(reply).contains("victim@example.com") && text(reply).contains(ADA), text(reply));
        assertTrue(text(reply).contains("/invitation?token=" + invitation), "and the way back");
        victim.throughTo("example", issuer);
        assertFalse(victim.isIn(), "nothing was linked");
    }

    @Test
    void noOtherSiteSendsABrowserOnTheWayWithAnInvitation() {
        Browser victim = house.browser();
        Browser attacker = house.browser();
        for (String form : List.of("", "csrf=x&", attacker.form() + "&")) {
            WebReply reply = victim.accept("example", form + "token=" + invitation);
            stillOpen(403, victim, reply);
            assertFalse(victim.cookies.containsKey(OutsideJourney.COOKIE));
        }
    }

    @Test
    void anAnswerToAnotherBrowsersJourneyIsRefused() {
        Browser attacker = house.browser();
        String answer = arrived(setOut(attacker), issuer);
        Browser victim = house.browser();
        stillOpen(400, victim, victim.back("example", answer));
        victim.start("example", "");
        stillOpen(400, victim, victim.back("example", answer));
        setOut(victim);
        stillOpen(400, victim, victim.back("example", answer));
        assertEquals(List.of(), issuer.asked, "the code was shown to nobody");
    }

    @Test
    void anAnswerThatIsReplayedWithItsCookieOpensNothing() {
        Browser browser = house.browser();
        String answer = arrived(setOut(browser), issuer);
        String journey = Objects.requireNonNull(browser.cookies.get(OutsideJourney.COOKIE));
        browser.back("example", answer);
        assertTrue(browser.isIn());
        Browser thief = house.browser();
        thief.cookies.put(OutsideJourney.COOKIE, journey);
        WebReply replayed = thief.back("example", answer);
        assertEquals(410, replayed.status(), text(replayed));
        assertFalse(thief.isIn());
    }

    @Test
    void ofTwoBrowsersOnOneInvitationTheFirstToComeBackIsIn() {
        Browser first = house.browser();
        Browser second = house.browser();
        saying(claims -> claims.subject("first").claim("email", null));
        WebReply startOfFirst = setOut(first);
        WebReply startOfSecond = setOut(second);
        first.back("example", arrived(startOfFirst, issuer));
        assertTrue(first.isIn());
        saying(claims -> claims.subject("second").claim("email", null));
        WebReply late = second.back("example", arrived(startOfSecond, issuer));
        assertEquals(410, late.status(), text(late));
        assertFalse(second.isIn());
        assertEquals(1, house.people.people().methods(of(first).id()).outside().size());
        assertEquals(Optional.empty(), house.people.outside().byOutside(issuer.url, "second"));
    }

    @Test
    void anAccountThatIsSomebodysStaysTheirs() {
        NewSession in = house.owner();
        Person olga = in.person();
        house.people
                .outside()
                .link(house.people.sessions().find(in.cookie()).orElseThrow(), issuer.url, "248289761001", "");
        Browser browser = house.browser();
        WebReply reply = through(browser);
        stillOpen(409, browser, reply);
        assertEquals(Optional.of(olga), house.people.outside().byOutside(issuer.url, "248289761001"));
    }

    @Test
    void whoWasSignedInInTheBrowserIsNotTheOneWhoIsLinked() {
        NewSession olga = house.owner();
        Browser browser = house.browser().signedIn(olga);
        assertEquals(200, through(browser).status());
        assertEquals(ADA, of(browser).email());
        assertNotEquals(olga.cookie(), browser.cookies.get(Cookies.SESSION));
        assertTrue(house.people.people().methods(olga.person().id()).outside().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"error=access_denied,403", "error=server_error,502", "code=,400"})
    void aSignInThatComesToNothingLeavesTheInvitationAndLeadsBackToIt(String answer, int status) {
        Browser browser = house.browser();
        String state = arrived(setOut(browser), issuer).replace("code=abc", "");
        WebReply reply = browser.back("example", answer + state);
        stillOpen(status, browser, reply);
        assertTrue(text(reply).contains("/invitation?token=" + invitation), text(reply));
        assertFalse(browser.cookies.containsKey(OutsideJourney.COOKIE), "the journey is over");
        assertEquals(200, through(browser).status(), "and again");
        assertTrue(browser.isIn());
    }

    @Test
    void aProviderThatIsAwayLeavesTheInvitation() {
        Browser browser = house.browser();
        WebReply start = setOut(browser);
        String answer = arrived(start, issuer);
        issuer.close();
        stillOpen(502, browser, browser.back("example", answer));
    }

    @Test
    void anInvitationThatIsTakenBackMeanwhileOpensNothing() {
        Browser browser = house.browser();
        WebReply start = setOut(browser);
        house.people
                .invitations()
                .revoke(house.people.invitations().list().getFirst().id(), Actor.OWNER_TOKEN);
        WebReply reply = browser.back("example", arrived(start, issuer));
        assertEquals(410, reply.status(), text(reply));
        assertFalse(browser.isIn());
        assertTrue(ada().isEmpty());
        WebReply again = setOut(browser);
        assertEquals(410, again.status());
        assertFalse(browser.cookies.containsKey(OutsideJourney.COOKIE), "nobody is sent on the way for nothing");
    }

    @Test
    void whatIsNoInvitationOrNoProviderSendsNobodyOnTheWay() {
        Browser browser = house.browser();
        for (String token : List.of("", "&token=", "&token=tgi_" + "0".repeat(32), "&token=" + invitation + "x")) {
            assertEquals(404, browser.accept("example", browser.form() + token).status(), token);
        }
        assertEquals(
                404,
                browser.accept("nobody", browser.form() + "&token=" + invitation)
                        .status());
        assertFalse(browser.cookies.containsKey(OutsideJourney.COOKIE));
    }
}
