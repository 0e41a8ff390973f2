package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.PASSWORD;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.identity.people.PeopleHouse.Authenticator;
import org.junit.jupiter.api.Test;

/** What a sign-in that cannot come about leaves unused. */
class SpentStepTest extends PeopleCase {
    @Test
    void aStepThatWasUsedCostsNoRecoveryCode() {
        Visitor visitor = visitorAt("192.0.2.9");
        house().settledOwner();
        Authenticator ada = house().password(house().invited("ada@example.com", Role.MEMBER));
        String id = ada.session().person().id();
        SignIn.NeedsTotp step =
                assertInstanceOf(SignIn.NeedsTotp.class, desk().password("ada@example.com", PASSWORD, visitor));
        in(desk().recoveryCode(step.step(), ada.recoveryCodes().get(0), visitor));
        int left = people().methods(id).recoveryCodes();
        assertEquals(
                new SignIn.Expired(),
                desk().recoveryCode(step.step(), ada.recoveryCodes().get(1), visitor));
        assertEquals(left, people().methods(id).recoveryCodes());
    }
}
