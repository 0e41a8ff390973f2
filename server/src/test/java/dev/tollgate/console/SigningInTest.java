package dev.tollgate.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.SoftPasskey;
import dev.tollgate.web.page.OutsideProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the first link to signing in every day, page by page. */
class SigningInTest {
    private static final String PASSWORD = "kx7 Qb2m glacier vow";
    private static final String SESSION = "__Host-tollgate";

    @TempDir
    Path folder;

    private ConsoleHouse house;
    private Browser browser;

    @BeforeEach
    void open() throws Exception {
        house = new ConsoleHouse(folder);
        browser = house.browser("192.0.2.1");
    }

    @AfterEach
    void close() {
        browser.close();
        house.close();
    }

    private Browser owner(SoftPasskey passkey) throws Exception {
        return browser.open(house.firstRunLink())
                .at("Welcome to Tollgate")
                .send("/first-run", "name", "Olga", "email", "olga@example.com")
                .at("Choose how you sign in")
                .addPasskey(passkey);
    }

    private record Authenticator(String secret, List<String> codes) {}

    /** Sets a password on the account that is signed in. */
    private Authenticator password(Browser browser) throws Exception {
        browser.open("/account/password")
                .at("Set a password")
                .send("/account/password", "new_password", PASSWORD, "repeated_password", PASSWORD)
                .at("Set up your authenticator");
        Matcher key =
                Pattern.compile("<p class=\"secret\"><code>([A-Z2-7 ]+)</code>").matcher(browser.page.body());
        assertTrue(key.find(), browser.page.body());
        String secret = key.group(1).replace(" ", "");
        String ticket = browser.hidden("ticket");
        browser.send("/account/authenticator/confirm", "code", "not")
                .says("This code is not right.")
                .says(key.group(1));
        assertEquals(ticket, browser.hidden("ticket"), "the same setup goes on");
        browser.send("/account/authenticator/confirm", "code", Browser.code(secret, house.now()))
                .at("Save your recovery codes");
        List<String> codes = new ArrayList<>();
        Matcher code = Pattern.compile("<li><code>([^<]+)</code>").matcher(browser.page.body());
        while (code.find()) {
            codes.add(code.group(1));
        }
        assertEquals(10, codes.size());
        house.pass(Duration.ofSeconds(60));
        return new Authenticator(secret, codes);
    }

    @Test
    void firstOwnerComesInWithAPasskeyAndSignsInWithItAgain() throws Exception {
        SoftPasskey passkey = new SoftPasskey();
        String link = house.firstRunLink();
        assertTrue(link.startsWith(house.url + "/first-run?token=tgf_"), "by name, where passkeys work: " + link);
        owner(passkey)
                .at("Your account")
                .says("Add a second way to sign in")
                .says("Laptop")
                .says("owner");

        browser.send("/sign-out").at("You are signed out");
        assertFalse(browser.cookies.containsKey(SESSION));
        browser.open("/account")
                .at("Sign in")
                .signIn(passkey)
                .at("Your account")
                .says("olga@example.com");
    }

    @Test
    void firstOwnersLinkIsVoidOnceAnOwnerCanSignIn() throws Exception {
        String earlier = house.firstRunLink();
        String link = house.firstRunLink();
        browser.open(earlier)
                .send("/first-run", "name", "Eve", "email", "eve@example.com")
                .at("This link opens nothing");
        browser.open(link)
                .send("/first-run", "name", "Olga", "email", "olga@example.com")
                .addPasskey(new SoftPasskey());
        try (Browser other = house.browser("192.0.2.9")) {
            other.open(link).at("This Tollgate has an owner");
            assertEquals(410, other.page.statusCode());
        }
    }

    @Test
    void anInvitationOffersTheProvidersThatThereAre() throws Exception {
        String link = house.invitationLink("ada@example.com", Role.MEMBER);
        browser.open(link).at("You are invited");
        assertFalse(browser.page.body().contains("Continue with"));
        house.providers.add(new OutsideProvider("okta", "Okta <1>"));
        browser.open(link).says("action=\"/invitation/with/okta\"").says("Continue with <bdi>Okta &lt;1&gt;</bdi>");
        assertTrue(link.endsWith(browser.hidden("token")));
    }

    @Test
    void whatIsMissingIsSaidAndWhatWasTypedStays() throws Exception {
        browser.open(house.firstRunLink())
                .send("/first-run", "name", "Olga", "email", "nonsense")
                .says("That is no email address.")
                .says("value=\"Olga\"")
                .send("/first-run", "name", "", "email", "olga@example.com")
                .says("Type your name.")
                .send("/first-run", "name", "Olga", "email", "olga@example.com")
                .at("Choose how you sign in");
    }

    @Test
    void passwordAndAuthenticatorSignInAndNoCodeWorksTwice() throws Exception {
        owner(new SoftPasskey());
        Authenticator authenticator = password(browser);
        browser.open("/account").says("10 recovery codes left").send("/sign-out");

        String code = Browser.code(authenticator.secret, house.now());
        browser.open("/sign-in")
                .password("olga@example.com", "wrong")
                .says("The email address or the password is not right.")
                .password("Olga@Example.com", PASSWORD)
                .at("Enter your code")
                .send("/sign-in/code", "code", code)
                .at("Your account")
                .send("/sign-out");

        try (Browser thief = house.browser("198.51.100.7")) {
            thief.open("/sign-in")
                    .password("olga@example.com", PASSWORD)
                    .at("Enter your code")
                    .send("/sign-in/code", "code", code)
                    .says("was used already");
            assertFalse(thief.cookies.containsKey(SESSION));
        }
    }

    @Test
    void recoveryCodeStandsInForTheAuthenticatorOnce() throws Exception {
        owner(new SoftPasskey());
        String code = password(browser).codes.getFirst();
        browser.send("/sign-out");
        browser.open("/sign-in")
                .password("olga@example.com", PASSWORD)
                .send("/sign-in/recovery-code")
                .at("Use a recovery code")
                .send("/sign-in/recovery-code", "recovery_code", code)
                .at("Your account")
                .says("9 recovery codes left")
                .send("/sign-out")
                .open("/sign-in")
                .password("olga@example.com", PASSWORD)
                .send("/sign-in/recovery-code")
                .send("/sign-in/recovery-code", "recovery_code", code)
                .says("was used already");
    }

    @Test
    void aRecoveryCodeLetsANewDeviceInThatGuessersHoldUp() throws Exception {
        owner(new SoftPasskey());
        Authenticator authenticator = password(browser);
        for (int network = 0; network < 30; network++) {
            try (Browser eve = house.browser("198.51." + network + ".7")) {
                eve.open("/sign-in").password("olga@example.com", "guess number " + network);
            }
        }
        try (Browser laptop = house.browser("203.0.113.5")) {
            laptop.open("/sign-in?return_to=%2Faccount%2Fsessions").password("olga@example.com", PASSWORD);
            assertEquals(429, laptop.page.statusCode());
            laptop.says("without the wait")
                    .send("/sign-in/new-device")
                    .at("Sign in with a new device")
                    .says("value=\"olga@example.com\"")
                    .send("/sign-in/new-device", "email", "olga@example.com")
                    .send("/sign-in/new-device", "email", "", "recovery_code", "x")
                    .says("Type your email address.")
                    .send("/sign-in/new-device", "email", "olga@example.com", "recovery_code", "wrong")
                    .says("is not right")
                    .send(
                            "/sign-in/new-device",
                            "email",
                            "olga@example.com",
                            "recovery_code",
                            authenticator.codes.get(3))
                    .at("Enter your password")
                    .says("This device is known now");
            assertFalse(laptop.cookies.containsKey(SESSION), "nobody is in by that alone");
            laptop.send("/sign-in/password", "email", "olga@example.com", "password", PASSWORD)
                    .at("Enter your code")
                    .send("/sign-in/code", "code", Browser.code(authenticator.secret, house.now()))
                    .at("Where you are signed in")
                    .open("/account")
                    .says("9 recovery codes left");
        }
    }

    @Test
    void invitedPersonComesInOnceAndOpeningTheLinkUsesNothingUp() throws Exception {
        owner(new SoftPasskey());
        String link = house.invitationLink("max@example.com", Role.MEMBER);
        try (Browser max = house.browser("203.0.113.5");
                Browser late = house.browser("203.0.113.6")) {
            max.open(link)
                    .open(link)
                    .at("You are invited")
                    .says("max@example.com")
                    .says("The owner");
            max.send("/invitation", "name", "").says("Type your name.");
            max.send("/invitation", "name", "Max").at("Choose how you sign in");
            assertTrue(max.cookies.containsKey(SESSION));
            password(max);
            max.open("/account").at("Your account").says("member");
            late.open(link).at("This link opens nothing").says("It has been used already.");
            assertEquals(410, late.page.statusCode());
            late.open("/invitation?token=tgi_no").at("This link opens nothing");
            assertEquals(404, late.page.statusCode());
        }
    }

    @Test
    void whoHasChosenNoWayToSignInIsToldWhatToDoOnceTheLinksTimeIsOver() throws Exception {
        browser.open(house.firstRunLink()).send("/first-run", "name", "Olga", "email", "olga@example.com");
        house.pass(Duration.ofMinutes(11));
        browser.open("/account").at("Your link was opened too long ago").says("Start the server again");
        browser.open(house.firstRunLink())
                .send("/first-run", "name", "Olga", "email", "olga@example.com")
                .addPasskey(new SoftPasskey())
                .at("Your account");
    }

    @Test
    void dangerousChangesWantARecentSignInAndComeBackAfterIt() throws Exception {
        SoftPasskey passkey = new SoftPasskey();
        owner(passkey);
        password(browser);
        house.pass(Duration.ofMinutes(11));
        for (String path : List.of("/account/password/remove", "/account/recovery-codes", "/account/authenticator")) {
            browser.open("/account").at("Your account").send(path).at("Sign in").says("Sign in once more");
        }
        browser.open("/account/passkeys").at("Sign in").says("olga@example.com");
        String before = browser.cookies.get(SESSION);
        browser.signIn(passkey).at("Add a passkey");
        assertNotEquals(before, browser.cookies.get(SESSION), "another session takes the place of the first");
        browser.open("/account")
                .send("/account/password/remove")
                .says("are removed")
                .at("Your account");
    }

    @Test
    void aSecondSignInIsANewOneAtProvidersToo() throws Exception {
        house.providers.add(new OutsideProvider("okta", "Okta"));
        owner(new SoftPasskey());
        browser.open("/sign-in?again=1&return_to=%2Faccount%2Fpasskeys")
                .says("href=\"/sign-in/with/okta?return_to=%2Faccount%2Fpasskeys&amp;again=1\"")
                .send("/sign-in", "email", "nonsense")
                .says("again=1\"");
        browser.send("/sign-out")
                .open("/sign-in?return_to=%2Faccount%2Fpasskeys")
                .says("href=\"/sign-in/with/okta?return_to=%2Faccount%2Fpasskeys\"");
    }

    @Test
    void whoIsToChooseAnAccountIsAskedThoughSignedInAndForNoNewSignInElsewhere() throws Exception {
        house.providers.add(new OutsideProvider("okta", "Okta"));
        owner(new SoftPasskey());
        browser.open("/sign-in?return_to=%2Faccount%2Fpasskeys&choose=1")
                .says("href=\"/sign-in/with/okta?return_to=%2Faccount%2Fpasskeys\"");
        browser.open("/sign-in?return_to=%2Faccount%2Fpasskeys&choose=1&again=1")
                .says("&amp;again=1\"");
    }

    @Test
    void whoHasOneWayToSignInIsAskedForASecondAsLongAsThatIsSo() throws Exception {
        owner(new SoftPasskey()).says("Add a second way to sign in.").says("If you lose it, only an administrator");
        browser.open("/account").says("A passkey on another device or a password will do.");
        password(browser);
        assertFalse(browser.open("/account").page.body().contains("Add a second way"));
        Matcher remove = Pattern.compile("/account/passkeys/[^/\"]+/remove").matcher(browser.page.body());
        assertTrue(remove.find());
        browser.send(remove.group()).open("/account").says("You have one alone, your password.");
    }

    @Test
    void lastWayToSignInStays() throws Exception {
        owner(new SoftPasskey());
        Matcher remove = Pattern.compile("/account/passkeys/[^/\"]+/remove").matcher(browser.page.body());
        assertTrue(remove.find());
        browser.send(remove.group()).says("It is your last way to sign in. Add another one first.");
        password(browser);
        browser.open("/account")
                .send(remove.group().replace("remove", "rename"), "name", "Old laptop")
                .says("Old laptop")
                .send(remove.group())
                .says("The passkey is removed.");
    }

    @Test
    void sessionsAreListedAndEndOneByOneOrAllAtOnce() throws Exception {
        SoftPasskey passkey = new SoftPasskey();
        owner(passkey);
        try (Browser second = house.browser("203.0.113.8");
                Browser third = house.browser("203.0.113.9")) {
            second.open("/sign-in").signIn(passkey).at("Your account");
            third.open("/sign-in").signIn(passkey).at("Your account");
            browser.open("/account/sessions")
                    .says("203.0.113.8")
                    .says("This one")
                    .says("by passkey");
            browser.send("/account/sessions/end-others").says("All other sessions have ended.");
            second.open("/account").at("Sign in");
            third.open("/account").at("Sign in").signIn(passkey).at("Your account");
            browser.open("/account/sessions");
            Matcher end = Pattern.compile("/account/sessions/ses_[^/\"]+/end").matcher(browser.page.body());
            assertTrue(end.find());
            browser.send(end.group()).says("That session has ended.");
            third.open("/account").at("Sign in");
            browser.open("/account").at("Your account");
        }
    }

    @Test
    void newPasswordSignsOutEverywhereElse() throws Exception {
        SoftPasskey passkey = new SoftPasskey();
        owner(passkey);
        password(browser);
        try (Browser second = house.browser("203.0.113.8")) {
            second.open("/sign-in").signIn(passkey).at("Your account");
            String another = "quiet river 88 lantern";
            browser.open("/account/password")
                    .at("Change your password")
                    .send("/account/password", "new_password", another, "repeated_password", "else")
                    .says("The two differ.")
                    .send("/account/password", "new_password", another, "repeated_password", another)
                    .says("Your password is changed");
            second.open("/account").at("Sign in");
        }
    }

    @Test
    void ownNameIsChanged() throws Exception {
        owner(new SoftPasskey())
                .send("/account/name", "name", "Olga B.")
                .says("Your name is changed.")
                .says("Olga B.");
        browser.send("/account/name", "name", " ").says("A person needs a name.");
    }
}
