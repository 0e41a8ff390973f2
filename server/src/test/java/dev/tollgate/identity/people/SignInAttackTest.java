package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.PASSWORD;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.on;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.PeopleHouse.Authenticator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
}
