package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
}
