package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.refused;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal.Kind;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeopleTest extends PeopleCase {
    private Actor owner() {
        return Actor.of(house().settledOwner().person());
    }

    private Person person(String email, Role role) {
        return house().invited(email, role).person();
    }

    @Test
    void aPersonIsFoundByIdAndByEmailHoweverItIsWritten() {
        owner();
        house().pass(Duration.ofMillis(1));
        Person ada = person("Ada@Bücher.example", Role.MEMBER);
        assertEquals("ada@xn--bcher-kva.example", ada.email());
        assertTrue(ada.id().startsWith("per_"));
        assertEquals(Optional.of(ada), people().byId(ada.id()));
        assertEquals(Optional.of(ada), people().byEmail(" ADA@xn--bcher-kva.example "));
        assertEquals(Optional.empty(), people().byEmail("ada@example.com"));
        assertEquals(Optional.empty(), people().byEmail("' OR '1'='1"));
        assertEquals(
                List.of("olga@example.com", ada.email()),
                people().list().stream().map(Person::email).toList());
    }

    @Test
    void changesAreKeptAuditedAndSeenInRunningSessions() {
        Actor owner = owner();
        NewSession session = house().invited("ada@example.com", Role.MEMBER);
        house().who(session);
        PersonChange change = new PersonChange("Ada L.", Role.ADMIN, "default", List.of("b", "a", "b"));
        Person changed = people().change(session.person().id(), change, owner);
        assertEquals(Role.ADMIN, changed.role());
        assertEquals(List.of("a", "b"), changed.groups());
        assertEquals(changed, house().who(session).person(), "at once");
        assertTrue(house().audited.getLast().startsWith(owner.name() + " person.changed " + changed.id()));
        int audited = house().audited.size();
        assertEquals(changed, people().change(changed.id(), change, owner));
        assertEquals(audited, house().audited.size(), "nothing changed, nothing said");
    }

    @Test
    void valuesThatCannotBeAreRefused() {
        Actor owner = owner();
        String id = person("ada@example.com", Role.MEMBER).id();
        for (PersonChange bad : List.of(
                PersonChange.name(" "),
                new PersonChange(null, null, null, List.of("a b")),
                new PersonChange(null, null, null, List.of("")),
                new PersonChange(null, null, null, java.util.Collections.nCopies(33, "g")))) {
            refused(Kind.INVALID, () -> people().change(id, bad, owner));
        }
        refused(Kind.NOT_FOUND, () -> people().change("per_nobody", PersonChange.name("X"), owner));
    }

    /** What covers the account that there is would cover nothing of somebody who had another. */
    @Test
    void nobodyIsPutIntoAnAccountThatNoBudgetCovers() {
        Actor owner = owner();
        String id = person("ada@example.com", Role.MEMBER).id();
        for (String account : List.of("research", "", "a b", "Default", "default ")) {
            PersonChange change = new PersonChange(null, null, account, null);
            refused(Kind.NOT_FOUND, () -> people().change(id, change, owner));
            refused(
                    Kind.NOT_FOUND,
                    () -> invitations().invite("ben@example.com", Role.MEMBER, account, List.of(), owner));
        }
        assertEquals("default", people().byId(id).orElseThrow().account());
        assertEquals(1, invitations().list().size(), "ada's");
    }

    @Test
    void membersChangeNothingButTheirOwnName() {
        owner();
        Person ada = person("ada@example.com", Role.MEMBER);
        Person ben = person("ben@example.com", Role.MEMBER);
        Actor asAda = Actor.of(ada);
        assertEquals(
                "Countess",
                people().change(ada.id(), PersonChange.name("Countess"), asAda).name());
        refused(Kind.FORBIDDEN, () -> people().change(ben.id(), PersonChange.name("B"), asAda));
        refused(Kind.FORBIDDEN, () -> people().change(ada.id(), PersonChange.role(Role.ADMIN), asAda));
        refused(Kind.FORBIDDEN, () -> people().suspend(ben.id(), asAda));
        refused(Kind.FORBIDDEN, () -> people().resetSignIn(ben.id(), asAda));
        refused(
                Kind.FORBIDDEN,
                () -> people().change(ada.id(), new PersonChange("A", null, null, List.of("vip")), asAda));
    }

    @Test
    void adminsHaveNoSayOverOwners() {
        Actor owner = owner();
        Actor admin = Actor.of(person("adam@example.com", Role.ADMIN));
        Person ada = person("ada@example.com", Role.MEMBER);
        refused(Kind.FORBIDDEN, () -> people().suspend(owner.name(), admin));
        refused(Kind.FORBIDDEN, () -> people().change(owner.name(), PersonChange.role(Role.MEMBER), admin));
        refused(Kind.FORBIDDEN, () -> people().resetSignIn(owner.name(), admin));
        refused(Kind.FORBIDDEN, () -> people().change(admin.name(), PersonChange.role(Role.OWNER), admin));
        refused(Kind.FORBIDDEN, () -> people().change(ada.id(), PersonChange.role(Role.OWNER), admin));
        assertEquals(
                Role.ADMIN,
                people().change(ada.id(), PersonChange.role(Role.ADMIN), admin).role());
    }

    @Test
    void theLastOwnerWhoCanSignInStaysOne() throws Exception {
        Actor owner = owner();
        refused(Kind.CONFLICT, () -> people().suspend(owner.name(), Actor.OWNER_TOKEN));
        refused(Kind.CONFLICT, () -> people().change(owner.name(), PersonChange.role(Role.ADMIN), owner));
        NewSession second = house().invited("otto@example.com", Role.OWNER);
        refused(Kind.CONFLICT, () -> people().suspend(owner.name(), Actor.OWNER_TOKEN));
        house().register(house().who(second), new SoftPasskey());
        List<String> ids = List.of(owner.name(), second.person().id());
        java.util.concurrent.atomic.AtomicInteger next = new java.util.concurrent.atomic.AtomicInteger();
        List<Boolean> gone = PeopleHouse.atOnce(2, () -> {
            try {
                people().suspend(ids.get(next.getAndIncrement()), Actor.OWNER_TOKEN);
                return true;
            } catch (dev.tollgate.kernel.Refusal refusal) {
                return false;
            }
        });
        assertEquals(1, gone.stream().filter(done -> done).count());
        assertFalse(house().services.firstRun().awaited());
    }

    @Test
    void suspensionEndsAllSessionsAtOnceAndForGood() {
        Actor owner = owner();
        NewSession session = house().invited("ada@example.com", Role.MEMBER);
        house().who(session);
        people().suspend(session.person().id(), owner);
        assertEquals(Optional.empty(), sessions().find(session.cookie()));
        people().restore(session.person().id(), owner);
        assertEquals(Optional.empty(), sessions().find(session.cookie()), "what ended does not come back");
        assertTrue(house().wasAudited("person.suspended") && house().wasAudited("person.restored"));
    }

    @Test
    void whatDependsOnAPersonChangesInTheSameWrite() {
        Actor owner = owner();
        NewSession session = house().invited("ada@example.com", Role.MEMBER);
        List<String> heard = new ArrayList<>();
        boolean[] broken = new boolean[1];
        people().listen(new PersonListener() {
            @Override
            public void changed(WriteSession tx, Person before, Person after) {
                if (broken[0]) {
                    throw new IllegalStateException("the grants could not be ended");
                }
                heard.add(before.status() + " " + after.status());
            }

            @Override
            public void committed(Person after) {
                heard.add("committed " + after.status());
            }
        });
        people().suspend(session.person().id(), owner);
        assertEquals(List.of("ACTIVE SUSPENDED", "committed SUSPENDED"), heard);
        broken[0] = true;
        assertThrows(
                StoreUnavailable.class, () -> people().restore(session.person().id(), owner));
        assertFalse(people().byId(session.person().id()).orElseThrow().active());
    }

    @Test
    void anAdminWhoIsGoneHasNoInvitationsOpen() {
        Actor owner = owner();
        Person adam = person("adam@example.com", Role.ADMIN);
        NewInvitation left = invitations().invite("eve@example.com", Role.ADMIN, List.of(), Actor.of(adam));
        NewInvitation others = invitations().invite("ben@example.com", Role.MEMBER, List.of(), owner);
        people().change(adam.id(), PersonChange.role(Role.MEMBER), owner);
        assertEquals(
                new Redeemed.Refused(Redeemed.Reason.REVOKED),
                invitations().redeem(left.text(), "Eve", visitorAt("192.0.2.66")));
        assertInstanceOf(Redeemed.Done.class, invitations().redeem(others.text(), "Ben", visitorAt("192.0.2.3")));
    }

    @Test
    void aPersonWhoLostEverythingIsLetInAnew() {
        Actor owner = owner();
        NewSession session = house().invited("ada@example.com", Role.MEMBER);
        house().register(house().who(session), new SoftPasskey());
        refused(Kind.CONFLICT, () -> invitations().invite("ada@example.com", Role.MEMBER, List.of(), owner));
        people().resetSignIn(session.person().id(), owner);
        assertEquals(Optional.empty(), sessions().find(session.cookie()));
        assertFalse(people().methods(session.person().id()).any());
        NewSession again = house().invited("ada@example.com", Role.MEMBER);
        assertEquals(session.person(), again.person());
        refused(Kind.FORBIDDEN, () -> people().resetSignIn(owner.name(), owner));
    }
}
