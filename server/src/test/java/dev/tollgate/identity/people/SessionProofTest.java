package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.done;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a session proves: that its person signed in at that time, and only for as long as it lasts. */
class SessionProofTest extends PeopleCase {
    private static final Visitor VISITOR = visitorAt("192.0.2.2");
    private static final Duration MOST_OF_IT = Session.RECENT.minusMinutes(1);

    private NewSession ada() {
        house().settledOwner();
        return house().invited("ada@example.com", Role.MEMBER);
    }

    private static void assertWantsSignIn(MethodChange<?> change) {
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, change);
    }

    @Test
    void aNewPasswordIsNoProofOfWhoSetIt() {
        NewSession first = ada();
        house().pass(MOST_OF_IT);
        PasswordSetup setup = done(house().services.passwords().begin(house().who(first), PeopleHouse.PASSWORD));
        NewSession second = done(house().services
                        .passwords()
                        .confirm(house().who(first), setup.ticket(), house().code(setup.secret()), VISITOR))
                .signedIn();
        assertEquals(first.session().authenticatedAt(), second.session().authenticatedAt());
        assertEquals(SignInWay.INVITATION, second.session().way());
        NewSession third =
                done(house().services.passwords().change(house().who(second), PeopleHouse.PASSWORD + " anew", VISITOR));
        assertEquals(first.session().authenticatedAt(), third.session().authenticatedAt());
        house().pass(Duration.ofMinutes(1));
        SignedIn who = house().who(third);
        assertFalse(who.session().recent(house().now));
        assertWantsSignIn(house().services.passwords().change(who, PeopleHouse.PASSWORD + " again", VISITOR));
    }

    /** What took the session away was to keep its holder out. */
    @Test
    void aRequestUnderWayWhenItsSessionEndsAddsNoWayToSignIn() {
        NewSession session = ada();
        for (int way = 0; way < 2; way++) {
            SignedIn who = house().who(session);
            SoftPasskey key = new SoftPasskey();
            String options = done(house().services.passkeys().registrationOptions(who));
            PasswordSetup setup = done(house().services.passwords().begin(who, PeopleHouse.PASSWORD));
            if (way == 0) {
                people().resetSignIn(who.person().id(), Actor.OWNER_TOKEN);
            } else {
                assertTrue(sessions().end(who.person().id(), who.session().id(), Actor.of(who.person())));
            }
            assertWantsSignIn(
                    house().services.passkeys().register(who, key.create(options, PeopleHouse.URL), "Laptop"));
            assertWantsSignIn(
                    house().services.passwords().confirm(who, setup.ticket(), house().code(setup.secret()), VISITOR));
            assertWantsSignIn(house().services.outside().link(who, "https://idp.example", "s-1", "a@example.com"));
            assertTrue(people().methods(who.person().id()).lapsed().isEmpty());
            assertFalse(people().methods(who.person().id()).any());
            session = house().invited("ada@example.com", Role.MEMBER);
        }
    }

    @Test
    void aRequestUnderWayWhenItsSessionEndsTakesNoWayToSignInAway() {
        NewSession session = house().password(ada()).session();
        SignedIn who = house().who(session);
        PasskeyInfo passkey = house().register(who, new SoftPasskey());
        done(house().services.outside().link(who, "https://idp.example", "s-1", "a@example.com"));
        sessions().endAll(who.person().id(), Actor.OWNER_TOKEN);
        assertWantsSignIn(house().services.passkeys().remove(who, passkey.id()));
        assertWantsSignIn(house().services.passwords().remove(who));
        assertWantsSignIn(house().services.passwords().newRecoveryCodes(who));
        assertWantsSignIn(house().services.passwords().change(who, PeopleHouse.PASSWORD + " anew", VISITOR));
        assertWantsSignIn(house().services.outside().unlink(who, "https://idp.example", "s-1"));
    }

    /** A link that went astray: its person gets another one, and whoever has used the first is out. */
    @Test
    void whoeverCameInByAnEarlierLinkIsOutOnceTheNextOneIsUsed() {
        List<String> reset = new ArrayList<>();
        people().listen(new PersonListener() {
            @Override
            public void changed(WriteSession tx, Person before, Person after) {}

            @Override
            public void signInReset(WriteSession tx, Person person) {
                reset.add(person.email());
            }
        });
        NewSession thief = house().owner();
        NewSession owner = house().owner();
        assertEquals(Optional.empty(), sessions().find(thief.cookie()));
        house().register(house().who(owner), new SoftPasskey());
        NewSession other = house().invited("ada@example.com", Role.MEMBER);
        assertEquals(List.of("olga@example.com"), reset, "nobody was there before");
        house().who(other);
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        assertEquals(Optional.empty(), sessions().find(other.cookie()));
        house().who(ada);
        assertEquals(List.of("olga@example.com", "ada@example.com"), reset, "and what they had allowed apps ends");
    }
}
