package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.refused;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose invitations still open something once whoever made them may do less, or was somebody else. */
class InvitersTest extends PeopleCase {
    private static final Visitor STRANGER = visitorAt("192.0.2.66");

    private Redeemed redeem(NewInvitation invitation) {
        return invitations().redeem(invitation.text(), "Eve", STRANGER);
    }

    @Test
    void whoIsNoOwnerAnyMoreHasNoInvitationForAnOwnerOpen() {
        Actor owner = Actor.of(house().settledOwner().person());
        Person otto = house().invited("otto@example.com", Role.OWNER).person();
        NewInvitation wayBack = invitations().invite("eve@example.com", Role.OWNER, List.of(), Actor.of(otto));
        people().change(otto.id(), PersonChange.role(Role.ADMIN), owner);
        assertEquals(new Redeemed.Refused(Redeemed.Reason.REVOKED), redeem(wayBack));
    }

    @Test
    void whoRisesKeepsTheInvitations() {
        Actor owner = Actor.of(house().settledOwner().person());
        Person adam = house().invited("adam@example.com", Role.ADMIN).person();
        NewInvitation open = invitations().invite("ben@example.com", Role.MEMBER, List.of(), Actor.of(adam));
        people().change(adam.id(), PersonChange.role(Role.OWNER), owner);
        assertInstanceOf(Redeemed.Done.class, redeem(open));
    }

    @Test
    void whatAThiefInvitedIsVoidOnceTheSignInIsReset() {
        Actor owner = Actor.of(house().settledOwner().person());
        Person adam = house().invited("adam@example.com", Role.ADMIN).person();
        NewInvitation thiefs = invitations().invite("eve@example.com", Role.ADMIN, List.of(), Actor.of(adam));
        people().resetSignIn(adam.id(), owner);
        assertEquals(new Redeemed.Refused(Redeemed.Reason.REVOKED), redeem(thiefs));
    }

    @Test
    void anAdminsInvitationTakesTheOwnersFromNobody() {
        Actor owner = Actor.of(house().settledOwner().person());
        Actor adam = Actor.of(house().invited("adam@example.com", Role.ADMIN).person());
        NewInvitation owners = invitations().invite("eve@example.com", Role.OWNER, List.of(), owner);
        refused(Kind.FORBIDDEN, () -> invitations().invite("eve@example.com", Role.MEMBER, List.of(), adam));
        assertEquals(
                Invitation.State.OPEN,
                invitations().peek(owners.text()).orElseThrow().state());
        invitations().invite("eve@example.com", Role.MEMBER, List.of(), owner);
        assertTrue(
                house().audited.stream()
                        .anyMatch(row -> row.startsWith(owner.name() + " invitation.revoked "
                                + owners.invitation().id())),
                "what takes another's place says so");
        assertEquals(new Redeemed.Refused(Redeemed.Reason.REVOKED), redeem(owners));
    }

    /** Between the look at somebody's token and the change they may have become less. */
    @Test
    void whatSomebodyMayDoIsAskedWhenItIsDone() {
        Actor owner = Actor.of(house().settledOwner().person());
        Actor adam = Actor.of(house().invited("adam@example.com", Role.ADMIN).person());
        Actor otto = Actor.of(house().invited("otto@example.com", Role.OWNER).person());
        String ben = house().invited("ben@example.com", Role.MEMBER).person().id();
        NewInvitation open = invitations().invite("eve@example.com", Role.MEMBER, List.of(), owner);
        people().change(adam.name(), PersonChange.role(Role.MEMBER), owner);
        people().suspend(otto.name(), owner);
        for (Actor before : List.of(adam, otto)) {
            refused(Kind.FORBIDDEN, () -> invitations().invite("kim@example.com", Role.MEMBER, List.of(), before));
            refused(Kind.FORBIDDEN, () -> invitations().revoke(open.invitation().id(), before));
            refused(Kind.FORBIDDEN, () -> people().change(ben, PersonChange.role(Role.ADMIN), before));
            refused(Kind.FORBIDDEN, () -> people().suspend(ben, before));
            refused(Kind.FORBIDDEN, () -> people().resetSignIn(ben, before));
        }
        assertInstanceOf(Redeemed.Done.class, redeem(open));
    }
}
