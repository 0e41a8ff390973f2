package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.refused;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The first run's link and invitations. */
class ComingInTest extends PeopleCase {
    private static final Redeemed USED = new Redeemed.Refused(Redeemed.Reason.USED);
    private static final Redeemed UNKNOWN = new Redeemed.Refused(Redeemed.Reason.UNKNOWN);

    private FirstRun firstRun() {
        return house().services.firstRun();
    }

    private Redeemed begin(String link) {
        return firstRun().redeem(link, "olga@example.com", "Olga", visitorAt("192.0.2.1"));
    }

    private Redeemed accept(NewInvitation invitation) {
        return invitations().redeem(invitation.text(), "Ada", visitorAt("192.0.2.2"));
    }

    private NewInvitation invite(Role role, Actor actor) {
        return invitations().invite("ada@example.com", role, List.of("engineers"), actor);
    }

    @Test
    void theFirstLinkMakesTheOwnerOnce() throws Exception {
        assertTrue(firstRun().awaited());
        String link = firstRun().issue().orElseThrow();
        assertTrue(link.matches("tgf_[0-9A-Za-z]{32}"));
        assertFalse(house().rows().contains(link.substring(4)), "only its hash is kept");
        List<Redeemed> outcomes = PeopleHouse.atOnce(100, () -> begin(link));
        assertEquals(
                1, outcomes.stream().filter(Redeemed.Done.class::isInstance).count());
        assertEquals(99, outcomes.stream().filter(UNKNOWN::equals).count());
        Person owner = people().list().getFirst();
        assertEquals(1, people().list().size());
        assertEquals(Role.OWNER, owner.role());
        assertEquals("default", owner.account());
        assertFalse(house().audited.toString().contains(link.substring(4)));
    }

    @Test
    void eachStartGivesAnotherLinkWhileNoOwnerCanSignIn() {
        String first = firstRun().issue().orElseThrow();
        String second = firstRun().issue().orElseThrow();
        assertEquals(UNKNOWN, begin(first));
        NewSession halfWay =
                assertInstanceOf(Redeemed.Done.class, begin(second)).signedIn();
        assertTrue(firstRun().awaited(), "an owner without a way to sign in is no owner yet");
        String third = firstRun().issue().orElseThrow();
        NewSession again = assertInstanceOf(Redeemed.Done.class, begin(third)).signedIn();
        assertEquals(halfWay.person().id(), again.person().id());
        String fourth = firstRun().issue().orElseThrow();
        house().register(house().who(again), new SoftPasskey());
        assertEquals(Optional.empty(), house().anotherNode().firstRun().issue());
        assertEquals(UNKNOWN, begin(fourth));
    }

    @Test
    void aLinkThatIsOpenWhenAnOwnerAppearsIsVoid() {
        NewSession owner = assertInstanceOf(
                        Redeemed.Done.class, begin(firstRun().issue().orElseThrow()))
                .signedIn();
        String open = firstRun().issue().orElseThrow();
        house().register(house().who(owner), new SoftPasskey());
        assertEquals(USED, firstRun().redeem(open, "eve@example.com", "Eve", visitorAt("192.0.2.66")));
        assertEquals(1, people().list().size());
    }

    @Test
    void whatCannotBeTypedLeavesTheLinkGood() {
        String link = firstRun().issue().orElseThrow();
        for (String email :
                List.of("", "olga", "@", "a@b@c", "a b@example.com", "olga@exa mple.com", "x@" + "a".repeat(300))) {
            assertInstanceOf(Redeemed.Invalid.class, firstRun().redeem(link, email, "Olga", visitorAt("192.0.2.1")));
        }
        assertInstanceOf(
                Redeemed.Invalid.class, firstRun().redeem(link, "olga@example.com", " ", visitorAt("192.0.2.1")));
        for (String wrong : List.of(
                "", "tgf_", link + "x", link.substring(1), "tgf_" + "0".repeat(32), "tgi_" + link.substring(4))) {
            assertEquals(UNKNOWN, begin(wrong));
        }
        assertInstanceOf(Redeemed.Done.class, begin(link));
    }

    @Test
    void anInvitationLetsInOneOfAHundred() throws Exception {
        house().settledOwner();
        NewInvitation invitation = invite(Role.ADMIN, Actor.OWNER_TOKEN);
        assertTrue(invitation.text().matches("tgi_[0-9A-Za-z]{32}"));
        assertEquals(Optional.of(invitation.invitation()), invitations().peek(invitation.text()), "uses nothing up");
        PeopleServices other = house().anotherNode();
        java.util.concurrent.atomic.AtomicInteger turn = new java.util.concurrent.atomic.AtomicInteger();
        List<Redeemed> outcomes = PeopleHouse.atOnce(100, () -> {
            Invitations node = turn.getAndIncrement() % 2 == 0 ? invitations() : other.invitations();
            return node.redeem(invitation.text(), "Ada", visitorAt("192.0.2.2"));
        });
        assertEquals(
                1, outcomes.stream().filter(Redeemed.Done.class::isInstance).count());
        assertEquals(99, outcomes.stream().filter(USED::equals).count());
        Person ada = people().byEmail("ada@example.com").orElseThrow();
        assertEquals(List.of("engineers"), ada.groups());
        assertEquals(Role.ADMIN, ada.role());
        Invitation listed = invitations().list().getFirst();
        assertEquals(Invitation.State.REDEEMED, listed.state());
        assertEquals(ada.id(), listed.personId());
        assertFalse(
                (house().rows() + house().audited).contains(invitation.text().substring(4)));
    }

    @Test
    void anInvitationIsOverAfterAWeekOrWhenItIsTakenBack() {
        house().settledOwner();
        NewInvitation late = invite(Role.MEMBER, Actor.OWNER_TOKEN);
        house().pass(Duration.ofDays(7));
        assertEquals(
                Invitation.State.EXPIRED,
                invitations().peek(late.text()).orElseThrow().state());
        assertEquals(new Redeemed.Refused(Redeemed.Reason.EXPIRED), accept(late));
        NewInvitation revoked = invite(Role.MEMBER, Actor.OWNER_TOKEN);
        assertEquals(
                Invitation.State.REVOKED,
                invitations()
                        .revoke(revoked.invitation().id(), Actor.OWNER_TOKEN)
                        .state());
        assertEquals(new Redeemed.Refused(Redeemed.Reason.REVOKED), accept(revoked));
        refused(Kind.NOT_FOUND, () -> invitations().revoke("inv_none", Actor.OWNER_TOKEN));
        NewInvitation first = invite(Role.MEMBER, Actor.OWNER_TOKEN);
        NewInvitation second = invite(Role.MEMBER, Actor.OWNER_TOKEN);
        assertEquals(new Redeemed.Refused(Redeemed.Reason.REVOKED), accept(first), "the newer one took its place");
        house().pass(Duration.ofDays(7).minusMillis(1));
        assertInstanceOf(Redeemed.Done.class, accept(second));
        assertEquals(USED, accept(second));
        assertEquals(UNKNOWN, invitations().redeem("tgi_" + "0".repeat(32), "Ada", visitorAt("192.0.2.2")));
    }

    @Test
    void nobodyInvitesAboveThemselves() {
        house().settledOwner();
        Actor admin = Actor.of(house().invited("adam@example.com", Role.ADMIN).person());
        Actor member = Actor.of(house().invited("ben@example.com", Role.MEMBER).person());
        refused(Kind.FORBIDDEN, () -> invite(Role.OWNER, admin));
        refused(Kind.FORBIDDEN, () -> invite(Role.MEMBER, member));
        NewInvitation owners = invite(Role.OWNER, Actor.OWNER_TOKEN);
        refused(Kind.FORBIDDEN, () -> invitations().revoke(owners.invitation().id(), admin));
        assertInstanceOf(Redeemed.Done.class, accept(owners));
        // An owner who has no way to sign in yet: an admin's invitation would make the admin an owner.
        refused(Kind.FORBIDDEN, () -> invite(Role.MEMBER, admin));
    }

    @Test
    void anInvitationOpensNoPersonWhoHasGrownMeanwhile() {
        house().settledOwner();
        Actor admin = Actor.of(house().invited("adam@example.com", Role.ADMIN).person());
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        NewInvitation kept = invite(Role.MEMBER, admin);
        people().change(ada.person().id(), PersonChange.role(Role.OWNER), Actor.OWNER_TOKEN);
        assertEquals(USED, accept(kept));
        people().change(ada.person().id(), PersonChange.role(Role.MEMBER), Actor.OWNER_TOKEN);
        people().suspend(ada.person().id(), Actor.OWNER_TOKEN);
        assertEquals(USED, accept(kept));
        refused(Kind.CONFLICT, () -> invite(Role.MEMBER, admin));
        people().restore(ada.person().id(), Actor.OWNER_TOKEN);
        NewSession again = assertInstanceOf(Redeemed.Done.class, accept(kept)).signedIn();
        house().register(house().who(again), new SoftPasskey());
        refused(Kind.CONFLICT, () -> invite(Role.MEMBER, admin));
    }

    @Test
    void anInvitationOpensNoPersonWhoCanSignInMeanwhile() {
        house().settledOwner();
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        NewInvitation kept = invite(Role.MEMBER, Actor.OWNER_TOKEN);
        house().register(house().who(ada), new SoftPasskey());
        assertEquals(USED, accept(kept));
    }
}
