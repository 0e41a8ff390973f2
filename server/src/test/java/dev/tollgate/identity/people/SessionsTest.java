package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest extends PeopleCase {
    private Instant seenInStore(NewSession session) {
        return house().store
                .read(handle -> SessionTable.byHash(handle, Texts.hash(session.cookie())))
                .orElseThrow()
                .session()
                .seenAt();
    }

    @Test
    void aCookieStandsForItsPersonUntilItIsEnded() {
        NewSession owner = house().owner();
        assertTrue(owner.cookie().matches("tgs_[0-9A-Za-z]{32}"));
        assertFalse(house().rows().contains(owner.cookie().substring(4)), "only its hash is kept");
        assertEquals(new SignedIn(owner.session(), owner.person()), house().who(owner));
        assertEquals(
                owner.session(),
                house().services.sessions().of(owner.person().id()).getFirst());
        sessions().signOut(owner.cookie());
        assertEquals(Optional.empty(), sessions().find(owner.cookie()));
        assertTrue(house().wasAudited("session.ended"));
        sessions().signOut(owner.cookie());
    }

    @Test
    void whatIsNoCookieIsNobody() {
        NewSession owner = house().owner();
        String cookie = owner.cookie();
        String hash = Texts.hash(cookie);
        for (String forged : List.of(
                "",
                "tgs_",
                cookie + "x",
                cookie.substring(1),
                "tgs_" + "0".repeat(32),
                hash,
                "tgs_" + hash.substring(0, 32),
                cookie.toLowerCase(java.util.Locale.ROOT).equals(cookie)
                        ? "x"
                        : cookie.toLowerCase(java.util.Locale.ROOT))) {
            assertEquals(Optional.empty(), sessions().find(forged));
        }
    }

    @Test
    void aSessionIsOverTwelveHoursAfterItsLastUse() {
        NewSession owner = house().owner();
        house().pass(Session.IDLE.minusMillis(1));
        house().who(owner);
        house().pass(Session.IDLE.minusMillis(1));
        house().who(owner);
        house().pass(Session.IDLE);
        assertEquals(Optional.empty(), sessions().find(owner.cookie()));
        assertEquals(List.of(), sessions().of(owner.person().id()));
    }

    @Test
    void aSessionIsOverThirtyDaysAfterTheSignInHoweverMuchItIsUsed() {
        NewSession owner = house().owner();
        for (int halfDays = 0; halfDays < 65; halfDays++) {
            boolean over = !house().now.isBefore(owner.session().createdAt().plus(Session.LONGEST));
            assertEquals(over, sessions().find(owner.cookie()).isEmpty(), "after half days: " + halfDays);
            house().pass(Duration.ofHours(11));
            house().pass(Duration.ofMinutes(59));
        }
    }

    @Test
    void useIsNotedOnceAMinute() {
        NewSession owner = house().owner();
        Instant began = owner.session().seenAt();
        house().pass(Duration.ofSeconds(59));
        assertEquals(began, house().who(owner).session().seenAt());
        house().pass(Duration.ofSeconds(1));
        assertEquals(house().now, house().who(owner).session().seenAt());
        house().settle();
        assertEquals(house().now, seenInStore(owner));
        Instant noted = house().now;
        house().pass(Duration.ofMillis(900));
        assertEquals(noted, house().who(owner).session().seenAt(), "from memory, too");
    }

    @Test
    void anotherNodeSeesTheEndWithinASecond() {
        NewSession owner = house().settledOwner();
        Sessions other = house().anotherNode().sessions();
        assertTrue(other.find(owner.cookie()).isPresent());
        sessions().endAll(owner.person().id(), Actor.OWNER_TOKEN);
        assertEquals(Optional.empty(), sessions().find(owner.cookie()), "here at once");
        house().pass(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), other.find(owner.cookie()));
    }

    @Test
    void sessionsAreEndedOneByOneOrAllOthersTogether() {
        NewSession first = house().settledOwner();
        SoftPasskey key = new SoftPasskey();
        house().register(house().who(first), key);
        NewSession[] more = new NewSession[3];
        for (int i = 0; i < more.length; i++) {
            key.counter++;
            String options = house().services.passkeys().signInOptions().orElseThrow();
            more[i] = PeopleHouse.in(desk().passkey(key.get(options, PeopleHouse.URL), visitorAt("192.0.2." + i)));
            house().pass(Duration.ofSeconds(1));
        }
        String person = first.person().id();
        NewSession stranger = house().invited("ada@example.com", Role.MEMBER);
        assertEquals(4, sessions().of(person).size());
        assertEquals(more[2].session().id(), sessions().of(person).getFirst().id(), "the latest first");
        assertFalse(sessions().end(stranger.person().id(), first.session().id(), Actor.of(stranger.person())));
        assertTrue(sessions().end(person, more[0].session().id(), Actor.of(first.person())));
        assertEquals(Optional.empty(), sessions().find(more[0].cookie()));
        assertEquals(2, sessions().endOthers(house().who(more[1])));
        house().who(more[1]);
        house().who(stranger);
        assertEquals(1, sessions().of(person).size());
    }

    @Test
    void aPersonHasFiftySessionsAtMostAndThoseThatAreOverAreForgotten() {
        house().settledOwner();
        NewSession last = house().invited("ada@example.com", Role.MEMBER);
        SoftPasskey key = new SoftPasskey();
        house().register(house().who(last), key);
        for (int i = 0; i < 54; i++) {
            key.counter++;
            String options = house().services.passkeys().signInOptions().orElseThrow();
            last = PeopleHouse.in(desk().passkey(key.get(options, PeopleHouse.URL), visitorAt("192.0.2.1")));
            house().pass(Duration.ofSeconds(1));
        }
        assertEquals(50, sessions().of(last.person().id()).size());
        house().who(last);
        house().pass(Session.IDLE);
        house().invited("ben@example.com", Role.MEMBER);
        assertEquals(1, house().count("person_session"));
    }

    @Test
    void whatABrowserSaysOfItselfIsBoundedAndPlain() {
        house().settledOwner();
        NewInvitation invitation = invitations().invite("ada@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN);
        Visitor odd = new Visitor("x".repeat(1_000), "\u0000<script>" + "y".repeat(10_000), "junk", "junk");
        NewSession session = ((Redeemed.Done) invitations().redeem(invitation.text(), "A\u0000da", odd)).signedIn();
        assertEquals(64, session.session().address().length());
        assertEquals(40, session.session().device().length());
        assertEquals("A?da", session.person().name());
    }
}
