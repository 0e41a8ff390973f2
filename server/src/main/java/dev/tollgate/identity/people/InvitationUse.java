package dev.tollgate.identity.people;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The last step of coming in by an invitation: what is used up, and the person who is in by it, are one write. */
final class InvitationUse {
    private final AuditTrail audit;
    private final Sessions sessions;
    private final People people;

    InvitationUse(AuditTrail audit, Sessions sessions, People people) {
        this.audit = audit;
        this.sessions = sessions;
        this.people = people;
    }

    /**
     * Lets its person in. Whoever calls holds the lock of all people and has seen in this write that the invitation is open.
     *
     * @param name of a person who is new
     * @return empty if it is not needed any more
     */
    Optional<NewSession> letIn(WriteSession tx, Invitation invitation, String name, Sessions.Draft draft) {
        Handle handle = tx.handle();
        Optional<Person> present = PersonTable.byEmail(handle, invitation.email())
                .flatMap(person -> PersonTable.locked(handle, person.id()));
        if (present.isPresent() && !opens(handle, invitation, present.get())) {
            return Optional.empty();
        }
        Person person = present.orElseGet(() -> newPerson(invitation, name, draft.at()));
        if (!InvitationTable.redeem(
                handle, invitation.id(), person.id(), draft.at().toEpochMilli())) {
            return Optional.empty();
        }
        if (present.isEmpty()) {
            PersonTable.insert(handle, person);
            audit.record(tx, person.id(), "person.created", person.id(), People.describe(person));
        } else {
            // Whoever came in by an earlier link, which may have gone astray.
            people.endAccess(tx, person);
        }
        audit.record(tx, person.id(), "invitation.redeemed", invitation.id(), Invitations.describe(invitation));
        return Optional.of(sessions.begin(tx, draft, person));
    }

    /**
     * The same, and links the identity by which the person comes. It is linked to nobody so far, and names the invitation's
     * email or none.
     *
     * @return empty as above
     */
    Optional<NewSession> letIn(WriteSession tx, Invitation invitation, OutsidePerson outside, Sessions.Draft draft) {
        String email = invitation.email();
        String name = Texts.name(outside.name()).orElse(email.substring(0, email.indexOf('@')));
        Optional<NewSession> in = letIn(tx, invitation, name, draft);
        if (in.isPresent()) {
            String personId = in.get().person().id();
            String named = outside.email().isEmpty() ? "" : email;
            OutsideIdentities.insert(
                    tx,
                    audit,
                    new OutsideIdentity(outside.issuer(), outside.subject(), personId, named, draft.at(), null));
        }
        return in;
    }

    /**
     * Since the invitation was made its person may have come in otherwise, been suspended, or been given a role that
     * whoever invited them could not have given: then the link opens nothing.
     */
    private static boolean opens(Handle handle, Invitation invitation, Person person) {
        boolean noHigher = person.role().compareTo(invitation.role()) >= 0;
        return person.active()
                && noHigher
                && !MethodTable.of(handle, person.id()).any();
    }

    private static Person newPerson(Invitation invitation, String name, Instant now) {
        return new Person(
                Ids.sortable("per", now.toEpochMilli()),
                invitation.email(),
                name,
                invitation.role(),
                invitation.account(),
                invitation.groups(),
                Person.Status.ACTIVE,
                now);
    }
}
