package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.PASSWORD;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.on;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.PeopleHouse.Authenticator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Somebody else guesses, and the person whose account it is must get in all the same. */
class SignInAttackTest extends PeopleCase {
    private static final String EMAIL = "ada@example.com";

    private static Visitor network(int number) {
        return visitorAt("10." + number / 256 % 256 + "." + number % 256 + ".7");
    }

    @Test
    void guessesFromManyAddressesStopNeitherTheKnownDeviceNorThePasskey() {
        house().settledOwner();
        NewSession invited = house().invited(EMAIL, Role.MEMBER);
        SoftPasskey key = new SoftPasskey();
        house().register(house().who(invited), key);
        Authenticator ada = house().password(invited);
        int judged = 0;
        for (int i = 0; i < 1_000; i++) {
            judged += desk().password(EMAIL, "guess number " + i, network(i)) instanceof SignIn.Refused ? 1 : 0;
        }
        assertEquals(20, judged, "the rest was not even looked at");
        SignIn newcomer = desk().password(EMAIL, PASSWORD, network(5_000));
        Duration wait = assertInstanceOf(SignIn.Throttled.class, newcomer).retryAfter();
        assertTrue(wait.isPositive() && wait.compareTo(Duration.ofMinutes(3)) <= 0, "a wait that ends: " + wait);
        in(house().signIn(EMAIL, ada.secret(), on(ada.session(), "10.0.1.7")));
        key.counter = 2;
        String options = house().services.passkeys().signInOptions().orElseThrow();
        in(desk().passkey(key.get(options, PeopleHouse.URL), network(5_001)));
    }

    @Test
    void allOfTheNetworkGuessingAtEverybodyStopsNoKnownDevice() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        for (int i = 0; i < 1_000; i++) {
            desk().password("person" + i + "@example.com", "guess", network(i));
        }
        assertInstanceOf(SignIn.Throttled.class, desk().password("ben@example.com", "x", network(5_000)));
        in(house().signIn(EMAIL, ada.secret(), on(ada.session(), "192.0.2.9")));
    }

    @Test
    void whoHasThePasswordGuessesFewCodesAndTheKnownDeviceGoesOn() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        String step = assertInstanceOf(SignIn.NeedsTotp.class, desk().password(EMAIL, PASSWORD, network(1)))
                .step();
        int judged = 0;
        for (int i = 0; i < 200; i++) {
            String wrong = house().wrongCode(ada.secret());
            SignIn outcome = i % 2 == 0
                    ? desk().totp(step, wrong, network(i))
                    : desk().recoveryCode(step, "0000-0000-0000-0000", network(i));
            judged += outcome instanceof SignIn.Refused ? 1 : 0;
        }
        assertEquals(10, judged);
        assertInstanceOf(SignIn.Throttled.class, desk().totp(step, house().code(ada.secret()), network(999)));
        in(house().signIn(EMAIL, ada.secret(), on(ada.session(), "192.0.2.9")));
    }

    @Test
    void anUnknownEmailIsThrottledAsAKnownOneIs() {
        house().settledOwner();
        house().password(house().invited(EMAIL, Role.MEMBER));
        List<String> known = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            known.add(desk().password(EMAIL, "wrong", visitorAt("192.0.2.9")).toString());
            unknown.add(desk().password("nobody@example.com", "wrong", visitorAt("198.51.100.9"))
                    .toString());
            house().pass(Duration.ofSeconds(20));
        }
        assertEquals(known, unknown);
    }

    @Test
    void aDeviceTokenIsGoodOnlyForThoseWhoSignedInWithIt() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        NewSession eve = house().invited("eve@example.com", Role.MEMBER);
        for (int i = 0; i < 100; i++) {
            desk().password(EMAIL, "guess", network(i));
        }
        for (String token : List.of(
                eve.deviceToken(),
                eve.deviceToken()
                        .replace(eve.person().id(), ada.session().person().id()),
                ada.session().deviceToken() + "x",
                "tgv_x.1." + ada.session().person().id() + ".AAAA",
                "tgv_" + ".".repeat(900),
                "x".repeat(5_000))) {
            Visitor visitor = new Visitor("192.0.2.9", "", token, null);
            assertInstanceOf(SignIn.Throttled.class, desk().password(EMAIL, PASSWORD, visitor));
        }
    }

    @Test
    void aHouseholdsBrowserIsKnownToAllWhoUseIt() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        Authenticator ben = house().password(house().invited("ben@example.com", Role.MEMBER));
        NewSession shared = in(house().signIn("ben@example.com", ben.secret(), on(ada.session(), "192.0.2.9")));
        for (int i = 0; i < 100; i++) {
            desk().password(EMAIL, "guess", network(i));
        }
        in(house().signIn(EMAIL, ada.secret(), on(shared, "192.0.2.9")));
        house().pass(Duration.ofDays(401));
        for (int i = 0; i < 100; i++) {
            desk().password(EMAIL, "guess", network(i));
        }
        assertInstanceOf(SignIn.Throttled.class, desk().password(EMAIL, PASSWORD, on(shared, "192.0.2.9")), "too old");
    }

    /** So many that no device can sign in by password that this account does not know. */
    private void guessed() {
        for (int i = 0; i < 100; i++) {
            desk().password(EMAIL, "guess", network(i));
        }
    }

    private DeviceAdmission admit(String email, String code, Visitor visitor) {
        return house().services.newDevices().admit(email, code, visitor);
    }

    private Visitor withToken(DeviceAdmission admission, String address) {
        String token =
                assertInstanceOf(DeviceAdmission.Admitted.class, admission).deviceToken();
        return new Visitor(address, "", token, null);
    }

    @Test
    void aRecoveryCodeLetsTheNewDeviceOfAPersonInWhoseAccountIsGuessedAt() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        guessed();
        Visitor fresh = network(5_000);
        SignIn.Throttled held = assertInstanceOf(SignIn.Throttled.class, desk().password(EMAIL, PASSWORD, fresh));
        assertTrue(held.newDevice(), "a way round it can be offered");
        String code = ada.recoveryCodes().getFirst();
        Visitor known = withToken(admit("Ada@Example.com", code.toUpperCase(Locale.ROOT), fresh), "10.0.1.7");
        assertTrue(house().wasAudited("person.device_admitted"));
        guessed();
        in(house().signIn(EMAIL, ada.secret(), known));
        assertInstanceOf(SignIn.Throttled.class, desk().password(EMAIL, PASSWORD, fresh), "others wait as before");
    }

    @Test
    void aDeviceLetInByACodeHasToSignInAndGuessesNoMoreThanAKnownOne() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        Visitor known = withToken(admit(EMAIL, ada.recoveryCodes().getFirst(), network(1)), "10.0.1.7");
        int judged = 0;
        for (int i = 0; i < 100; i++) {
            judged += desk().password(EMAIL, "guess " + i, known) instanceof SignIn.Refused ? 1 : 0;
        }
        assertEquals(10, judged);
        SignIn.Throttled held = assertInstanceOf(SignIn.Throttled.class, desk().password(EMAIL, PASSWORD, known));
        assertFalse(held.newDevice(), "another code would not help");
    }

    @Test
    void whoHoldsUpTheCodesWithAStolenPasswordHoldsUpNoDeviceThatACodeLetIn() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        String step = assertInstanceOf(SignIn.NeedsTotp.class, desk().password(EMAIL, PASSWORD, network(1)))
                .step();
        for (int i = 0; i < 100; i++) {
            desk().totp(step, house().wrongCode(ada.secret()), network(i));
        }
        SignIn.Throttled held =
                assertInstanceOf(SignIn.Throttled.class, desk().totp(step, house().code(ada.secret()), network(999)));
        assertTrue(held.newDevice());
        Visitor known = withToken(admit(EMAIL, ada.recoveryCodes().getFirst(), network(999)), "10.0.1.7");
        in(desk().totp(step, house().code(ada.secret()), known));
    }

    @Test
    void aWrongCodeLetsNoDeviceInAndTakesNothing() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        Authenticator ben = house().password(house().invited("ben@example.com", Role.MEMBER));
        String before = house().rows();
        String code = ada.recoveryCodes().getFirst();
        for (String wrong : List.of(
                "",
                "0000-0000-0000-0000",
                "x".repeat(5_000),
                code.substring(1),
                ben.recoveryCodes().getFirst())) {
            assertInstanceOf(DeviceAdmission.Refused.class, admit(EMAIL, wrong, network(1)), wrong);
        }
        assertInstanceOf(DeviceAdmission.Refused.class, admit("nobody@example.com", code, network(2)));
        assertInstanceOf(DeviceAdmission.Refused.class, admit("no email", code, network(2)));
        assertEquals(before, house().rows());
        assertFalse(house().wasAudited("person.device_admitted"), "strangers fill no audit trail");
        withToken(admit(EMAIL, code, network(1)), "10.0.1.7");
    }

    @Test
    void aCodeLetsOneDeviceInHoweverManyAskAtOnce() throws Exception {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        String code = ada.recoveryCodes().getFirst();
        AtomicInteger next = new AtomicInteger();
        List<DeviceAdmission> outcomes =
                PeopleHouse.atOnce(20, () -> admit(EMAIL, code, network(next.incrementAndGet())));
        assertEquals(
                1,
                outcomes.stream()
                        .filter(DeviceAdmission.Admitted.class::isInstance)
                        .count());
        assertInstanceOf(DeviceAdmission.Refused.class, admit(EMAIL, code, network(1)), "used");
        String step = assertInstanceOf(
                        SignIn.NeedsTotp.class, desk().password(EMAIL, PASSWORD, on(ada.session(), "192.0.2.9")))
                .step();
        assertInstanceOf(
                SignIn.Refused.class,
                desk().recoveryCode(step, code, on(ada.session(), "192.0.2.9")),
                "used there too");
    }

    @Test
    void suspendedPeoplesCodesLetNoDeviceInAndStay() {
        NewSession owner = house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        String id = ada.session().person().id();
        people().suspend(id, Actor.of(owner.person()));
        String code = ada.recoveryCodes().getFirst();
        assertInstanceOf(DeviceAdmission.Refused.class, admit(EMAIL, code, network(1)));
        people().restore(id, Actor.of(owner.person()));
        withToken(admit(EMAIL, code, network(1)), "10.0.1.7");
    }

    @Test
    void aNetworkThatTriesCodesWaitsAsLongAtAnUnknownEmailAndNobodyElseWaits() {
        house().settledOwner();
        Authenticator ada = house().password(house().invited(EMAIL, Role.MEMBER));
        List<String> known = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            known.add(admit(EMAIL, "0000-0000-0000-0000", network(1)).toString());
            unknown.add(admit("nobody@example.com", "0000-0000-0000-0000", network(2))
                    .toString());
        }
        assertEquals(known, unknown);
        DeviceAdmission last = admit(EMAIL, ada.recoveryCodes().getFirst(), network(1));
        Duration wait = assertInstanceOf(DeviceAdmission.Throttled.class, last).retryAfter();
        assertTrue(wait.isPositive() && wait.compareTo(Duration.ofSeconds(1)) <= 0, "a short wait: " + wait);
        withToken(admit(EMAIL, ada.recoveryCodes().getFirst(), network(3)), "10.0.1.7");
    }
}
