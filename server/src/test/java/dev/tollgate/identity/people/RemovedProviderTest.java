package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.done;
import static dev.tollgate.identity.people.PeopleHouse.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.Refusal.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An identity at a provider that is no longer here is no way to sign in. */
class RemovedProviderTest extends PeopleCase {
    private static final String OKTA = "https://okta.example.com";
    private static final String OTHER = "https://other.example.com";
    private static final String TENANT = "11111111-2222-3333-4444-555555555555";

    private OutsideIdentities outside() {
        return house().services.outside();
    }

    /** Somebody who signs in at these issuers alone. */
    private NewSession linked(String email, Role role, String... issuers) {
        NewSession in = house().invited(email, role);
        for (String issuer : issuers) {
            done(outside().link(house().who(in), issuer, email, email));
        }
        return in;
    }

    private Methods methods(NewSession of) {
        return people().methods(of.person().id());
    }

    private void remove(String name, boolean force) {
        house().providers().remove(name, force, Actor.OWNER_TOKEN);
    }

    @Test
    void theLastWayThatLeadsSomewhereStays() {
        house().settledOwner();
        house().addProvider("okta", OKTA);
        house().addProvider("other", OTHER);
        NewSession ada = linked("ada@example.com", Role.MEMBER, OKTA, OTHER);
        PasskeyInfo key = house().register(house().who(ada), new SoftPasskey());
        remove("other", false);
        assertEquals(1, methods(ada).lapsed().size());
        assertEquals(2, methods(ada).count());
        SignedIn who = house().who(ada);
        done(outside().unlink(who, OKTA, "ada@example.com"));
        assertInstanceOf(
                MethodChange.LastMethod.class, house().services.passkeys().remove(who, key.id()));
        done(outside().unlink(who, OTHER, "ada@example.com"));
        assertTrue(methods(ada).lapsed().isEmpty(), "what leads nowhere can always go");
    }

    @Test
    void aPasswordIsTheLastWayBesideAProviderThatIsGone() {
        house().settledOwner();
        house().addProvider("okta", OKTA);
        NewSession ada = linked("ada@example.com", Role.MEMBER, OKTA);
        NewSession in = house().password(ada).session();
        remove("okta", false);
        assertInstanceOf(
                MethodChange.LastMethod.class, house().services.passwords().remove(house().who(in)));
        house().addProvider("okta", OKTA);
        done(house().services.passwords().remove(house().who(in)));
    }

    @Test
    void aProviderThatPeopleNeedIsRemovedOnlyByWhoeverInsists() {
        NewSession olga = house().settledOwner();
        house().addProvider("okta", OKTA);
        done(outside().link(house().who(olga), OKTA, "olga", ""));
        NewSession ada = linked("ada@example.com", Role.MEMBER, OKTA);
        linked("ben@example.com", Role.MEMBER, OKTA);
        NewSession eve = linked("eve@example.com", Role.MEMBER, OKTA);
        people().suspend(eve.person().id(), Actor.OWNER_TOKEN);
        Refusal refusal = refused(Kind.CONFLICT, () -> remove("okta", false));
        assertTrue(refusal.text().startsWith("2 people "), refusal.text());
        assertTrue(refusal.cure().contains("tollgate identity-provider remove okta --force"), refusal.cure());
        assertEquals(1, house().providers().list().size());
        house().register(house().who(ada), new SoftPasskey());
        assertTrue(refused(Kind.CONFLICT, () -> remove("okta", false)).text().startsWith("1 person "));
        remove("okta", true);
        assertEquals(List.of(), house().providers().list());
        assertFalse(house().services.firstRun().awaited(), "Olga has a passkey");
        invitations().invite("ben@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN);
    }

    /** Each may let in others: other hosted domains, or by another registration. */
    @Test
    void anotherProviderOfTheSameIssuerMayNotDo() {
        house().settledOwner();
        house().addProvider("okta", OKTA);
        house().addProvider("twin", OKTA);
        house().addProvider("other", OTHER);
        NewSession ada = linked("ada@example.com", Role.MEMBER, OKTA);
        linked("ben@example.com", Role.MEMBER, OKTA, OTHER);
        Refusal refusal = refused(Kind.CONFLICT, () -> remove("okta", false));
        assertTrue(refusal.text().startsWith("1 person "), refusal.text());
        assertTrue(refusal.text().contains("twin") && refusal.text().contains("may or may not"), refusal.text());
        assertTrue(refusal.cure().contains("tollgate identity-provider remove okta --force"), refusal.cure());
        assertEquals(3, house().providers().list().size());
        remove("other", false);
        remove("okta", true);
        assertEquals(1, methods(ada).count(), "the twin is a way, as far as anybody knows");
        refusal = refused(Kind.CONFLICT, () -> remove("twin", false));
        assertTrue(
                refusal.text().startsWith("2 people ") && !refusal.text().contains("may or may not"), refusal.text());
    }

    @Test
    void ofManyTenantsThoseThatAreLetInCount() {
        house().settledOwner();
        String organizations = "https://login.microsoftonline.com/organizations/v2.0";
        house().providers()
                .add(
                        new NewIdentityProvider(
                                "work", "Work", organizations, "client", "", List.of(), List.of(TENANT), false),
                        Actor.OWNER_TOKEN);
        NewSession ada = linked("ada@example.com", Role.MEMBER, organizations.replace("organizations", TENANT));
        NewSession ben = linked("ben@example.com", Role.MEMBER, organizations.replace("organizations", "another"));
        assertEquals(1, methods(ada).count());
        assertEquals(0, methods(ben).count());
        assertTrue(refused(Kind.CONFLICT, () -> remove("work", false)).text().startsWith("1 person "));
    }

    @Test
    void anOwnerWhoseProviderIsGoneIsNoneWhoCanSignIn() {
        house().addProvider("okta", OKTA);
        NewSession olga = house().owner();
        done(outside().link(house().who(olga), OKTA, "olga", ""));
        assertFalse(house().services.firstRun().awaited());
        remove("okta", true);
        assertTrue(house().services.firstRun().awaited(), "the next start prints a link");
        NewSession otto = house().invited("otto@example.com", Role.OWNER);
        house().register(house().who(otto), new SoftPasskey());
        refused(Kind.CONFLICT, () -> people().suspend(otto.person().id(), Actor.OWNER_TOKEN));
    }
}
